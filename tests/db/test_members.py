"""The leading group: who is in it, with which post, which helper on file it is; leaving, order, paper."""

from datetime import date
from uuid import uuid4

import pytest

from db import changes, decisions, helpers, meetings, members
from db.models import Decision, Member
from db.printing import html, papers
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AUGUST = date(2026, 8, 1)


@pytest.fixture
def member(user):
    def make(name="张建国", post="member", **values):
        return members.save(None, {"name": name, "post": post} | values, {}, user).id

    return make


@pytest.fixture
def helper(user):
    def make(name="刘老师", **values):
        base = helpers.load(None)
        return helpers.save(None, base | {"name": name, "kind": "teacher"} | values, base, user).id

    return make


def names(left=False):
    return [line.name for line in members.listing(left)]


def test_the_group_goes_by_post_then_by_place(member, user):
    member("王校长")
    member("李主任", "联络员")
    member("陈会计")
    leader = member(
        "张建国", "leader", unit="柳溪村 党支部书记", phone="19900000001", area="全面工作", since=AUGUST
    )
    assert names() == ["张建国", "李主任", "王校长", "陈会计"]
    assert members.listing()[0] == (
        leader, "张建国", "组长", "柳溪村 党支部书记", "199****0001", "全面工作", None, AUGUST, None,
    )  # fmt: skip
    assert changes.last_action(user).label == "新增领导小组成员 张建国"
    assert members.load(None)["post"] == "member" and members.load(leader)["phone"] == "19900000001"


def test_members_change_places_within_their_post(member, user):
    one, two, three = member("王校长"), member("李主任"), member("陈会计")
    member("张建国", "leader")
    members.move(three, False, user)
    assert names() == ["张建国", "王校长", "陈会计", "李主任"]
    members.move(one, True, user)
    assert names() == ["张建国", "陈会计", "王校长", "李主任"]
    changes.undo(changes.last_action(user).action, user)
    assert names() == ["张建国", "王校长", "陈会计", "李主任"]
    for key, down, says in ((one, False, "最前"), (two, True, "最后")):
        with pytest.raises(Refused, match=says):
            members.move(key, down, user)
    members.end(two, TODAY, user)
    with pytest.raises(Refused, match="已退出领导小组，不用再排"):
        members.move(two, True, user)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": " "}, "请填姓名"),
        ({"post": None}, "请选组内职务"),
        ({"post": "书记"}, "不在组内职务的选项里"),
        ({"phone": "123"}, "手机号应为11位"),
        ({"since": date(2026, 9, 11)}, "还没到"),
        ({"since": date(1999, 1, 1)}, "早于2000年"),
        ({"since": AUGUST, "until": date(2026, 7, 1)}, "退出日期2026-07-01早于加入日期"),
        ({"helper": "没有此人"}, "请先在帮扶人册登记，或留空"),
        ({"area": "管" * 201}, "最多200字"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(member, values, says):
    with pytest.raises(Refused, match=says):
        member(**({"name": "张建国", "post": "leader"} | values))
    assert members.listing(left=True) == []


def test_a_second_leader_and_the_same_member_twice_are_refused(member, user):
    first = member("张建国", "leader")
    for name, post, says in (
        ("李主任", "leader", "组长已经是张建国：换人请先"),
        ("张建国", "deputy", "领导小组里已有张建国"),
    ):
        with pytest.raises(Refused, match=says):
            member(name, post)
    second = member("李主任", "deputy")
    with pytest.raises(Refused, match="组长已经是张建国"):
        members.save(second, members.load(second) | {"post": "leader"}, members.load(second), user)
    members.end(first, TODAY, user)
    members.save(second, members.load(second) | {"post": "leader"}, members.load(second), user)
    again = member("张建国", "deputy")
    assert names() == ["李主任", "张建国"]
    with pytest.raises(Refused, match="领导小组里已有张建国"):
        members.save(first, members.load(first) | {"until": None}, members.load(first), user)
    members.remove(again, user)
    with pytest.raises(Refused, match="组长已经是李主任"):
        members.save(first, members.load(first) | {"until": None}, members.load(first), user)


def test_an_undo_brings_back_no_second_leader_nor_the_same_name_twice(member, user):
    member("王校长", "member")
    for post, says in (("leader", "组长已经是李主任"), ("member", "领导小组里已有王校长")):
        key = next(line.id for line in members.listing() if line.name == "王校长")
        members.save(key, members.load(key) | {"post": post}, members.load(key), user)
        members.end(key, TODAY, user)
        leaving = changes.last_action(user).action
        other = member("李主任" if post == "leader" else "王校长", post)
        with pytest.raises(changes.CannotUndo, match=says):
            changes.undo(leaving, user)
        members.remove(other, user)
        changes.undo(leaving, user)
    assert names() == ["王校长"]


def test_who_left_stays_on_file_and_is_shown_on_asking(member, user):
    key = member("张建国", "leader", since=AUGUST)
    member("李主任")
    for on, says in ((date(2026, 9, 11), "还没到"), (date(2026, 7, 1), "早于张建国的加入日期")):
        with pytest.raises(Refused, match=says):
            members.end(key, on, user)
    members.end(key, TODAY, user)
    assert names() == ["李主任"] and names(left=True) == ["李主任", "张建国"]
    with pytest.raises(Refused, match="已在2026-09-10退出"):
        members.end(key, TODAY, user)
    changes.undo(changes.last_action(user).action, user)
    assert names() == ["张建国", "李主任"]


def test_two_people_edit_one_member(member, user):
    key = member("张建国", "leader", unit="柳溪村")
    base = members.load(key)
    members.save(key, base | {"area": "家访"}, base, user)
    saved = members.save(key, base | {"unit": "青石镇"}, base, user)
    assert saved.merged == ["分工"] and members.load(key)["area"] == "家访"
    with pytest.raises(Conflict) as conflict:
        members.save(key, base | {"area": "结对"}, base, user)
    assert conflict.value.fields == {"area": (None, "家访", "结对")}
    members.save(key, base | {"area": "结对"}, base, user, frozenset({"area"}))
    assert members.load(key)["area"] == "结对"
    for verb in (lambda: members.load(uuid4()), lambda: members.end(uuid4(), TODAY, user)):
        with pytest.raises(NotFound):
            verb()


def test_a_member_is_a_helper_by_name(member, helper, user):
    one = helper("刘老师", unit="柳溪小学")
    assert members.RULES.derive({"name": "刘老师"}, "name") == {"helper": "刘老师"}
    assert members.RULES.derive({"name": "没有此人"}, "name") == {}
    key = member("刘梅", helper="刘老师")
    assert Member.get_by_id(key).helper_id == one and members.listing()[0].helper == "刘老师"
    with pytest.raises(Refused, match="已经对应成员刘梅"):
        member("刘老师", helper="刘老师")
    other = helper("刘老师", unit="青石中学")
    assert members.RULES.derive({"name": "刘老师"}, "name") == {}
    assert members.RULES.suggest("helper", "刘", {}) == ["刘老师(柳溪小学)", "刘老师(青石中学)"]
    assert members.RULES.suggest("helper", "lls", {"name": "刘梅"}) == [
        "刘老师(柳溪小学)",
        "刘老师(青石中学)",
    ]
    assert members.RULES.suggest("name", "刘", {}) == []
    with pytest.raises(Refused, match=r"不止一位“刘老师”，请写清是哪一位：刘老师\(柳溪小学\)"):
        member("吴老师", helper="刘老师")
    second = member("吴老师", helper="刘老师（青石中学）")
    assert Member.get_by_id(second).helper_id == other
    helpers.remove(other, user)
    base = members.load(second)
    members.save(second, base | {"area": "家访"}, base, user)
    members.save(second, base | {"helper": None}, base, user)
    assert (members.load(second)["helper"], members.load(second)["area"]) == (None, "家访")


def test_who_comes_to_be_known_as_a_helper_takes_over_open_decisions(member, helper, user):
    meeting = meetings.new("meeting", "专题会", TODAY, user)
    open_one, done = (
        decisions.decide(meeting, {"title": title, "by_name": "刘梅", "due_on": "2026-10-1"}, user)
        for title in ("添书架", "贴标语")
    )
    decisions.finish(done, TODAY, None, user)
    key = member("刘梅")
    who = helper("刘老师")
    base = members.load(key)
    members.save(key, base | {"helper": "刘老师"}, base, user)
    assert (Decision.get_by_id(open_one).helper_id, Decision.get_by_id(done).helper_id) == (who, None)
    changes.undo(changes.last_action(user).action, user)
    assert Decision.get_by_id(open_one).helper_id is None and Member.get_by_id(key).helper_id is None


def test_who_was_on_the_list_of_a_meeting_is_not_struck_out(member, user):
    key = member("张建国", "leader")
    meetings.new("meeting", "专题会", TODAY, user)
    with pytest.raises(Refused, match="请按 F10 记退出"):
        members.remove(key, user)
    other = member("李主任")
    members.remove(other, user)
    assert names() == ["张建国"]
    changes.undo(changes.last_action(user).action, user)
    assert names() == ["张建国", "李主任"]


def test_people_to_be_named_are_the_group_first(member, helper):
    helper("刘老师")
    helper("张老师")
    member("张建国", "leader")
    assert members.people("") == ["张建国", "刘老师", "张老师"]
    assert members.people("张") == ["张建国", "张老师"]
    assert members.people("zjg") == ["张建国"] and members.people("没有") == []


def test_the_list_on_paper(member, user):
    with pytest.raises(Refused, match="领导小组还没有成员"):
        papers.members_paper(user)
    member("张建国", "leader", unit="柳溪村 <书记>", phone="19900000001", area="全面工作")
    members.end(member("陈会计"), TODAY, user)
    text = "".join(html.write(papers.members_paper(user)))
    assert "柳溪村留守儿童关爱工作领导小组名单" in text and "分工：全面工作" in text
    assert "199****0001" in text and "19900000001" not in text and "&lt;书记&gt;" in text
    assert "陈会计" not in text
    assert "19900000001" in "".join(html.write(papers.members_paper(user, reveal=True)))
