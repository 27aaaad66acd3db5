"""What the made-up village did: helpers, pairings, talks and visits, activities, the plan."""

from collections import Counter
from datetime import date, timedelta

from db import adopting, days, plan_items, site
from db.adopting import Run
from db.demo import words
from db.demo.people import Village
from db.models import (
    Activity,
    Attendance,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Child,
    Focus,
    Helper,
    Pairing,
    PlanItem,
)
from db.plan_templates import Asked, Phase, Setup, Template


def helpers(village: Village) -> list[Helper]:
    """The grown-up helpers, and two children who help with homework."""
    act, chance = village.act, village.chance
    found = []
    for kind, unit, count, capacity in words.HELPERS:
        for _ in range(count):
            sex = "female" if kind in ("love_mother", "agent_parent") else chance.choice(("male", "female"))
            name = village.person(chance.choice(words.SURNAMES), sex)
            found.append(act.insert(
                Helper, name=name, sex=sex, kind=kind, unit=unit, phone=village.phone(),
                village_group=chance.choice(words.GROUPS) if "村" in unit else None, capacity=capacity,
            ))  # fmt: skip
    seniors = [survey.child for survey in village.surveys if survey.grade in ("p6", "j1", "j2")][:2]
    for child in seniors:
        found.append(act.insert(
            Helper, name=child.name, sex=child.sex, kind="peer", unit="学生",
            village_group=child.village_group, capacity=1, child=child,
        ))  # fmt: skip
    return found


def pairings(village: Village, counted: list[Child], around: list[Helper]) -> dict:
    """Seven in ten are paired, within what each helper can bear; a few pairings have ended. Child key → helper."""
    act, chance, today = village.act, village.chance, village.today
    load: Counter = Counter()
    paired = {}
    for child in chance.sample(counted, len(counted) * 7 // 10):
        room = [h for h in around if load[h.id] < (h.capacity or 2) and h.child_id != child.id]
        near = [h for h in room if h.village_group == child.village_group]
        if not room:
            break
        helper = chance.choice(near or room)
        load[helper.id] += 1
        paired[child.id] = helper
        act.insert(Pairing, child=child, helper=helper, kind=words.PAIRING_OF.get(helper.kind, "helper"),
                   since=today - timedelta(days=chance.randint(20, 55)))  # fmt: skip
    ended = [child for child in counted if child.id not in paired][:3]
    for child, why in zip(ended, ("helper_left", "changed", "done"), strict=False):
        helper = around[0] if why != "done" else around[1]
        act.insert(Pairing, child=child, helper=helper, kind="helper", since=today - timedelta(days=58),
                   until=today - timedelta(days=15), ended_because=why)  # fmt: skip
    return paired


def records(village: Village, counted: list[Child], paired: dict) -> None:
    """Talks such that some are overdue, some due today or this week; and the other deeds of a term."""
    chance, today = village.chance, village.today
    month_ago = days.add_months(today, -1)
    for index, child in enumerate(counted):
        helper = paired.get(child.id)
        small = days.age_on(child.birth_date, today) < 6
        talks, others = (words.SMALL, words.OTHERS[:5]) if small else (words.TALKS, words.OTHERS)
        match index % 10:
            case 0:
                last = month_ago if index < 20 else month_ago + timedelta(days=chance.randint(1, 6))
            case 1 | 2:
                last = month_ago - timedelta(days=chance.randint(1, 9))
            case 3:
                last = month_ago + timedelta(days=chance.randint(1, 7))
            case 4 if index < 20:
                continue  # nobody has talked with this one yet
            case _:
                last = today - timedelta(days=chance.randint(0, 18))
        for day in (last - timedelta(days=chance.randint(20, 27)), last):
            reason, content, then = chance.choice(talks)
            place = chance.choice(("学校", "家中", "农家书屋"))
            _record(village, child, helper, "talk", day, place, reason, content, then)
        for _ in range(chance.choice((0, 1, 1, 2))):
            kind, place, reason, content, then = chance.choice(others)
            _record(village, child, helper, kind, today - timedelta(days=chance.randint(0, 50)), place, reason,
                    content, then)  # fmt: skip


def calls(village: Village, counted: list[Child], paired: dict) -> None:
    """The weekly calls of the focus children these last weeks; two children have had none for a while."""
    focus = {tag.child_id for tag in Focus.live(Focus.child)}
    at_risk = [child for child in counted if child.id in focus]
    monday = village.today - timedelta(days=village.today.weekday())
    for index, child in enumerate(at_risk):
        for weeks in range(3 if index > 1 else 1, 0, -1):
            day = monday - timedelta(days=7 * (weeks if index > 1 else 3) - index % 5)
            kind = "video_call" if index % 3 == 2 else "phone_call"
            _record(village, child, paired.get(child.id), kind, day, "村委会", "亲情电话", words.CALL, None)


def promises(village: Village, counted: list[Child], paired: dict) -> None:
    """Follow-ups with a day, and a plan for two children with its steps and its review."""
    act, today = village.act, village.today
    for child, offset in zip(counted[5:8], (-2, 1, 4), strict=False):
        helper = paired.get(child.id)
        act.insert(
            CareRecord, child=child, kind="visit", on_date=today - timedelta(days=9), helper=helper,
            by_name=None if helper else words.KEEPER, place="家中", reason="走访", content=words.VISIT,
            follow_up=words.FOLLOW_UPS[abs(offset) % len(words.FOLLOW_UPS)], follow_up_on=today + timedelta(days=offset),
        )  # fmt: skip
    for child, (kind, tag, problem, goal, measures, steps) in zip(
        counted[8:], words.CARE_PLANS, strict=False
    ):
        begun = today - timedelta(days=30)
        plan_ = act.insert(
            CarePlan, child=child, term=site.term(), kind=kind, tag=tag, problem=problem, goal=goal, measures=measures,
            helper=paired.get(child.id), by_name=None if child.id in paired else words.KEEPER, starts=begun,
            ends=today + timedelta(days=60), review_on=today + timedelta(days=5), signed_by="村支部书记", signed_on=begun,
        )  # fmt: skip
        for title, day, done in steps:
            act.insert(CareStep, plan=plan_, child=child, title=title, due_on=today + timedelta(days=day),
                       done_on=today + timedelta(days=day - 1) if done else None)  # fmt: skip
        act.insert(CareStage, plan=plan_, child=child, on_date=today - timedelta(days=12), result=words.STAGE)


def _record(
    village: Village, child: Child, helper: Helper | None, kind: str, day: date, place: str | None,
    reason: str, content: str, then: str | None,
) -> None:  # fmt: skip
    village.act.insert(
        CareRecord, child=child, kind=kind, on_date=day, helper=helper, by_name=None if helper else words.KEEPER,
        place=place, reason=reason, content=content, follow_up=then,
    )  # fmt: skip


def activities(village: Village, counted: list[Child], around: list[Helper]) -> None:
    """Past ones with their roll, one today not yet called, some to come."""
    act, chance, today = village.act, village.chance, village.today
    leads = [helper.name for helper in around if helper.kind in ("teacher", "cadre", "volunteer")]
    for offset, kind, title, starts, place in words.ACTIVITIES:
        day = today + timedelta(days=offset)
        activity = act.insert(Activity, title=title, kind=kind, on_date=day, starts=starts, place=place,
                              lead=chance.choice(leads))  # fmt: skip
        if offset >= 0:
            continue
        for child in chance.sample(counted, min(len(counted), 34)):
            state = chance.choices(("present", "late", "leave", "absent"), (82, 6, 7, 5))[0]
            act.insert(Attendance, activity=activity, child=child, state=state)


def plan(village: Village) -> None:
    """Five months of a plan: what is past is done but for one item, this month's partly."""
    act, chance, today = village.act, village.chance, village.today
    month = today.replace(day=1)
    run = Run(days.add_months(month, -2), days.add_months(month, 3) - timedelta(days=1))
    numbers = [days.add_months(run.starts, n).month for n in range(5)]
    template = Template(
        "demo", words.PLAN, "演示用", "months", numbers[0], numbers[-1], (),
        tuple(Phase(name, tuple(numbers[n] for n in at)) for name, at in words.PHASES),
        {number: tuple(Asked(*each) for each in items) for number, items in zip(numbers, words.MONTHS, strict=True)},
        tuple(Setup(title, system, numbers[0]) for system, title in words.SETUPS), (), (),
    )  # fmt: skip
    (key,) = adopting.adopt([(template, run)], None)
    at: Counter = Counter()
    for item in PlanItem.live().where(PlanItem.work_plan == key).order_by(PlanItem.month, PlanItem.id):
        first = plan_items.first_of(item.month)
        index = at[item.month, item.sort]
        at[item.month, item.sort] += 1
        done = None
        if first < month and (item.sort == "setup" or (first, index) != (days.add_months(month, -1), 2)):
            done = first + timedelta(days=5 + 6 * min(index, 3))
        elif first == month and index < 2:
            done = today - timedelta(days=min(today.day - 1, 2 - index))
        if done:
            act.update(
                item,
                done_on=done,
                done_by=words.KEEPER,
                evidence_kind="note",
                evidence=chance.choice(words.EVIDENCE),
            )
