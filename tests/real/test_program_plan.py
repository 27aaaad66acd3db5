"""A plan in the demo village by keyboard alone: taken up, its items done and put off, an open day, a meeting."""

import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pty_driver import ROOT, Terminal
from village import CTRL_S, GUANAI, environment, open_program

from db import activities, decisions, duties, leaving, meetings, plan_items, roll, store, work_plans
from db.models import Activity, Attendance, PlanItem, Series

MONDAY, TUESDAY, SATURDAY = "2026-11-23", "2026-11-24", "2026-11-28"
ADOPT = ["f4", "f10", "enter", "insert", "space", *["down"] * 4, "space", "enter", "enter", "enter"]
FOUR_CAME = "1111" + "2" * 36  # 40 of the 68 children, a key each
NOTES = "一、通报摸底情况。\r二、" + "商量寒假安排，" * 20 + "\r三、散会。"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo village as it is on Monday; copied for each test."""
    data = tmp_path_factory.mktemp("plan") / "village"
    subprocess.run(
        [*GUANAI, "--demo", "--data", str(data), "status"], check=True, capture_output=True, cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **environment(data), "GUANAI_TODAY": MONDAY},
    )  # fmt: skip
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A demo village of one's own."""
    return Path(shutil.copytree(made, tmp_path / "village"))


@pytest.fixture
def looked(data: Path, monkeypatch: pytest.MonkeyPatch):
    """What a verb of the core answers about the ledger on a day."""

    def look(verb: Callable, *words: object, today: str = MONDAY):
        monkeypatch.setenv("GUANAI_TODAY", today)
        store.open_ledger(data)
        try:
            return verb(*words)
        finally:
            store.close()

    return look


def start(
    data: Path, day: str, size: tuple[int, int] = (80, 24), until: str = "待办 [0-9]+ +逾期"
) -> Terminal:
    """The program on a day, its first screen counted."""
    return open_program(data, size, until=until, GUANAI_TODAY=day)


def leave(terminal: Terminal) -> None:
    """End the program as a person does."""
    terminal.key("ctrl+q")
    assert terminal.wait_end() == 0


def choose(terminal: Terminal, question: str, answer: str) -> None:
    """Answer a list of choices by what is in the wanted line, or by its number."""
    terminal.wait(question)
    terminal.send(answer)
    terminal.wait(f"查找: {answer}")
    terminal.key("enter")


def stand_on(terminal: Terminal, looked: Callable, today: str, label: str) -> None:
    """Go to a row of the first screen by its label, with the arrow alone."""
    owed = looked(duties.page, date.fromisoformat(today), 0, 300, today=today)
    terminal.key("f6", "home", *["down"] * next(at for at, each in enumerate(owed) if each.label == label))
    terminal.wait(f"本单位：.*{label}")


def adopt(terminal: Terminal) -> str:
    """Take up two plans; what was told before it was done."""
    for key in ADOPT[:-2]:
        terminal.key(key)
    told = terminal.wait("会怎样.*\n(.*\n)*.*留守儿童之家计划")
    terminal.key(ADOPT[-2])
    terminal.wait("已有没结束的“村级关爱计划”.*还要再选用一份吗")
    terminal.key(ADOPT[-1])
    terminal.wait("已选用 2 份计划")
    return told


def meeting_begun(terminal: Terminal) -> None:
    """A new meeting of the leading group, from the calendar, its page open."""
    terminal.key("f4", "f10")
    choose(terminal, "更多", "会议")
    terminal.wait("会议与决定")
    terminal.key("insert")
    terminal.wait("开什么会")
    terminal.key("enter")
    terminal.wait("新会议：")
    terminal.send(CTRL_S)
    terminal.wait("已存：领导小组专题会")


def test_two_plans_are_taken_up_and_their_items_done_put_off_and_carried_over(data: Path, looked):
    assert len(ADOPT) <= 13
    with start(data, MONDAY) as terminal:
        told = adopt(terminal)
        assert "只从本月起" in told and "计划 村级关爱计划" in told
        assert re.search("事项 各月[0-9]+项，要建立的[0-9]+项", told) and "新增" in told
        plans = {each.title: each for each in looked(work_plans.listing) if each.done == 0}
        assert set(plans) == {"留守儿童之家计划", "村级关爱计划（2026年8月）"}
        home = plans["留守儿童之家计划"]
        terminal.key("f6")
        terminal.wait(f"留守儿童之家计划 +{home.owed_month} / {home.owed_all}")
        terminal.key("f5")
        row = f"留守儿童之家计划 +0/{home.total}项 +本月欠{home.owed_month} +共欠{home.owed_all}"
        terminal.wait(row)

        stand_on(terminal, looked, MONDAY, "周六开放日（11月28日）")
        assert "周六开放日（11月28日）" in terminal.text().split("\n本单位")[0]
        terminal.key("enter")
        terminal.wait("哪天办好的")
        terminal.key("enter")
        terminal.wait("佐证：")
        terminal.send("照片3张\r")
        terminal.wait("周六开放日（11月28日）：11月23日完成")

        stand_on(terminal, looked, MONDAY, "励志专题片（11月）")
        terminal.key("f10")
        choose(terminal, "更多", "zx")
        choose(terminal, "励志专题片（11月）", "yq")
        terminal.wait("延期到哪天")
        terminal.send("2026-12-10\r")
        terminal.wait("延期的原因")
        terminal.send("下雨\r")
        terminal.wait("延期到12月10日")

        stand_on(terminal, looked, MONDAY, "农家书屋排好值班表")
        terminal.key("o")
        terminal.wait("上月没办完|农家书屋排好值班表")
        terminal.key("f10")
        choose(terminal, "查找", "jz")
        terminal.wait("结转到本月，原因")
        terminal.key("enter")
        terminal.wait("农家书屋排好值班表：结转到11月")
        leave(terminal)
    items = {each.title: each for each in looked(plan_items.month, "2026-11")}
    done = items["周六开放日（11月28日）"]
    assert (str(done.done_on), done.evidence, done.done_by) == (MONDAY, "照片3张", "王晓")
    off = {each.title: each for each in looked(plan_items.month, "2026-12")}["励志专题片（11月）"]
    assert (str(off.due_on), off.put_off) == ("2026-12-10", "下雨")
    assert (str(items["农家书屋排好值班表"].due_on), items["农家书屋排好值班表"].done_on) == (
        "2026-11-30",
        None,
    )


def test_an_open_day_of_a_series_settles_its_week_once_nobody_is_left_behind(data: Path, looked):
    with start(data, MONDAY) as terminal:
        adopt(terminal)
        terminal.key("f4", *["right"] * 5)
        terminal.wait("11月28日 周六")
        terminal.key("insert")
        terminal.wait("新增活动")
        terminal.send(f"周六开放日\rkf{SATURDAY}\r9点\r11:30\r农家书屋{CTRL_S}")
        terminal.wait("已存：周六开放日")
        terminal.key("enter", "f10")
        choose(terminal, "更多", "cf")
        terminal.wait("重复：周六开放日")
        terminal.wait("共10次：11月28日周六")
        terminal.send(CTRL_S)
        terminal.wait("每周六，到2027年1月31日，只在学期内，共10次")
        leave(terminal)
    with start(data, SATURDAY) as terminal:
        terminal.wait("09:00 周六开放日")
        terminal.key("f4", "enter", "f8")
        terminal.wait("未点68")
        terminal.send(FOUR_CAME)
        terminal.wait("到4  缺36  假0  迟0  未点28")
        terminal.send("2" * 28)
        terminal.wait("未点0")
        terminal.key("home", "enter")
        choose(terminal, "谁送", "别人")
        terminal.wait("核对证件")
        terminal.send("李大婶\r")
        choose(terminal, "李大婶不在档案里，是.*的什么人", "非亲属")
        terminal.wait("送的人不在.*的档案里：李大婶（非亲属）")
        assert "李大婶（非亲属）" in terminal.line(3)

        terminal.key("tab")
        terminal.wait("未接4")
        terminal.key("f8")
        terminal.wait("还有4名孩子没有接走")
        terminal.key("f8")
        terminal.wait("逐个按回车")
        terminal.key("f6")
        terminal.wait("正在关门")
        assert "关门：周六开放日" in terminal.line(0) and "F4" not in terminal.line(23), (
            "a key that leads nowhere"
        )
        for child in range(3):
            terminal.wait(f"还有{4 - child}名孩子没有接走")
            terminal.key("home", "enter")
            choose(terminal, "谁接走", "别人" if child == 0 else "1")
            if child == 0:
                terminal.wait("核对证件")
                terminal.send("王二叔\r")
                choose(terminal, "王二叔不在档案里", "叔")
                terminal.wait("接的人不在.*的档案里：王二叔（叔父）")
        terminal.wait("还有1名孩子没有接走")
        terminal.key("home", "enter")
        choose(terminal, "谁接走", "仍在")
        terminal.wait("为什么仍在")
        terminal.send("奶奶在路上\r")
        terminal.wait("每个孩子都有了去向")
        terminal.key("f8")
        terminal.wait("几点关门")
        terminal.send("23:59\r")
        terminal.wait("已关门，计划事项完成：周六开放日（11月28日）")
        leave(terminal)
    day = date.fromisoformat(SATURDAY)
    (held,) = looked(activities.agenda, day, day, today=SATURDAY)
    assert held.state == "held"
    lines = looked(roll.of, held.id, today=SATURDAY)
    assert [line.state for line in lines] == ["present"] * 4 + ["absent"] * 64
    assert sum(line.picked_by is not None for line in lines) == 3
    (item,) = [each for each in looked(plan_items.month, "2026-11") if each.title == "周六开放日（11月28日）"]
    assert str(item.done_on) == SATURDAY


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_what_a_meeting_decided_is_owed_the_next_day_and_finished_with_enter(
    data: Path, looked, size: tuple[int, int]
):
    with start(data, MONDAY, size) as terminal:
        terminal.key("f4", "f10")
        choose(terminal, "更多", "ldxz")
        terminal.wait("领导小组还没有成员")
        terminal.key("insert")
        terminal.wait("新增领导小组成员")
        terminal.send(f"王晓{CTRL_S}刘芳{CTRL_S}")  # one sheet after another, in one write
        terminal.wait("已存：刘芳")
        meeting_begun(terminal)
        terminal.key("tab")
        terminal.wait("未点2")
        terminal.send("13")
        terminal.wait("到1  缺0  假1  迟0  未点0")
        terminal.key("tab", "enter")
        terminal.wait("已写0字")
        terminal.send(NOTES)
        terminal.wait("三、散会。")
        terminal.send(CTRL_S)
        terminal.wait("会议已存")
        terminal.key("tab", "insert")
        terminal.wait("决定事项")
        terminal.send(f"给每个孩子添一双棉鞋\r刘芳\r2026-11-25{CTRL_S}")
        terminal.wait("已存：给每个孩子添一双棉鞋")
        terminal.key("escape", "left")
        terminal.wait("决定 1，1项没办完")
        terminal.key("f8")
        terminal.wait("小结")
        terminal.send("都讲到了\r")
        terminal.wait("领导小组专题会：已开，按 Ctrl.Z 可撤销")
        leave(terminal)
    with start(data, TUESDAY, size) as terminal:
        stand_on(terminal, looked, TUESDAY, "给每个孩子添一双棉鞋")
        terminal.wait("> 明天前 +给每个孩子添一双.* 刘芳")
        terminal.key("enter")
        terminal.wait("哪天办完的")
        terminal.key("enter")
        terminal.wait("结果")
        terminal.send("棉鞋已发\r")
        terminal.wait("已办完：给每个孩子添一双棉鞋")
        leave(terminal)
    (met,) = [each for each in looked(meetings.listing) if each.state]
    assert looked(meetings.view, met.id).minutes == NOTES.replace("\r", "\n")
    (decided,) = looked(decisions.of_meeting, met.id, today=TUESDAY)
    assert (str(decided.done_on), decided.result, decided.owner) == (TUESDAY, "棉鞋已发", "刘芳")


def test_nothing_typed_is_lost_when_the_program_is_killed(data: Path, looked):
    with start(data, MONDAY) as terminal:
        meeting_begun(terminal)
        terminal.key("tab", "tab", "enter")
        terminal.wait("已写0字")
        terminal.send(NOTES)
        terminal.wait("三、散会。")
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_end() == -signal.SIGKILL
    with start(data, MONDAY, until="上次没存的草稿：领导小组专题会") as terminal:
        terminal.key("enter")
        terminal.wait("已接着上次没存的草稿")
        terminal.send(CTRL_S)
        terminal.wait("会议已存")
        terminal.key("f4", "insert")
        terminal.wait("新增活动")
        terminal.send("剪纸比赛\rsh2026-11-27\r14:00\r16:00\r村活动")
        terminal.wait("村活动")
        terminal.kill(signal.SIGKILL)
        terminal.wait_end()
    with start(data, MONDAY, until="上次没存的草稿：新增活动") as terminal:
        terminal.key("enter")
        terminal.wait("已接着上次没存的草稿")
        terminal.send(f"室{CTRL_S}")
        terminal.wait("已存：剪纸比赛")
        leave(terminal)
    (met,) = [each for each in looked(meetings.listing) if str(each.on_date) == MONDAY]
    assert looked(meetings.view, met.id).minutes == NOTES.replace("\r", "\n")
    day = date(2026, 11, 27)
    (kept,) = looked(activities.agenda, day, day)
    assert (kept.title, kept.starts, kept.ends, kept.place) == ("剪纸比赛", "14:00", "16:00", "村活动室")


def test_two_who_write_minutes_of_one_meeting_lose_nothing(data: Path, looked):
    with start(data, MONDAY) as one, start(data, MONDAY) as two:
        meeting_begun(one)
        two.key("f4", "f10")
        choose(two, "更多", "会议")
        two.wait("会议与决定")
        two.key("enter")
        two.wait("还没记")
        for each in (one, two):
            each.key("tab", "tab", "enter")
            each.wait("已写0字")
        one.send("一、通报情况。")
        two.send(f"一、通报摸底。{CTRL_S}")
        two.wait("会议已存")
        one.send(CTRL_S)
        one.wait("用对方的（前4字一样）：摸底。")
        one.wait("用我的（前4字一样）：情况。")
        one.settle(0.8)  # a key at once would be one typed ahead of the question
        one.send("3\r")
        one.wait("会议已存")
        leave(one)
        leave(two)
    (met,) = [each for each in looked(meetings.listing) if str(each.on_date) == MONDAY]
    assert looked(meetings.view, met.id).minutes == "一、通报摸底。\n情况。"


def written() -> list[int]:
    """How much there is on file of what a calendar writes."""
    return [model.select().count() for model in (Activity, Series, Attendance, PlanItem)]


def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(data: Path, looked):
    day = date.fromisoformat(MONDAY)
    child = looked(roll.of, looked(activities.agenda, day, day)[0].id)[0]
    before = looked(written)
    with start(data, MONDAY) as terminal:
        terminal.key("f4", "insert")
        terminal.wait("新增活动")
        terminal.send(f"迎新会\rwt2020-02-01{CTRL_S}")
        terminal.wait("活动早于.*学期开始")
        terminal.key("escape")
        terminal.wait("活动日历")
        terminal.key("enter", "f10")
        choose(terminal, "更多", "cf")
        terminal.wait("共[0-9]+次：11月23日")
        terminal.key("down", "down", "ctrl+u", "ctrl+s")
        terminal.wait("请写到哪天为止，或一共几次：重复要有个结束")
        terminal.key("escape")
        terminal.wait("活动日历")
        terminal.key("f8")
        terminal.wait("点名：")
        looked(
            leaving.leave, child.child_id, "moved", date(2026, 11, 20)
        )  # by somebody else, while the roll is open
        terminal.send("1")
        terminal.wait(f"{child.name}已于2026-11-20退出登记")
        leave(terminal)
    assert looked(written) == before
