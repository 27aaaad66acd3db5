"""The child's sheet: loading, what follows, what disagrees, and two people at one record."""

from datetime import date

import pytest
from relations import FATHER, father_of, guardians

from db import changes, child_sheet, children, days, site
from db.child_checks import derive
from db.child_sheet import Conflict, Taken
from db.fields import specs
from db.models import Adult, Change, Child, Focus, Kinship, Survey
from db.sheet import NotFound
from db.spec import read, show
from db.values import Refused

# ---- the sheet itself ---------------------------------------------------------------------------


def test_every_described_field_is_on_the_sheet():
    names = [entry.name for entry in child_sheet.ENTRIES]
    assert names[0] == "id_number", "it fills sex and birth date"
    assert len(set(names)) == len(names)
    assert set(specs(Child)) | set(specs(Survey)) <= set(names)
    labels = [entry.spec.label for entry in child_sheet.ENTRIES]
    assert len(set(labels)) == len(labels)


def test_a_new_sheet_knows_only_the_day(user):
    new = child_sheet.load(None)
    assert {name for name, value in new.items() if value is not None} == {"surveyed_on"}
    assert new["surveyed_on"] == date(2026, 9, 10)


FULL = {
    "name": "张浩宇", "sex": "male", "birth_date": "2015-03-08", "ethnicity": "01", "registered": True,
    "village_group": "一组", "address": "柳溪村一组55号", "father_name": "张三", "father_whereabouts": "away",
    "father_place": "广东省深圳市", "father_phone": "19900000001", "mother_name": "李梅", "mother_whereabouts": "home",
    "mother_able": False, "mother_phone": "19900000002", "guardian_relation": "61", "guardian_name": "张大",
    "guardian_phone": "19900000003", "guardian_address": "柳溪村一组", "no_guardian": False, "guardianship": "fair",
    "schooling": "primary", "school": "柳溪小学", "grade": "p5", "class_no": "1班", "boarding": False,
    "health": "disabled", "disability": "肢体三级", "income": "work kin", "aid": "dibao medical", "study_level": "poor",
    "focus": "disabled study", "hukou_address": "柳溪村", "needs": "课业辅导\n学习用品", "surveyed_on": date(2026, 9, 8),
    "note": "备注",
}  # fmt: skip


def test_what_is_saved_is_what_is_loaded(enter, number):
    ids = {"id_number": number(), "father_id": number("19850102", "male"), "mother_id": number("19860102", "female"),
           "guardian_id": number("19550102", "male")}  # fmt: skip
    child = enter(**FULL | ids)
    loaded = child_sheet.load(child)
    assert loaded.keys() == {entry.name for entry in child_sheet.ENTRIES}
    assert {name: value for name, value in loaded.items() if value is not None} == FULL | ids
    assert child_sheet.load_many([child, child]) == [loaded, loaded]


def test_every_value_reads_back_from_what_is_shown(enter):
    loaded = child_sheet.load(enter(**FULL))
    for entry in child_sheet.ENTRIES:
        if loaded[entry.name] is not None:
            assert read(entry.spec, show(entry.spec, loaded[entry.name])) == loaded[entry.name], entry.name


def test_unknown_is_kept_apart_from_no(enter, edit):
    child = enter("张浩宇", boarding=False)
    assert (child_sheet.load(child)["boarding"], child_sheet.load(child)["registered"]) == (False, None)
    edit(child, boarding=None)
    assert child_sheet.load(child)["boarding"] is None


def test_another_term_starts_empty_but_keeps_the_child(enter):
    child = enter("张浩宇", grade="p5", **FATHER)
    site.put("term", "2027春", None)
    loaded = child_sheet.load(child)
    assert (loaded["grade"], loaded["surveyed_on"], loaded["father_name"]) == (None, None, "张三")


def test_what_is_no_answer_of_the_survey_begins_none(enter, edit):
    child = enter("张浩宇", grade="p5")
    site.put("term", "2027春", None)
    edit(child, address="河东")
    assert Survey.live().count() == 1
    edit(child, needs="课外书")
    assert Survey.live().count() == 2


def test_initials_follow_the_name(enter, edit):
    child = enter("曾诗涵")
    assert Child.get_by_id(child).initials == "zsh"
    edit(child, name="单小雨")
    assert Child.get_by_id(child).initials == "sxy"


def test_a_name_is_needed(user, enter):
    for blank in (None, ""):
        with pytest.raises(Refused, match="姓名"):
            enter(blank)
    assert children.count() == 0
    child = enter("张浩宇")
    with pytest.raises(Refused, match="姓名"):
        child_sheet.save(child, {"name": None}, {"name": "张浩宇"}, user)


def test_one_save_is_one_action_to_undo(enter, user):
    child = enter(**FULL)
    done = changes.last_action(user)
    assert (done.label, done.rows >= 8) == ("登记 张浩宇", True)
    changes.undo(done.action, user)
    assert children.count() == 0
    for model in (Adult, Kinship, Survey, Focus):
        assert model.live().count() == 0, model
    with pytest.raises(NotFound):
        child_sheet.load(child)


def test_a_save_that_others_built_upon_is_not_undone(enter, user):
    """Undoing would take the sibling's father away."""
    enter("张浩宇", **FATHER)
    done = changes.last_action(user)
    other = enter("张浩轩", **FATHER)
    with pytest.raises(changes.CannotUndo, match="要用到它"):
        changes.undo(done.action, user)
    assert children.count() == 2
    assert father_of(other).deleted_at is None
    changes.undo(changes.last_action(user).action, user)
    changes.undo(changes.last_action(user).action, user)
    assert (children.count(), Adult.live().count()) == (0, 0)


def test_an_undo_does_not_bring_back_a_tie_to_nobody(enter, user):
    one, other = enter("张浩宇", **FATHER), enter("张浩轩", **FATHER)
    children.remove(one, user)
    first = changes.last_action(user)
    children.remove(other, user)
    with pytest.raises(changes.CannotUndo, match="要用到它"):
        changes.undo(first.action, user)
    assert (children.count(), Kinship.live().count()) == (0, 0)


def test_saving_what_did_not_change_writes_nothing(enter, edit):
    child = enter(**FULL)
    before = Change.select().count()
    assert edit(child).merged == []
    assert edit(child, name="张浩宇", focus="disabled study").child_id == child
    assert Change.select().count() == before


def test_only_the_given_names_are_written(enter, user):
    child = enter(**FULL)
    child_sheet.save(child, {"village_group": "二组"}, {"village_group": "一组"}, user)
    assert child_sheet.load(child) == child_sheet.load(child) | {
        "village_group": "二组",
        "father_name": "张三",
    }


def test_what_hung_on_a_changed_answer_goes(enter, edit):
    child = enter(**FULL)
    edit(child, schooling="dropped_out", health="healthy", father_whereabouts="home")
    loaded = child_sheet.load(child)
    gone = ("school", "grade", "class_no", "boarding", "disability", "father_place")
    assert [loaded[name] for name in gone] == [None] * len(gone)
    assert loaded["mother_able"] is False, "hung on an answer that was not touched"


def test_what_was_typed_in_the_same_sheet_stays(enter):
    child = enter("张浩宇", father_whereabouts="home", father_place="本镇砖厂")
    assert child_sheet.load(child)["father_place"] == "本镇砖厂"


# ---- the ID number ------------------------------------------------------------------------------


def test_an_id_number_of_another_child_is_told(enter, edit, number):
    first, second = enter("张浩宇", id_number=number()), enter("李雨涵")
    with pytest.raises(Taken) as taken:
        edit(second, id_number=number())
    assert (taken.value.child_id, taken.value.name, taken.value.field) == (first, "张浩宇", "id_number")
    assert number() not in str(taken.value)
    with pytest.raises(Taken):
        enter("陈思琪", id_number=number())
    assert children.count() == 2


def test_an_id_number_is_free_again_after_removal(enter, user, number):
    children.remove(enter("张浩宇", id_number=number()), user)
    enter("张浩轩", id_number=number())
    with pytest.raises(changes.CannotUndo, match="占用"):
        changes.undo(next(c.action for c in Change.select().where(Change.kind == "remove")), user)
    assert [line.name for line in children.page(0, 9)] == ["张浩轩"]


# ---- what follows -------------------------------------------------------------------------------


def test_an_id_number_tells_sex_and_birth_date(number):
    given = {"id_number": number("20150308", "female")}
    assert derive(given, "id_number") == {"sex": "female", "birth_date": "2015-03-08"}
    assert derive(given | {"birth_date": "2015-03"}, "id_number")["birth_date"] == "2015-03-08"
    kept = given | {"sex": "male", "birth_date": "2015-03-09"}
    assert derive(kept, "id_number") == {}, "what was typed stands; the checks speak up"


@pytest.mark.parametrize(
    ("grade", "schooling"), [("p3", "primary"), ("j1", "junior"), ("k2", "kindergarten")]
)
def test_a_grade_tells_the_kind_of_school(grade, schooling):
    assert derive({"grade": grade}, "grade") == {"schooling": schooling}
    assert derive({"grade": grade, "schooling": "suspended"}, "grade") == {}


def test_senior_grades_tell_nothing():
    assert derive({"grade": "s1"}, "grade") == {}, "高中 and 中职 both have them"


def test_school_and_grade_in_one_breath():
    assert derive({"school": "柳溪小学三年级"}, "school") == {"school": "柳溪小学", "grade": "p3"}
    assert derive({"school": "柳溪小学"}, "school") == {}
    assert derive({"school": "柳溪小学三年级2班"}, "school") == {}, "the class would be lost"


def test_a_parent_who_is_the_guardian():
    sheet = FATHER | {"guardian_relation": "51"}
    same = {"guardian_name": "张三", "guardian_phone": "19900000001"}
    assert derive(sheet, "guardian_relation") == same
    assert derive(sheet | same | {"father_phone": "19900000009"}, "father_phone") == {
        "guardian_phone": "19900000009"
    }
    after = derive(sheet | same | {"guardian_relation": "61"}, "guardian_relation")
    assert after == {"guardian_name": None, "guardian_phone": None}
    skip = {entry.name: entry.spec.skip for entry in child_sheet.ENTRIES}
    assert skip["guardian_name"](sheet) and skip["guardian_phone"](sheet)
    assert skip["guardian_name"]({"guardian_relation": "61"}) is None


# ---- what disagrees -----------------------------------------------------------------------------


def test_problems_do_not_keep_a_record_from_being_saved(enter, number):
    child = enter("张浩宇", id_number=number(), birth_date="2015-03-09")
    assert child_sheet.load(child)["birth_date"] == "2015-03-09"


# ---- focus --------------------------------------------------------------------------------------


def test_a_tag_taken_away_ends_and_is_remembered(enter, edit, monkeypatch):
    child = enter("张浩宇", focus="ill study")
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-01")
    edit(child, focus="study mind")
    assert child_sheet.load(child)["focus"] == "study mind"
    rows = {(row.tag, row.since, row.until) for row in Focus.live()}
    first, then = date(2026, 9, 10), days.today()
    assert rows == {("ill", first, then), ("study", first, None), ("mind", then, None)}


def test_a_slip_leaves_no_trace_in_the_list(enter, edit):
    child = enter("张浩宇", focus="ill")
    edit(child, focus=None)
    assert Focus.live().count() == 0
    assert children.page(0, 1)[0].focus is False


# ---- two people at one record -------------------------------------------------------------------


def test_edits_of_different_fields_both_stand(enter, user):
    child = enter("张浩宇", village_group="一组", **FATHER)
    mine = child_sheet.load(child)
    theirs = child_sheet.load(child)
    child_sheet.save(
        child,
        theirs | {"address": "柳溪村", "father_phone": "19900000009", "health": "healthy"},
        theirs,
        None,
    )
    saved = child_sheet.save(child, mine | {"village_group": "二组"}, mine, user)
    assert saved.merged == ["现住址", "健康状况", "父亲电话"]
    loaded = child_sheet.load(child)
    assert (loaded["village_group"], loaded["address"], loaded["father_phone"]) == (
        "二组",
        "柳溪村",
        "19900000009",
    )


def test_edits_of_the_same_field_are_a_quarrel(enter, user):
    child = enter("张浩宇", village_group="一组", father_name="张三")
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"village_group": "二组", "father_name": "张山"}, base, None)
    before = Change.select().count()
    mine = base | {"village_group": "三组", "father_name": "张珊", "address": "柳溪村"}
    with pytest.raises(Conflict) as conflict:
        child_sheet.save(child, mine, base, user)
    assert conflict.value.fields == {
        "village_group": ("一组", "二组", "三组"),
        "father_name": ("张三", "张山", "张珊"),
    }
    assert "村民组、父亲姓名" in str(conflict.value)
    assert Change.select().count() == before, "nothing is written"
    with pytest.raises(Conflict) as conflict:
        child_sheet.save(child, mine, base, user, force=frozenset({"village_group"}))
    assert conflict.value.fields.keys() == {"father_name"}
    child_sheet.save(child, mine, base, user, force=frozenset({"village_group", "father_name"}))
    loaded = child_sheet.load(child)
    assert (loaded["village_group"], loaded["father_name"], loaded["address"]) == ("三组", "张珊", "柳溪村")


def test_the_same_edit_twice_is_no_quarrel(enter, user):
    child = enter("张浩宇")
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"village_group": "二组"}, base, None)
    assert child_sheet.save(child, base | {"village_group": "二组"}, base, user).merged == []


def test_a_mirrored_guardian_is_no_quarrel_of_its_own(enter, user):
    child = enter("张浩宇", guardian_relation="51", **FATHER)
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"father_phone": "19900000008"}, base, None)
    saved = child_sheet.save(child, base | {"father_name": "张山", "guardian_name": "张山"}, base, user)
    assert saved.merged == ["父亲电话"]
    assert guardians(child) == [("51", "张山")]


def test_a_child_removed_meanwhile(enter, user):
    child = enter("张浩宇")
    base = child_sheet.load(child)
    children.remove(child, None)
    with pytest.raises(NotFound, match="已被删除"):
        child_sheet.save(child, base | {"village_group": "二组"}, base, user)


def test_a_row_that_moves_under_the_save_is_read_again(enter, user, monkeypatch):
    """PostgreSQL lets somebody write between our reading and our writing."""
    child = enter("张浩宇", village_group="一组")
    base = child_sheet.load(child)
    update, moved = changes.Action.update, []

    def meddle(self, row, **values):
        if isinstance(row, Child) and not moved:
            moved.append(True)
            raise changes.Stale(row, row)
        return update(self, row, **values)

    monkeypatch.setattr(changes.Action, "update", meddle)
    child_sheet.save(child, base | {"village_group": "二组"}, base, user)
    assert moved and child_sheet.load(child)["village_group"] == "二组"
