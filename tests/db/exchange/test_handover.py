"""The hand-over file: one ledger writes it, another takes it in; what comes along, what is asked, what is refused."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest

from db import activities, changes, child_sheet, children, helpers, leaving, pairing, site, store
from db.exchange import handover, reader
from db.exchange.reader import BadFile
from db.exchange.taking_over import NEW, TakingOver
from db.models import (
    Activity,
    Adult,
    Attendance,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Change,
    Child,
    Exit,
    Focus,
    Helper,
    Incident,
    Kinship,
    Pairing,
    Survey,
    Tick,
)
from db.sheet import NotFound
from db.values import Refused, check_digit

TODAY = date(2026, 9, 10)
FAMILY = {
    "father_name": "张建国", "father_whereabouts": "away", "father_phone": "19900000001", "mother_name": "李秀兰",
    "mother_whereabouts": "away", "guardian_relation": "62", "guardian_name": "王桂英", "guardian_phone": "19900000003",
}  # fmt: skip
PUPIL = {"sex": "male", "birth_date": "2015-03-08", "village_group": "一组", "address": "柳溪村一组1号",
         "schooling": "primary", "school": "柳溪小学", "grade": "p5"}  # fmt: skip
BELONGINGS = (
    Kinship,
    Survey,
    Focus,
    Pairing,
    CareRecord,
    CarePlan,
    CareStep,
    CareStage,
    Tick,
    Exit,
    Attendance,
)


def number(born: str = "20150308", order: int = 11) -> str:
    digits = f"340505{born}{order:02d}1"
    return digits + check_digit(digits)


def at(folder: Path, name: str = "青石中心小学"):
    """Another ledger, open from now on; its keeper."""
    store.close()
    store.open_ledger(folder)
    who = site.user("lisi", "李四")
    if not site.is_set_up():
        site.set_up(site_name=name, township="青石镇", by=who)
    return who


@pytest.fixture
def here(tmp_path, monkeypatch):
    """柳溪村's ledger, open on a fixed day."""
    monkeypatch.setenv("GUANAI_TODAY", TODAY.isoformat())
    store.open_ledger(tmp_path / "one")
    who = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=who)
    yield who
    store.close()


def enter(by, name="张浩宇", **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | PUPIL | FAMILY | {"name": name} | values, base, by).id


@pytest.fixture
def child(here):
    """A child with one of everything."""
    key = enter(here, focus="ill", id_number=number())
    helper = helpers.save(
        None, {"name": "刘老师", "kind": "teacher", "phone": "19900000009"}, helpers.load(None), here
    ).id
    pairing.pair(key, helper, "teacher", date(2026, 9, 2), here)
    with changes.action("记录", here) as act:
        act.update(Focus.get(), since=date(2026, 9, 1))
        act.insert(
            CareRecord,
            child=key,
            helper=helper,
            kind="talk",
            on_date=date(2026, 9, 3),
            content="第一行\n第二行",
        )
        act.insert(CareRecord, child=key, by_name="李老师", kind="visit", on_date=date(2026, 9, 4))
        plan = act.insert(
            CarePlan, child=key, term=site.term(), kind="care", helper=helper, problem="身体弱", starts=date(2026, 9, 2)
        )  # fmt: skip
        act.insert(CareStep, child=key, plan=plan, title="带去体检", due_on=date(2026, 10, 8))
        act.insert(CareStage, child=key, plan=plan, on_date=date(2026, 9, 5), result="好些了")
        act.insert(Tick, child=key, checklist="priority", item="学习", on_date=date(2026, 9, 5))
        film = act.insert(Activity, title="励志专题片", kind="film", on_date=date(2026, 9, 6))
        act.insert(Attendance, activity=film, child=key, state="present")
        act.insert(
            Incident, author=here, child=key, kind="injured", on_date=date(2026, 9, 6), seen="手臂有伤"
        )
    return key


@pytest.fixture
def file(tmp_path, here, child):
    """The hand-over file of that child, written after it left for another school."""
    leaving.leave(child, "school_moved", date(2026, 9, 8), "青石中心小学", None, here)
    path = tmp_path / "张浩宇-转出.json"
    assert handover.write([child], str(path), here) == 1
    return path


def read(path) -> TakingOver:
    return TakingOver(handover.understand(reader.read(str(path))))


def take(path, by, **decisions) -> list[str]:
    coming = read(path)
    coming.decisions |= dict(decisions.values())
    coming.take(by)
    return [each.became for each in coming.arrivals]


def snapshot() -> dict:
    """Everything live, by table and key; what a row's version was does not matter."""
    return {
        model: {row.id: {**row.__data__, "version": 0} for row in model.live()}
        for model in (Child, Adult, Helper, Activity, *BELONGINGS)
    }


# ---- what goes along -------------------------------------------------------------------------------


def test_the_file_is_ones_own_and_says_nothing_of_incidents(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert "手臂有伤" not in text and "19900000009" not in text, "a helper goes by name only"
    told = json.loads(text)
    assert (told["format"], told["version"], told["made_on"], told["from"]) == (
        "guanai-handover",
        1,
        "2026-09-10",
        "柳溪村",
    )
    assert {name: len(rows) for name, rows in told.items() if isinstance(rows, list)} == {
        "terms": 1, "children": 1, "adults": 3, "kinships": 3, "surveys": 1, "focus": 1, "helpers": 1, "pairings": 1,
        "records": 2, "plans": 1, "steps": 1, "stages": 1, "ticks": 1, "exits": 1, "activities": 1, "attendance": 1,
    }  # fmt: skip


def test_another_ledger_takes_it_in_whole_and_undoes_it_whole(file, child, tmp_path):
    by = at(tmp_path / "two")
    before = snapshot()
    coming = read(file)
    coming.preview()
    (arrival,) = coming.arrivals
    assert (arrival.name, arrival.became, arrival.about) == ("张浩宇", "created", "一组，2015-03-08")
    assert arrival.holds == "摸底1，关爱记录2，结对1，方案1"
    assert snapshot() == before and Child.select().count() == 0, "looking writes nothing"

    assert take(file, by) == ["created"]
    (line,) = children.page(0, 9)
    assert line.id == child and line.left_behind is True and line.focus and not line.paired
    assert Child.get_by_id(child).site_id == site.site().id
    told = child_sheet.load(child)
    assert {name: told[name] for name in (*PUPIL, *FAMILY)} == PUPIL | FAMILY
    talk, visit = CareRecord.live().order_by(CareRecord.on_date)
    assert (talk.helper, talk.by_name, talk.content) == (None, "刘老师", "第一行\n第二行")
    assert visit.by_name == "李老师"
    pair = Pairing.get()
    assert (pair.helper.name, pair.until, pair.ended_because) == ("刘老师", date(2026, 9, 8), "left")
    assert helpers.count() == 0 and activities.listing("") == [], (
        "the other place's helpers and activities are in no list"
    )
    assert Attendance.get().activity.title == "励志专题片"
    plan = CarePlan.get()
    assert (plan.helper, plan.by_name, plan.outcome) == (None, "刘老师", "stopped")
    assert CareStep.get().plan_id == CareStage.get().plan_id == plan.id
    left = Exit.get()
    assert (left.reason, left.returned_on, left.return_note) == (
        "school_moved",
        TODAY,
        "随柳溪村的转出文件转入",
    )
    assert leaving.standing(child) is None and Focus.get().until is None
    assert not Incident.select().exists()

    changes.undo(changes.last_action(by).action, by)
    assert snapshot() == before
    assert take(file, by) == ["created"], "after an undo it comes in again"
    assert children.count() == 1 and CareRecord.live().count() == 2


def test_the_same_file_again_changes_nothing(file, child, tmp_path):
    by = at(tmp_path / "two")
    take(file, by)
    done, changed = snapshot(), Change.select().count()
    assert take(file, by) == ["unchanged"]
    assert snapshot() == done and Change.select().count() == changed


def test_a_child_handed_over_before_it_left_is_on_the_register_there(here, child, tmp_path):
    path = tmp_path / "转出.json"
    handover.write([child], str(path), here)
    by = at(tmp_path / "two")
    assert take(path, by) == ["created"]
    pair = Pairing.get()
    assert (pair.until, pair.ended_because) == (TODAY, "moved"), "its helper is not here"
    assert leaving.standing(child) is None and Focus.get().until is None


def test_deleting_a_child_taken_over_can_be_undone(file, child, tmp_path):
    by = at(tmp_path / "two")
    take(file, by)
    done = snapshot()
    children.remove(child, by)
    changes.undo(changes.last_action(by).action, by)
    assert {model: set(rows) for model, rows in snapshot().items()} == {
        model: set(rows) for model, rows in done.items()
    }


def test_siblings_share_their_parents(here, tmp_path):
    one, two = enter(here), enter(here, "张浩然", birth_date="2017-05-01", grade="p3")
    people = Adult.live().count()
    first, second = tmp_path / "一.json", tmp_path / "二.json"
    handover.write([one], str(first), here)
    handover.write([two], str(second), here)
    by = at(tmp_path / "two")
    assert take(first, by) + take(second, by) == ["created", "created"]
    assert Adult.live().count() == people and children.count() == 2
    assert Kinship.live().count() == 6


def test_two_siblings_in_one_file_are_not_taken_for_one(here, tmp_path):
    both = [enter(here), enter(here, "张浩雨", birth_date="2015-03-08", sex="female")]
    people = Adult.live().count()
    path = tmp_path / "两名.json"
    assert handover.write([*both, both[0]], str(path), here) == 2
    by = at(tmp_path / "two")
    assert take(path, by) == ["created", "created"] and Adult.live().count() == people


def test_there_and_back_again(file, child, here, tmp_path, monkeypatch):
    """What became of the child elsewhere comes back with it, and the leaving is over."""
    by = at(tmp_path / "two")
    take(file, by)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-09")
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"address": "青石镇5号", "health": "healthy"}, base, by)
    changes.insert(CareRecord, by, child=child, kind="talk", on_date=date(2026, 10, 8), by_name="陈老师")
    leaving.leave(child, "school_moved", date(2026, 10, 9), "柳溪小学", None, by)
    back = tmp_path / "回来.json"
    handover.write([child], str(back), by)

    by = at(tmp_path / "one")
    helper = Helper.live().get()
    coming = read(back)
    coming.preview()
    assert (
        coming.arrivals[0].became == "returned"
        and "已在2026-09-08退出登记，导入后重新登记" in coming.arrivals[0].why
    )
    coming.take(by)
    assert leaving.standing(child) is None and children.count() == 1
    assert children.show("张浩宇")["address"] == "青石镇5号"
    assert [each.returned_on for each in leaving.exits(child)] == [date(2026, 10, 9), date(2026, 9, 10)]
    records = CareRecord.live().order_by(CareRecord.on_date)
    assert [(row.helper_id, row.by_name) for row in records] == [
        (helper.id, "刘老师"),
        (None, "李老师"),
        (None, "陈老师"),
    ]
    assert take(back, by) == ["unchanged"]


def test_its_own_old_file_brings_nobody_back(file, child, tmp_path):
    by = at(tmp_path / "one")
    coming = read(file)
    coming.take(by)
    (arrival,) = coming.arrivals
    assert arrival.became == "unchanged" and "没有重新登记" in arrival.why
    assert leaving.standing(child) is not None
    assert [each.level for each in coming.outcome().problems] == ["warning"]


def test_what_is_on_file_stands_unless_the_file_is_later(file, child, tmp_path, monkeypatch):
    by = at(tmp_path / "two")
    take(file, by)
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-20")
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"address": "青石镇9号", "village_group": None}, base, by)
    assert take(file, by) == ["unchanged"]
    assert (
        children.show("张浩宇")["address"] == "青石镇9号" and children.show("张浩宇")["village_group"] is None
    )


# ---- whether it is on file -------------------------------------------------------------------------


def test_the_same_id_number_is_the_same_child(file, child, tmp_path):
    by = at(tmp_path / "two")
    mine = enter(by, id_number=number(), father_name="张建国", hobbies="下棋", address=None)
    assert take(file, by) == ["updated"]
    assert children.count() == 1 and CareRecord.live().where(CareRecord.child == mine).count() == 2
    told = child_sheet.load(mine)
    assert (told["hobbies"], told["address"], told["guardian_name"]) == ("下棋", "柳溪村一组1号", "王桂英")
    assert Adult.live().count() == 3 and Survey.live().count() == 1
    assert take(file, by) == ["unchanged"]


def test_an_id_number_under_another_name_is_asked_about(file, child, tmp_path):
    by = at(tmp_path / "two")
    mine = enter(by, "赵小雨", id_number=number(), **dict.fromkeys(FAMILY))
    coming = read(file)
    coming.take(by)
    (arrival,) = coming.arrivals
    assert arrival.became == "asked" and [key for key, _ in arrival.candidates] == [mine]
    assert CareRecord.select().count() == 0
    (problem,) = coming.outcome().problems
    assert problem.level == "error" and "F7" in problem.message and coming.outcome().skipped == 1
    assert take(file, by, it=(child, NEW)) == ["created"]
    assert Child.get_by_id(child).id_number is None, "a number is one child's"


@pytest.mark.parametrize("answer", ["that", NEW])
def test_one_that_looks_like_another_is_asked_about_and_the_answer_is_remembered(here, tmp_path, answer):
    child = enter(here)
    changes.insert(CareRecord, here, child=child, kind="talk", on_date=date(2026, 9, 3))
    path = tmp_path / "转出.json"
    handover.write([child], str(path), here)
    by = at(tmp_path / "two")
    mine = enter(by, "张皓宇")
    assert take(path, by) == ["asked"] and children.count() == 1
    said = mine if answer == "that" else NEW
    assert take(path, by, it=(child, said)) == ["updated" if said == mine else "created"]
    assert children.count() == (1 if said == mine else 2)
    assert take(path, by) == ["unchanged"], "asked once only"
    changes.undo(changes.last_action(by).action, by)
    assert children.count() == 1 and take(path, by) == ["asked"]


def test_a_child_merged_into_another_is_found_there(here, tmp_path):
    from db import merging

    child = enter(here)
    changes.insert(CareRecord, here, child=child, kind="talk", on_date=date(2026, 9, 3))
    path = tmp_path / "转出.json"
    handover.write([child], str(path), here)
    by = at(tmp_path / "two")
    take(path, by)
    mine = enter(by, "张皓宇")
    merging.merge(mine, child, {}, by)
    assert take(path, by) == ["unchanged"] and children.count() == 1


def test_two_of_the_file_that_are_one_here_are_refused(here, tmp_path):
    both = [
        enter(here, id_number=number()),
        enter(here, "张浩宇", id_number=None, birth_date="2012-01-01", **dict.fromkeys(FAMILY)),
    ]
    path = tmp_path / "转出.json"
    handover.write(both, str(path), here)
    told = json.loads(path.read_text("utf-8"))
    for row in told["children"]:
        row["id_number"], row["birth_date"] = number(), "2015-03-08"
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    by = at(tmp_path / "two")
    enter(by, id_number=number())
    before = snapshot()
    with pytest.raises(BadFile, match="都对上了台账里的张浩宇"):
        take(path, by)
    assert snapshot() == before


# ---- hostile files ---------------------------------------------------------------------------------


def changed(path: Path, change) -> Path:
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return path


OTHER = "01a20b32-6b90-7ac8-a8d2-ef386ca0b62d"


@pytest.mark.parametrize(("change", "said"), [
    (lambda t: t.update(version=2), "先升级本机的程序"),
    (lambda t: t.update(version="1"), "不完整或已损坏"),
    (lambda t: t.update(version=True), "不完整或已损坏"),
    (lambda t: t.pop("made_on"), "不完整或已损坏"),
    (lambda t: t.update(made_on="昨天"), "不完整或已损坏"),
    (lambda t: t.update({"from": 7}), "不完整或已损坏"),
    (lambda t: t.pop("records"), "不完整或已损坏"),
    (lambda t: t.update(children=[]), "不完整或已损坏"),
    (lambda t: t.update(records={}), "不该有的内容"),
    (lambda t: t.update(records=[7]), "不该有的内容"),
    (lambda t: t.update(incidents=[]), "不该有的内容"),
    (lambda t: t["children"][0].update(left_on="2026-09-01"), "不该有的内容"),
    (lambda t: t["children"][0].update(address=["a"]), "不该有的内容"),
    (lambda t: t["children"][0].update(address="长" * 6000), "不该有的内容"),
    (lambda t: t["children"][0].update(age=10**12), "不该有的内容"),
    (lambda t: t["children"][0].update(name=None), "缺少 name"),
    (lambda t: t["children"][0].update(name=7), "不是该有的类型"),
    (lambda t: t["children"][0].update(sex="third"), "不在性别的选项里"),
    (lambda t: t["children"][0].update(birth_date="2015-02-30"), "儿童不对"),
    (lambda t: t["children"][0].update(id_number="340505201503081111"), "儿童不对"),
    (lambda t: t["children"][0].update(registered="是"), "不是是或否"),
    (lambda t: t["children"][0].update(as_of="2026-09-10 address"), "as_of 写法不对"),
    (lambda t: t["children"][0].update(id="1"), "编号不对"),
    (lambda t: t["children"][0].update(id=None), "缺少 id"),
    (lambda t: t["children"].append(t["children"][0]), "不完整或已损坏"),
    (lambda t: t["records"][0].update(child=OTHER), "不完整或已损坏"),
    (lambda t: t["records"][0].update(child=t["adults"][0]["id"]), "不完整或已损坏"),
    (lambda t: t["records"][0].update(helper=OTHER), "不完整或已损坏"),
    (lambda t: t["records"][0].update(on_date="2026-09-11"), "还没到"),
    (lambda t: t["records"][0].update(content="长" * 4500), "最多4000字"),
    (lambda t: t["records"][0].update(minutes=-1), "关爱记录不对"),
    (lambda t: t["kinships"][0].update(guardian=None), "缺少 guardian"),
    (lambda t: t["plans"][0].update(starts=None), "缺少 starts"),
    (lambda t: t["plans"][0].update(problem=None), "缺少 problem"),
    (lambda t: t["steps"][0].pop("title"), "缺少 title"),
    (lambda t: t["surveys"][0].update(term=OTHER), "不完整或已损坏"),
    (lambda t: t["steps"][0].update(plan=t["records"][0]["id"]), "不完整或已损坏"),
    (lambda t: t["exits"][0].update(reason="bored"), "不在退出原因的选项里"),
    (lambda t: t["terms"][0].update(code="自定", starts="2026-09-01", ends="2026-08-01"), "起止日期不对"),
])  # fmt: skip
def test_a_tampered_file_is_refused_in_one_sentence_and_nothing_written(file, tmp_path, change, said):
    changed(file, change)
    by = at(tmp_path / "two")
    before = snapshot()
    with pytest.raises(Refused, match=said) as refused:
        take(file, by)
    assert "\n" not in str(refused.value) and "，" in str(refused.value)
    assert snapshot() == before and Child.select().count() == 0


@pytest.mark.parametrize(("text", "said"), [
    ('{"format": "guanai-handover", "version": 1, ', "不完整或已损坏"),
    ('{"format": "guanai-handover", "version": 1, "version": 1}', "不完整或已损坏"),
    ('{"format": "guanai-handover", "version": 1, "children": ' + "[" * 100_000, "不完整或已损坏"),
    ('{"format": "guanai-handover", "version": NaN}', "不完整或已损坏"),
    ('{"format": "guanai-handover", "version": 1.0}', "不完整或已损坏"),
    ('{"format": "guanai-handover", "version": 1' + "0" * 9000 + "}", "不完整或已损坏"),
    ('{"version": 1, "x": "guanai-handover"}', "不完整或已损坏"),
    ('{"format": "guanai-handover"}', "不完整或已损坏"),
    ('{"format": "guanai-handover", "version": 1, "made_on": "2026-09-10", "from": "\\ud800", "children": []}', "不完整或已损坏"),
])  # fmt: skip
def test_what_is_no_whole_document_is_refused(here, tmp_path, text, said):
    path = tmp_path / "坏.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadFile, match=said):
        read(path)


def test_json_of_another_kind_is_no_hand_over_file(here, tmp_path):
    path = tmp_path / "别的.json"
    path.write_text('[{"name": "张浩宇"}]', "utf-8")
    assert not reader.is_handed(str(path)) and reader.read(str(path)).kind == "text"
    assert not reader.is_handed(str(tmp_path)) and not reader.is_handed(str(tmp_path / "没有.json"))


def test_a_file_of_100_mb_and_one_that_unfolds_are_refused(here, tmp_path):
    path = tmp_path / "大.json"
    start = b'{"format": "guanai-handover", "version": 1, "children": ['
    path.write_bytes(start + b" " * (100 * 2**20))
    with pytest.raises(BadFile, match="超过64MB"):
        read(path)
    path.write_bytes(start + b"{}," * (20 * 2**20) + b"{}]}")
    with pytest.raises(BadFile, match="每次少转几名儿童"):
        read(path)


def test_rows_of_another_child_on_file_are_not_taken_away(file, tmp_path):
    by = at(tmp_path / "two")
    mine = enter(by, "赵小雨", **dict.fromkeys(FAMILY))
    record = changes.insert(
        CareRecord, by, child=mine, kind="talk", on_date=date(2026, 9, 1), content="自己的"
    )
    changed(
        file, lambda told: told["ticks"][0].update(id=str(Survey.get().id))
    )  # a key of another table is no harm
    assert take(file, by) == ["created"]
    changes.undo(changes.last_action(by).action, by)
    changed(file, lambda told: told["records"][0].update(id=str(record.id)))
    before = snapshot()
    with pytest.raises(BadFile, match="别的儿童的"):
        take(file, by)
    assert snapshot() == before and CareRecord.get_by_id(record.id).content == "自己的"
    changes.remove(record, by)
    with pytest.raises(BadFile, match="别的儿童的"):
        take(file, by)


def test_controls_and_markup_in_it_reach_nobody(file, tmp_path):
    changed(file, lambda told: told["records"][1].update(by_name="李\x1b[31m老师", content="a\x07b\n[/red]"))
    by = at(tmp_path / "two")
    take(file, by)
    visit = CareRecord.live().where(CareRecord.kind == "visit").get()
    assert "\x1b" not in visit.by_name and visit.content == "ab\n[/red]"


def test_who_is_not_on_file_cannot_be_handed_over(here, child, tmp_path):
    children.remove(child, here)
    with pytest.raises(NotFound):
        handover.write([child], str(tmp_path / "x.json"), here)
    assert not (tmp_path / "x.json").exists()
