"""From a rate to the child that is missing, to where it is mended, and back to the rate that has moved: each sort of indicator."""

from datetime import date

import pytest
from test_targets_screen import go_to, row_of
from test_workbench import put

from db import activities, care, child_sheet, children, rhythm_sheet, roll, settings_sheet, targets
from db.vocab import RECORD_KIND
from tui.screens.targets import Targets

YOUNG = {"birth_date": "2016-05-01", "village_group": "一组"}


@pytest.fixture
def page(context):
    def open_it():
        context.desk.route("f5", "目标", lambda: Targets(context))
        context.desk.go("f5")

    return open_it


def people(eyes, code):
    go_to(eyes, code)
    return row_of(eyes, targets.one(code).name)


@pytest.mark.parametrize(
    ("code", "typed", "field", "kept"),
    [
        ("vaccinated", "1", "vaccinated", "done"),
        ("parenting", "11-1\n", "parenting_on", date(2026, 11, 1)),
        ("entrusted", "9-1\n", "entrust_on", date(2026, 9, 1)),
        ("consented", "9-1\n", "consent_on", date(2026, 9, 1)),
        ("in_school", "xx\n", "schooling", "primary"),
    ],
)
def test_a_field_is_filled_from_the_rate_and_the_rate_moves(ledger, page, eyes, code, typed, field, kept):
    child = put(ledger, "张浩宇", **YOUNG)
    page()
    assert "0/1" in people(eyes, code)
    eyes.press("enter")
    assert "缺1人" in eyes.lines()[0]
    eyes.press("enter")
    assert f">{child_sheet.SPECS[field].label}" in eyes.text
    eyes.type(typed).press("ctrl+s")
    assert child_sheet.load(child)[field] == kept
    assert "都补齐了" in eyes.text
    eyes.press("escape")
    assert "1/1" in people(eyes, code)


def test_a_dossier_is_completed_gap_by_gap(ledger, page, eyes):
    put(ledger, "张浩宇", **YOUNG)
    page()
    go_to(eyes, "filed").press("enter")
    (missing,) = targets.one("filed").missing
    eyes.press("enter")
    assert f">{child_sheet.SPECS[missing.field].label}" in eyes.text


def test_legal_aid_that_was_given_is_noted(ledger, page, eyes):
    child = put(ledger, "张浩宇", legal_aid="wanted", **YOUNG)
    page()
    assert "0/1" in people(eyes, "legal_aid")
    eyes.press("enter", "enter")
    eyes.type("3").press("ctrl+s", "escape")
    assert child_sheet.load(child)["legal_aid"] == "given" and "1/1" in people(eyes, "legal_aid")


def test_one_of_those_there_should_be_none_of_is_mended(ledger, page, eyes):
    settings_sheet.save("goal.dropped_out", {"goal.dropped_out": 0}, {"goal.dropped_out": None}, ledger)
    put(ledger, "张浩宇", schooling="dropped_out", **YOUNG)
    page()
    row = people(eyes, "dropped_out")
    assert "1/1" in row and row[-2:] == ["不高于0%", "多1人"]
    eyes.press("enter")
    assert "失学辍学：有1人" in eyes.text
    eyes.press("enter")
    eyes.type("xx\n").press("ctrl+s", "escape")
    row = people(eyes, "dropped_out")
    assert "0/1" in row and row[-1] == "达标"


def test_a_hardship_child_is_paired(ledger, page, eyes):
    put(ledger, "张浩宇", focus="hardship", **YOUNG)
    page()
    go_to(eyes, "paired_hardship").press("enter", "enter")
    assert "为 张浩宇 选帮扶人" in eyes.text


@pytest.mark.parametrize(("code", "kind"), [("visit_on_time", "visit"), ("call_on_time", "video_call")])
def test_a_late_visit_or_call_is_recorded_as_its_rhythm_asks(ledger, page, eyes, monkeypatch, code, kind):
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-02")
    base = rhythm_sheet.load(None)
    values = base | {"name": "按时", "kind": kind, "every": "week"}
    rhythm_sheet.save(None, values, base, ledger)
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    child = put(ledger, "张浩宇", **YOUNG)
    page()
    assert "0/1" in people(eyes, code)
    eyes.press("enter", "enter").press("ctrl+s")
    assert [record.kind for record in care.records(child_id=child)] == [RECORD_KIND.label(kind)]
    eyes.press("escape")
    assert "1/1" in people(eyes, code)


def test_taking_part_is_seen_in_its_own_screen(ledger, page, eyes):
    child = put(ledger, "张浩宇", **YOUNG)
    page()
    assert "0/1" in people(eyes, "arts_sports")
    eyes.press("enter", "enter")
    assert eyes.desk.top.title == "两体两艺" and "按 F4 到日历里给活动点名" in eyes.text
    base = activities.load(None)
    values = base | {"title": "拔河", "kind": "sports", "on_date": date(2026, 11, 20)}
    made = activities.save(None, values, base, ledger).id
    roll.mark(made, [child], "present", ledger)
    eyes.press("escape", "escape")
    assert "1/1" in people(eyes, "arts_sports")


def test_a_rate_that_waits_for_the_school_leads_to_its_figures(ledger, page, eyes):
    put(ledger, "张浩宇", **YOUNG)
    page()
    go_to(eyes, "retained").press("enter")
    assert "外来的数：巩固率" in eyes.text
    eyes.press("insert").type("\n38\n40\n9-10\n柳溪小学教务处\n").press("ctrl+s", "escape")
    row = people(eyes, "retained")
    assert "38/40" in row and "95%" in row
    assert "柳溪小学教务处" in eyes.text


def test_a_child_struck_out_meanwhile_is_said_and_nothing_breaks(ledger, page, eyes):
    child = put(ledger, "张浩宇", **YOUNG)
    page()
    go_to(eyes, "paired").press("enter")
    children.remove(child, ledger)
    eyes.press("enter")
    assert "已被删除" in eyes.text and eyes.desk.top.target.code == "paired"
