"""Profiles of rhythms: those that come along say what the plans say, and a hostile file says one sentence."""

import os
import socket

import pytest

from db import rhythm_files
from db.rhythm import DEFAULT, Rhythm, read
from db.rhythm_files import by_code, profiles, read_file, written
from db.sheet import NotFound
from db.values import Refused

# code → {name as the plan calls it: (kind, every, times, per, whose helper)}; by hand from the seven work
# plans.
PLANS = {
    "village": {"video_call": ("week", 1, "child", "")},
    "school-basic": {"talk": ("month", 1, "child", "teacher"), "phone_call": ("week", 1, "child", "")},
    "school-full": {"talk": ("month", 1, "child", "teacher"), "visit": ("month", 1, "child", "teacher"),
         "inspection": ("month", 1, "pairing", ""), "diary": ("month", 1, "child", "")},
    "hand-in-hand": {"parent_feedback": ("month", 1, "child", ""), "visit": ("month", 1, "child", "")},
    "activity-home": {"talk": ("quarter", 1, "child", ""), "parent_contact": ("month", 1, "child", ""),
         "phone_call": ("week", 1, "child", ""), "birthday": ("year", 1, "child", "")},
    "class": {"talk": ("month", 1, "child", "teacher")},
    "ten-ones": {"talk": ("week", 1, "child", "love_mother"), "visit": ("month", 1, "child", "love_mother"),
         "letter": ("term", 1, "child", ""), "good_deed": ("term", 1, "child", "")},
    "law": {"parent_contact": ("week", 1, "child", "")},
    "school-visit": {"visit": ("term", 1, "child", "teacher")},
    "teacher-weekly": {"talk": ("week", 1, "child", "teacher"), "visit": ("month", 1, "child", "teacher")},
    "teacher-thrice": {"talk": ("month", 3, "child", "teacher"), "visit": ("month", 1, "child", "teacher")},
    "director": {"visit": ("year", 1, "child", ""), "risk_review": ("month", 1, "child", "")},
    "plain": {"talk": ("month", 1, "child", "")},
}  # fmt: skip


def test_every_profile_says_what_its_plan_says():
    assert {each.code for each in profiles()} == set(PLANS)
    for profile in profiles():
        said = {each.kind: (each.every, each.times, each.per, each.by) for each in profile.rhythms}
        assert said == PLANS[profile.code], profile.code
        assert profile.title and profile.source


def test_what_is_special_to_one_profile():
    def one(profile: str, kind: str) -> Rhythm:
        return next(each for each in by_code(profile).rhythms if each.kind == kind)

    assert by_code("plain").rhythms == (DEFAULT,)
    assert one("school-full", "visit").who == ("day",)
    assert one("activity-home", "parent_contact").who == ("paired",)
    assert {each.who for each in by_code("ten-ones").rhythms} == {("all", "potential")}
    assert set(one("law", "parent_contact").settled_by) == {"phone_call", "video_call"}
    assert (one("director", "visit").count, one("director", "visit").first_days) == ("interval", 5)
    assert one("director", "risk_review").months == (3, 9)
    with pytest.raises(NotFound, match="没有“nothing”这套节奏"):
        by_code("nothing")


def test_a_profile_goes_out_and_comes_back_the_same(tmp_path):
    for profile in profiles():
        path = tmp_path / f"{profile.code}.toml"
        path.write_text(written(profile.title, profile.rhythms), "utf-8")
        back = read_file(path)
        assert (back.title, back.rhythms) == (profile.title, profile.rhythms)


GOOD = 'title = "甲"\n[[rhythm]]\ncode = "talk"\nname = "谈心"\nkind = "talk"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "缺 title"),
        ("title = 3\n", "要加引号|加引号"),
        (GOOD + "often = 3\n", "不认识“often”"),
        ("owner = 1\n" + GOOD, "不认识“owner”"),
        (GOOD + "span = 0\n", "1到26|1到12"),
        (GOOD + "span = -1\n", "现在是-1"),
        (GOOD + "times = 0\n", "1到7次"),
        (GOOD + "span = '1'\n", "整数"),
        (GOOD + "span = true\n", "整数"),
        (GOOD + "kind = 'talk'\n", "TOML"),
        (GOOD.replace('kind = "talk"', 'kind = "chat"'), "不认识"),
        (GOOD.replace('kind = "talk"', "kind = []"), "缺 kind"),
        (GOOD + "who = 'all'\n", "列表"),
        (GOOD + "who = [['all']]\n", "列表"),
        (GOOD + "who = []\n", "没有写对象"),
        (GOOD + "every = 'day'\n", "不认识"),
        (GOOD + "holidays = 'yes'\n", "写得不对"),
        (GOOD + "since = 2026-09-01\n", "日期"),
        (GOOD + "count = 'interval'\nevery = 'term'\n", "不能按学期"),
        (GOOD + GOOD.split("\n", 1)[1], "写了两遍"),
        ('title = "甲"\nrhythm = "talk"\n', "1到40个"),
        ('title = "甲"\nrhythm = ["talk"]\n', "一段"),
        ("later = [1]\n" + GOOD, "不认识“later”"),
        (GOOD.replace("谈心", "谈" * 21), "最多20字"),
        (GOOD + f"{'k' * 50_000} = 1\n", "太长"),
        (GOOD + f"span = {'9' * 5000}\n", "TOML"),
        ("a = " + "[" * 60_000, "TOML"),
        ("<xml/>", "TOML"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_says_one_sentence(tmp_path, text, said):
    path = tmp_path / "节奏.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused, match=said) as refused:
        read_file(path)
    assert len(str(refused.value)) < 300


def test_a_file_too_large_of_other_letters_or_none_at_all(tmp_path):
    large = tmp_path / "大.toml"
    large.write_bytes(GOOD.encode() + b"#" * 10_000_000)
    with pytest.raises(Refused, match="超过64KB"):
        read_file(large)
    other = tmp_path / "国标.toml"
    other.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(Refused, match="UTF-8"):
        read_file(other)
    marked = tmp_path / "记事本.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_file(marked).title == "甲", "what Notepad saves is read"
    os.mkfifo(tmp_path / "管道.toml")
    socket.socket(socket.AF_UNIX).bind(str(tmp_path / "s"))
    for name in ("没有.toml", "管道.toml", "s", "", "x\0.toml"):
        with pytest.raises(Refused):
            read_file(tmp_path / name)


def test_signs_that_command_a_terminal_are_taken_out(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(GOOD.replace('"谈心"', r'"谈\u001b[31m心\u202e"'), "utf-8")
    assert read_file(path).rhythms[0].name == "谈[31m心"


@pytest.mark.parametrize("field", ["span", "times", "first_days"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "1", None])
def test_a_rhythm_of_zero_is_refused(field, value):
    with pytest.raises(Refused):
        read({"code": "talk", "name": "谈心", "kind": "talk", field: value})


def test_the_profiles_are_part_of_the_package():
    files = [*rhythm_files.PLANS.glob("*.toml"), *rhythm_files.YEARS.glob("*.toml")]
    assert len(files) == len(PLANS)
