"""Every figure of the made-up village counted again in plain Python, and the same wherever it is told on one day."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from db import cross_sums, demo, overview, site, status, targets, targets_chart
from db.models import Child, Focus, Helper, Pairing, Survey
from db.printing import handout
from db.reports import periods
from db.reports.facts import Facts

DAYS = [date(2026, 9, 10), date(2026, 10, 31)]
BEHIND = {"dropped_out", "not_in_school", "none_yet", None}


@pytest.fixture
def village(ledger, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", DAYS[0].isoformat())
    keeper = demo.fill(site.user("wangxiao", "王晓"))
    children = list(Child.select().order_by(Child.name))
    for at, values in enumerate((
        {"left_on": date(2026, 9, 9)}, {"left_on": date(2026, 9, 11)}, {"birth_date": None}, {"birth_date": "2010-09"},
        {"birth_date": "2010-09-10"}, {"birth_date": "2020-08"}, {"birth_date": "2020-09-01"}, {"registered": False},
    )):  # fmt: skip
        Child.update(values).where(Child.id == children[at].id).execute()
    return keeper


def age(born: str | None, on: date) -> int | None:
    """A birth date known to the month only makes a year older when the month has ended."""
    if born is None:
        return None
    year, month, *day = map(int, born.split("-"))
    return on.year - year - ((on.month, on.day) < (month, day[0]) if day else on.month <= month)


def by_hand(on: date) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of every rate that goes by what is on file of a child."""

    def stands(row) -> bool:
        return (
            row.deleted_at is None
            and (row.since is None or row.since <= on)
            and (row.until is None or row.until > on)
        )

    term = site.term()
    surveys = {
        row.child_id: row for row in Survey.select() if row.term_id == term.id and row.deleted_at is None
    }
    tags = {(row.child_id, row.tag) for row in Focus.select() if stands(row)}
    tagged, here = {child for child, _ in tags}, {row.id for row in Helper.select() if row.deleted_at is None}
    paired = {row.child_id for row in Pairing.select() if stands(row) and row.helper_id in here}
    counted = []
    for child in Child.select():
        survey, years = surveys.get(child.id), age(child.birth_date, on)
        gone = child.deleted_at is not None or (child.left_on is not None and child.left_on <= on)
        if not gone and survey and survey.left_behind and (years is None or years < 16):
            counted.append((child, survey))

    def share(among, does) -> tuple[int, int]:
        among = list(among)
        return sum(bool(does(*each)) for each in among), len(among)

    def six(child) -> bool:
        return child.birth_date is not None and child.birth_date <= "2020-08-31"

    def of_age(unborn: bool = False):
        return [each for each in counted if six(each[0]) or (unborn and each[0].birth_date is None)]

    def tag(child, *names) -> bool:
        return any((child.id, name) in tags for name in names)

    def alone(child, survey) -> bool:
        return bool(survey.no_guardian) or survey.guardianship == "none" or tag(child, "no_guardian")

    def out(child, survey) -> bool:
        late = survey.schooling == "none_yet" and six(child)
        return survey.schooling in ("dropped_out", "not_in_school") or late or tag(child, "out_of_school")

    def both_away(_child, survey) -> bool:
        stated = [survey.father_whereabouts, survey.mother_whereabouts]
        return all((each or ("away" if survey.declared == "both" else None)) == "away" for each in stated)

    trained = {
        row.child_id for row in Survey.select()
        if row.deleted_at is None and row.parenting_on and date(on.year - 1, on.month, on.day) < row.parenting_on <= on
    }  # fmt: skip
    needy = [
        (child, survey) for child, survey in counted
        if tag(child, "hardship", "mind") or {"dibao", "tekun"} & set((survey.aid or "").split())
    ]  # fmt: skip
    return {
        "filed": share(counted, lambda _, survey: survey.gaps == ""),
        "enrolled": share(
            [each for each in of_age() if each[1].schooling != "suspended"],
            lambda _, survey: survey.schooling in ("primary", "junior", "senior", "vocational"),
        ),
        "in_school": share(of_age(), lambda child, survey: survey.schooling not in BEHIND and not tag(child, "out_of_school")),
        "vaccinated": share(
            [each for each in counted if each[1].vaccinated != "none_due"], lambda _, survey: survey.vaccinated == "done"
        ),
        "parenting": share([each for each in counted if not alone(*each)], lambda child, _: child.id in trained),
        "legal_aid": share(
            [each for each in counted if each[1].legal_aid in ("wanted", "given")],
            lambda _, survey: survey.legal_aid == "given",
        ),
        "paired": share(counted, lambda child, _: child.id in paired),
        "paired_focus": share([each for each in counted if each[0].id in tagged], lambda child, _: child.id in paired),
        "paired_hardship": share(needy, lambda child, _: child.id in paired),
        "entrusted": share(
            [each for each in counted if both_away(*each)], lambda _, survey: survey.entrust_on and survey.entrust_on <= on
        ),
        "consented": share(
            [each for each in counted if (age(each[0].birth_date, on) or 0) < 14],
            lambda child, _: child.consent_on and child.consent_on <= on,
        ),
        "no_guardian": share(counted, alone),
        "dropped_out": share(of_age(unborn=True), out),
        "no_hukou": share(counted, lambda child, _: child.registered is False or tag(child, "no_hukou")),
    }  # fmt: skip


@pytest.mark.parametrize("on", DAYS)
def test_each_rate_is_what_counting_by_hand_gives(village, monkeypatch, on):
    monkeypatch.setenv("GUANAI_TODAY", on.isoformat())
    found = {each.code: each for each in targets.targets()}
    hand = by_hand(on)
    assert {code: (found[code].numerator, found[code].denominator) for code in hand} == hand
    assert set(found) - set(hand) == {
        "retained",
        "talk_on_time",
        "visit_on_time",
        "call_on_time",
        "arts_sports",
    }
    for code, (numerator, denominator) in hand.items():
        made = found[code]
        if made.rate is not None:
            assert abs(made.rate - 100 * numerator / denominator) < 0.1
        if made.direction == "up" and made.denominator:
            assert len(made.missing) == denominator - numerator


def test_one_day_is_told_alike_everywhere(village):
    """F5, status, the page to hand out, the chart, 月报 and the 汇总表."""
    Child.update(left_on=None).where(
        Child.left_on > DAYS[0]
    ).execute()  # nobody is said to leave on a day to come
    for code in ("no_guardian", "dropped_out", "vaccinated", "call_on_time", "retained"):
        site.put(f"goal.{code}", 0 if code in ("no_guardian", "dropped_out") else 95, village)
    pursued = {each.name: each for each in targets.targets() if each.in_force}
    seen, told = status.standing(), status.status()
    assert {each.name: each for each in seen.targets} == pursued and len(pursued) == 9
    for each in told["targets"]:
        made = pursued[each["name"]]
        assert (each["numerator"], each["rate"], each["met"]) == (made.numerator, made.rate, made.met)
    assert {name: rest for name, *rest in handout.content(village).figures} == {
        name: [made.said, made.people, made.asks, made.verdict] for name, made in pursued.items()
    }
    book = load_workbook(io.BytesIO(targets_chart._workbook(seen, village)))
    rows = {row[0]: row for row in book.active.iter_rows(min_row=4, values_only=True) if row[0]}
    assert {name: row[1] for name, row in rows.items()} == {
        name: made.waiting or "—" if made.rate is None else made.rate for name, made in pursued.items()
    }
    facts = Facts(periods.read("2026-09"), village)
    assert {each.name: each for each in facts.targets() if each.in_force} == pursued
    month = overview.month(DAYS[0])
    for name, figure in (
        ("在册儿童", seen.registered), ("留守儿童", seen.left_behind), ("重点对象", seen.focus), ("谈心", month.talks),
        ("关爱记录", month.talks + month.other_records), ("活动", month.activities), ("活动到场", month.came),
        ("计划事项", month.plan_total), ("计划完成", month.plan_done), ("逾期待办", seen.due.overdue),
    ):  # fmt: skip
        assert facts.number(name, facts.period) == figure, name
    assert cross_sums.sums().regions[0].total == seen.left_behind
    assert sum(each.duties for each in seen.late) == seen.due.overdue
