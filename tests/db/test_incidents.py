"""强制报告: kept for its author alone, whatever becomes of the child's file."""

import tokenize
from datetime import date
from pathlib import Path

import pytest

from db import (
    care,
    changes,
    child_sheet,
    child_view,
    children,
    duties,
    incidents,
    lookalikes,
    merging,
    site,
    status,
    term_changes,
)
from db.models import Change, Incident
from db.sheet import Conflict, NotFound
from db.values import Refused

DAY = date(2026, 9, 10)
SECRET = "手臂上有成片的旧伤"


@pytest.fixture
def other(user):
    """A second user of the same ledger."""
    return site.user("zhoumin", "周敏")


def reported(by, child_id=None, **values):
    return incidents.save(
        None, child_id, incidents.load(None, by) | {"kind": "injured", "seen": SECRET} | values, {}, by
    ).id


def test_a_report_is_read_in_full_by_its_author_alone(enter, user, other):
    child = enter("张浩宇")
    key = reported(user, child, receipt="110-0001")
    assert incidents.mine(user) == [
        incidents.Report(key, DAY, "多处或反复不明原因受伤", "张浩宇", "110-0001")
    ]
    assert incidents.load(key, user)["seen"] == SECRET
    assert incidents.mine(other) == [] and incidents.mine(None) == []
    for trying in (
        lambda: incidents.load(key, other),
        lambda: incidents.load(key, None),
        lambda: incidents.save(key, None, {"seen": "x"}, {}, other),
        lambda: incidents.concern(key, None, other),
        lambda: incidents.remove(key, other),
    ):
        with pytest.raises(NotFound):
            trying()
    assert incidents.load(key, user)["seen"] == SECRET


def test_a_new_report_begins_with_today_and_who_writes_it(user):
    assert {name: value for name, value in incidents.load(None, user).items() if value} == {
        "on_date": DAY, "called_by": "王晓",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": None}, "哪一种情形"),
        ({"kind": "没有这种"}, "不在强制报告情形的选项里"),
        ({"on_date": date(2026, 9, 11)}, "还没到"),
        ({"on_date": None}, "请填日期"),
        ({"on_date": date(2014, 1, 1)}, "早于张浩宇的出生日期"),
        ({"seen": "长" * 2001}, "最多2000字"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(enter, user, values, said):
    child = enter("张浩宇", birth_date="2015-03-08")
    with pytest.raises(Refused, match=said):
        reported(user, child, **values)
    assert Incident.select().count() == 0


def test_nobody_in_particular_cannot_keep_a_secret(user):
    with pytest.raises(Refused, match="登录名"):
        reported(None)


def test_it_is_mended_concerns_another_child_and_is_taken_back(enter, user):
    one, two = enter("张浩宇"), enter("李雨涵", birth_date="2026-09-10")
    key = reported(user, on_date=date(2026, 9, 9))
    base = incidents.load(key, user)
    incidents.save(key, None, base | {"receipt": "110-0002"}, base, user)
    incidents.concern(key, one, user)
    assert incidents.mine(user)[0].child == "张浩宇"
    with pytest.raises(Refused, match="早于李雨涵的出生日期"):
        incidents.concern(key, two, user)
    for _ in range(2):
        changes.undo(changes.last_action(user).action, user)
    assert incidents.mine(user)[0] == incidents.Report(
        key, date(2026, 9, 9), "多处或反复不明原因受伤", None, None
    )
    incidents.remove(key, user)
    assert incidents.mine(user) == []
    changes.undo(changes.last_action(user).action, user)
    assert incidents.load(key, user)["seen"] == SECRET


def test_two_windows_of_the_author_do_not_overwrite_each_other(user):
    key = reported(user)
    base = incidents.load(key, user)
    incidents.save(key, None, base | {"receipt": "甲"}, base, user)
    assert incidents.save(key, None, base | {"taken_by": "民警"}, base, user).merged == ["回执编号"]
    with pytest.raises(Conflict):
        incidents.save(key, None, base | {"receipt": "乙"}, base, user)
    assert incidents.load(key, user)["receipt"] == "甲"


def test_the_changes_and_the_undo_name_neither_child_nor_kind(enter, user, other):
    key = reported(user, enter("张浩宇"))
    base = incidents.load(key, user)
    incidents.save(key, None, base | {"note": "民警已到"}, base, user)
    incidents.remove(key, user)
    done = changes.last_action(user)
    assert {row.label for row in Change.select().where(Change.table == "incident")} == {"一条保密记录"}
    assert changes.last_action(other) is None
    with pytest.raises(changes.CannotUndo, match="找不到"):
        changes.undo(done.action, other)
    assert incidents.mine(user) == []


def test_merging_and_striking_out_the_child_leave_it_with_its_author_and_tell_nobody(enter, user, other):
    keep, gone = enter("张浩宇", birth_date="2015-03-08"), enter("张皓宇", birth_date="2015-03-08")
    key = reported(user, gone)
    before = Change.select().where(Change.table == "incident").count()
    assert merging.belongings(gone) == {"摸底": 1}
    done = merging.merge(keep, gone, {}, other)
    assert "强制报告" not in done.moved
    children.remove(keep, other)
    assert Change.select().where(Change.table == "incident").count() == before
    assert incidents.load(key, user)["seen"] == SECRET and incidents.mine(user)[0].child == "张皓宇"
    for _ in range(2):
        changes.undo(changes.last_action(other).action, other)
    assert children.live(gone) and incidents.mine(user)[0].child == "张皓宇"


def test_another_takes_back_the_childs_registration_though_a_report_is_about_it(user, other, enter):
    child = enter("张浩宇")
    registered = changes.last_action(user).action
    reported(other, child)
    changes.undo(registered, user)
    assert children.count() == 0
    assert incidents.mine(other)[0].child == "张浩宇"


def test_no_verb_that_lists_or_counts_knows_of_it(enter, user, other):
    child = enter("张浩宇", birth_date="2015-03-08")
    before = _told(child)
    reported(user, child)
    assert _told(child) == before and SECRET not in str(before)


def _told(child):
    return (
        child_view.dossier(child, reveal=True), care.records(), care.tally(date(2026, 1, 1), DAY),
        lookalikes.similar(child_sheet.load(child)), term_changes.between(reveal=True), children.show("张浩宇"),
        duties.page(DAY, days=400), merging.belongings(child), status.status(reveal_names=True),
    )  # fmt: skip


def test_no_module_but_its_own_reads_the_table():
    """What lists, counts, prints or sends must not come upon it; who has to know that it exists is named here."""
    known = {
        "db/incidents.py",
        "db/changes.py",
        "db/exchange/plan.py",
        "db/models/leaving.py",
        "db/models/__init__.py",
    }
    top = Path(incidents.__file__).parents[1]
    for path in [*top.glob("db/**/*.py"), *top.glob("tui/**/*.py")]:
        if "migrations" in path.parts or str(path.relative_to(top)) in known:
            continue
        with path.open("rb") as file:
            names = {
                token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME
            }
        assert "Incident" not in names, path
