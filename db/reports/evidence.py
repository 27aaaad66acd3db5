"""迎检目录: what an inspection asks to see, how much of it there is, what is missing, where in the program it stands."""

from db import meetings, members, work_plans
from db.dossier import counted
from db.models import CarePlan, Child, Printed, Survey
from db.reports.facts import NONE, Facts
from db.vocab import CARE_PLAN_KIND, RECORD_KIND

Line = tuple[
    str, int | None, int, str
]  # what, how many there should be (None: nobody says), how many there are, where

PAPERS = (  # the target that counts them, what they are called, where they stand
    ("consented", "监护人同意书（不满14周岁）", "F2 录入的保障一段；F5 监护人同意率"),
    ("entrusted", "委托照护协议（父母都外出）", "F2 录入的保障一段；F5 委托照护签订率"),
)


def evidence(facts: Facts) -> list[tuple[str, ...]]:
    """The list, numbered: what, how many there should be, are and lack, where."""
    found = [*_children(facts), *_deeds(facts), *_meetings(facts), *_plans(facts)]
    return [
        (
            f"{at}",
            what,
            NONE if of is None else f"{of}",
            f"{there}",
            NONE if of is None else f"{of - there}",
            where,
        )
        for at, (what, of, there, where) in enumerate(found, 1)
    ]


def _children(facts: Facts) -> list[Line]:
    period = facts.period
    behind, complete = facts.number("留守儿童", period), facts.number("建档齐全", period)
    lines: list[Line] = [("一人一档（档案齐全的留守儿童）", behind, complete or 0, "F2 摸底登记；F5 建档率")]
    lines += [
        (paper, each.denominator, each.numerator, where)
        for code, paper, where in PAPERS for each in facts.targets() if each.code == code
    ]  # fmt: skip
    if facts.term is not None:
        mine = Survey.select(Child.id).join(Child).where(counted(facts.term, period.until))
        carded = Printed.select(Printed.child).where(Printed.what == "card", Printed.child.in_(mine))
        many = carded.where(Printed.deleted_at.is_null()).distinct().count()
        lines.append(("联系卡（打印过的留守儿童）", behind, many, "F2 打印；guanai export cards"))
    focus = facts.number("重点对象", period)
    planned = CarePlan.live(CarePlan.child).where(CarePlan.kind == "care").distinct().count()
    return [
        *lines,
        ("重点对象名单（名）", None, focus or 0, "F2 筛选重点"),
        (f"{CARE_PLAN_KIND.label('care')}（有方案的儿童）", None, planned, "档案里的帮扶方案"),
        (
            "结对儿童（名）",
            None,
            facts.number("结对儿童", period) or 0,
            "F3 结对帮扶；guanai export pairings",
        ),
    ]


def _deeds(facts: Facts) -> list[Line]:
    done = facts.records(facts.period)
    lines: list[Line] = [
        (f"{code.label}记录", None, done[code.code], "档案里的关爱记录；guanai export records") for code in RECORD_KIND if code.code in done
    ]  # fmt: skip
    held = facts.activities(facts.period)
    called = sum(each.listed > 0 for each in held)
    return [
        *lines,
        (
            "活动（记了办了的）",
            len(held),
            sum(map(facts.held, held)),
            "F4 活动日历；guanai export activities",
        ),
        ("活动签到（点了名的活动）", len(held), called, "F4 活动，点名"),
    ]


def _meetings(facts: Facts) -> list[Line]:
    found, decided = facts.meetings(facts.period), facts.decisions(facts.period)
    minuted = sum(bool(meetings.view(each.id).minutes) for each in found)
    listed = len(members.rows())
    return [
        ("领导小组名单（人）", None, listed, "F4 更多，领导小组"),
        ("会议记录", len(found), minuted, "F4 更多，会议与决定"),
        (
            "会议决定办好",
            len(decided),
            sum(each.done_on is not None for each in decided),
            "F4 更多，会议与决定",
        ),
    ]


def _plans(facts: Facts) -> list[Line]:
    period = facts.period
    done = facts.done(period)
    plans = [
        each
        for each in work_plans.listing(facts.today, closed=True)
        if each.starts <= period.until and each.ends >= period.first
    ]
    summed = sum(bool(work_plans.find(each.id).summary) for each in plans)
    return [
        ("工作计划", None, len(plans), "F4 更多，计划"),
        ("计划事项佐证（办好的事项）", len(done), len(facts.shown(period)), "F4 计划，办好了"),
        ("宣传报道", None, facts.number("宣传报道", period) or 0, "F4 计划，佐证类别选宣传报道"),
        ("经验材料、论文", None, facts.number("经验材料", period) or 0, "F4 计划，佐证类别选经验材料、论文"),
        ("计划的总结", len(plans), summed, "F4 计划，总结"),
    ]  # fmt: skip
