"""The calendar out and in: our own file changes nothing, those of other programs become activities."""

import os
import stat
from datetime import date

import pytest

from db import activities, changes, child_sheet, repeats, site
from db.exchange import ics, reader, register
from db.exchange.ics_in import Coming
from db.exchange.reader import BadFile
from db.models import Activity, Series
from db.values import Refused

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n"
SATURDAY = date(2026, 9, 12)


@pytest.fixture
def village(user):
    site.set_up(site_name="柳溪村", township="青石镇", by=user)
    return user


@pytest.fixture
def activity(village):
    def make(on=SATURDAY, **values):
        told = {"title": "励志专题片", "on_date": on} | values
        with changes.action("新活动", village) as act:
            return repeats.add(act, told, village).id

    return make


@pytest.fixture
def path(tmp_path):
    return tmp_path / "活动日历.ics"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


@pytest.fixture
def coming(path, village):
    """A file of these events as it is read: coming(event(…), …)."""

    def reading(*events: str, head: str = HEAD, encoding: str = "utf-8") -> Coming:
        path.write_bytes((head + "".join(events) + "END:VCALENDAR\r\n").encode(encoding))
        return Coming(reader.read(str(path)))

    return reading


def take(coming: Coming, user) -> list[tuple[str, str]]:
    coming.preview()
    seen = [(item.title, item.became, item.why) for item in coming.items]
    coming.take(user)
    assert seen == [(item.title, item.became, item.why) for item in coming.items]
    return [(item.title, item.became) for item in coming.items]


def rows():
    return list(Activity.live().order_by(Activity.on_date, Activity.starts))


def unfolded(path) -> str:
    return path.read_bytes().decode().replace("\r\n ", "")


# ---- out ----------------------------------------------------------------------------------------


def test_what_stands_in_the_file(activity, village, path):
    base = child_sheet.load(None)
    child_sheet.save(None, base | {"name": "张浩宇"}, base, village)
    activity(kind="film", starts="15:30", ends="17:00", place="农家书屋", lead="刘老师", duty="王晓", materials="小板凳",
             note="张浩宇家提供\n投影，带线")  # fmt: skip
    key = activity(date(2026, 10, 1), title="国庆\x1b[31m庆祝")
    activities.cancel(key, "下雨", village)
    changes.insert(Activity, village, title="暑假活动", on_date=date(2026, 8, 20))
    assert ics.write(str(path), None, None, village) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = unfolded(path)
    for line in (
        "DTSTART;TZID=Asia/Shanghai:20260912T153000", "DTEND;TZID=Asia/Shanghai:20260912T170000", "SUMMARY:励志专题片",
        "LOCATION:农家书屋", "CATEGORIES:专题片", "STATUS:CONFIRMED", "DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261002",
        "STATUS:CANCELLED", "BEGIN:VTIMEZONE", "X-WR-CALNAME:柳溪村活动日历",
        "DESCRIPTION:负责人：刘老师\\n值班：王晓\\n物资：小板凳\\n备注：张*家提供\\n投影，带线",
    ):  # fmt: skip
        assert f"\r\n{line}\r\n" in text, line
    assert f"UID:{key}@guanai" in text and "暑假" not in text and "张浩宇" not in text and "\x1b" not in text
    with pytest.raises(Refused, match="没有活动"):
        ics.write(str(path), date(2027, 5, 1), None, village)
    with pytest.raises(Refused, match="晚于结束"):
        ics.write(str(path), date(2027, 5, 1), date(2027, 4, 1), village)


def test_a_series_is_one_event_with_its_exceptions(activity, village, path):
    first = activity(starts="8:30", title="周六开放日")
    repeats.repeat(first, "FREQ=WEEKLY;UNTIL=20261010", False, village)
    second, third, fourth, _ = (row.id for row in rows()[1:])
    activities.remove(second, village)
    base = activities.load(third)
    activities.save(third, base | {"on_date": date(2026, 9, 27), "place": "操场"}, base, village)
    activities.cancel(fourth, "国庆", village)
    assert (
        ics.write(str(path), date(2026, 10, 10), date(2026, 10, 10), village) == 4
    )  # whole though one is in the span
    text = unfolded(path)
    assert text.count("BEGIN:VEVENT") == 3 and text.count("UID:") == 3
    for line in ("RRULE:FREQ=WEEKLY;UNTIL=20261010T155959Z;BYDAY=SA", "EXDATE;TZID=Asia/Shanghai:20260919T083000",
                 "RECURRENCE-ID;TZID=Asia/Shanghai:20260926T083000", "DTSTART;TZID=Asia/Shanghai:20260927T083000",
                 "RECURRENCE-ID;TZID=Asia/Shanghai:20261003T083000"):  # fmt: skip
        assert f"\r\n{line}\r\n" in text, line


def test_days_outside_the_terms_are_left_out(village, path):
    repeats.weekly("周六开放日", "open_day", 5, date(2027, 1, 20), date(2027, 2, 28), True, village)
    ics.write(str(path), None, None, village)
    assert "EXDATE;VALUE=DATE:20270206,20270213" in unfolded(path)


def test_out_and_in_changes_nothing(activity, village, path):
    base = child_sheet.load(None)
    child_sheet.save(None, base | {"name": "张浩宇"}, base, village)
    activity(
        kind="film",
        starts="15:30",
        ends="17:00",
        place="农家书屋",
        lead="刘老师",
        note="两行\n备注：说明，分号；\\反",
    )
    activity(title="张浩宇的生日会")
    activity(date(2026, 9, 13), title="值班：不是标签", note="负责人：也不是")
    repeats.weekly(
        "周六开放日",
        "open_day",
        5,
        date(2026, 9, 1),
        date(2027, 3, 20),
        True,
        village,
        starts="8:30",
        ends="16:30",
        duty="王晓",
    )
    repeats.monthly("亲情电话", None, "-1", date(2026, 9, 1), date(2027, 1, 31), False, village)
    found = [row for row in rows() if row.title == "周六开放日"]
    activities.cancel(found[3].id, "国庆", village)
    activities.remove(found[4].id, village)
    base = activities.load(found[5].id)
    activities.save(
        found[5].id,
        base | {"on_date": date(2026, 10, 11), "title": "周日开放日", "starts": None, "ends": None},
        base,
        village,
    )
    ics.write(str(path), None, None, village)
    before = [row.__data__ for row in rows()]
    coming = Coming(reader.read(str(path)))
    assert {became for _, became in take(coming, village)} == {"unchanged"}
    assert [row.__data__ for row in rows()] == before and coming.outcome().as_json()["problems"] == []
    # into another ledger's calendar, and out of it again
    for row in rows():
        activities.remove(row.id, village)
    assert {became for _, became in take(Coming(reader.read(str(path))), village)} == {"created"}
    names = ("title", "kind", "on_date", "starts", "place", "lead", "duty", "note", "state", "series_day")
    told = lambda data: sorted([str(data[name]).replace("张浩宇", "张*") for name in names] for data in data)  # noqa: E731
    assert told([row.__data__ for row in rows()]) == told(before)
    assert {became for _, became in take(Coming(reader.read(str(path))), village)} == {"unchanged"}


# ---- in -----------------------------------------------------------------------------------------

GOOGLE = event(
    "DTSTART:20260910T073000Z", "DTEND:20260910T090000Z", "DTSTAMP:20260901T000000Z", "UID:abc123@google.com",
    "SUMMARY:励志专题片\\, 第一场", "LOCATION:农家书屋", "DESCRIPTION:自带\\n小板凳", "STATUS:CONFIRMED",
)  # fmt: skip


def test_times_of_other_programs_come_to_our_own(coming, village):
    outlook = (
        "BEGIN:VTIMEZONE\r\nTZID:办公室\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0900\r\n"
        "TZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    taken = take(coming(
        outlook, GOOGLE,
        event("UID:o1", "SUMMARY:视频会", "DTSTART;TZID=办公室:20260910T000000", "DURATION:PT1H30M", "CATEGORIES:会议,讲座"),
        event("UID:o2", "SUMMARY:国庆", "DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261004"),
        event("UID:o3", "SUMMARY:家长会", "DTSTART;TZID=China Standard Time:20260911T190000", "DTEND;TZID=China Standard Time:20260912T000000"),
        event("UID:o4", "SUMMARY:浮动", "DTSTART:20260912T080000", "STATUS:CANCELLED"),
    ), village)  # fmt: skip
    assert {became for _, became in taken} == {"created"}
    assert [(row.title, f"{row.on_date:%m-%d}", row.starts, row.ends, row.kind, row.state, row.note) for row in rows()] == [
        ("视频会", "09-09", "23:00", None, "lecture", None, "到9月10日结束"),
        ("励志专题片, 第一场", "09-10", "15:30", "17:00", None, None, "自带\n小板凳"),
        ("家长会", "09-11", "19:00", "23:59", None, None, None),
        ("浮动", "09-12", "08:00", None, None, "cancelled", None),
        ("国庆", "10-01", None, None, None, None, "到10月3日结束"),
    ]  # fmt: skip
    changes.undo(changes.last_action(village).action, village)
    assert rows() == []


def test_one_known_is_brought_up_to_date(coming, village):
    take(coming(GOOGLE), village)
    assert take(coming(GOOGLE), village) == [("励志专题片, 第一场", "unchanged")]
    later = coming(
        GOOGLE.replace("20260910T0", "20260911T0")
        .replace("LOCATION:农家书屋\r\n", "")
        .replace("第一场", "第二场")
    )
    assert take(later, village) == [("励志专题片, 第二场", "updated")]
    (row,) = rows()
    assert (row.title, row.on_date, row.place) == ("励志专题片, 第二场", date(2026, 9, 11), "农家书屋")
    told = later.outcome().as_json()
    assert (told["kind"], told["rows"], told["updated"], told["created"]) == ("activities", 1, 1, 0)
    assert {each["field"]: (each["old"], each["new"]) for each in told["changes"]} == {
        "名称": ("励志专题片, 第一场", "励志专题片, 第二场"), "日期": ("2026-09-10", "2026-09-11"),
    }  # fmt: skip
    changes.undo(changes.last_action(village).action, village)
    assert rows()[0].on_date == date(2026, 9, 10)


def test_an_end_that_is_over_before_the_beginning_goes(coming, village):
    take(coming(GOOGLE), village)
    later = GOOGLE.replace("DTSTART:20260910T073000Z", "DTSTART:20260910T100000Z").replace(
        "DTEND:20260910T090000Z\r\n", ""
    )
    assert take(coming(later), village) == [("励志专题片, 第一场", "updated")]
    assert (rows()[0].starts, rows()[0].ends) == ("18:00", None)
    whole = GOOGLE.replace("DTSTART:20260910T073000Z", "DTSTART;VALUE=DATE:20260910").replace(
        "DTEND:20260910T090000Z\r\n", ""
    )
    take(coming(GOOGLE), village)
    assert (rows()[0].starts, rows()[0].ends) == ("15:30", "17:00")
    take(coming(whole), village)
    assert (rows()[0].starts, rows()[0].ends) == (None, None)


def test_an_event_before_the_first_term_is_left_out_with_the_reason(coming, village):
    early = coming(GOOGLE.replace("20260910T", "20260710T"), GOOGLE.replace("abc123", "abc124"))
    assert take(early, village) == [("励志专题片, 第一场", "skipped"), ("励志专题片, 第一场", "created")]
    assert "早于2026秋学期开始" in early.items[0].why


def test_what_was_held_is_left_as_it_is(coming, village):
    take(coming(GOOGLE), village)
    activities.hold(rows()[0].id, None, village)
    later = coming(GOOGLE.replace("第一场", "第二场"))
    assert (
        take(later, village) == [("励志专题片, 第一场", "unchanged")]
        or rows()[0].title == "励志专题片, 第一场"
    )
    assert "已经办过，没有改" in later.items[0].why


WEEKLY = (
    "UID:w1",
    "SUMMARY:书屋开放",
    "DTSTART;TZID=Asia/Shanghai:20260912T083000",
    "DTEND;TZID=Asia/Shanghai:20260912T113000",
)


def test_a_rule_becomes_a_series(coming, village):
    series = coming(
        event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20261010T155959Z", "EXDATE;TZID=Asia/Shanghai:20260919T083000",
              "RDATE;TZID=Asia/Shanghai:20261012T083000"),
        event("UID:w1", "RECURRENCE-ID:20260926T003000Z", "SUMMARY:书屋开放（改期）", "DTSTART:20260927T003000Z"),
        event("UID:w1", "RECURRENCE-ID:20261003T003000Z", "SUMMARY:书屋开放", "DTSTART:20261003T003000Z", "STATUS:CANCELLED"),
    )  # fmt: skip
    assert take(series, village) == [("书屋开放", "created")]
    assert [(f"{row.on_date:%m-%d}", f"{row.series_day:%m-%d}", row.title, row.ends, row.state) for row in rows()] == [
        ("09-12", "09-12", "书屋开放", "11:30", None), ("09-27", "09-26", "书屋开放(改期)", "11:30", None),
        ("10-03", "10-03", "书屋开放", "11:30", "cancelled"), ("10-10", "10-10", "书屋开放", "11:30", None),
        ("10-12", "10-12", "书屋开放", "11:30", None),
    ]  # fmt: skip
    assert Series.live().get().uid == "w1" and repeats.of(rows()[0].id).words == "每周六，到2026年10月10日"
    longer = coming(event(*WEEKLY, "LOCATION:农家书屋", "RRULE:FREQ=WEEKLY;UNTIL=20261024T155959Z"))
    assert take(longer, village) == [("书屋开放", "updated")]
    assert [f"{row.on_date:%m-%d}" for row in rows()] == [
        "09-12",
        "09-19",
        "09-27",
        "10-03",
        "10-10",
        "10-17",
        "10-24",
    ]
    assert {row.place for row in rows()} == {"农家书屋"}
    changes.undo(changes.last_action(village).action, village)
    assert len(rows()) == 5


def test_hours_that_fall_on_another_day_take_the_weekday_along(coming, village):
    utc = coming(event("UID:u1", "SUMMARY:早读", "DTSTART:20260911T230000Z", "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3"),
                 event("UID:u2", "SUMMARY:月会", "DTSTART:20260911T230000Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=11;COUNT=3"))  # fmt: skip
    assert take(utc, village) == [("早读", "created"), ("月会", "skipped")]
    assert [(f"{row.on_date:%m-%d}", row.starts) for row in rows()] == [
        ("09-12", "07:00"),
        ("09-19", "07:00"),
        ("09-26", "07:00"),
    ]
    assert "北京时间" in utc.items[1].why


def test_what_cannot_be_taken_is_told_by_number_and_the_rest_goes_on(coming, village):
    odd = coming(
        event("UID:1", "SUMMARY:没有结束的", "DTSTART:20260912T000000Z", "RRULE:FREQ=WEEKLY"),
        event("UID:2", "SUMMARY:没有日期的"),
        event("UID:3", "SUMMARY:日期不对的", "DTSTART:2026年9月12日"),
        event("UID:4", "SUMMARY:每小时的", "DTSTART:20260912T000000Z", "RRULE:FREQ=HOURLY;COUNT=5"),
        event("UID:5", "SUMMARY:太多的", "DTSTART;VALUE=DATE:20260912", "RRULE:FREQ=DAILY;COUNT=500"),
        event("UID:6", "SUMMARY:太早的", "DTSTART;VALUE=DATE:19990101"),
        event("UID:7", f"SUMMARY:{'长' * 70}", "DTSTART;VALUE=DATE:20260912"),
        event("UID:8", "DTSTART;VALUE=DATE:20260913"),
        event("UID:9", "RECURRENCE-ID;VALUE=DATE:20260913", "SUMMARY:孤零零的", "DTSTART;VALUE=DATE:20260913"),
    )  # fmt: skip
    became = [each for _, each in take(odd, village)]
    assert became == ["skipped"] * 6 + ["created", "created", "skipped"]
    whys = [item.why for item in odd.items]
    for why, says in zip(
        whys,
        (
            "有个结束",
            "没有写哪天开始",
            "读不懂",
            "按小时",
            "500次，最多400次",
            "2000年",
            "只留了前60字",
            "",
            "整个日历",
        ),
        strict=True,
    ):
        assert says in why and "\n" not in why
    assert {row.title for row in rows()} == {"长" * 60, "没有名称的日程"}
    told = odd.outcome().as_json()
    assert (told["rows"], told["created"], told["skipped"]) == (9, 2, 7)
    assert [(each["row"], each["level"]) for each in told["problems"]] == [
        (n, "error") for n in range(1, 7)
    ] + [(7, "warning"), (9, "error")]


def test_one_without_a_key_is_known_by_name_day_and_hour(coming, village):
    plain = event("SUMMARY:大扫除", "DTSTART:20260912T080000", "DURATION:PT1H")
    assert take(coming(plain), village) == [("大扫除", "created")]
    assert take(coming(plain), village) == [("大扫除", "unchanged")]
    assert len(rows()) == 1
    for title, stored in (
        ("", "没有名称的日程"),
        ("长" * 70, "长" * 60),
    ):  # known by the name it was given here
        odd = event(f"SUMMARY:{title}", "DTSTART;VALUE=DATE:20260913")
        assert [take(coming(odd), village)[0][1] for _ in range(2)] == ["created", "unchanged"]
        assert rows()[-1].title == stored


def test_days_listed_without_a_rule_are_refused_as_what_they_are(coming, village):
    listed = coming(event("UID:1", "SUMMARY:大扫除", "DTSTART:20260912T080000", "RDATE:20260915T080000"))
    assert take(listed, village) == [("大扫除", "skipped")] and "没有重复规则" in listed.items[0].why
    assert rows() == []


def test_an_event_of_ours_that_was_struck_out_comes_again_and_is_known_then(activity, village, path):
    key = activity()
    ics.write(str(path), None, None, village)
    activities.remove(key, village)
    assert take(Coming(reader.read(str(path))), village) == [("励志专题片", "created")]
    assert take(Coming(reader.read(str(path))), village) == [("励志专题片", "unchanged")]


def test_a_file_of_an_old_program_in_another_encoding(coming, village):
    assert take(coming(GOOGLE, encoding="gb18030"), village) == [("励志专题片, 第一场", "created")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (HEAD.encode() + b"END:VCALENDAR\r\n", "没有日程"), (HEAD.encode() + b"BEGIN:VEVENT\r\n", "原来的日历程序"),
        (b"BEGIN:VCALENDAR\r\n\xff\xfe\x81", "不完整或已损坏"), (HEAD.encode() + b"x" * (5 * 2**20), "超过5MB"),
        (HEAD.encode() + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 5001, "超过5000项"), (b"BEGIN:VCALENDAR\r\nno colon here", "原来的日历程序"),
    ],
)  # fmt: skip
def test_files_that_are_no_calendar(village, path, data, says):
    path.write_bytes(data)
    with pytest.raises(BadFile, match=says) as caught:
        reader.read(str(path))
    assert "请" in str(caught.value) and "\n" not in str(caught.value)


def test_what_would_take_for_ages_is_refused(village, path):
    often = "".join(
        event(f"UID:{n}", "SUMMARY:x", "DTSTART;VALUE=DATE:20260912", "RRULE:FREQ=DAILY;COUNT=400")
        for n in range(26)
    )
    path.write_text(HEAD + often + "END:VCALENDAR\r\n")
    with pytest.raises(BadFile, match="一共超过10000次"):
        reader.read(str(path))


def test_one_that_is_read_for_too_long_is_cut_off(village, path, monkeypatch):
    never = (
        "DTSTART;VALUE=DATE:20260912",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=3",
    )  # each takes a while
    path.write_text(HEAD + "".join(event(f"UID:{n}", *never) for n in range(200)) + "END:VCALENDAR\r\n")
    monkeypatch.setattr(reader, "SECONDS", 1)
    with pytest.raises(BadFile, match="读不完"):
        reader.read(str(path))


def test_a_table_is_no_calendar_and_a_calendar_no_table(village, path):
    path.write_text("姓名,性别\n张三,男\n")
    with pytest.raises(BadFile, match="不是日历文件"):
        Coming(reader.read(str(path)))
    path.write_bytes((HEAD + GOOGLE + "END:VCALENDAR\r\n").encode())
    with pytest.raises(BadFile, match="是日历文件"):
        register.open_register(str(path))


def test_a_calendar_comes_through_a_pipe(village, path, monkeypatch, tmp_path):
    path.write_bytes((HEAD + GOOGLE + "END:VCALENDAR\r\n").encode())
    with open(path, "rb") as file:
        monkeypatch.setattr("sys.stdin", os.fdopen(os.dup(file.fileno())))
        assert Coming(reader.read("-")).name == "标准输入"
