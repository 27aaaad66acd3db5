"""The targets on PostgreSQL: the same figures, parts and people as in a file."""

import json
from datetime import date

from db import (
    activities,
    care,
    changes,
    child_sheet,
    conditions,
    outside,
    pairing,
    site,
    snapshots,
    store,
    targets,
)
from db.models import Attendance, Focus, Helper, OwnTarget, Snapshot

TODAY = date(2026, 9, 10)
AWAY = {
    "father_whereabouts": "away",
    "mother_whereabouts": "away",
    "birth_date": "2015-03-08",
    "surveyed_on": TODAY,
}
SAMPLES = {"flag": True, "day": "2026-9-1", "partial": "2015-3", "number": 3, "text": "柳溪", "notes": "柳溪"}


def enter(by, name, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | AWAY | {"name": name} | values, base, by).id


def settle(by):
    """A small village with something of everything."""
    pupil = {
        "schooling": "primary",
        "school": "柳溪小学",
        "grade": "p5",
        "class_no": "2班",
        "village_group": "二组",
    }
    one = enter(
        by,
        "张浩宇",
        **pupil,
        vaccinated="done",
        aid="dibao medical",
        guardian_relation="62",
        guardian_name="王桂英",
    )
    two = enter(
        by,
        "李雨涵",
        schooling="dropped_out",
        registered=False,
        no_guardian=True,
        legal_aid="wanted",
        entrust_on=TODAY,
    )
    enter(
        by,
        "王一鸣",
        birth_date="2012-05",
        village_group="十组",
        parenting_on=TODAY,
        consent_on=TODAY,
        boarding=True,
    )
    helper = changes.insert(Helper, by, name="刘老师", kind="teacher").id
    pairing.pair(one, helper, "teacher", TODAY, by)
    for child, tag in ((one, "hardship"), (two, "potential")):
        changes.insert(Focus, by, child=child, tag=tag, since=TODAY)
    games = activities.save(None, {"title": "运动会", "on_date": TODAY, "kind": "sports"}, {}, by).id
    changes.insert(Attendance, by, activity=games, child=one, state="present")
    care.record(by, child_id=two, on_date=TODAY)
    for code in ("vaccinated", "dropped_out", "no_hukou", "visit_on_time"):
        site.put(f"goal.{code}", 0 if code.startswith(("dropped", "no_")) else 95, by)
    base = outside.load("retained")
    told = {"numerator": 38, "denominator": 40, "on_date": TODAY, "source": "柳溪小学"}
    outside.save("retained", "柳溪小学", base | told, base, by)


def every_test():
    for field in conditions.FIELDS:
        for test, _ in conditions.tests_of(field):
            spec = conditions.value_spec(field, test)
            value = spec and (SAMPLES[spec.kind] if spec.kind in SAMPLES else next(iter(spec.codes)).code)
            yield [field, test, value]


def seen(by):
    """Everything the targets say, without keys, which differ from ledger to ledger."""
    settle(by)
    with changes.action("自定目标", by) as act:
        for n, each in enumerate(every_test()):
            act.insert(
                OwnTarget, name=f"第{n}项", sort="rate", counted="registered", met=json.dumps([each]), goal=50, place=n,
                direction="down" if n % 2 else "up",
            )  # fmt: skip
    found = targets.targets()
    said = [(each[1:8], [person[1:] for person in each.missing], each[9:]) for each in found]
    parts = [
        (code, part.label, part.numerator, part.denominator, part.met)
        for code in targets.INDICATORS for dimension in targets.DIMENSIONS for part in targets.by(code, dimension)
    ]  # fmt: skip
    assert snapshots.note(found) and snapshots.note(found)
    kept = sorted((row.numerator, row.denominator, row.goal or -1) for row in Snapshot.select())
    return said, parts, kept


def test_the_same_figures_on_either_store(keeper, tmp_path):
    there = seen(keeper)
    store.close()
    store.open_ledger(tmp_path / "ledger")
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=by)
    here = seen(by)
    assert here == there
    assert len(here[0]) == 19 + len(list(every_test())) and len(here[2]) > 100


def test_when_a_term_ends_it_is_kept_there_too(keeper):
    enter(keeper, "张浩宇")
    site.set_up(site_name="柳溪村", term_code="2026春", by=keeper)
    assert [(each.term, each.denominator) for each in snapshots.trend("paired")] == [("2026秋", 1)]
