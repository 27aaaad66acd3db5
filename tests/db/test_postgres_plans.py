"""Plans, open days, series, birthdays and days off on PostgreSQL, by the verbs the screens call."""

from datetime import date

import pytest
from test_postgres_work import family

from db import (
    activities,
    adopting,
    birthdays,
    calendar_days,
    care,
    changes,
    child_sheet,
    clashes,
    days,
    days_off,
    duty_roster,
    participation,
    pick_up,
    plan_evidence,
    plan_items,
    plan_months,
    plan_summary,
    plan_templates,
    repeats,
    roll,
    site,
)
from db.exchange import ics, reader
from db.exchange.ics_in import Coming
from db.values import Refused

TODAY = date(2026, 9, 10)


def test_an_open_day_from_the_duty_to_the_closing(keeper, monkeypatch):
    monkeypatch.setattr(days, "time_now", lambda: "08:10")
    with changes.action("登记", keeper) as act:
        one, two = (family(act, site.term(), name).id for name in ("张浩宇", "李雨涵"))
    key = activities.save(None, {"title": "开放日", "kind": "open_day", "on_date": TODAY}, {}, keeper).id
    sports = activities.save(None, {"title": "跳绳", "kind": "sports", "on_date": TODAY}, {}, keeper).id
    roll.mark(sports, one, "present", keeper)
    assert duty_roster.assign(duty_roster.deal(duty_roster.lines(TODAY, TODAY), ["王晓"]), keeper) == 1
    roll.mark_all(key, [one, two], "present", keeper)
    pick_up.arrive(key, one, "王桂英", None, "08:00", keeper)
    pick_up.pick_up(key, one, "王桂英", None, "17:00", None, keeper)
    assert [(each.name, each.guardian) for each in pick_up.not_picked_up(key)] == [("李雨涵", "王桂英")]
    with pytest.raises(pick_up.StillHere):
        pick_up.close(key, "18:00", keeper)
    pick_up.close(key, "18:00", keeper, still={two: "王晓陪着"})
    assert roll.about(key).state == "held"
    assert participation.summary(TODAY, TODAY)[:4] == (2, 1, 1, 0)
    assert [each.title for each in participation.of_child(one)] == ["跳绳", "开放日"]
    assert [each.name for each in duty_roster.people(duty_roster.lines(TODAY, TODAY))] == ["王晓"]


def test_a_series_and_its_calendar_file(keeper, tmp_path):
    path = str(tmp_path / "活动日历.ics")
    _, count = repeats.weekly(
        "周六开放日", "open_day", 5, date(2026, 9, 12), date(2026, 10, 10), True, keeper, starts="8:30"
    )
    found = [line.id for line in activities.agenda(date(2026, 9, 1), date(2026, 12, 31))]
    assert count == len(found) == 5
    assert repeats.change_following(found[2], {"place": "操场"}, keeper) == 3
    assert repeats.change_rule(found[3], "FREQ=WEEKLY;BYDAY=SU;COUNT=2", False, keeper) == 2
    assert (repeats.of(found[0]).count, repeats.of(found[3]).words) == (3, "每周日，共2次")
    assert ics.write(path, None, None, keeper) == 5
    coming = Coming(reader.read(path))
    coming.preview()
    assert [item.became for item in coming.items] == ["unchanged", "unchanged"]
    assert repeats.remove_all(found[0], keeper) == 3 and repeats.remove_following(found[3], keeper) == 2
    assert coming.take(keeper) == 2
    assert len(activities.agenda(date(2026, 9, 1), date(2026, 12, 31))) == 5
    changes.undo(changes.last_action(keeper).action, keeper)
    assert activities.agenda(date(2026, 9, 1), date(2026, 12, 31)) == []


def test_birthdays_and_days_off(keeper):
    with changes.action("登记", keeper) as act:
        child, other = (family(act, site.term(), name).id for name in ("张浩宇", "李雨涵"))
    birthdays.set_lunar(child, True, keeper)
    birthdays.set_wish(child, 2027, "平安", keeper)
    birthdays.arrange_party("2027-02", date(2027, 2, 20), keeper)
    (moon,) = birthdays.of_month("2027-02")
    assert (moon.child_id, moon.day, moon.wish) == (child, date(2027, 2, 23), "平安")
    assert [each.child_id for each in birthdays.of_month("2027-03")] == [other]
    assert birthdays.party("2027-02").title == "2月生日会"
    assert days_off.load_year(2026, keeper) == (39, 0)
    found = days_off.of(date(2026, 10, 1), date(2026, 10, 10))
    assert (found[date(2026, 10, 1)].kind, found[date(2026, 10, 10)].kind) == ("off", "work")
    with pytest.raises(Refused, match="已经记了"):
        days_off.save(None, {"on_date": "2026-10-1", "kind": "off"}, {}, keeper)


def test_a_plan_is_adopted_done_and_summed_up(keeper):
    base = child_sheet.load(None)
    child = child_sheet.save(None, base | {"name": "张浩宇"}, base, keeper).id
    template = plan_templates.by_code("village")
    (plan,) = adopting.adopt([(template, adopting.runs(template)[0])], keeper)
    care.record(
        keeper, child_id=child, kind="video_call", on_date=date(2026, 9, 8), by_name="刘老师", minutes=5
    )
    film = next(item for item in plan_items.of_plan(plan) if item.title == "励志专题片（9月）")
    made = plan_evidence.arrange(film.id, plan_evidence.proposed(film.id), keeper, again=True)
    roll.mark(made.id, child, "present", keeper)
    assert activities.hold(made.id, None, keeper) == ["励志专题片（9月）"]
    assert [each.id for each in plan_evidence.activities_for(film.id)] == [made.id]
    assert [each.said for each in plan_evidence.records_for(film.id)] == ["9月8日亲情视频张* 刘老师"]
    (title, month), *_ = plan_months.month_report("2026-09")
    assert (title, month.done) == ("村级关爱计划", 1)
    text = plan_summary.draft(plan)
    assert "9月10日 励志专题片，到1人" in text and "期间亲情视频1次。" in text
    plan_summary.save(plan, {"summary": text}, {"summary": None}, keeper)
    assert plan_summary.load(plan)["summary"] == text


def test_what_clashes_and_a_window_of_the_agenda(keeper):
    on = date(2026, 9, 18)
    keys = [activities.save(None, {"title": title, "on_date": on, "starts": starts, "place": place, "lead": lead}, {}, keeper).id
            for title, starts, place, lead in (("甲", "9:00", "教室", "王晓"), ("乙", "9:30", "教室", "李芳"), ("丙", None, "教室", "王晓"))]  # fmt: skip
    assert {key: [each.shared for each in found] for key, found in clashes.on([on]).items()} == {
        keys[0]: [("教室",)], keys[1]: [("教室",)],
    }  # fmt: skip
    assert [line.title for line in activities.agenda(on, on, 1, 1)] == ["甲"]
    assert activities.days_with(on, on) == {on: 3}
    assert calendar_days.marks(date(2026, 9, 25), date(2026, 9, 25))[date(2026, 9, 25)].festival == "中秋节"
    activities.cancel(keys[0], "停电", keeper)
    assert clashes.on([on]) == {} and clashes.with_values(keys[0], activities.load(keys[0])) == []
    with pytest.raises(Refused, match="活动早于"):
        activities.save(None, {"title": "丁", "on_date": date(2026, 8, 1)}, {}, keeper)
