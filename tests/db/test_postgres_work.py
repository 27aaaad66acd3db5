"""The work of the ledger on PostgreSQL: the same verbs, the same answers as in a file."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from terms import of_spring

from db import (
    activities,
    bulk_edit,
    care,
    care_plan_lists,
    care_plans,
    care_steps,
    care_summary,
    changes,
    child_sheet,
    child_view,
    children,
    cross_sums,
    days,
    demo,
    doubts,
    duties,
    effort,
    handing_over,
    incidents,
    lapses,
    lookalikes,
    merging,
    pairing,
    plan_items,
    presence,
    progress,
    promotion,
    proposing,
    record_list,
    register,
    renewal,
    reported,
    rhythms,
    roll,
    site,
    status,
    store,
    targets,
    term_changes,
    ticks,
    timeline,
)
from db.children import Wanted
from db.impossible import refused_by_ledger
from db.improbable import doubtful
from db.in_ledger import in_ledger
from db.models import (
    Adult,
    Attendance,
    CarePlan,
    Change,
    Child,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Presence,
    Survey,
)
from db.printing import printed, records

TODAY = date(2026, 9, 10)


def family(act, term, name="张浩宇", **survey):
    """A child, both parents away, a grandmother as guardian; nothing lacking."""
    child = act.insert(
        Child, name=name, sex="male", birth_date="2015-03-08", id_number=None, registered=False,
        village_group="一组", address="柳溪村一组55号",
    )  # fmt: skip
    for relation, who, guardian in (("51", "张建国", False), ("52", "李秀兰", False), ("62", "王桂英", True)):
        adult = act.insert(Adult, name=who, phone="19900000001")
        act.insert(Kinship, child=child, adult=adult, relation=relation, guardian=guardian)
    found = {
        "father_whereabouts": "away", "mother_whereabouts": "away", "schooling": "primary", "school": "柳溪小学",
        "grade": "p5", "health": "healthy", "surveyed_on": TODAY,
    }  # fmt: skip
    act.insert(Survey, child=child, term=term, **(found | survey))
    return child


def test_the_main_path(keeper):
    with changes.action("登记", keeper) as act:
        begun = date(2026, 9, 1)
        child = family(act, site.term(), surveyed_on=begun)
        other = family(act, site.term(), "李雨涵", schooling=None, school=None, grade=None, surveyed_on=begun)
        act.insert(Focus, child=other, tag="hardship", since=TODAY - timedelta(days=3))
        helper = act.insert(Helper, name="刘老师", kind="teacher", capacity=1)
    assert Survey.get(Survey.child == child).left_behind is True
    assert Survey.get(Survey.child == child).gaps == ""

    rates = {target.code: target for target in targets.rates(TODAY)}
    assert [(t.numerator, t.denominator) for t in rates.values()] == [(1, 2), (1, 2), (0, 2), (2, 2)]
    assert [(m.name, m.field, m.why) for m in rates["enrolled"].missing] == [
        ("李雨涵", "schooling", "未采集")
    ]

    late = date(2026, 10, 4)
    assert [(d.child, d.days_over, d.focus) for d in duties.page(late)] == [
        ("李雨涵", 3, True),
        ("张浩宇", 3, False),
    ]
    care.record(keeper, child_id=other.id, on_date=TODAY, by_name="刘老师", content="聊了聊近况")
    assert [(d.child, d.days_over) for d in duties.page(late)] == [("张浩宇", 3), ("李雨涵", -6)]
    assert care.records("李雨")[0].helper == "刘老师"
    assert care.record_listing("lyh") and care.record_listing("没有此人") == []

    assert [each.name for each in pairing.unpaired()] == ["李雨涵", "张浩宇"]
    one = pairing.pair(child.id, helper.id, "teacher", TODAY, keeper)
    assert [(each.load, each.children) for each in pairing.board_helpers()] == [(1, "张浩宇")]
    assert targets.targets()[2].rate == 50.0
    undone = changes.undo(changes.last_action(keeper).action, keeper)
    assert undone.rows == 1
    assert Pairing.get_by_id(one).deleted_at is not None
    assert targets.targets()[2].rate == 0.0


def test_pairing_many_handing_over_and_silence(keeper):
    with changes.action("登记", keeper) as act:
        children = [family(act, site.term(), name).id for name in ("张浩宇", "李雨涵")]
        one, two = (act.insert(Helper, name=name, kind="teacher").id for name in ("刘老师", "吴老师"))
    since = TODAY - timedelta(days=50)
    made = pairing.accept([(child, one, "teacher") for child in children], since, keeper).made
    assert len(made) == 2
    care.record(keeper, child_id=children[0], helper_id=one, on_date=TODAY)
    assert [(each.child, each.days, each.last_on) for each in lapses.lapsed()] == [("李雨涵", 50, None)]
    assert handing_over.hand_over(one, two, TODAY, keeper).pairings == 2
    assert [(line.helper, line.before) for line in pairing.pairings(children[0])] == [("吴老师", "刘老师")]
    assert lapses.lapsed() == []
    handed = changes.last_action(keeper).action
    changes.undo(handed, keeper)
    assert {line.helper for line in pairing.pairings()} == {"刘老师"}


def test_records_of_every_kind(keeper):
    with changes.action("登记", keeper) as act:
        ids = [family(act, site.term(), name).id for name in ("张浩宇", "李雨涵")]
    film = {"kind": "film", "on_date": TODAY, "reason": "《励志少年》", "by_name": "王晓"}
    keys = care.record_many(keeper, ids, film)
    told = {"follow_up": "约视频", "follow_up_on": TODAY, "consent": True, "minutes": 5}
    promise = care.record(keeper, child_id=ids[0], on_date=TODAY - timedelta(days=1), **told)
    everything = record_list.Sought()
    listed = [line.id for line in record_list.page(0, 10, everything)]
    assert listed == [*reversed(keys), promise] and record_list.count(everything) == 3
    assert [record_list.place(key, everything) for key in listed] == [0, 1, 2]
    assert [line.child for line in care.records("专题片 王晓 lyh")] == ["李雨涵"]
    assert [each.id for each in care.promises(ids[0])] == [promise]
    care.record(
        keeper,
        child_id=ids[0],
        kind="risk_review",
        on_date=TODAY,
        scale="红黄蓝绿",
        grade="黄",
        settles=[promise],
    )
    assert care.promises(ids[0]) == [] and care.load_record(promise)["consent"] is True
    assert care.load_record(None, "risk_review")["scale"] == "红黄蓝绿"


def test_a_new_term(keeper, monkeypatch):
    years = of_spring(keeper, monkeypatch)
    said = {"schooling": "primary", "school": "柳溪小学", "grade": "p6", "father_whereabouts": "away"}
    ids = [
        years.enter(name, village_group=group, father_name="张建国", father_phone="19900000001", **said)
        for name, group in (("张浩宇", "一组"), ("李雨涵", None), ("陈思琪", "二组"))
    ]
    grown = years.enter("王一鸣", birth_date="2005-08-20", village_group="二组")
    years.go("2021-09-05")
    assert [renewal.next_child(each) for each in (None, ids[0], ids[1])] == [ids[0], grown, ids[0]]
    assert renewal.next_child(group="") == ids[1]
    assert [(step.name, step.new, step.kind) for step in promotion.proposed()] == [
        ("张浩宇", "j1", "new_stage"), ("陈思琪", "j1", "new_stage"), ("李雨涵", "j1", "new_stage"),
    ]  # fmt: skip
    assert promotion.promote(promotion.proposed(), {ids[1]}, keeper) == 3
    assert [tuple(each) for each in renewal.progress().groups] == [
        ("一组", 0, 1),
        ("二组", 0, 2),
        (None, 0, 1),
    ]
    years.renew(
        ids[0], school="青石中学", father_phone="19900000009", guardian_relation="62", guardian_name="王桂英"
    )
    new = years.enter("赵佳慧")
    children.remove(ids[2], keeper)
    years.date_back()
    assert (renewal.progress().before, renewal.progress().surveyed) == ("2021春", 2)
    found = term_changes.between()
    assert [line.child_id for line in found.added] == [new]
    assert [(line.name, line.what) for line in found.left] == [("王一鸣", "满16周岁"), ("陈思琪", "删除档案")]
    assert [(line.old, line.new) for line in found.moved] == [("柳溪小学", "青石中学")]
    assert [(line.name, line.what, line.new) for line in found.changed] == [
        ("张浩宇", "父亲电话", "199****0009"), ("张浩宇", "监护人", "祖母 王桂英"), ("李雨涵", "父亲电话", "199****0009"),
    ]  # fmt: skip
    assert renewal.term_due() is None


def test_the_sheet_and_the_calendar(keeper):
    base = child_sheet.load(None)
    saved = child_sheet.save(
        None, base | {"name": "陈思琪", "sex": "female", "birth_date": "2017-05"}, base, keeper
    )
    assert children.page(0, 10, "csq")[0].name == "陈思琪"
    assert children.place(saved.id) == 0
    for find in (
        "c",
        "sq",
        "陈",
        Wanted("s", surveyed="yes", paired="no", behind="open"),
        Wanted(gap="school"),
    ):
        assert children.count(find) == len(children.keys(find)) == (find != Wanted(gap="school")), find
    activity = activities.save(
        None, {"title": "励志专题片", "kind": "film", "on_date": TODAY, "starts": "15:30"}, {}, keeper
    )
    roll.mark(activity.id, saved.id, "present", keeper)
    roll.mark(activity.id, saved.id, None, keeper)
    roll.mark(activity.id, saved.id, "late", keeper)
    assert Attendance.live().count() == 1
    assert [(line.present, line.listed) for line in activities.agenda(TODAY, TODAY)] == [(1, 1)]
    assert activities.days_with(TODAY, TODAY) == {TODAY: 1}
    item = plan_items.add("2026-09", "核对信息", keeper)
    plan_items.finish(item, TODAY, "会议记录", keeper)
    assert plan_items.month("2026-09")[0].done_on == TODAY


def test_one_field_for_many(keeper):
    with changes.action("登记", keeper) as act:
        ids = [family(act, site.term(), name).id for name in ("张浩宇", "李雨涵")]
    for name, value, after in (
        ("grade", "p6", {"六年级"}), ("village_group", "二组", {"二组"}), (bulk_edit.ADD, "ill", {("患病",)}),
        (bulk_edit.DROP, "ill", {()}), ("surveyed_on", date(2026, 9, 8), {"2026-09-08"}),
    ):  # fmt: skip
        *_, seen = bulk_edit.preview(ids, name, value)
        assert list(bulk_edit.apply(seen.ids, name, value, keeper))[-1] == 2
        shown = name.replace("focus+", "focus").replace("focus-", "focus")
        told = {tuple(each[shown]) if shown == "focus" else each[shown] for each in children.listing()}
        assert told == after
    changes.undo(changes.last_action(keeper).action, keeper)
    assert {each["surveyed_on"] for each in children.listing()} == {TODAY.isoformat()}
    assert children.keys(Wanted(group="二组", behind="yes")) == children.keys()


def test_counts_what_the_file_counts(address, tmp_path):
    """The made-up village gives the same answers from a file and from PostgreSQL."""
    store.open_ledger(tmp_path / "file")
    demo.fill(None)
    on_file = answers()
    store.close()
    store.open_ledger(address)
    demo.fill(None)
    assert answers() == on_file
    assert on_file["status"]["children"]["left_behind"] > 50
    assert len(on_file["duties"]) > 10


def answers() -> dict:
    """What the verbs say, without keys: those differ from one ledger to the next."""
    found = status.status(reveal_names=True)
    for target in found["targets"]:
        target["missing"] = sorted((each["name"], each["field"], each["why"]) for each in target["missing"])
    owed = [duty._replace(child_id=None, helper_id=None, ref=None) for duty in duties.page(TODAY)]
    return {
        "status": found,
        "duties": owed,
        "tally": duties.tally(TODAY),
        "unpaired": [each[1:] for each in pairing.unpaired()],
        "helpers": sorted((each.name, each.load, sorted(each.children.split("、"))) for each in pairing.board_helpers()),
        "agenda": [line[1:] for line in activities.agenda(TODAY - timedelta(days=60), TODAY + timedelta(days=60))],
        "pairings": sorted((each["child"], each["helper"], each["since"]) for each in pairing.listing()),
        "records": sorted((each["child"], each["on_date"], each["kind"]) for each in care.record_listing()),
        "register": [line[1:] for line in children.page(0, 200)],
        "found": {
            (name, value): [line.name for line in children.lines(children.keys(Wanted("z", **{name: value})))]
            for name in register.CHOICES for value in register.choices(name)
        },
        "places": [children.place(key, "z") for key in children.keys("z")],
        "sums": {by: cross_sums.as_json("registered", by) for by in cross_sums.BY},
        "difference": [each._replace(child_id=None) for each in differences()],
        "changes": Change.select().count(),
    }  # fmt: skip


def differences() -> list:
    """What the usual system has to be told of all children."""
    comparison = reported.Comparison(everybody=True)
    assert list(comparison.steps())
    return comparison.found


def test_what_was_reported_is_told_no_more(keeper):
    with changes.action("登记", keeper) as act:
        child = family(act, site.term())
        other = family(act, site.term(), "李雨涵")
    list(reported.mark(differences(), reported.USUAL, keeper))
    assert differences() == []
    base = child_sheet.load(child.id)
    child_sheet.save(child.id, base | {"address": "新址"}, base, keeper)
    children.remove(other.id, keeper)
    assert [(each.name, each.kind) for each in differences()] == [("张浩宇", "changed"), ("李雨涵", "left")]
    list(reported.mark(differences(), reported.USUAL, keeper))
    assert differences() == []
    changes.undo(changes.last_action(keeper).action, keeper)
    assert len(differences()) == 2
    health = cross_sums.members("left_behind", "group", "health", "healthy", "一组")
    assert health == [child.id]


def test_lookalikes_are_found_set_apart_and_merged(keeper):
    with changes.action("登记", keeper) as act:
        keep = family(act, site.term()).id
        other = family(act, site.term(), "章皓宇", needs="课后辅导").id
        twin = family(act, site.term(), "张浩然").id
    values = child_sheet.load(keep)
    found = lookalikes.similar(values, besides=keep)
    assert [(each.line.name, each.reasons[0]) for each in found] == [
        ("章皓宇", "姓名读音相同"),
        ("张浩然", "姓名只差一字"),
    ]
    for asked in (
        {"name": "张浩宇"},
        {"name": "张浩宇", "village_group": "一组"},
        {"name": "张\\浩宇", "phone": "1"},
    ):
        assert keep in {each.id for each in lookalikes.similar(asked | {"father_phone": "19900000001"})}
    lookalikes.set_apart(twin, keep, keeper)
    assert [each.id for each in lookalikes.similar(values, besides=keep)] == [other]
    assert merging.merge(keep, other, {"name": True}, keeper).name == "章皓宇"
    assert child_sheet.load(keep)["needs"] == "课后辅导" and Child.live().count() == 2
    changes.undo(changes.last_action(keeper).action, keeper)
    assert child_sheet.load(keep) == values and Child.live().count() == 3


def test_registers_come_in_are_taken_back_and_come_in_again(address):
    """Rows written and undone in bulk, on the server as in the file."""
    from db.exchange import importing

    store.open_ledger(address)
    by = site.user("wangxiao", "王晓")
    folder = Path(__file__).parents[1] / "registers"
    for name, created, updated in (("01-基本情况登记表.xlsx", 65, 0), ("02-学籍导出.xlsx", 14, 51)):
        outcome = importing.load(str(folder / name), by=by)
        assert (outcome.created, outcome.updated) == (created, updated)
    assert importing.load(str(folder / name), by=by).unchanged == 65
    for left in (65, 0):
        changes.undo(changes.last_action(by).action, by)
        assert Child.live().count() == left
    assert importing.load(str(folder / name), by=by).created == 65


def test_doubts_effort_and_who_has_a_record_open(keeper):
    """Kept with a save, listed in order, confirmed and taken back; figures summed; notes of other programs."""
    phone, numbers = "19900000001", ("340505198501021", "340505198601021")
    base = child_sheet.load(None)
    told = [
        child_sheet.save(None, base | {"name": f"孩子{n}", "village_group": group, "father_name": f"父亲{n}",
                                       "father_phone": phone, "schooling": "junior", "birth_date": "2023-03"}, base, keeper).id
        for n, group in enumerate(("二组", None, "一组"))
    ]  # fmt: skip
    sheet = child_sheet.load(told[0])
    assert [doubt.rule for doubt in doubtful(sheet)] == ["school_age"]
    assert in_ledger(sheet, told[0]) == [], "two other families"
    (shared,) = in_ledger({"mother_phone": phone, "id_number": numbers[0], "father_id": numbers[1]}, None)
    assert (shared.rule, shared.about) == ("shared_phone", phone)
    assert refused_by_ledger({"father_name": "张三", "father_id": numbers[0]}, told[0]) == {}
    for child in told:
        with changes.action("修改", keeper) as act:
            doubts.keep(act, child, [*doubtful(child_sheet.load(child)), shared], {("shared_phone", phone)})
            effort.note(act, child, True, 180, 120.4, 2)
    lines = doubts.open_ones(limit=2)
    assert [line.child for line in lines] == ["孩子2", "孩子0"] and doubts.open_count() == 3
    doubts.confirm(lines[0].id, keeper)
    assert doubts.open_count() == 2
    assert {rule for rule, _ in doubts.settled(told[2])} == {"shared_phone", "school_age"}
    changes.undo(changes.last_action(keeper).action, keeper)
    assert doubts.open_count() == 3
    assert effort.summary()["users"][0]["fresh"]["records"] == 3

    other = site.user("liming", "李明")
    Presence.insert(
        id=told[1], row=told[0], who=other, since=days.now(), host="another", process="1/1"
    ).execute()
    assert [each.name for each in presence.arrive(told[0], keeper)] == ["李明"]
    presence.depart(told[0], keeper)
    assert Presence.select().count() == 1


def test_care_plans_and_checklists(keeper):
    """A plan from its template to its end, the draft of its summary, and what records tick off."""
    with changes.action("登记", keeper) as act:
        child = family(act, site.term(), study_level="poor").id
        other = family(act, site.term(), "李雨涵").id
        helper = act.insert(Helper, name="刘老师", kind="teacher", capacity=3)
    pairing.pair(child, helper.id, "teacher", TODAY, keeper)
    started = care_plans.start_many([child, other], "study", keeper)
    assert len(started.made) == 2
    plan = care_plans.standing(child, "study")
    with pytest.raises(care_plans.AlreadyOpen):
        care_plans.new_plan(child, care_plans.load(plan), keeper)
    first = care_plan_lists.view(plan).steps[0]
    care_steps.finish_step(first.id, "查清了", None, keeper)
    care_steps.review(plan, care_steps.load_stage(None, plan) | {"result": "有进步"}, keeper)
    care_plans.sign(plan, "李校长", TODAY, keeper)
    base = care_plans.load(plan)
    care_plans.save(plan, base | {"goal": "改了"}, base, keeper)
    (mine,) = (line for line in care_plan_lists.open_plans() if line.owner_id == helper.id)
    assert (mine.owner, mine.done, mine.signed, mine.next_step.days_over) == ("刘老师", 1, "签字后改过", -14)
    care.record(keeper, child_id=child, on_date=TODAY, content="想爸妈")
    draft = care_summary.draft_summary(plan)
    assert "期间谈心1次。" in draft and "9月10日评估：有进步" in draft and "学习情况：2026秋困难。" in draft
    despite = {step.id for step in care_plan_lists.view(plan).open_steps}
    values = care_plans.load(plan)
    ended = values | {"closed_on": TODAY, "outcome": "partly", "summary": draft}
    care_plans.close(plan, ended, values, keeper, despite=despite)
    assert [line.child for line in care_plan_lists.open_plans()] == ["李雨涵"]
    changes.undo(changes.last_action(keeper).action, keeper)
    assert care_plan_lists.view(plan).line.closed_on is None

    ticks.tick(child, "priority", "study_first", keeper, "补数学")
    know, priority, bag = ticks.of_child(child)
    assert [item.code for item in know.items if item.last_on] == [
        "know_child",
        "know_family",
        "know_study",
        "more_talks",
    ]
    assert priority.items[0].note == "补数学" and bag.items[1].note == "据谈心记录"
    assert [each.name for each in ticks.lacking("three_know", "more_talks", children.keys())] == ["李雨涵"]
    ticks.untick(child, "priority", "study_first", keeper)
    assert ticks.history(child, "priority", "study_first") == []


def test_rhythms_reports_and_settings(keeper):
    with changes.action("登记", keeper) as act:
        child = family(act, site.term(), boarding=False)
        act.insert(Focus, child=child, tag="potential", since=TODAY)
        helper = act.insert(Helper, name="王晓", kind="graduate")
    pairing.pair(child.id, helper.id, "teacher", TODAY, keeper)
    rhythms.adopt(["school-full", "ten-ones"], keeper)
    about = {each.name: rhythms.concerned(each, TODAY) for each in rhythms.in_force()}
    assert len(about) == 8 and set(about.values()) == {1}
    rhythms.adopt([], keeper)
    for _ in range(2):
        changes.undo(changes.last_action(keeper).action, keeper)
    rhythms.adopt(["law"], keeper)
    assert [each.name for each in rhythms.in_force()] == ["父母联系"]

    assert site.me(keeper) == helper.id
    site.set_me(keeper, None)
    assert site.me(keeper) is None

    values = incidents.load(None, keeper) | {"kind": "injured", "seen": "手臂上有成片的旧伤"}
    key = incidents.save(None, child.id, values, {}, keeper).id
    other = site.user("zhoumin", "周敏")
    children.remove(child.id, other)
    assert incidents.mine(other) == [] and incidents.mine(keeper)[0].child == "张浩宇"
    changes.undo(changes.last_action(other).action, other)
    assert incidents.load(key, keeper)["seen"] == "手臂上有成片的旧伤"


def test_a_proposal_for_all_who_wait(keeper):
    with changes.action("登记", keeper) as act:
        urgent = family(act, site.term(), "李雨涵", no_guardian=True, guardianship="none")
        family(act, site.term(), "张浩宇", study_level="poor")
        cared = family(act, site.term(), "王一鸣")
        peer = family(act, site.term(), "陈思琪", grade="p6", father_whereabouts="home", father_able=True)
        teacher = act.insert(Helper, name="刘老师", kind="teacher", unit="柳溪小学", capacity=2)
        act.insert(Helper, name="陈思琪", kind="peer", child=peer, capacity=1)
        act.insert(Helper, name="王桂英", kind="love_mother", phone="19900000001", village_group="1组")
        act.insert(Pairing, child=cared, helper=teacher, kind="teacher", since=TODAY)
        former = act.insert(Helper, name="周老师", kind="volunteer", capacity=1)
        act.insert(Pairing, child=urgent, helper=former, since=TODAY, until=TODAY, ended_because="changed")
    found = proposing.propose()
    assert [(each.child, each.tier_label, each.helper, each.kind, each.why) for each in found] == [
        ("李雨涵", "急需", "刘老师", "teacher", "在柳溪小学，空1位"),
        ("张浩宇", "一般", "陈思琪", "peer", "在柳溪小学，同校高年级对学困，空1位"),
    ]
    assert [each.helper for each in proposing.ranked(urgent)] == ["刘老师", "陈思琪", "周老师"]
    assert [each.child for each in proposing.propose("peer")] == ["李雨涵", "张浩宇", "王一鸣"]


def test_a_childs_file_its_events_and_its_prints(keeper, tmp_path):
    base = child_sheet.load(None)
    child = child_sheet.save(
        None, base | {"name": "张浩宇", "address": "老屋", "focus": "study"}, base, keeper
    ).id
    care.record(keeper, child_id=child, on_date=date(2026, 9, 9), by_name="刘老师", content="想家")
    with changes.action("准备", None) as act:
        helper = act.insert(Helper, name="刘老师", kind="teacher")
        act.insert(Pairing, child=child, helper=helper, kind="teacher", since=date(2026, 9, 1))
        act.insert(CarePlan, child=child, kind="care", problem="想家", starts=date(2026, 9, 2))
    assert list(printed.to_file(printed.Job(printed.FILE, [child]), tmp_path / "a.html", keeper))[-1] == 1
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"address": "新屋"}, base, keeper)
    events = timeline.told(child, timeline.events(child))
    assert {each.kind for each in events} == {
        "change",
        "record",
        "survey",
        "focus",
        "pairing",
        "plan",
        "print",
    }
    assert any("现住址 老屋→新屋" in each.text for each in events)
    seen = child_view.dossier(child)
    assert seen.helps[0].helper == "刘老师" and (seen.plans[0].kind, seen.plans[0].problem) == (
        "帮扶方案",
        "想家",
    )
    assert progress.terms(child)[0].term == "2026秋" and progress.risks(child) == []
    assert records.kinds_of(child) == [("talk", "谈心", 1)] and len(records.of_child(child, "talk")) == 1
    assert [each.said for each in printed.stale()] == ["档案 9月10日打印后，现住址改过"]
    assert printed.in_order([child]) == [child]
