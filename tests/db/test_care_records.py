"""Records of every kind: what each asks, keeps and refuses; for many children at once; promised next steps."""

from datetime import date, timedelta

import pytest

from db import care, changes, children, record_fields, record_list
from db.changes import CannotUndo
from db.models import CareRecord, Child, Helper
from db.record_list import Sought
from db.sheet import NotFound
from db.spec import read
from db.values import Refused
from db.vocab import RECORD_KIND

TODAY = date(2026, 9, 10)
# One full record of each kind, as a person types it.
FULL = {
    "talk": {
        "place": "学校",
        "reason": "例行谈心",
        "content": "想爸妈",
        "follow_up": "约视频",
        "follow_up_on": "2026-9-20",
    },
    "visit": {
        "with_whom": "奶奶",
        "home": "三口人",
        "conduct": "懂事",
        "needs": "课外书",
        "feedback": "放心",
        "follow_up": "送书",
    },
    "phone_call": {"caller": "孩子", "with_whom": "父亲", "minutes": "15分钟", "content": "说了期中考试"},
    "video_call": {
        "place": "亲情视频室",
        "caller": "母亲",
        "with_whom": "母亲",
        "minutes": "20",
        "content": "看了弟弟",
    },
    "parent_contact": {"with_whom": "父亲", "reason": "换季添衣", "content": "寄衣服", "feedback": "月底寄"},
    "parent_feedback": {"with_whom": "奶奶", "feedback": "作业太多", "follow_up": "和班主任商量"},
    "counselling": {"place": "咨询室", "reason": "情绪低落", "content": "倾听", "result": "愿意说话了"},
    "diary": {"content": "写了秋收", "result": "真实"},
    "letter": {"caller": "孩子", "with_whom": "妈妈", "content": "报平安"},
    "good_deed": {"place": "村里", "content": "帮邻居挑水", "result": "受了表扬"},
    "illness": {
        "reason": "发烧",
        "place": "镇卫生院",
        "content": "输液两天",
        "consent": "是",
        "follow_up": "复诊",
    },
    "home_stay": {"by_name": "王兰", "consent": "是", "back_on": "2026-9-11", "content": "包饺子"},
    "birthday": {"place": "学校", "with_whom": "全班同学", "content": "今天很开心", "result": "考上好中学"},
    "inspection": {"with_whom": "王校长", "result": "成绩上来了", "grade": "好"},
    "risk_review": {"scale": "红黄蓝绿", "grade": "黄", "content": "祖母年迈"},
    "group_talk": {"place": "三年级教室", "reason": "安全教育", "content": "防溺水"},
    "film": {"place": "农家书屋", "reason": "《励志少年》", "content": "很受触动"},
}


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08")


@pytest.fixture
def three(enter):
    return [enter(name, birth_date="2015-03-08") for name in ("张浩宇", "李雨涵", "王一鸣")]


@pytest.fixture
def put(user, child):
    def noting(kind="talk", on=TODAY, **values):
        return care.record(user, child_id=child, kind=kind, on_date=on, **values)

    return noting


# ---- the kinds


def test_every_kind_of_the_code_list_has_a_sheet_of_its_own():
    assert set(record_fields.ASKS) == {code.code for code in RECORD_KIND} == set(FULL)


@pytest.mark.parametrize("kind", FULL)
def test_a_kinds_sheet_is_short_and_begins_with_kind_and_day(kind):
    entries = record_fields.entries(kind)
    names = [entry.name for entry in entries]
    assert names[:2] == ["kind", "on_date"] and len(names) == len(set(names)) <= 11
    assert record_fields.first_to_type(kind) in names[2:4]
    assert len({entry.spec.label for entry in entries}) == len(entries)
    assert set(FULL[kind]) <= set(names)


@pytest.mark.parametrize("kind", FULL)
def test_what_a_kind_asks_is_kept_read_back_and_listed(kind, put, child, user):
    key = put(kind, **FULL[kind])
    kept = care.load_record(key)
    for name, text in FULL[kind].items():
        assert kept[name] == read(record_fields.SPECS[name], text), name
    (line,) = care.records(child_id=child)
    assert (line.code, line.kind) == (kind, RECORD_KIND.label(kind))
    told = dict(line.told())
    asked = {entry.name: entry.spec.label for entry in record_fields.entries(kind)}
    assert {asked[name] for name in FULL[kind]} - {asked["by_name"]} == set(told)
    (listed,) = care.record_listing()
    assert all(listed[name] is not None for name in FULL[kind] if name != "by_name")
    assert care.save_record(key, child, kept, kept, user).merged == []


def test_one_column_goes_under_the_label_of_the_form():
    labels = {kind: {e.name: e.spec.label for e in record_fields.entries(kind)} for kind in FULL}
    assert labels["film"]["reason"] == "片名" and labels["talk"]["reason"] == "谈心缘由"
    assert (
        labels["home_stay"]["by_name"] == "爱心妈妈/爸爸" and labels["inspection"]["by_name"] == "受检帮扶人"
    )
    assert labels["illness"]["consent"] == "已告知监护人" and labels["home_stay"]["consent"] == "监护人同意"


def test_a_column_that_the_kind_does_not_ask_is_kept_and_shown_all_the_same(put, child):
    key = put("film", reason="《励志少年》", grade="好")
    assert care.load_record(key)["grade"] == "好"
    assert ("等级", "好") in care.records(child_id=child)[0].told()
    assert "grade" in {entry.name for entry in record_fields.entries("film", {"grade"})}


@pytest.mark.parametrize(
    ("kind", "without", "says"),
    [
        ("home_stay", "by_name", "请填写爱心妈妈/爸爸"), ("home_stay", "consent", "要监护人同意"), ("illness", "reason", "患了什么病"),
        ("good_deed", "content", "做了什么"), ("inspection", "result", "帮扶效果"), ("risk_review", "grade", "等级"),
        ("film", "reason", "片名"), ("group_talk", "reason", "主题"), ("parent_feedback", "feedback", "家长反馈"),
    ],
)  # fmt: skip
def test_what_a_kind_cannot_do_without(kind, without, says, put):
    with pytest.raises(Refused, match=says):
        put(kind, **{name: value for name, value in FULL[kind].items() if name != without})
    assert care.records() == []


def test_a_stay_the_guardian_did_not_agree_to_is_no_stay(put):
    with pytest.raises(Refused, match="先征得同意"):
        put("home_stay", **FULL["home_stay"] | {"consent": "否"})
    assert put("illness", reason="发烧", consent="否")  # there it says whether the guardian was told


def test_a_host_on_file_is_host_enough(put, user):
    host = changes.insert(Helper, user, name="王兰", kind="love_mother")
    key = care.load_record(put("home_stay", helper_id=host.id, consent=True))
    assert key["by_name"] == "王兰"


def test_what_did_not_come_about_needs_nothing_else(put):
    kept = care.load_record(put("video_call", missed="没人接"))
    assert (kept["missed"], kept["content"], kept["minutes"]) == ("no_answer", None, None)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"minutes": 0}, "时长0分钟"), ({"minutes": "601"}, "1到600"), ({"minutes": "很久"}, "不是整数"), ({"minutes": 5, "missed": "busy"}, "写了时长"),
        ({"back_on": "2026-9-9"}, "送回日期2026-09-09早于"), ({"back_on": "2028-9-9"}, "一年多"),
        ({"follow_up_on": "2026-9-9"}, "跟进日期2026-09-09早于"), ({"follow_up_done": "2026-9-9"}, "早于"), ({"follow_up_done": "2026-9-11"}, "还没到"),
        ({"missed": "不想"}, "无人接听"), ({"caller": "邻居"}, "谁打的"), ({"consent": "也许"}, "是还是否"), ({"home": "长" * 501}, "最多500字"),
        ({"content": "长" * 4001}, "最多4000字"), ({"scale": "长" * 41}, "最多40字"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_written(values, says, put):
    with pytest.raises(Refused, match=says):
        put(**values)
    assert care.records() == [] and CareRecord.select().count() == 0


def test_the_edges_of_what_can_be(put):
    kept = care.load_record(
        put(minutes=1, back_on=TODAY, follow_up="约", follow_up_on=TODAY, follow_up_done=TODAY)
    )
    assert (kept["minutes"], kept["back_on"]) == (1, TODAY)
    assert care.load_record(put(minutes=600, follow_up_on=TODAY + timedelta(days=366)))["minutes"] == 600


def test_mending_a_record_sees_its_other_fields(put, child, user):
    key = put(follow_up_on=date(2026, 9, 20))
    base = care.load_record(key)
    with pytest.raises(Refused, match="早于"):
        care.save_record(key, child, base | {"follow_up_on": date(2026, 9, 1)}, base, user)
    assert care.load_record(key) == base


def test_another_kind_keeps_what_was_written(put, child, user):
    key = put(place="学校", content="想爸妈")
    base = care.load_record(key)
    care.save_record(key, child, base | {"kind": "counselling", "result": "好些"}, base, user)
    kept = care.load_record(key)
    assert (kept["kind"], kept["place"], kept["content"], kept["result"]) == (
        "counselling",
        "学校",
        "想爸妈",
        "好些",
    )


def test_the_scale_of_the_last_risk_review_is_proposed(put):
    assert care.load_record(None, "risk_review")["scale"] is None
    put("risk_review", on=date(2026, 9, 1), scale="红黄蓝绿", grade="黄")
    put("risk_review", on=date(2026, 3, 1), scale="较好/一般/差", grade="差")
    assert care.load_record(None, "risk_review")["scale"] == "红黄蓝绿"
    assert care.load_record(None, "talk")["scale"] is None


# ---- a child that left the register


def test_a_record_after_the_child_left_is_refused_with_the_cure(put, child, user):
    changes.write(Child.get_by_id(child), user, left_on=date(2026, 9, 8))
    for on in (date(2026, 9, 9), TODAY):
        with pytest.raises(Refused, match=r"张浩宇已于2026-09-08退出登记.*恢复登记"):
            put(on=on)
    key = put(on=date(2026, 9, 8))  # a word at parting
    base = care.load_record(key)
    with pytest.raises(Refused, match="退出登记"):
        care.save_record(key, child, base | {"on_date": TODAY}, base, user)


# ---- many children


def test_a_talk_with_a_class_is_one_action_for_all(three, user):
    keys = care.record_many(user, three, {"kind": "group_talk", "on_date": TODAY, "reason": "安全教育"})
    rows = [CareRecord.get_by_id(key) for key in keys]
    assert [row.child_id for row in rows] == three
    assert len({row.together for row in rows}) == 1 and rows[0].together is not None
    assert changes.last_action(user).label == "集体谈话 张浩宇等3名" and changes.last_action(user).rows == 3
    changes.undo(changes.last_action(user).action, user)
    assert care.records() == []


def test_a_child_marked_twice_has_one_record(three, user):
    assert len(care.record_many(user, [*three, three[0]], {"on_date": TODAY})) == 3


def test_one_child_that_is_refused_is_named_and_nothing_is_written(three, enter, user):
    baby = enter("赵佳慧", birth_date="2026-09-05")
    changes.write(Child.get_by_id(three[1]), user, left_on=date(2026, 9, 1))
    with pytest.raises(Refused) as met:
        care.record_many(user, [*three, baby], {"on_date": date(2026, 9, 3)})
    assert "李雨涵" in str(met.value) and "赵佳慧" in str(met.value) and "张浩宇" not in str(met.value)
    assert "什么也没有写入" in str(met.value) and CareRecord.select().count() == 0


def test_many_who_are_refused_are_counted(enter, user):
    ids = [enter(f"赵{name}", birth_date="2026-09-05") for name in "甲乙丙丁戊"] + [enter("张浩宇")]
    with pytest.raises(Refused, match=r"赵甲.*赵丙.*另有2名"):
        care.record_many(user, ids, {"on_date": date(2026, 9, 3)})


def test_a_fault_of_the_record_itself_is_said_once(three, user):
    with pytest.raises(Refused) as met:
        care.record_many(user, three, {"on_date": date(2026, 9, 11)})
    assert str(met.value) == "2026-09-11还没到，请填已经发生的日期"


def test_nobody_and_somebody_struck_out(three, user):
    with pytest.raises(Refused, match="没有选儿童"):
        care.record_many(user, [], {"on_date": TODAY})
    children.remove(three[2], user)
    with pytest.raises(NotFound, match="有1名的档案已被删除"):
        care.record_many(user, three, {"on_date": TODAY})
    assert CareRecord.select().count() == 0


def test_the_name_of_who_did_it_is_a_helper_for_all(three, user):
    teacher = changes.insert(Helper, user, name="刘老师", kind="teacher")
    keys = care.record_many(user, three, {"on_date": TODAY, "by_name": " 刘 老师"})
    assert {CareRecord.get_by_id(key).helper_id for key in keys} == {teacher.id}
    with pytest.raises(NotFound, match="帮扶人"):
        changes.remove(teacher, user)
        care.record_many(user, three, {"on_date": TODAY, "helper_id": teacher.id})


# ---- promised next steps


@pytest.fixture
def promise(put):
    return put(follow_up="约视频", follow_up_on=date(2026, 9, 9), on=date(2026, 9, 1))


def test_a_promise_stands_until_it_is_seen_to(promise, child, user):
    (open_one,) = care.promises(child)
    assert (open_one.id, open_one.follow_up, open_one.kind) == (promise, "约视频", "谈心")
    care.follow_up_done(promise, TODAY, user)
    assert care.promises(child) == [] and care.load_record(promise)["follow_up_done"] == TODAY
    assert changes.last_action(user).label == "跟进 张浩宇"
    with pytest.raises(Refused, match="已经跟进过"):
        care.follow_up_done(promise, TODAY, user)


@pytest.mark.parametrize(
    ("on", "says"), [(date(2026, 9, 11), "还没到"), (date(2026, 8, 31), "早于记录的日期")]
)
def test_days_on_which_nothing_was_seen_to(on, says, promise, user):
    with pytest.raises(Refused, match=says):
        care.follow_up_done(promise, on, user)
    assert care.load_record(promise)["follow_up_done"] is None


def test_nothing_promised_is_nothing_to_see_to(put, user):
    with pytest.raises(Refused, match="没有约定"):
        care.follow_up_done(put(), TODAY, user)


def test_a_new_record_settles_an_older_promise_in_one_action(promise, put, child, user):
    put("video_call", minutes=10, settles=[promise])
    assert care.load_record(promise)["follow_up_done"] == TODAY
    changes.undo(changes.last_action(user).action, user)
    assert [each.id for each in care.promises(child)] == [promise] and len(care.records()) == 1


def test_the_sheet_settles_one_promise_or_all(promise, put, child, user):
    other = put(follow_up="送书", follow_up_on=date(2026, 9, 5), on=date(2026, 9, 1))
    assert [each.id for each in care.promises(child)] == [other, promise]
    spec = record_fields.entries("talk", (), care.promises(child))[-1].spec
    assert [code.label for code in spec.codes] == ["送书（9月5日）", "约视频（9月9日）", "以上全部"]
    base = care.load_record(None)
    care.save_record(None, child, base | {"settles": read(spec, "约视频（9月9日）")}, base, user)
    assert [each.id for each in care.promises(child)] == [other]
    care.save_record(None, child, base | {"settles": "all"}, base, user)
    assert care.promises(child) == []


def test_what_settles_no_promise(promise, put, enter, user):
    with pytest.raises(Refused, match="没有做成"):
        put(missed="busy", settles=[promise])
    with pytest.raises(Refused, match="约定是2026-09-01"):
        put(on=date(2026, 8, 30), settles=[promise])
    with pytest.raises(Refused, match="别的儿童"):
        care.record(user, child_id=enter("李雨涵"), on_date=TODAY, settles=[promise])
    assert len(care.records()) == 1 and care.load_record(promise)["follow_up_done"] is None


def test_a_promise_that_was_settled_meanwhile_does_not_cost_the_record(promise, put, user):
    care.follow_up_done(promise, date(2026, 9, 9), user)
    put(settles=[promise])
    assert care.load_record(promise)["follow_up_done"] == date(2026, 9, 9) and len(care.records()) == 2


def test_undo_does_not_reach_past_what_came_later(promise, put, user):
    put(settles=[promise])
    done = changes.last_action(user).action
    changes.write(CareRecord.get_by_id(promise), user, place="家中")
    with pytest.raises(CannotUndo):
        changes.undo(done, user)


# ---- found and listed


def test_records_are_found_by_words_of_child_helper_and_kind(three, user):
    for child, kind, by in zip(three, ("talk", "visit", "film"), ("刘老师", "王晓", "刘老师"), strict=True):
        care.record(user, child_id=child, kind=kind, on_date=TODAY, by_name=by, reason="《少年》")
    found = lambda text: sorted(line.child for line in care.records(text))  # noqa: E731
    assert found("刘老师") == ["张浩宇", "王一鸣"]
    assert found("刘老师 谈心") == found("谈心　刘老师") == ["张浩宇"]
    assert found("家访") == found("zf") == found("lyh 走访") == ["李雨涵"]
    assert (
        found("专题片") == ["王一鸣"] and found("谈心 王晓") == [] and found("_") == found("没有此人") == []
    )


def test_a_window_of_all_records_and_the_place_of_one(three, user):
    keys = [
        care.record(user, child_id=child, on_date=TODAY - timedelta(days=back))
        for back in (3, 1, 2, 1)
        for child in three
    ]
    everything = Sought()
    listed = [line.id for line in record_list.page(0, None, everything)]
    assert sorted(listed) == sorted(keys) and record_list.count(everything) == 12
    assert [record_list.place(key, everything) for key in listed] == list(range(12))
    assert [line.id for line in record_list.page(5, 4, everything)] == listed[5:9]
    ones = Sought("", three[1])
    assert record_list.count(ones) == 4 and record_list.place(listed[0], ones) in (0, None)
    assert record_list.place(keys[0], Sought("李雨涵")) is None
