"""Registers of helpers, records, pairings and activities out, and the way back in."""

import csv
from datetime import date

import openpyxl
import pytest

from db import activities, care, export, helpers, pairing, record_list, registers, site, store
from db.exchange import importing
from db.values import Refused

BACK = ("helpers", "records", "pairings")


@pytest.fixture
def village(enter, user, number):
    """Two children of one name with a helper each, and one who is only a name on a record."""
    made = {}
    for order, name in ((1, "刘芳"), (2, "王兰")):
        base = helpers.load(None)
        values = {
            "name": name,
            "kind": "teacher",
            "phone": f"1990000001{order}",
            "unit": "柳溪小学 教师",
            "note": "=1+1",
        }
        made[name] = helpers.save(None, base | values, base, user).id
    for order, who in ((1, "刘芳"), (2, "王兰")):
        child = enter(
            "张浩宇", id_number=number(order=order), sex="male", birth_date="2015-03-08", village_group="一组"
        )
        pairing.pair(child, made[who], "helper", date(2026, 9, order), user)
        care.record(
            user,
            child_id=child,
            helper_id=made[who],
            on_date=date(2026, 9, 5),
            content="谈了学习\n第二行",
            follow_up="再谈",
        )
    care.record(
        user,
        child_id=child,
        on_date=date(2026, 9, 6),
        kind="visit",
        by_name="赵主任",
        home="奶奶带着",
        feedback="放心",
    )
    base = activities.load(None)
    activities.save(
        None,
        base | {"title": "看电影", "kind": "专题片", "on_date": date(2026, 9, 8), "place": "农家书屋"},
        base,
        user,
    )
    return made


def rows(path):
    if path.suffix == ".csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        return list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    return [
        [cell or "" for cell in row]
        for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    ]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("kind", BACK)
def test_our_own_import_reads_them_back_unchanged(village, user, tmp_path, kind, ending):
    path = tmp_path / f"out{ending}"
    count = registers.write(kind, path, user)
    outcome = importing.load(str(path), by=user)
    assert (outcome.kind, outcome.rows, outcome.unchanged) == (kind, count, count)
    assert (outcome.created, outcome.updated, outcome.skipped, outcome.unmapped) == (0, 0, 0, [])
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_an_empty_ledger_takes_all_four_and_then_says_the_same(village, user, tmp_path, ending):
    def said():
        shown = [helpers.load(line.id) for line in helpers.page(0, 9)]
        talks = [each._replace(id=None, child_id=None) for each in record_list.records()]
        pairs = [(each.child, each.helper, each.kind, each.since, each.until) for each in pairing.found()]
        return shown, sorted(talks, key=str), sorted(pairs, key=str)

    files = {kind: tmp_path / f"{kind}{ending}" for kind in ("children", *BACK)}
    export.children(str(files["children"]), by=user)
    for kind in BACK:
        registers.write(kind, files[kind], user)
    before = said()
    store.close()
    store.open_ledger(tmp_path / "other")
    by = site.user("zhangli", "张丽")
    site.set_up(site_name="柳溪村", township="青石镇", by=by)
    for kind in ("children", "helpers", "pairings", "records"):
        outcome = importing.load(str(files[kind]), by=by)
        assert outcome.created == outcome.rows, outcome.problems
    assert said() == before


def test_long_figures_stay_text_in_csv_and_nothing_is_a_formula(village, user, tmp_path, number):
    registers.write("pairings", tmp_path / "p.csv", user)
    cells = [cell for row in rows(tmp_path / "p.csv") for cell in row]
    assert f"\t{number(order=1)}" in cells and "\t19900000011" in cells
    registers.write("helpers", tmp_path / "h.csv", user)
    assert "\t=1+1" in [cell for row in rows(tmp_path / "h.csv") for cell in row]
    registers.write("helpers", tmp_path / "h.xlsx", user)
    sheet = openpyxl.load_workbook(tmp_path / "h.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_activities_by_day_with_who_came(village, user, tmp_path):
    assert registers.write("activities", tmp_path / "a.xlsx", user) == 1
    found = rows(tmp_path / "a.xlsx")
    line = dict(zip(found[2], found[3], strict=True))
    assert (line["名称"], line["类别"], line["日期"], line["地点"], line["到场人数"]) == (
        "看电影",
        "专题片",
        "2026-09-08",
        "农家书屋",
        "",
    )
    assert "2026-09-10" in found[1][0]


def test_only_those_found(village, user, tmp_path):
    assert registers.write("helpers", tmp_path / "h.csv", user, "刘芳") == 1
    assert registers.write("records", tmp_path / "r.csv", user, "走访") == 1
    assert registers.write("pairings", tmp_path / "p.csv", user, "wl") == 1
    assert registers.write("activities", tmp_path / "a.csv", user, "没有的") == 0


def test_another_ending_and_an_unknown_kind_are_refused(village, user, tmp_path):
    with pytest.raises(Refused, match=r"册子存不成“.txt”，请写成 .xlsx 或 .csv"):
        registers.write("helpers", tmp_path / "h.txt", user)
    with pytest.raises(Refused, match="没有“books”这种册子"):
        registers.write("books", tmp_path / "h.csv", user)


def test_the_register_of_children_as_csv_is_read_back_unchanged(village, user, tmp_path, number):
    assert export.children(str(tmp_path / "c.csv"), by=user) == 2
    assert any(f"\t{number(order=1)}" in row for row in rows(tmp_path / "c.csv"))
    outcome = importing.load(str(tmp_path / "c.csv"), by=user)
    assert (outcome.rows, outcome.unchanged) == (2, 2)
