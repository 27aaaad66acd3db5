"""Days off and weekend days worked: those announced, one's own, files."""

from datetime import date

import pytest

from db import changes, days_off
from db.sheet import Conflict, NotFound
from db.values import Refused


@pytest.fixture
def put(user):
    def put(on, **values):
        return days_off.save(None, {"on_date": on, "kind": "off"} | values, {}, user).id

    return put


def all_days():
    return days_off.of(date(2000, 1, 1), date(2099, 12, 31))


def test_the_announced_year_as_announced(user):
    assert days_off.load_year(2026, user) == (39, 0)
    kept = days_off.of(date(2026, 1, 1), date(2026, 12, 31))
    off = [day for day, kind in kept.items() if kind.kind == "off"]
    worked = [f"{day:%m-%d}" for day, kind in kept.items() if kind.kind == "work"]
    assert len(off) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert worked == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert kept[date(2026, 10, 7)] == ("off", "国庆节")
    october = days_off.of(date(2026, 10, 7), date(2026, 10, 11))
    assert {day.day: each.kind for day, each in october.items()} == {7: "off", 10: "work"}
    changes.undo(changes.last_action(user).action, user)
    assert all_days() == {}


def test_2025_has_28_days_off_and_five_worked(user):
    days_off.load_year(2025, user)
    kinds = [kept.kind for kept in all_days().values()]
    assert (kinds.count("off"), kinds.count("work")) == (1 + 8 + 3 + 5 + 3 + 8, 5)


def test_a_year_put_in_again_leaves_what_is_there(put, user):
    put(date(2026, 10, 1), name="放假")
    assert days_off.load_year(2026, user) == (38, 1)
    assert days_off.of(date(2026, 10, 1), date(2026, 10, 1))[date(2026, 10, 1)].name == "放假"
    assert days_off.load_year(2026, user) == (0, 39)


def test_a_year_nobody_announced_is_not_guessed(user):
    with pytest.raises(Refused, match="程序里没有2027年的安排：国务院公布后在这里按 Ins 添加"):
        days_off.load_year(2027, user)
    assert all_days() == {}


def test_several_days_at_once_are_one_action(put, user):
    put(date(2027, 2, 5), until=date(2027, 2, 7), name="春节")
    assert list(all_days()) == [date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7)]
    assert changes.last_action(user).label == "放假 春节"
    changes.undo(changes.last_action(user).action, user)
    assert all_days() == {}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"on_date": None}, "请填日期"),
        ({"on_date": "2026-02-30"}, "2026"),
        ({"kind": None}, "请选放假或上班"),
        ({"until": "2027-02-01"}, "在2027-02-05之前"),
        ({"until": "2028-02-05"}, "一次最多100天"),
        ({"kind": "work"}, "是周五，本来就上班"),
        ({"on_date": "1999-12-31"}, "不在2000到2099年之间"),
        ({"on_date": "2027-02-13", "until": "2027-02-15", "kind": "work"}, "2027-02-15是周一"),
        ({"name": "春" * 21}, "最多20字"),
    ],
)
def test_what_cannot_be_is_refused(user, values, sentence):
    with pytest.raises(Refused, match=sentence):
        days_off.save(None, {"on_date": "2027-02-05", "kind": "off"} | values, {}, user)
    assert all_days() == {}


def test_a_day_kept_already_is_refused_and_nothing_of_the_span_written(put, user):
    put(date(2027, 2, 6), name="春节")
    with pytest.raises(Refused, match=r"2027-02-06已经记了放假（春节），请改填别的日期"):
        put(date(2027, 2, 5), until=date(2027, 2, 8))
    assert list(all_days()) == [date(2027, 2, 6)]


def test_one_day_is_mended_and_struck_out(put, user):
    key, other = put(date(2027, 2, 6)), put(date(2027, 2, 8))
    base = days_off.load(key)
    days_off.save(key, base | {"name": "春节", "on_date": "2027-02-07"}, base, user)
    assert days_off.of_year(2027)[0] == (key, date(2027, 2, 7), "off", "春节")
    with pytest.raises(Refused, match="2027-02-08已经记了放假"):
        days_off.save(key, days_off.load(key) | {"on_date": "2027-02-08"}, days_off.load(key), user)
    with pytest.raises(Refused, match="本来就上班"):
        days_off.save(other, days_off.load(other) | {"kind": "work"}, days_off.load(other), user)
    with pytest.raises(Conflict):
        days_off.save(key, base | {"name": "除夕"}, base, user)
    days_off.remove([key, other], user)
    assert all_days() == {}
    assert changes.last_action(user).label == "删除 2 天"
    with pytest.raises(NotFound):
        days_off.load(key)


# ---- files --------------------------------------------------------------------------------------


def test_a_year_goes_out_to_a_table_and_comes_back(put, user, tmp_path):
    days_off.load_year(2026, user)
    path = tmp_path / "2026.csv"
    assert days_off.write_file(path, 2026) == 39
    assert path.read_text("utf-8-sig").splitlines()[:2] == ["日期,放假或上班,节日", "2026-01-01,放假,元旦"]
    before = all_days()
    changes.undo(changes.last_action(user).action, user)
    assert days_off.read_file(path, user) == (39, 0)
    assert all_days() == before


def test_a_file_like_the_programs_own(user, tmp_path):
    path = tmp_path / "next.toml"
    path.write_text(
        '[2027]\noff = [["春节", 2027-02-05, 2027-02-06]]\nwork = [["春节", 2027-02-13]]\n', "utf-8"
    )
    assert days_off.read_file(path, user) == (3, 0)
    assert all_days()[date(2027, 2, 13)] == ("work", "春节")


def test_a_table_in_the_encoding_of_a_chinese_spreadsheet(user, tmp_path):
    path = tmp_path / "gbk.csv"
    path.write_bytes("2027年2月5日,休,除夕\r\n\r\n2027.2.13,班\r\n".encode("gb18030"))
    assert days_off.read_file(path, user) == (2, 0)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", "日期,放假或上班,节日\n", "没有一天，第一行应为 日期"),
        ("a.csv", "日期,放假或上班,节日\n2027-02-05,玩,春节\n", "第2行：“玩”不在放假或上班的选项里"),
        ("a.csv", "2027-02-35,放假\n", "第1行"),
        ("a.csv", ",放假\n", "第1行：请填日期"),
        ("a.csv", "2027-02-05\n", "第1行：请选放假或上班"),
        ("a.csv", "2027-02-05,放假\n2027-2-5,放假\n", "2027-02-05写了两遍"),
        ("a.csv", "2027-02-05,上班\n", "本来就上班"),
        ("a.csv", "x" * 70_000, "超过64KB"),
        ("a.toml", "[[", "不合 TOML"),
        ("a.toml", "a = 1\n", "“a”这一段不认识"),
        ("a.toml", "[2027]\nholiday = []\n", "“2027”这一段不认识"),
        ("a.toml", "[2027]\noff = 3\n", "off 要写成列表"),
        ("a.toml", '[2027]\noff = [["春节", 2027-02-05]]\n', "每一项要写成"),
        ("a.toml", '[2027]\nwork = [["春节", 2027-02-13T10:00:00]]\n', "每一项要写成"),
        ("a.toml", '[2027]\noff = [["春节", 2027-02-05, 2027-02-01]]\n', "在2027-02-05之前"),
        ("a.toml", "[" * 4000, "不合 TOML"),
    ],
)
def test_a_bad_file_says_one_sentence_and_writes_nothing(user, tmp_path, name, text, sentence):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(Refused, match=sentence):
        days_off.read_file(path, user)
    assert all_days() == {}


def test_what_is_no_file(user, tmp_path):
    for path, sentence in ((tmp_path, "不是文件"), (tmp_path / "none.csv", "不是文件")):
        with pytest.raises(Refused, match=sentence):
            days_off.read_file(path, user)
    (tmp_path / "b.csv").write_bytes(b"\xff\xff\xff\xfe")
    with pytest.raises(Refused, match="读不出来"):
        days_off.read_file(tmp_path / "b.csv", user)
