"""Which rhythms are in force: chosen, merged with the stricter kept, edited, turned off, and each taken back."""

from datetime import date

import pytest

from db import changes, demo, helpers, owed, pairing, rhythm_sheet, rhythms, settings
from db.models import Child
from db.rhythm import DEFAULT, WHO, Rhythm
from db.rhythm_files import Profile
from db.sheet import Conflict, NotFound
from db.values import Refused

DAY = date(2026, 9, 10)


def short(found):
    return {each.name: (each.kind, each.every, each.span, each.times) for each in found}


def test_a_monthly_talk_is_in_force_until_somebody_chooses(user):
    assert rhythms.in_force() == [DEFAULT]


def test_a_profile_is_adopted_and_taken_back_in_one_step(user):
    made = rhythms.adopt(["ten-ones"], user)
    assert [each.kind for each in rhythms.in_force()] == ["talk", "visit", "letter", "good_deed"]
    week, month = date(2026, 9, 7), date(2026, 9, 1)
    assert [each.since for each in rhythms.in_force()] == [week, month, month, month], (
        "its present period is owed"
    )
    assert made.dropped == [DEFAULT] and not made.kept and len(made.added) == 4
    assert changes.last_action(user).label == "采用节奏 留守儿童与潜能生“十个一”"
    changes.undo(changes.last_action(user).action, user)
    assert rhythms.in_force() == [DEFAULT]


def test_of_one_kind_twice_the_stricter_is_kept_and_said_whichever_comes_first(user):
    for order in (["activity-home", "ten-ones"], ["ten-ones", "activity-home"]):
        made = rhythms.proposal(order)
        assert short(made.rhythms) == {
            "联系帮扶对象家长": ("parent_contact", "month", 1, 1),
            "亲情电话": ("phone_call", "week", 1, 1), "爱心妈妈谈心": ("talk", "week", 1, 1),
            "爱心妈妈走访": ("visit", "month", 1, 1), "亲情书信": ("letter", "term", 1, 1), "过生日": ("birthday", "year", 1, 1),
            "一件有意义的事": ("good_deed", "term", 1, 1),
        }  # fmt: skip
        assert [(one.name, other.name) for one, other in made.replaced] == [("结对人谈心", "爱心妈妈谈心")]


def test_what_the_teacher_owes_the_love_mother_does_not(user):
    made = rhythms.proposal(["class", "ten-ones"])
    assert [each.name for each in made.rhythms if each.kind == "talk"] == ["班主任谈心", "爱心妈妈谈心"]
    assert made.replaced == [] and {each.code for each in made.rhythms} >= {"talk", "talk-2"}


def test_a_chain_of_stricter_ones_names_the_one_that_stays(user):
    made = rhythms.proposal(["activity-home", "school-basic", "teacher-weekly"])
    assert {one.name: other.name for one, other in made.replaced}["结对人谈心"] == "帮扶教师谈心"
    assert {one.name: other.name for one, other in made.replaced}["班主任谈心"] == "帮扶教师谈心"


def test_three_a_month_are_stricter_than_one_and_looser_than_weekly(user):
    names = [each.name for each in rhythms.proposal(["class", "teacher-thrice"]).rhythms]
    assert names == ["帮扶教师谈心", "帮扶教师走访"]
    made = rhythms.proposal(["teacher-thrice", "teacher-weekly"]).rhythms
    (talk,) = [each for each in made if each.kind == "talk"]
    assert (talk.every, talk.times) == ("week", 1)


def test_a_first_visit_owed_soon_goes_over_to_the_stricter_one(user):
    made = rhythms.proposal(["director", "hand-in-hand"])
    visit = next(each for each in made.rhythms if each.kind == "visit")
    assert (visit.every, visit.first_days) == ("month", 5)


def test_different_children_or_pairings_are_not_one_kind_twice(user):
    made = rhythms.proposal(["school-full", "school-visit"])  # monthly for day pupils, each term for all
    assert [each.name for each in made.rhythms if each.kind == "visit"] == ["走访监护人", "家访"]
    assert len({each.code for each in made.rhythms}) == len(made.rhythms), "codes stay apart"


def test_what_was_owed_before_goes_on_as_it_was(user, monkeypatch):
    rhythms.adopt(["teacher-weekly"], user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-01")
    made = rhythms.adopt(["class", "law", "hand-in-hand"], user)
    assert {each.name: each.since for each in rhythms.in_force()} == {
        "班主任谈心": date(2026, 9, 7), "父母联系": date(2026, 9, 28), "向外出父母反馈": date(2026, 10, 1), "到校到家了解": date(2026, 10, 1),
    }, "asked less: what is overdue stays so; asked more, or in holidays too: from the present period on"  # fmt: skip
    assert made.kept == []
    assert [each.name for each in rhythms.proposal(["class"]).kept] == ["班主任谈心"]
    rhythms.adopt(["village"], user, since=date(2026, 9, 1))
    assert rhythms.in_force()[0].since == date(2026, 9, 1)


def test_an_unknown_profile_writes_nothing(user):
    with pytest.raises(NotFound):
        rhythms.adopt(["class", "nothing"], user)
    assert settings.get("rhythms") is None


def test_all_may_be_turned_off(user):
    rhythms.drop("talk", user)
    assert rhythms.in_force() == [] and changes.last_action(user).label == "停用节奏 谈心"
    rhythms.adopt(["class"], user)
    rhythms.adopt([], user)
    assert rhythms.in_force() == []
    with pytest.raises(NotFound):
        rhythms.drop("talk", user)
    with pytest.raises(Refused, match="没有可存的"):
        rhythms.export(None)
    for _ in range(3):
        changes.undo(changes.last_action(user).action, user)
    assert rhythms.in_force() == [DEFAULT]


def test_a_rhythm_is_added_edited_and_refused(user, monkeypatch):
    rhythms.save(Rhythm("visit", "走访", "visit", every="quarter"), user)
    assert short(rhythms.in_force())["走访"] == ("visit", "quarter", 1, 1)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-01")
    rhythms.save(rhythms.find("visit")._replace(span=2), user)
    assert rhythms.find("visit").span == 2 and rhythms.find("visit").since == date(2026, 7, 1)
    rhythms.save(rhythms.find("visit")._replace(every="month", span=1), user)
    assert rhythms.find("visit").since == date(2026, 10, 1), "more is asked from now on only"
    rhythms.save(rhythms.find("visit")._replace(every="month", span=2), user)
    for bad in ({"span": 0}, {"times": -1}, {"who": ()}, {"name": ""}, {"name": "谈心"}, {"kind": "chat"}):
        with pytest.raises(Refused):
            rhythms.save(rhythms.find("visit")._replace(**bad), user)
    assert len(rhythms.in_force()) == 2 and rhythms.find("visit").span == 2


def test_a_ledgers_own_profile_goes_to_a_file_and_comes_to_another_ledger(user, tmp_path):
    from db.rhythm_files import read_file

    rhythms.adopt(["director", "law"], user)
    before = rhythms.in_force()
    assert rhythms.export(tmp_path / "我们的.toml") == 3
    rhythms.adopt([], user)
    made = rhythms.adopt([read_file(tmp_path / "我们的.toml")], user)
    assert rhythms.in_force() == before and made.rhythms == before
    assert "since" not in (tmp_path / "我们的.toml").read_text("utf-8")


# ---- the sheet ----------------------------------------------------------------------------------


def sheet(user, code=None, **values):
    base = rhythm_sheet.load(code)
    return rhythm_sheet.save(code, base | values, base, user)


def test_a_sheet_makes_a_rhythm_and_changes_it(user):
    saved = sheet(user, kind="risk_review", who="focus under14", months="9、3", holidays=True)
    assert rhythms.find(saved.id) == Rhythm(
        "risk_review",
        "风险评估",
        "risk_review",
        who=("focus", "under14"),
        months=(3, 9),
        holidays=True,
        since=date(2026, 9, 1),
    )
    assert rhythm_sheet.load(saved.id)["months"] == "3、9"
    sheet(user, saved.id, every="week", by="teacher", settled_by="visit risk_review")
    now = rhythms.find(saved.id)
    assert (now.every, now.months, now.by, now.settled_by) == ("week", (), "teacher", ("visit",))
    assert sheet(user, kind="risk_review", name="再评一次").id == "risk_review-2"
    changes.undo(changes.last_action(user).action, user)
    assert len(rhythms.in_force()) == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": None}, "请选做什么"), ({"span": 0}, "现在是0"), ({"span": 13}, "1到12"), ({"times": 0}, "1到7次"),
        ({"months": "13"}, "月份要写1到12"), ({"months": "三月"}, "月份要写1到12"), ({"first_days": 0}, "1到90"),
        ({"who": None}, "没有写对象"), ({"every": None}, "请填写周期"), ({"span": None}, "请填写每几个周期"),
        ({"count": "interval", "every": "term"}, "不能按学期"), ({"name": "谈心"}, "换个名称"), ({"name": "长" * 21}, "最多20字"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_writes_nothing(user, values, said):
    with pytest.raises(Refused, match=said):
        sheet(user, **({"kind": "visit"} | values))
    assert settings.get("rhythms") is None


def test_by_the_interval_there_are_no_parts_and_no_months(user):
    code = sheet(user, kind="visit", count="interval", times=3, months="3").id
    assert (rhythms.find(code).times, rhythms.find(code).months) == (1, ())


def test_two_who_edit_one_rhythm_are_told(user):
    base = rhythm_sheet.load("talk")
    rhythm_sheet.save("talk", base | {"span": 2}, base, user)
    assert rhythm_sheet.save("talk", base | {"holidays": False}, base, user).merged == ["每几个周期"]
    with pytest.raises(Conflict):
        rhythm_sheet.save("talk", base | {"span": 3}, base, user)
    rhythms.drop("talk", user)
    with pytest.raises(NotFound):
        rhythm_sheet.save("talk", base | {"span": 3}, base, user)


# ---- whom it is about ---------------------------------------------------------------------------


AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


def test_how_many_children_a_rhythm_is_about(user, enter):
    small = enter("张浩宇", birth_date="2015-03-08", boarding=True, focus="ill", **AWAY)
    enter("李雨涵", birth_date="2011-03-08", boarding=False, **AWAY)
    enter("王一鸣", birth_date="2015-03-08", focus="potential", father_whereabouts="home", father_able=True,
          mother_whereabouts="home", mother_able=True)  # fmt: skip
    staff = helpers.save(None, helpers.load(None) | {"name": "刘老师", "kind": "teacher"}, {}, user).id
    pairing.pair(small, staff, "teacher", DAY, user)

    def about(*who, **more):
        return rhythms.concerned(Rhythm("talk", "谈心", "talk", who=who, **more), DAY)

    assert about("all") == 2 and about("all", "potential") == 3 and about("potential") == 1
    assert about("focus") == about("ill") == about("under14") == about("boarding") == about("paired") == 1
    assert about("ordinary") == about("day") == about("unpaired") == 1
    assert about("boarding", "day") == 2 and about("study") == 0
    assert about("all", per="pairing") == about("all", per="pairing", by="teacher") == 1
    assert about("unpaired", per="pairing") == about("all", per="pairing", by="love_mother") == 0


def test_the_count_is_that_of_the_duties(user):
    demo.fill(user)
    ids = [child.id for child in Child.live(Child.id)]
    for who in [*WHO, ("focus", "boarding"), ("all", "potential")]:
        for per in ("child", "pairing"):
            asked = Rhythm("x", "谈心", "talk", who=who if isinstance(who, tuple) else (who,), per=per)
            rhythms.adopt([Profile("x", "试", "", (asked,))], user)
            owing = [piece for _, piece in owed.once(ids, None, DAY) if piece.source == "rhythm"]
            assert rhythms.concerned(asked, DAY) == len(owing), (who, per)
    assert rhythms.concerned(Rhythm("x", "谈心", "talk"), DAY) > 10
