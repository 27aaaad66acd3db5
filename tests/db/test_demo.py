"""The made-up village is lively, of a piece, invented throughout, and the same every time."""

import re
import time
from collections import Counter
from datetime import date, timedelta

import pytest

from db import (
    activities,
    changes,
    days,
    demo,
    dossier,
    duties,
    pairing,
    plan_items,
    site,
    status,
    store,
    targets,
    values,
)
from db.models import (
    Activity,
    Adult,
    Attendance,
    CareRecord,
    Child,
    Focus,
    Helper,
    Kinship,
    Pairing,
    PlanItem,
    Survey,
    User,
)

DAYS = ("2026-09-01", "2026-11-24", "2027-01-31", "2027-02-28", "2028-02-29", "2027-07-31", "2027-08-31")


@pytest.fixture(scope="module")
def made() -> dict:
    """The folders of the villages made so far, by day: they are only looked at."""
    return {}


@pytest.fixture(params=DAYS)
def today(request, made, tmp_path_factory, monkeypatch) -> date:
    """The village, open, on one of several days of the year."""
    monkeypatch.setenv("GUANAI_TODAY", request.param)
    if request.param in made:
        store.open_ledger(made[request.param])
    else:
        made[request.param] = tmp_path_factory.mktemp("demo") / "village"
        store.open_ledger(made[request.param])
        demo.fill(None)
    yield date.fromisoformat(request.param)
    store.close()


def test_there_is_something_to_see_on_any_day(today):
    assert (site.site().name, site.site().township) == ("柳溪村", "青石镇")
    assert site.term().code == days.term_code(today)
    due, tally = duties.page(today), duties.tally(today)
    assert 5 <= tally.overdue <= tally.pressing - 5
    assert any(duty.days_over in (0, -1) for duty in due)  # on a 31st nothing may be due
    assert {duty.source for duty in due} == {"rhythm", "follow_up", "step", "review", "birthday", "item"}
    assert {"talk", "phone_call", "visit"} <= {duty.kind for duty in due}
    for target in targets.rates(today):
        assert 50 < target.rate < 100, target.name
    beside = status.beside(today)
    assert beside.activities and 0 < beside.plan_done < beside.plan_total
    assert len(pairing.unpaired()) > 10
    assert any(each.focus for each in pairing.unpaired())


def test_its_size(today):
    assert Child.select().count() == 80
    assert 28 <= Helper.select().count() <= 34
    assert CareRecord.select().count() > 150
    assert Attendance.select().count() > 100
    assert Focus.select(Focus.child).distinct().count() >= 6
    incomplete = Survey.select().where(Survey.gaps != "").count()
    assert 6 <= incomplete <= 18
    past, coming = (Activity.on_date < today), (Activity.on_date > today)
    assert Activity.select().where(past).count() >= 3 and Activity.select().where(coming).count() >= 3


def test_everybody_is_invented(today):
    for model in (Child, Adult):
        for row in model.select().where(model.id_number.is_null(False)):
            assert row.id_number.startswith("340505")
            assert values.id_number(row.id_number) == row.id_number
            assert values.id_birth(row.id_number) == row.birth_date
            assert values.id_sex(row.id_number) == row.sex
    for model in (Adult, Helper):
        phones = [row.phone for row in model.select().where(model.phone.is_null(False))]
        assert phones and all(re.fullmatch(r"1990000\d{4}", phone) for phone in phones)


def test_names_differ_but_for_one_pair(today):
    names = Counter(child.name for child in Child.select())
    assert [name for name, times in names.items() if times > 1] == ["李雨涵"]
    assert names["李雨涵"] == 2
    assert len({child.village_group for child in Child.select()}) == 8
    assert all(child.initials for child in Child.select())


def test_ages_and_families(today):
    for child in Child.select():
        assert 3 <= days.age_on(child.birth_date, today) <= 15
    shared = Kinship.select(Kinship.adult).where(Kinship.relation == "51")
    assert Child.select().count() > shared.distinct().count() > 40
    for survey in Survey.select().where(Survey.grade.startswith("p")):
        assert survey.schooling == "primary"
        assert 5 <= days.age_on(survey.child.birth_date, today) <= 12


def test_nothing_happened_in_the_future_or_before_a_birth(today):
    for record in CareRecord.select(CareRecord, Child).join(Child):
        assert record.on_date <= today
        assert record.on_date.isoformat() >= record.child.birth_date
    for row in Pairing.select():
        assert row.since <= (row.until or today) <= today
    assert PlanItem.select().where(PlanItem.done_on > today).count() == 0
    assert Attendance.select().join(Activity).where(Activity.on_date >= today).count() == 0


def test_no_helper_bears_more_than_said(today):
    for helper in pairing.board_helpers():
        assert helper.capacity is None or helper.load <= helper.capacity


def test_plan_items_stand_in_five_months(today):
    first = today.replace(day=1)
    months = [f"{days.add_months(first, offset):%Y-%m}" for offset in range(-2, 3)]
    assert all(len(plan_items.month(month)) >= 3 for month in months)
    assert PlanItem.select(PlanItem.month).distinct().count() == 5
    assert all(line.done_on is None for month in months[3:] for line in plan_items.month(month))


def test_what_is_derived_is_as_the_rules_give_it(today):
    ids = [child.id for child in Child.select(Child.id)]
    assert list(dossier.drifted(ids, "state2016")) == []


def test_the_keeper_is_wang_xiao_and_cannot_undo_the_village(ledger):
    asking = site.user("laoli")
    keeper = demo.fill(asking)
    assert (keeper.id, keeper.name, User.get_by_id(asking.id).name) == (asking.id, "王晓", "王晓")
    last = changes.last_action(keeper)
    assert last is None or last.label != "演示数据"


def test_the_same_day_makes_the_same_village(ledger, tmp_path):
    def told():
        return [
            (c.name, c.birth_date, c.id_number, c.address) for c in Child.select().order_by(Child.id)
        ], sorted((r.child.name, r.on_date, r.content) for r in CareRecord.select())

    demo.fill(None)
    first = told()
    store.close()
    store.open_ledger(tmp_path / "another")
    demo.fill(None)
    assert told() == first


def test_it_is_made_quickly(ledger):
    started = time.process_time()
    demo.fill(None)
    assert time.process_time() - started < 1.5


def test_the_calendar_reaches_both_ways(today):
    lines = activities.agenda(today - timedelta(days=60), today + timedelta(days=60))
    assert all((line.listed > 0) == (line.on_date < today) for line in lines)
    assert all(0 < line.present <= line.listed for line in lines if line.listed)
