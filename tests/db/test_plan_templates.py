"""Templates of yearly plans: the seven say what the plans say, one's own come back the same, a bad file one sentence."""

import pytest

from db import plan_templates
from db.plan_templates import by_code, read, read_file, templates, written
from db.sheet import NotFound
from db.values import Refused

# By hand from the seven work plans: span, months with how many items, occasions (kind of activity, how often), goals, phases.
PLANS = {
    "village": ((8, 12), [4, 2, 3, 2, 3], {"film": "month", "reading": "day", "sports": "holiday"}, 4, 0),
    "school-basic": ("term", [], {"forum": "term"}, 5, 0),
    "school-full": ((2, 7), [2, 2, 3, 3, 4, 2], {}, 3, 0),
    "hand-in-hand": ("school_year", [], {}, 1, 0),
    "activity-home": (
        (3, 12), [3, 1, 1, 1, 2, 2, 1, 1, 1, 2], {"open_day": "week", "meeting": "quarter", "festival": "festival"}, 1, 0,
    ),
    "class": ("term", [], {}, 4, 0),
    "ten-ones": ((2, 6), [3, 3, 5, 3, 3], {"lecture": "term", "outing": "term", "birthday": "month"}, 1, 3),
}  # fmt: skip
SYSTEMS = {
    "village": "survey dossier focus network pairing video_call film reading_room activity_room supplies care_plan",
    "school-basic": "leading_group survey dossier pair_teacher pair_peer care_plan talk_card individual_plan counselling phone_call",
    "school-full": "leading_group dossier contact_card three_priorities study_plan progress_file pair_teacher pair_peer agent_parent "
    "diary talk_card individual_plan counselling boarding fee_waiver supplies illness",
    "hand-in-hand": "pairing parent_feedback social_activity interests",
    "activity-home": "survey dossier pairing agent_parent phone_call birthday festival open_day roll_call duty pick_up inventory "
    "awards group_meeting briefing guardian_training",
    "class": "leading_group dossier contact_card three_priorities study_plan progress_file pair_teacher diary talk_card "
    "individual_plan counselling reunion letter speech activity_room supplies legal_aid",
    "ten-ones": "potential leading_group dossier contact_card pair_peer pair_teacher agent_parent diary talk_card individual_plan "
    "appraisal home_inventory phone_call test_and_checkup lecture outing stage letter birthday_party good_deed awards book",
}


def test_the_seven_say_what_the_plans_say():
    assert {each.code for each in templates()} == set(PLANS)
    for each in templates():
        span, months, occasions, goals, phases = PLANS[each.code]
        assert ((each.first, each.last) if each.first else each.span) == span, each.code
        assert [len(items) for items in each.months.values()] == months, each.code
        assert {one.kind: one.every for one in each.occasions} == occasions, each.code
        assert (len(each.goals), len(each.phases)) == (goals, phases), each.code
        assert {one.system for one in each.setups if one.system} == set(SYSTEMS[each.code].split()), each.code
        assert each.rhythms and each.title and each.source
    assert sum(one.title.startswith("十个一：") for one in by_code("ten-ones").setups) == 10
    assert next(one for one in by_code("activity-home").occasions if one.kind == "open_day").weekday == 6
    with pytest.raises(NotFound, match="没有“nothing”"):
        by_code("nothing")


def test_a_plan_goes_out_and_comes_back_the_same(tmp_path):
    for each in templates():
        path = tmp_path / f"{each.code}.toml"
        path.write_text(written(each), "utf-8")
        assert read_file(path) == each


def test_a_plan_over_the_new_year_runs_over_its_months_in_order():
    plan = read("x", 'title = "冬"\nfirst = 11\nlast = 2\n[[month]]\nmonth = 1\nitems = ["返乡登记"]\n')
    assert plan.month_numbers == (11, 12, 1, 2)


GOOD = 'title = "甲"\nfirst = 9\nlast = 12\n[[month]]\nmonth = 9\nitems = ["家长会"]\n'
SETUP = '[[setup]]\ntitle = "一"\n'
OCCASION = '[[occasion]]\ncode = "film"\nname = "放电影"\nkind = "film"\nevery = "month"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "缺 title"),
        ("owner = 1\n" + GOOD, "不认识“owner”"),
        (GOOD.replace("month = 9", "month = 13"), "1到12"),
        (GOOD.replace("month = 9", "month = 0"), "1到12"),
        (GOOD.replace("month = 9", 'month = "九"'), "1到12"),
        (GOOD.replace("month = 9", "month = 3"), "3月不在计划的9月到12月之内"),
        (GOOD + "[[month]]\nmonth = 9\nitems = []\n", "写了两段"),
        (GOOD.replace("first = 9\nlast = 12\n", ""), "要有 first 和 last"),
        (GOOD.replace("last = 12\n", ""), "last"),
        (GOOD.replace('["家长会"]', '"家长会"'), "列表"),
        (GOOD.replace('["家长会"]', "[3]"), "一段"),
        (GOOD.replace('["家长会"]', '[""]'), "缺 title"),
        (GOOD.replace('["家长会"]', '[{title = "会", kind = "party"}]'), "“party”不认识"),
        (GOOD.replace('["家长会"]', '[{title = "会", often = 1}]'), "不认识“often”"),
        (GOOD + SETUP + "month = 5\n", "5月不在"),
        (GOOD + SETUP + "month = true\n", "1到12"),
        (GOOD + '[[setup]]\nsystem = "x"\n', "缺 title"),
        (GOOD + OCCASION.replace('"month"', '"hour"'), "“hour”不认识"),
        (GOOD + OCCASION + "weekday = 8\n", "1到7"),
        (GOOD + OCCASION + OCCASION, "写了两遍"),
        (GOOD + '[[goal]]\ncode = "filed"\nname = "建档率"\nrate = 101\n', "0到100"),
        (GOOD + '[[phase]]\nname = "一"\nmonths = []\n', "列表"),
        (GOOD + '[[phase]]\nname = "一"\nmonths = [3]\n', "3月不在"),
        (GOOD + '[[rhythm]]\ncode = "talk"\nname = "谈心"\nkind = "talk"\nspan = 0\n', "现在是0"),
        (GOOD + 'goal = "x"\n', "列表|TOML|不认识"),
        (GOOD.replace("家长会", "会" * 81), "最多80字"),
        ('title = "空"\n', "是空的"),
        ("a = " + "[" * 60_000, "TOML"),
    ],
)  # fmt: skip
def test_a_bad_file_says_one_sentence(tmp_path, text, said):
    path = tmp_path / "计划.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused, match=said) as refused:
        read_file(path)
    assert len(str(refused.value)) < 300 and "\n" not in str(refused.value)


def test_the_plans_are_part_of_the_package():
    assert len(list(plan_templates.YEARS.glob("*.toml"))) == len(PLANS)
