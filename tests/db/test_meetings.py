"""Meetings: arranged, attended, minuted and held; what they decide is owed until it is done."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from db import activities, changes, decisions, duties, helpers, meetings, members, plan_items, roll
from db.models import Attendee, Decision, WorkPlan
from db.printing import html, papers
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def group(user):
    for name, post in (("张建国", "leader"), ("李主任", "liaison"), ("王校长", "member")):
        members.save(None, {"name": name, "post": post}, {}, user)


@pytest.fixture
def meeting(user, group):
    return meetings.new(
        "meeting", "三季度专题会", TODAY, user, starts="9点", place="村部", agenda="一、摸底\n二、结对"
    )


@pytest.fixture
def decide(meeting, user):
    def make(title="添书架", by_name=None, due_on="2026-10-8"):
        return decisions.decide(meeting, {"title": title, "by_name": by_name, "due_on": due_on}, user)

    return make


def everybody(meeting):
    return [line.id for line in meetings.attendees(meeting)]


def test_the_group_stands_on_the_list_of_its_meeting(meeting, user):
    seen = meetings.view(meeting)
    assert seen.line[1:] == (
        "三季度专题会", "专题会", "meeting", TODAY, "09:00", "村部", None, None, 0, 3, 0, 0,
    )  # fmt: skip
    assert seen.agenda == "一、摸底\n二、结对" and seen.minutes is None
    assert [(line.name, line.post, line.state) for line in meetings.attendees(meeting)] == [
        ("张建国", "组长", None), ("李主任", "联络员", None), ("王校长", "成员", None),
    ]  # fmt: skip
    assert changes.last_action(user).label == "新会议 三季度专题会"
    changes.undo(changes.last_action(user).action, user)
    assert meetings.listing() == [] and Attendee.live().count() == 0


def test_other_meetings_begin_with_an_empty_list(user, group):
    forum = meetings.new("forum", "师生座谈会", TODAY, user)
    assert meetings.attendees(forum) == []
    assert meetings.add_members(forum, user) == 3 and meetings.add_members(forum, user) == 0
    assert [meetings.load(None, kind)["title"] for kind in meetings.KINDS] == [
        "领导小组专题会", "座谈会", "家长会", "主题班会",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "title", "on", "starts", "says"),
    [
        ("film", "看片", TODAY, None, "会议只有专题会、座谈会、家长会、主题班会四种"),
        ("meeting", " ", TODAY, None, "请填活动名称"),
        ("meeting", "专题会", None, None, "请填活动日期"),
        ("meeting", "专题会", date(1999, 9, 1), None, "早于2000年"),
        ("meeting", "专题会", TODAY, "放学后", "看不出几点"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(user, group, kind, title, on, starts, says):
    with pytest.raises(Refused, match=says):
        meetings.new(kind, title, on, user, starts=starts)
    assert activities.listing() == [] and Attendee.live().count() == 0


def test_meetings_to_come_stand_first_then_the_latest(user):
    for days, kind in ((-8, "forum"), (5, "parents"), (-3, "meeting"), (2, "meeting"), (0, "class_meeting")):
        meetings.new(kind, f"{days}", TODAY + timedelta(days=days), user)
    activities.save(None, {"title": "电影", "kind": "film", "on_date": TODAY}, {}, user)
    assert [line.title for line in meetings.listing()] == ["0", "2", "5", "-3", "-8"]
    film = activities.agenda(TODAY, TODAY)[-1]
    for verb in (lambda: meetings.view(film.id), lambda: decisions.decide(film.id, {}, user)):
        with pytest.raises(Refused, match="不是会议"):
            verb()


def test_texts_are_written_each_by_itself(meeting, user):
    base = meetings.load(meeting)
    meetings.save(meeting, {"minutes": "张建国：，。\n第二行"}, {"minutes": None}, user)
    assert meetings.view(meeting).minutes == "张建国：，。\n第二行"
    saved = meetings.save(meeting, base | {"agenda": "三、其他", "place": "学校"}, base, user)
    assert saved.merged == ["记录"]
    assert (meetings.view(meeting).line.place, meetings.load(meeting)["agenda"]) == ("学校", "三、其他")
    with pytest.raises(Conflict) as conflict:
        meetings.save(meeting, base | {"agenda": "四"}, base, user)
    assert list(conflict.value.fields) == ["agenda"]
    meetings.save(meeting, base | {"agenda": "四"}, base, user, frozenset({"agenda"}))
    assert meetings.load(meeting)["agenda"] == "四"
    with pytest.raises(Refused, match="最多8000字"):
        meetings.save(
            meeting, {"minutes": "长" * 8001}, {"minutes": base["minutes"]}, user, frozenset({"minutes"})
        )
    with pytest.raises(Refused, match="请填活动名称"):
        meetings.save(meeting, {"title": None}, {"title": "三季度专题会"}, user)


def test_before_its_day_a_meeting_has_an_agenda_and_excuses_only(user, group):
    later = meetings.new("meeting", "专题会", TOMORROW, user)
    one, *_ = everybody(later)
    meetings.save(later, {"agenda": "一"}, {"agenda": None}, user)
    meetings.mark(one, "假", user)
    refused = (
        lambda: meetings.save(later, {"minutes": "说了"}, {"minutes": None}, user),
        lambda: decisions.decide(later, {"title": "添书架", "due_on": TOMORROW}, user),
        lambda: meetings.mark(one, "present", user),
        lambda: meetings.hold(later, None, user),
    )
    for verb in refused:
        with pytest.raises(Refused, match="会在9月11日开，到那天再"):
            verb()
    assert meetings.view(later).minutes is None and Decision.live().count() == 0
    assert [line.state for line in meetings.attendees(later)] == ["leave", None, None]


def test_a_meeting_with_decisions_is_not_put_off(meeting, decide, user):
    decide()
    base = activities.load(meeting)  # by the calendar's sheet neither, nor made something that is no meeting
    for values, says in (
        ({"on_date": TOMORROW}, "日期不能改到9月11日"),
        ({"kind": "film"}, "类别要是会议的一种"),
    ):
        with pytest.raises(Refused, match=says):
            activities.save(meeting, base | values, base, user)
    with pytest.raises(Refused, match="日期不能改到9月11日"):
        meetings.save(meeting, {"on_date": TOMORROW}, {"on_date": TODAY}, user)
    assert meetings.view(meeting).line.on_date == TODAY


def test_grown_ups_are_called_one_by_one_and_the_rest_together(meeting, user):
    one, two, three = everybody(meeting)
    meetings.mark(one, "迟", user)
    assert changes.last_action(user).label == "到会 张建国：迟"
    meetings.mark_all(meeting, [two, three], "present", user)
    assert meetings.view(meeting).line[9:12] == (3, 3, 0)
    changes.undo(changes.last_action(user).action, user)
    assert [line.state for line in meetings.attendees(meeting)] == ["late", None, None]
    meetings.mark(one, None, user)
    assert meetings.view(meeting).line.came == 0
    with pytest.raises(Refused, match="不在到场的选项里"):
        meetings.mark(one, "走了", user)


def test_others_are_put_on_the_list_by_name(meeting, user):
    key = meetings.add_attendee(meeting, "王桂英", "张浩宇的奶奶", user)
    for name, says in (("王桂英", "已在到会名单上"), ("张建国", "已在到会名单上"), ("", "请填姓名")):
        with pytest.raises(Refused, match=says):
            meetings.add_attendee(meeting, name, None, user)
    base = meetings.load_attendee(key)
    meetings.save_attendee(key, meeting, base | {"post": "奶奶"}, base, user)
    meetings.save_attendee(key, meeting, base | {"note": "带了孩子"}, base, user)
    with pytest.raises(Conflict):
        meetings.save_attendee(key, meeting, base | {"post": "外婆"}, base, user)
    assert meetings.attendees(meeting)[-1][1:5] == ("王桂英", "奶奶", None, "带了孩子")
    meetings.remove_attendee(key, user)
    assert len(everybody(meeting)) == 3
    with pytest.raises(NotFound):
        meetings.mark(key, "present", user)


def test_a_member_put_on_the_list_by_name_brings_the_post(user, group):
    forum = meetings.new("forum", "座谈会", TODAY, user)
    meetings.add_attendee(forum, "李主任", None, user)
    (line,) = meetings.attendees(forum)
    assert (line.post, line.member_id) == ("联络员", members.listing()[1].id)


def test_a_meeting_is_held_once_somebody_has_come_and_settles_the_plan(meeting, user):
    plan = changes.insert(
        WorkPlan, user, code="village", title="村级关爱计划", starts=date(2026, 8, 1), ends=date(2026, 12, 31), template="",
    )  # fmt: skip
    with changes.action("计划", user) as act:
        item = plan_items.insert(
            act, "occasion", "三季度专题会", date(2026, 7, 1), date(2026, 9, 30), work_plan=plan, kind="meeting", occasion="q",
        ).id  # fmt: skip
    meetings.mark(everybody(meeting)[0], "absent", user)
    with pytest.raises(Refused, match="还没有人到会：请先"):
        meetings.hold(meeting, "开得好", user)
    assert plan_items.line(item).open
    meetings.mark(everybody(meeting)[1], "present", user)
    assert meetings.hold(meeting, "开得好", user) == ["三季度专题会"]
    assert (meetings.view(meeting).line.state, meetings.view(meeting).outcome) == ("已开", "开得好")
    assert not plan_items.line(item).open
    activities.reopen(meeting, user)
    assert plan_items.line(item).open and meetings.view(meeting).line.state is None


def test_children_alone_make_a_class_meeting(user, enter):
    child = enter("张浩宇", father_whereabouts="away", mother_whereabouts="away")
    bare = meetings.new("class_meeting", "安全班会", TODAY, user)
    with pytest.raises(Refused, match="还没有人到会"):
        meetings.hold(bare, None, user)
    roll.mark(bare, child, "present", user)
    meetings.hold(bare, None, user)
    assert meetings.view(bare).line[9:12] == (0, 0, 1)


def test_a_meeting_called_off_takes_no_minutes(meeting, user):
    activities.cancel(meeting, "下雨", user)
    for verb in (
        lambda: meetings.save(meeting, {"minutes": "说了"}, {"minutes": None}, user),
        lambda: decisions.decide(meeting, {"title": "添书架", "due_on": TODAY}, user),
        lambda: meetings.hold(meeting, None, user),
    ):
        with pytest.raises(Refused, match="已取消，请先改回未开"):
            verb()


# ---- decisions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"title": ""}, "请填决定事项"),
        ({"due_on": None}, "请填期限"),
        ({"due_on": "2026-9-9"}, "早于开会的日期"),
        ({"due_on": "2036-9-9"}, "离今天三年以上"),
        ({"due_on": "2026-2-30"}, "不存在"),
        ({"title": "字" * 101}, "最多100字"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(decide, values, says):
    with pytest.raises(Refused, match=says):
        decide(**values)
    assert decisions.listing() == [] and duties.page(TODAY) == []


def test_decisions_are_owed_by_their_owner_until_done(decide, user):
    base = helpers.load(None)
    helper = helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, user).id
    members.save(None, {"name": "刘梅", "post": "deputy", "helper": "刘老师"}, {}, user)
    by_helper, by_member, by_name = (
        decide(f"事{at}", name, f"2026-10-{at}") for at, name in ((1, "刘老师"), (2, "刘梅"), (3, "村医老赵"))
    )
    late = date(2026, 10, 9)
    owed = duties.page(late)
    assert [(each.source, each.ref, each.label, each.helper, each.helper_id) for each in owed] == [
        ("decision", by_helper, "事1", "刘老师", helper), ("decision", by_member, "事2", "刘梅", helper),
        ("decision", by_name, "事3", "村医老赵", None),
    ]  # fmt: skip
    mine = duties.Wanted(helper=helper)
    assert [each.label for each in duties.page(late, wanted=mine)] == ["事1", "事2"]
    assert duties.tally(late, mine).overdue == 2
    decisions.finish(by_helper, None, "办好了", user)
    assert [each.label for each in duties.page(late, wanted=mine)] == ["事2"]
    decisions.reopen(by_helper, user)
    assert decisions.line(by_helper)[7:9] == (None, "办好了") and len(duties.page(late)) == 3
    decisions.remove(by_member, user)
    assert [each.label for each in duties.page(late)] == ["事1", "事3"]


def test_a_decision_is_done_once_and_on_a_day_that_can_be(meeting, decide, user, monkeypatch):
    key = decide()
    for day, says in ((TOMORROW, "还没到"), (date(2026, 9, 9), "早于开会的日期")):
        with pytest.raises(Refused, match=says):
            decisions.finish(key, day, None, user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-12")
    assert decisions.listing()[0].days_over == 4
    decisions.finish(key, date(2026, 10, 10), "装好了", user)
    with pytest.raises(Refused, match="已在2026-10-10办完"):
        decisions.finish(key, None, None, user)
    assert decisions.listing() == [] and meetings.view(meeting).line.open == 0
    (line,) = decisions.listing(open_only=False)
    assert (line.meeting, line.met_on, line.done_on, line.result) == (
        "三季度专题会", TODAY, date(2026, 10, 10), "装好了",
    )  # fmt: skip
    assert decisions.of_meeting(meeting) == [line]


def test_two_people_edit_one_decision(decide, user):
    key = decide(by_name="刘老师")
    base = decisions.load(key)
    decisions.save(key, base | {"by_name": "吴老师"}, base, user)
    assert decisions.save(key, base | {"due_on": date(2026, 10, 20)}, base, user).merged == ["负责人"]
    with pytest.raises(Conflict):
        decisions.save(key, base | {"by_name": "王校长"}, base, user)
    assert (decisions.line(key).owner, decisions.line(key).due_on) == ("吴老师", date(2026, 10, 20))
    now = decisions.load(key)
    with pytest.raises(Refused, match="还没到"):
        decisions.save(key, now | {"done_on": TOMORROW}, now, user)
    decisions.save(key, now | {"done_on": TODAY, "result": "好了"}, now, user)
    assert duties.page(date(2026, 10, 30)) == []
    with pytest.raises(NotFound):
        decisions.load(uuid4())


def test_a_meeting_struck_out_takes_its_decisions_along_and_brings_them_back(meeting, decide, user):
    decide(due_on="2026-9-12")
    activities.remove(meeting, user)
    assert duties.page(TODAY) == [] and decisions.listing() == [] and meetings.listing() == []
    changes.undo(changes.last_action(user).action, user)
    assert [each.label for each in duties.page(TODAY)] == ["添书架"] and len(everybody(meeting)) == 3


# ---- minutes on paper -------------------------------------------------------------------------------


def test_minutes_on_paper_name_grown_ups_and_count_children(meeting, decide, user, enter, tmp_path):
    child = enter("陈思琪", father_whereabouts="away", mother_whereabouts="away")
    roll.mark(meeting, child, "present", user)
    one, two, _ = everybody(meeting)
    meetings.mark(one, "present", user)
    meetings.mark(two, "leave", user)
    meetings.save(meeting, {"minutes": "<b>第一</b>\n第二"}, {"minutes": None}, user)
    decide(by_name="刘老师")
    text = "".join(html.write(papers.minutes_paper(meeting, user)))
    for said in ("三季度专题会 会议纪要", "2026-09-10 周四 09:00", "到1人", "张建国（组长）", "假1人", "李主任（联络员）", "1名",
                 "&lt;b&gt;第一&lt;/b&gt;", "1. 添书架（刘老师负责，10月8日前办好）", "制表：王晓"):  # fmt: skip
        assert said in text, said
    assert "陈思琪" not in text
    path = tmp_path / "纪要.html"
    assert list(papers.to_file(papers.minutes_paper(meeting, user), path))[-1] >= 1
    assert path.read_text("utf-8") == text and path.stat().st_mode & 0o777 == 0o600
