"""Targets of one's own: worked out like the others, answered by hand, kept apart when they cannot be read."""

import json
from datetime import date

import pytest

from db import changes, own_targets, settings, site, snapshots, status, targets
from db.models import Child, Helper, OwnTarget
from db.printing import handout
from db.reports import periods, tables
from db.reports.facts import Facts
from db.sheet import Conflict, NotFound
from db.targets import Within
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away", "birth_date": "2015-03-08"}
KNOWN_HEALTH = {"name": "健康摸清率", "met": [["health", "filled", None]], "goal": 90}


def make(user, target_id=None, **values):
    base = own_targets.load(target_id)
    return own_targets.save(target_id, base | values, base, user).id


def code(key):
    return f"own-{key.hex}"


def seen(key, **options):
    return targets.one(code(key), **options)


def test_a_rate(enter, user):
    key = make(user, **KNOWN_HEALTH, about="每学期摸底问一次")
    enter("张浩宇", **AWAY | {"health": "healthy", "village_group": "一组"})
    enter("李雨涵", **AWAY | {"village_group": "二组"})
    enter("王一鸣", birth_date="2015-03-08")  # not 留守
    found = targets.targets()[4]
    assert (found.code, found.name, found.numerator, found.denominator, found.rate) == (
        code(key),
        "健康摸清率",
        1,
        2,
        50.0,
    )
    assert (found.goal, found.met, found.in_force, found.asks, found.short_of) == (90, False, True, "90%", 1)
    assert [(each.name, each.field, each.why) for each in found.missing] == [
        ("李雨涵", "health", "待补：健康状况已填")
    ]
    assert "健康状况已填的占留守儿童的百分比，没采集的算没做到。每学期摸底问一次" in found.definition
    assert [(part.label, part.rate) for part in targets.by(code(key), "group")] == [
        ("一组", 100.0),
        ("二组", 0.0),
    ]
    assert seen(key, within=Within("group", "一组")).met is True
    assert changes.last_action(user).label != "自定目标 健康摸清率"


def test_whom_it_counts(enter, user):
    key = make(user, **KNOWN_HEALTH | {"counted": "registered", "who": [["sex", "is", "female"]]})
    enter("张浩宇", **AWAY | {"sex": "male"})
    enter("李雨涵", sex="female", health="ill")
    gone = enter("王一鸣", sex="female", focus="ill")
    assert (seen(key).numerator, seen(key).denominator) == (1, 2)
    assert "全部登记儿童（性别是女）" in seen(key).definition and "在册的都算" in seen(key).definition
    other = make(user, name="重点的", counted="focus", met=[["health", "filled", None]])
    assert (seen(other).denominator, seen(other).goal, seen(other).in_force) == (1, None, False)
    from db import children

    children.remove(gone, user)
    assert (seen(key).denominator, seen(other).denominator) == (1, 0)


def test_the_field_to_open_is_the_first_that_is_not_as_it_should_be(enter, user):
    key = make(
        user,
        name="两样都要",
        met=[["health", "filled", None], ["paired", "is", True], ["years", "at_least", 6]],
        goal=100,
    )
    enter("张浩宇", **AWAY)
    enter("李雨涵", **AWAY | {"health": "ill"})
    enter("王一鸣", **AWAY | {"health": "ill", "birth_date": None})
    assert [(each.field, each.why) for each in seen(key).missing] == [
        ("health", "待补：健康状况已填"), (None, "待补：有结对：是"), (None, "待补：有结对：是"),
    ]  # fmt: skip


def test_all_of_them_and_at_least_some(enter, user):
    every = make(user, name="个个有住址", sort="all", met=[["address", "filled", None]], goal=7)
    some = make(user, name="有爱好的", sort="some", met=[["hobbies", "filled", None]], goal=2)
    enter("张浩宇", **AWAY | {"address": "一组1号", "hobbies": "画画"})
    assert (seen(every).met, seen(every).goal, seen(every).asks) == (True, 100, "每个都做到")
    assert (seen(some).met, seen(some).goal, seen(some).asks, seen(some).short_of, seen(some).rate) == (
        False,
        2,
        "至少2名",
        1,
        100.0,
    )
    enter("李雨涵", **AWAY | {"hobbies": "唱歌"})
    enter("王一鸣", **AWAY)
    assert (seen(every).met, seen(every).numerator, seen(every).denominator) == (False, 1, 3)
    assert (seen(some).met, seen(some).numerator, seen(some).short_of, list(seen(some).missing)) == (
        True,
        2,
        0,
        [],
    )
    assert [part.met for part in targets.by(code(some), "group")] == [None]


def test_one_to_be_kept_low(enter, edit, user):
    key = make(user, name="学困比例", direction="down", met=[["study_level", "is", "poor"]], goal=50)
    child = enter("张浩宇", **AWAY)
    found = seen(key)
    assert (found.rate, found.met, found.waiting) == (None, None, "还有1名没采集清楚，补齐才能说")
    assert [(each.field, each.why) for each in found.missing] == [("study_level", "待补：学习情况是困难")]
    edit(child, study_level="poor")
    found = seen(key)
    assert (found.rate, found.met, found.asks, [each.why for each in found.missing]) == (
        100.0,
        False,
        "不高于50%",
        ["学习情况是困难"],
    )
    edit(child, study_level="good")
    assert (seen(key).rate, seen(key).met, len(seen(key).missing)) == (0.0, True, 0)


def test_at_most_some(enter, user):
    key = make(user, name="没住址的", sort="some", direction="down", met=[["address", "empty", None]], goal=0)
    enter("张浩宇", **AWAY)
    assert (seen(key).met, seen(key).short_of, seen(key).asks, len(seen(key).missing)) == (
        False,
        1,
        "至多0名",
        1,
    )


def test_one_that_is_answered_by_hand(user, monkeypatch):
    key = make(user, name="制度上墙", sort="by_hand", goal=3, met=[["health", "filled", None]])
    found = seen(key)
    assert (found.numerator, found.denominator, found.met, found.waiting, found.asks) == (
        0,
        0,
        None,
        "还没填做到没有",
        "做到",
    )
    own_targets.answer(key, True, user, evidence="照片")
    found = seen(key)
    assert (found.numerator, found.denominator, found.rate, found.met, found.waiting) == (
        1,
        1,
        100.0,
        True,
        None,
    )
    assert found.outside == "2026-09-10由人填写，依据：照片" and targets.by(code(key), "group") == []
    own_targets.answer(key, False, user)
    assert (seen(key).rate, seen(key).met) == (0.0, False)
    monkeypatch.setenv("GUANAI_TODAY", "2027-02-20")
    site.set_up(site_name="柳溪村", term_code="2027春", by=user)
    assert seen(key).waiting == "2026-09-10填过，2027春学期还没填" and seen(key).met is None
    assert seen(key, term_code="2026秋").met is False
    own_targets.answer(key, True, user)
    assert seen(key).met is True
    assert seen(key, term_code="2026秋").waiting == "只留最近一次的回答：2026秋学期的请看各学期走势"
    own_targets.answer(key, None, user)
    assert seen(key).waiting == "还没填做到没有"


def test_what_cannot_be_answered_by_hand_says_so(user):
    key = make(user, **KNOWN_HEALTH)
    with pytest.raises(Refused, match="由台账按条件算"):
        own_targets.answer(key, True, user)
    hand = make(user, name="制度上墙", sort="by_hand")
    with pytest.raises(Refused, match="还没到"):
        own_targets.answer(hand, True, user, date(2026, 9, 11))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": " "}, "请填写名称"), ({"sort": None}, "请填写怎么看"), ({"met": []}, "至少选一个条件"), ({"goal": 101}, "0到100"),
        ({"sort": "some", "goal": None}, "几名儿童"), ({"name": "建档率"}, "已有名为“建档率”"), ({"sort": "most"}, "most"),
        ({"met": [["moon", "is", "full"]]}, "不是台账里的项目"), ({"who": [["health", "is", None]]}, "还没写"), ({"goal": "很多"}, "很多"),
        ({"name": "长" * 31}, "最多30字"),
    ],
)  # fmt: skip
def test_what_is_no_target_is_refused(user, values, why):
    with pytest.raises(Refused, match=why):
        make(user, **KNOWN_HEALTH | values)
    assert not OwnTarget.select().exists()


def test_two_of_one_name_are_refused(user):
    key = make(user, **KNOWN_HEALTH)
    with pytest.raises(Refused, match="已有名为“健康摸清率”"):
        make(user, **KNOWN_HEALTH)
    make(user, key, goal=80)
    assert seen(key).goal == 80


@pytest.mark.parametrize(
    "stored", ['[["moon","is","full"]]', "nonsense", '[["health","shines",null]]', '{"or":[]}']
)
def test_a_row_of_a_newer_program_says_so_and_the_others_go_on(enter, user, stored):
    bad, good = (
        make(user, **KNOWN_HEALTH),
        make(user, name="有住址", met=[["address", "filled", None]], goal=100),
    )
    OwnTarget.update(met=stored).where(OwnTarget.id == bad).execute()
    enter("张浩宇", **AWAY)
    found = {each.code: each for each in targets.targets()}
    assert found[code(bad)].waiting and found[code(bad)].rate is None and found[code(bad)].met is None
    assert found[code(good)].rate == 0.0 and len(found) == 21
    assert own_targets.listing()[0].said == found[code(bad)].waiting
    assert targets.by(code(bad), "group") == []
    with pytest.raises(Refused):
        make(user, bad, goal=50)


def test_edited_moved_struck_out_and_brought_back(user):
    one, two = make(user, **KNOWN_HEALTH), make(user, name="有住址", met=[["address", "filled", None]])
    assert [(line.name, line.said) for line in own_targets.listing()] == [
        ("健康摸清率", "健康状况已填"),
        ("有住址", "现住址已填"),
    ]
    own_targets.move(two, True, user)
    own_targets.move(two, True, user)
    assert [line.id for line in own_targets.listing()] == [two, one]
    own_targets.remove(two, user)
    assert [line.id for line in own_targets.listing()] == [one]
    for ask in (
        own_targets.find,
        own_targets.load,
        lambda key: own_targets.move(key, True, user),
        lambda key: targets.by(code(key), "group"),
        seen,
    ):
        with pytest.raises(Refused, match="已被删除"):
            ask(two)
    with pytest.raises(NotFound):
        own_targets.remove(two, user)
    changes.undo(changes.last_action(user).action, user)
    assert len(own_targets.listing()) == 2


def test_two_who_edit_it_at_once_are_told(user):
    key = make(user, **KNOWN_HEALTH)
    base = own_targets.load(key)
    own_targets.save(key, base | {"met": [["aid", "filled", None]]}, base, user)
    with pytest.raises(Conflict, match="做到的条件"):
        own_targets.save(key, base | {"met": [["income", "filled", None]]}, base, user)
    done = own_targets.save(key, base | {"goal": 50}, base, user)
    assert done.merged == ["做到的条件"] and own_targets.load(key)["met"] == [["aid", "filled", None]]


def test_they_are_among_what_status_shows_and_snapshots_keep(enter, user):
    enter("张浩宇", **AWAY)
    key = make(user, **KNOWN_HEALTH)
    told = status.status()["targets"]
    assert [each["code"] for each in told] == [
        *(code for code in targets.INDICATORS if code in settings.goals()),
        code(key),
    ]
    json.dumps(told)
    snapshots.note(targets.targets())
    assert snapshots.trend(code(key))[0].denominator == 1


def test_what_it_comes_to_is_seen_before_it_is_written(enter, user):
    enter("张浩宇", **AWAY | {"health": "ill"})
    base = own_targets.load()
    seen_before = own_targets.preview(None, base | KNOWN_HEALTH)
    assert (seen_before.numerator, seen_before.denominator, seen_before.met) == (1, 1, True)
    assert own_targets.preview(None, base | {"name": "制度上墙", "sort": "by_hand"}) is None
    with pytest.raises(Refused, match="至少选一个条件"):
        own_targets.preview(None, base | {"name": "空的"})
    assert not OwnTarget.select().exists()


def test_a_rate_without_a_goal_is_only_looked_at(enter, user):
    enter("张浩宇", **AWAY)
    key = make(user, **KNOWN_HEALTH | {"goal": None})
    assert (seen(key).in_force, seen(key).met, seen(key).asks) == (False, None, "")
    assert code(key) not in [each.code for each in targets.rates(TODAY)]


def test_no_more_than_can_be_looked_through(user, monkeypatch):
    monkeypatch.setattr(own_targets, "MOST", 1)
    make(user, **KNOWN_HEALTH)
    with pytest.raises(Refused, match="最多1项"):
        make(user, name="又一项", met=[["health", "filled", None]])


def test_names_in_what_was_written_of_one_are_masked_before_a_room_and_on_paper(enter, user, tmp_path):
    """The name, the 口径 and the evidence of a target are written freely: a child's name may stand in each."""
    enter("张浩宇", **AWAY)
    changes.remove(Child.get_by_id(enter("阿依努尔阿卜杜热合曼", **AWAY)), user)
    item = make(user, name="张浩宇复学", sort="by_hand", about="劝张浩宇回学校")
    own_targets.answer(item, True, user, evidence="阿依努尔阿卜杜热合曼的妈妈签了字")
    make(user, name="刘芳芳的班", met=[["health", "filled", None]], goal=90)
    changes.insert(Helper, user, name="刘芳芳", kind="teacher")
    whole = seen(item)
    assert whole.name == "张浩宇复学" and whole.outside.endswith("依据：阿依努尔阿卜杜热合曼的妈妈签了字")
    handout.to_file(tmp_path / "x.html", user)
    report = Facts(periods.read("2026-09"), user)
    for said in (
        json.dumps(status.status(), ensure_ascii=False), str(targets.hidden(targets.targets())), (tmp_path / "x.html").read_text(),
        str(tables.grid("目标", report)),
    ):  # fmt: skip
        assert "张*复学" in said and "刘*的班" in said
        assert not [name for name in ("张浩宇", "阿依努尔", "刘芳芳") if name in said]
    assert targets.hidden([targets.one("paired")]) == [targets.one("paired")]
