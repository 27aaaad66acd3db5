"""Older and newer registers, what was typed, and the same file again: whose word stands, and what is told of it."""

import pytest

from db import as_of, changes, child_sheet, children
from db.exchange import aliases, grid, importing, register
from db.exchange.reader import Sheet
from db.models import Adult, Change, Child, Kinship, Survey
from db.values import Refused

HEAD = ["姓名", "出生日期", "现住址", "父亲姓名", "父亲电话"]
ROW = ["张三", "2015-03-08", "柳溪村一组1号", "张大", "19900000001"]


@pytest.fixture
def bring(user):
    """Take rows as a register of a day ('' for a register without one)."""

    def bringing(day: str, *rows: list, head: list = HEAD, dry_run: bool = False):
        title = [[f"填表日期：{day}"]] if day else []
        opened = register.understand("册", [Sheet("S", [*title, head, *map(list, rows)])])
        assert opened.dated == day
        return importing.take(opened, dry_run=dry_run, by=user)

    return bringing


def row(**other: str) -> list:
    """张三's row with other values: row(address=…, phone=…)."""
    changed = list(ROW)
    for name, value in other.items():
        changed[{"address": 2, "phone": 4, "birth": 1}[name]] = value
    return changed


def on_file() -> tuple:
    sheet = child_sheet.load(Child.live().where(Child.name == "张三").get().id)
    return sheet["address"], sheet["father_phone"]


def counts(outcome) -> tuple:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.skipped


def test_a_newer_register_updates_and_every_change_is_listed_before_it_is_written(bring):
    bring("2026-09-01", ROW)
    newer = row(address="柳溪村二组9号", phone="19900000002")
    seen = bring("2026-09-08", newer, dry_run=True)
    assert on_file() == ("柳溪村一组1号", "19900000001"), "not written yet"
    told = {(edit.name, edit.field, edit.old, edit.new) for edit in seen.changes}
    assert told >= {
        ("张三", "现住址", "柳溪村一组1号", "柳溪村二组9号"),
        ("张大", "电话", "199****0001", "199****0002"),
        ("张三", "村民组", "一组", "二组"),
    }
    assert bring("2026-09-08", newer).changes == seen.changes
    assert on_file() == ("柳溪村二组9号", "19900000002")


def test_an_older_register_fills_gaps_and_reports_what_differs(bring):
    bring("2026-09-08", [*ROW[:4], None])
    older = bring("2026-09-01", row(address="柳溪村二组9号"))
    assert on_file() == ("柳溪村一组1号", "19900000001")
    (told,) = older.problems
    assert (told.row, told.column, told.level) == (3, "现住址", "warning")
    for part in ("柳溪村一组1号", "2026-09-08", "柳溪村二组9号", "2026-09-01", "较早", "未改"):
        assert part in told.message
    assert counts(older) == (0, 1, 0, 0)


def test_a_register_without_a_day_is_before_all_that_have_one(bring):
    bring("2026-09-01", ROW)
    outcome = bring("", row(phone="19900000002"))
    assert "没有写日期" in outcome.problems[0].message and on_file()[1] == "19900000001"
    assert counts(outcome) == (0, 0, 1, 0)


def test_registers_of_one_day_the_later_import_stands(bring):
    """A register mended and imported again is of the same day."""
    bring("2026-09-01", ROW)
    bring("2026-09-01", row(phone="19900000002"))
    assert on_file()[1] == "19900000002"


def test_what_a_newer_register_confirmed_an_older_one_does_not_change(bring):
    bring("2026-09-01", ROW)
    confirmed = bring("2026-09-08", ROW)
    assert [edit.field for edit in confirmed.changes] == ["摸底日期"]
    assert bring("2026-09-05", row(phone="19900000002")).problems[0].level == "warning"
    assert on_file()[1] == "19900000001"


def test_what_was_typed_stands_against_registers_of_its_day_and_before(bring, user, monkeypatch):
    bring("2026-09-01", ROW)
    child = Child.get()
    base = child_sheet.load(child.id)
    child_sheet.save(child.id, base | {"father_phone": "19900000009"}, base, user)  # on 2026-09-10
    for day in ("", "2026-09-01", "2026-09-10"):
        assert "19900000002"[-4:] in bring(day, row(phone="19900000002")).problems[0].message
        assert on_file()[1] == "19900000009"
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-12")
    assert bring("2026-09-11", row(phone="19900000002")).problems == []
    assert on_file()[1] == "19900000002"


def test_what_was_emptied_on_purpose_is_not_filled_again_by_an_older_register(bring, user, monkeypatch):
    bring("2026-09-01", ROW)
    child = Child.get()
    base = child_sheet.load(child.id)
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-12")
    child_sheet.save(child.id, base | {"address": None}, base, user)
    outcome = bring("2026-09-05", ROW)
    assert (on_file()[0], "已清空" in outcome.problems[0].message) == (None, True)
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-13")
    bring("2026-09-13", ROW)
    assert on_file()[0] == "柳溪村一组1号"


def test_what_was_never_typed_is_filled_by_a_register_without_a_day(bring, user):
    base = child_sheet.load(None)
    child_sheet.save(None, base | {"name": "张三", "birth_date": "2015-03-08"}, base, user)
    bring("", ROW)
    assert on_file()[0] == "柳溪村一组1号"


def test_what_was_typed_and_emptied_on_one_day_stays_empty(bring, user):
    base = child_sheet.load(None)
    typed = {"name": "张三", "birth_date": "2015-03-08", "address": "别处"}
    child = child_sheet.save(None, base | typed, base, user).child_id
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"address": None}, base, user)
    assert "已清空" in bring("2026-09-01", ROW).problems[0].message
    assert on_file() == (None, "19900000001")


@pytest.mark.parametrize("first", ["2026-09-01", "2026-09-08", ""])
def test_what_says_more_goes_in_and_what_says_less_does_not_whichever_is_newer(bring, first):
    second = {"2026-09-01": "2026-09-08", "2026-09-08": "2026-09-01", "": "2026-09-01"}[first]
    head = ["姓名", "出生日期", "现住址", "健康状况", "父亲姓名"]
    more = ["张三", "2015-03-08", "青石镇柳溪村一组1号", "慢性病", "张大"]
    less = ["张三", "2015.3", "柳溪村一组", "患病", "张大"]
    for one, other in ((more, less), (less, more)):
        bring(first, one, head=head)
        outcome = bring(second, other, head=head)
        assert outcome.problems == []
        child, survey = Child.get(Child.deleted_at.is_null()), Survey.get(Survey.deleted_at.is_null())
        assert (child.birth_date, child.address, survey.health) == (
            "2015-03-08",
            "青石镇柳溪村一组1号",
            "chronic",
        )
        children.remove(child.id, None)


def test_a_guardian_of_an_older_register_does_not_take_over(bring):
    head = ["姓名", "出生日期", "监护人姓名", "监护人关系"]
    bring("2026-09-08", ["张三", "2015-03-08", "王兰", "祖母"], head=head)
    outcome = bring("2026-09-01", ["张三", "2015-03-08", "张梅", "姑母"], head=head)
    assert "监护人是王兰" in outcome.problems[0].message
    assert {tie.adult.name: tie.guardian for tie in Kinship.live()} == {"王兰": True, "张梅": False}
    newer = bring("2026-09-09", ["张三", "2015-03-08", "张梅", "姑母"], head=head)
    assert ("张三", "监护人", "王兰", "张梅") in {edit[2:] for edit in newer.changes}
    assert {tie.adult.name: tie.guardian for tie in Kinship.live()} == {"王兰": False, "张梅": True}


def test_a_day_to_come_is_no_day_of_a_register(user):
    opened = register.understand("册", [Sheet("S", [["填报日期：2027-9-1"], HEAD, list(ROW)])])
    assert opened.dated == "2026-09-10"
    assert opened.day_of(opened.tables[0]) == "2026-09-10"
    assert "还没到" in importing.take(opened, dry_run=True).problems[0].message
    with pytest.raises(Refused, match="还没到"):
        opened.date("2026-9-11")
    opened.date("2026.8")
    assert opened.dated == "2026-08-01"


def test_a_register_of_a_month_or_a_term_is_of_its_first_day():
    def dated(title: str) -> str:
        return grid.find([[title], ["姓名", "出生日期"], ["张三", "2015-3-8"]], aliases.known).dated

    assert dated("花名册（2026年秋季）") == "2026-09-01"
    assert dated("2026—2027学年第二学期花名册") == "2027-02-15"
    assert dated("制表时间：2026年9月") == "2026-09-01"
    assert dated("2026年留守儿童花名册") == ""
    assert dated("填报日期 2026/9/5") == "2026-09-05"


def test_the_day_of_each_value_is_kept_in_few_words():
    text = as_of.noted("2026-09-01", ["phone"], "2026-10-01")
    assert (as_of.day_of(text, "phone"), as_of.day_of(text, "name")) == ("2026-10-01", "2026-09-01")
    assert as_of.noted(text, ["phone"], "2026-09-01") == "2026-09-01"
    assert as_of.day_of(None, "name") == as_of.day_of("", "name") == ""


# ── the same file again ──────────────────────────────────────────────────────────────────────────────────


def test_the_same_again_undoes_nothing_that_was_done_since(bring, user):
    bring("2026-09-10", ROW)
    child = Child.get()
    base = child_sheet.load(child.id)
    child_sheet.save(child.id, base | {"address": None, "father_phone": "19900000009"}, base, user)
    rows = Change.select().count()
    again = bring("2026-09-10", ROW)
    assert (counts(again), on_file()) == ((0, 0, 1, 0), (None, "19900000009"))
    assert again.seen and not bring("2026-09-10", row(address="柳溪村三组3号"), dry_run=True).seen
    assert Change.select().count() == rows


def preview_of_another(bring):
    return bring("2026-09-10", row(address="柳溪村三组3号"), dry_run=True)


def test_a_child_struck_out_since_does_not_come_back_with_the_same_file(bring, user):
    rows = (ROW, ["李四", "2016-03-08", None, None, None])
    bring("2026-09-10", *rows)
    children.remove(Child.live().where(Child.name == "张三").get().id, user)
    for _ in range(2):
        again = bring("2026-09-10", *rows)
        assert (counts(again), Child.live().count()) == ((0, 0, 1, 1), 1)
    assert "已从台账删去" in again.problems[0].message


def test_rows_that_could_not_go_in_before_go_in_now(bring, user, number, monkeypatch):
    number, wrong = number(), number("20160308")[:17] + "?"
    base = child_sheet.load(None)
    child_sheet.save(None, base | {"name": "张山", "id_number": number}, base, user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-20")
    head = ["姓名", "身份证号", "民族"]
    rows = (["张三", number, "回族"], ["李四", wrong, "汉族"])
    assert counts(bring("2026-09-12", *rows, head=head)) == (1, 0, 0, 1)
    child = Child.live().where(Child.id_number == number).get()
    base = child_sheet.load(child.id)
    child_sheet.save(child.id, base | {"name": "张三"}, base, user)
    again = bring("2026-09-12", *rows, head=head)
    assert (counts(again), Child.get_by_id(child.id).ethnicity) == ((0, 1, 1, 0), "03")
    assert [problem.row for problem in again.problems] == [4], "李四's number is still no number"
    assert counts(bring("2026-09-12", *rows, head=head)) == (0, 0, 2, 0)


def test_what_was_wrong_is_said_again_with_the_same_file(bring):
    head = ["姓名", "出生日期", "父亲姓名", "父亲电话", "父亲务工地点"]
    rows = (["张三", "2015-03-08", None, "19900000001", None], ["李四", "2016-03-08", "李大", "123", "服刑"],
            ["李四", "2016-03-08", "李大", None, None], ["王五", "2017-03-08", "王大", None, None])  # fmt: skip
    first = bring("2026-09-01", *rows, head=head)
    assert counts(first) == (3, 0, 0, 1)
    again = bring("2026-09-01", *rows, head=head)
    assert counts(again) == (0, 0, 3, 1)
    said = [
        [(each.row, each.column, each.message, each.at) for each in outcome.problems]
        for outcome in (first, again)
    ]
    assert len(said[0]) == 4 and said[1] == said[0]
    assert again.keys == first.keys != {}


def test_an_import_taken_back_is_no_import_and_another_day_for_it_is_another_import(bring, user):
    bring("", ROW)
    changes.undo(changes.last_action(user).action, user)
    assert counts(bring("", ROW)) == (1, 0, 0, 0)
    opened = register.understand("册", [Sheet("S", [HEAD, row(), ROW[:]])])
    assert importing.take(opened, dry_run=True).seen == ""
    opened = register.understand("册", [Sheet("S", [HEAD, list(ROW)])])
    assert importing.take(opened, dry_run=True).seen
    opened.date("2026-09-09")
    assert importing.take(opened, dry_run=True).seen == ""


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────────────


def everything() -> list:
    models = (Child, Adult, Kinship, Survey)
    skip = {"version", "created_at", "deleted_at"}
    return [
        sorted(str({name: value for name, value in each.__data__.items() if name not in skip}) for each in model.live())
        for model in models
    ]  # fmt: skip


def test_undo_takes_back_updates_and_their_days(bring, user):
    bring("2026-09-01", ROW)
    before = everything()
    bring(
        "2026-09-08",
        row(address="柳溪村二组9号", phone="19900000002"),
        ["李四", "2016-01-01", None, None, None],
    )
    changes.undo(changes.last_action(user).action, user)
    assert everything() == before
    assert counts(bring("2026-09-08", row(address="柳溪村二组9号", phone="19900000002"))) == (0, 1, 0, 0)


def test_an_import_that_a_later_one_rests_on_is_not_taken_back(bring, user):
    bring("2026-09-01", ROW)
    first = changes.last_action(user)
    bring("2026-09-08", ROW)
    with pytest.raises(changes.CannotUndo, match="又被改过"):
        changes.undo(first.action, user)


def test_an_import_in_use_is_not_taken_back(bring, user):
    bring("2026-09-01", ROW)
    first = changes.last_action(user)
    base = child_sheet.load(None)
    child_sheet.save(
        None, base | {"name": "张小", "father_name": "张大", "father_phone": "19900000001"}, base, user
    )
    with pytest.raises(changes.CannotUndo, match="又添了要用到它的记录"):
        changes.undo(first.action, user)
    assert on_file() == ("柳溪村一组1号", "19900000001")


def test_what_somebody_wrote_between_preview_and_writing_is_seen(user):
    from db.exchange.plan import Plan

    opened = register.understand("册", [Sheet("S", [HEAD, list(ROW)])])
    plan = Plan(opened)
    list(plan.make())
    assert counts(plan.outcome) == (1, 0, 0, 0)
    base = child_sheet.load(None)
    child_sheet.save(None, base | {"name": "张三", "birth_date": "2015-03-08", "address": "别处"}, base, user)
    list(plan.write(user))
    assert (counts(plan.outcome), Child.live().count()) == ((0, 1, 0, 0), 1)
    assert on_file() == ("别处", "19900000001")
