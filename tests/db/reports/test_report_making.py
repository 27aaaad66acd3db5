"""What stands in a report: figures by hand-counted facts, compared, masked, with their rules."""

from datetime import date

import pytest

from db import activities, care, helpers, pairing, plan_items, roll
from db.reports import making, markdown, periods, templates
from db.reports.content import Grid, Heading, Text
from db.values import Refused

AWAY = {
    "birth_date": "2015-03-08", "sex": "male", "father_whereabouts": "away", "mother_whereabouts": "away",
    "village_group": "一组", "schooling": "primary",
}  # fmt: skip


@pytest.fixture
def village(enter, user):
    """Two 留守 children, one at home; a helper with one child; talks in August and September."""
    zhang = enter("张浩宇", **AWAY)
    li = enter("李雨涵", **AWAY | {"village_group": "二组", "focus": "study"})
    enter("王一鸣", **AWAY | {"mother_whereabouts": "home", "mother_able": True})
    base = helpers.load(None)
    helper = helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, user).id
    pairing.pair(zhang, helper, "helper", date(2026, 9, 2), user)
    for child, on in ((zhang, date(2026, 9, 3)), (li, date(2026, 9, 4)), (zhang, date(2026, 8, 20))):
        care.record(user, child_id=child, on_date=on, content="谈了学习")
    care.record(user, child_id=li, on_date=date(2026, 9, 5), missed="not_home")
    return {"张浩宇": zhang, "李雨涵": li}


def made(text="", table=None, code="2026-09", user=None, reveal=False, **section):
    part = templates.Section("情况", text, table, (), "", False, 0)._replace(**section)
    template = templates.Template("小结", "{单位}{期间}小结", "month", (part,), text=text)
    return making.made(template, periods.read(code), user, reveal)


def said(text, **more):
    (filled,) = [
        block.lines[0]
        for block in made(text, **more).report.blocks
        if isinstance(block, Text) and not block.small
    ]
    return filled


def rows(table, **more):
    grids = [block for block in made(table=table, **more).report.blocks if isinstance(block, Grid)]
    return [dict(zip(grids[0].head, row, strict=True)) for row in grids[0].rows] if grids else []


def test_figures_are_what_is_on_file(village):
    assert (
        said("在册{在册儿童}，留守{留守儿童}，重点{重点对象}，结对{结对儿童}，帮扶人{帮扶人}")
        == "在册3，留守2，重点1，结对1，帮扶人1"
    )
    assert said("{谈心}次，{谈心.上期}，{谈心.比上期}，没做成{没做成}") == "2次，1，比上月多1次，没做成1"
    assert (
        said("{单位}|{乡镇}|{期间}|{上期}|{下期}|{止}")
        == "柳溪村|青石镇|2026年9月|2026年8月|2026年10月|2026年9月10日"
    )
    assert said("{目标：结对率}，{目标：结对率.人数}") == "50%，1/2"
    assert said("{新结对}，{新结对.比上期}；{活动.比上期}") == "1，比上月多1对；与上月持平"


def test_a_child_is_new_on_the_day_it_was_first_surveyed_even_if_it_is_entered_later(enter, user):
    enter("张浩宇", **AWAY | {"surveyed_on": date(2026, 7, 20)})
    enter("李雨涵", **AWAY | {"surveyed_on": date(2026, 8, 5)})
    enter("王一鸣", **AWAY | {"surveyed_on": None})
    told = [said("{在册儿童} {新登记}", code=f"2026-0{month}") for month in (6, 7, 8, 9)]
    assert told == ["0 0", "1 1", "2 1", "3 1"]


def test_a_month_that_is_over_is_told_as_of_its_end(village):
    assert said("{谈心}，结对{结对儿童}", code="2026-08") == "1，结对0"


def test_a_missing_figure_is_a_dash_never_a_guess(village, monkeypatch):
    assert said("留守{留守儿童}，{学期}", code="2019-03") == "留守—，—"
    row = rows("儿童分组", code="2019-03")[0]
    assert (row["留守"], row["档案齐全"]) == ("—", "—")
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-11")
    assert said("{乡镇}") == "青石镇"


def test_an_empty_ledger_has_dashes_and_sentences(user):
    text = markdown.write(making.made(templates.shipped()[0], periods.read("2026-09"), user).report)
    assert "在册儿童0名" in text and "| 结对率 | — | — | 100% | — |" in text
    assert "本月没有活动。" in text and "还没有结对。" in text


def test_groups_add_up(village):
    found = rows("儿童分组")
    assert [(row["村民组"], row["在册"], row["留守"], row["重点"], row["已结对"]) for row in found] == [
        ("一组", "2", "1", "0", "1"), ("二组", "1", "1", "1", "0"), ("合计", "3", "2", "1", "1"),
    ]  # fmt: skip


def test_records_stand_beside_those_of_the_period_before(village):
    assert rows("关爱记录") == [{"类别": "谈心", "本期": "2", "上期": "1"}]
    assert rows("结对") == [{"结对类型": "一对一帮扶", "现有": "1", "本期新结": "1", "本期结束": "0"}]


def test_an_activity_nobody_says_was_held_does_not_count_and_names_in_it_are_masked(village, user):
    base = activities.load(None)

    def put(title, day):
        return activities.save(None, base | {"title": title, "on_date": day, "kind": "生日会"}, base, user).id

    def came(activity, child):
        roll.mark(activity, child, "present", user)

    first = put("给张浩宇过生日", date(2026, 9, 3))
    put("看电影", date(2026, 9, 5))
    came(first, village["张浩宇"])
    found = rows("活动")
    assert [(row["活动"], row["到场"]) for row in found] == [
        ("给张*过生日", "1人"),
        ("看电影", "没有记是否办了"),
    ]
    assert said("{活动}次{活动到场}人次") == "1次1人次"
    assert rows("活动", reveal=True)[0]["活动"] == "给张浩宇过生日"


def test_plan_items_due_done_and_next(user):
    done = plan_items.add("2026-09", "开家长会", user)
    plan_items.add("2026-09", "全村摸底", user)
    plan_items.add("2026-10", "国庆走访", user)
    plan_items.finish(done, date(2026, 9, 8), "照片12张", user)
    assert said("{计划事项}项办好{计划完成}项") == "2项办好1项"
    assert [(row["事项"], row["办得怎样"], row["佐证"]) for row in rows("计划事项")] == [
        ("开家长会", "2026-09-08办好", "照片12张"), ("全村摸底", "还没到期", "—"),
    ]  # fmt: skip
    assert [(row["日期"], row["事项"]) for row in rows("下期")] == [("2026-10-31", "国庆走访")]
    assert [row["事项"] for row in rows("佐证")] == ["开家长会"]


def test_what_an_inspection_asks_for_says_what_is_missing(village, user):
    done = plan_items.add("2026-09", "开家长会", user)
    plan_items.finish(done, date(2026, 9, 8), None, user)
    found = {row["材料"]: row for row in rows("迎检", code="2026秋")}
    dossier = found["一人一档（档案齐全的留守儿童）"]
    assert (dossier["应有"], dossier["已有"], dossier["缺"]) == ("2", "0", "2")
    assert found["谈心记录"]["已有"] == "2" and found["谈心记录"]["应有"] == "—"
    proof = found["计划事项佐证（办好的事项）"]
    assert (proof["应有"], proof["已有"], proof["缺"]) == ("1", "0", "1")
    assert [row["序号"] for row in found.values()] == [str(at) for at in range(1, len(found) + 1)]


def test_the_rules_and_the_day_of_every_figure_stand_at_the_end(village, user):
    report = made("{在册儿童}，{谈心}", "目标", user=user).report
    assert report.blocks[-2] == Heading("口径说明")
    rules = report.blocks[-1].lines
    assert rules[0].startswith(
        "制表日期2026年9月10日，制表人王晓；数据截至2026年9月10日；留守儿童按“国发〔2016〕13号"
    )
    assert "2026年9月还没过完，各数只到2026年9月10日。" in rules
    assert any(line.startswith("在册儿童：2026年9月10日在册") for line in rules)
    assert any(line.startswith("谈心：2026年9月1日到2026年9月10日做成的谈心") for line in rules)
    assert sum(line.startswith("结对率：") for line in rules) == 1


def test_a_target_that_is_not_there_is_refused_with_those_that_are(village):
    with pytest.raises(Refused, match=r"没有“及格率”这项目标，可写：.*结对率"):
        made("{目标：及格率}")


def test_the_plans_summaries_are_the_ones_plan_summary_writes(user):
    from db import adopting, plan_summary, plan_templates

    template = plan_templates.by_code("village")
    (plan,) = adopting.adopt([(template, adopting.runs(template)[0])], user)
    blocks = made(plans=True).report.blocks
    assert "（按台账起草，还没有人改定）" in blocks[1].text
    plan_summary.save(plan, {"summary": "村级总结\n一、基本情况\n好。"}, {"summary": None}, user)
    blocks = made(plans=True).report.blocks
    assert "起草" not in blocks[1].text and blocks[2].lines == ("【基本情况】", "好。")


def test_all_five_come_in_markdown_without_a_placeholder_left(village, user):
    for template in templates.shipped():
        text = markdown.write(making.made(template, periods.current(template.span), user).report)
        assert "{" not in text and text.startswith("# 柳溪村"), template.name
        assert "张浩宇" not in text and "李雨涵" not in text


def test_signs_of_markdown_in_what_somebody_wrote_stay_what_they_are(user):
    plan_items.add("2026-09", "*爱*|[心](x) # <b>", user)
    text = markdown.write(made(table="计划事项").report)
    assert r"\*爱\*\|\[心\](x) \# \<b\>" in text
