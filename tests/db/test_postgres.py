"""The same ledger on a real PostgreSQL: made, written, counted, undone, and met by two writers."""

import shutil
import threading
import time
from datetime import date

import peewee
import pytest

from db import (
    activities,
    care,
    care_plan_lists,
    care_plans,
    care_steps,
    changes,
    handing_over,
    helpers,
    pairing,
    presence,
    roll,
    site,
    store,
)
from db.errors import LedgerError, Missing, Newer, NoDriver, Unreachable
from db.models import (
    Adult,
    Attendance,
    CareRecord,
    Child,
    Helper,
    Kinship,
    Pairing,
    Term,
    database,
)
from db.values import Refused

TODAY = date(2026, 9, 10)


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
    assert refused == ["刘老师最多帮1名，现已帮1名。请另选，或确认超额"]
    assert Pairing.live().count() == 1


def test_two_keepers_beginning_a_plan_for_one_child(keeper):
    """The second waits for the first and is told of its plan."""
    child = changes.insert(Child, keeper, name="张浩宇")
    values = care_plans.proposed(child.id, "study") | {"problem": "数学跟不上"}
    refused = []

    def second():
        try:
            with database.connection_context():
                care_plans.new_plan(child.id, values, None, "study")
        except care_plans.AlreadyOpen as error:
            refused.append(error.plan_id)

    thread = threading.Thread(target=second)
    with changes.action("方案", keeper):
        first = care_plans.new_plan(child.id, values, keeper, "study")
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits
    thread.join(timeout=30)
    assert refused == [first]


def test_two_keepers_finishing_one_step(keeper):
    """The second waits for the first, then finds the step done."""
    child = changes.insert(Child, keeper, name="张浩宇")
    values = care_plans.proposed(child.id, "study") | {"problem": "数学跟不上"}
    plan = care_plans.new_plan(child.id, values, keeper, "study")
    step = care_plan_lists.view(plan).steps[0].id
    refused = []

    def second():
        try:
            with database.connection_context():
                care_steps.finish_step(step, "乙", None, None)
        except Refused as error:
            refused.append(str(error))

    thread = threading.Thread(target=second)
    with changes.action("步骤", keeper):
        care_steps.finish_step(step, "甲", None, keeper)
        thread.start()
        thread.join(timeout=0.5)
    thread.join(timeout=30)
    assert refused == ["这一步已在2026-09-10完成，要改请打开这一步"]
    assert care_steps.step(step).result == "甲"


def meanwhile(by, first, second):
    """Do `first`; before it is committed, `second` begins beside it and has to wait. What the second was refused with."""
    refused = []

    def later():
        try:
            with database.connection_context():
                second()
        except Refused as error:
            refused.append(str(error))

    thread = threading.Thread(target=later)
    with changes.action("先来的", by):
        first()
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()
    thread.join(timeout=30)
    assert not thread.is_alive()
    return refused


def test_two_keepers_giving_one_child_a_teacher(keeper):
    """Different helpers, the same child: the second finds that it has one."""
    one, two = (changes.insert(Helper, keeper, name=name, kind="teacher") for name in ("刘老师", "吴老师"))
    child = changes.insert(Child, keeper, name="张浩宇")
    refused = meanwhile(
        keeper,
        lambda: pairing.pair(child.id, one.id, "teacher", TODAY, keeper),
        lambda: pairing.accept([(child.id, two.id, "teacher")], TODAY, None, without=True),
    )
    assert len(refused) == 1 and Pairing.live().count() == 1


def test_one_bars_a_helper_while_another_hands_children_over_to_it(keeper):
    one, two = (changes.insert(Helper, keeper, name=name, kind="teacher") for name in ("刘老师", "吴老师"))
    child = changes.insert(Child, keeper, name="张浩宇")
    pairing.pair(child.id, one.id, "teacher", TODAY, keeper)
    base = helpers.load(two.id)
    refused = meanwhile(
        keeper,
        lambda: handing_over.hand_over(one.id, two.id, TODAY, keeper),
        lambda: helpers.save(two.id, base | {"barred": "举报查实"}, base, None),
    )
    assert refused and "还在帮扶1名儿童" in refused[0]
    assert Helper.get_by_id(two.id).barred is None


def test_two_keepers_calling_one_child(keeper):
    """Both marks arrive; the later one stands and there is one row."""
    child = changes.insert(Child, keeper, name="张浩宇")
    activity = activities.save(None, {"title": "励志专题片", "on_date": TODAY}, {}, keeper).id
    thread = threading.Thread(target=lambda: beside(lambda: roll.mark(activity, child.id, "late", None)))
    with changes.action("点名", keeper):
        roll.mark(activity, child.id, "present", keeper)
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
