"""The desk: which page gets a key, what a dialog answers, what the footer shows."""

import pytest

from db.changes import Stale
from db.errors import Locked
from db.values import Refused
from tui.ink import line_cells
from tui.page import Desk, Key, Page, Picture, plain_key
from tui.widgets.dialogs import Choose, Confirm, Prompt, Tell
from tui.widgets.line_edit import LineEdit


class Roster(Page):
    title = "登记"
    digits_switch = True
    keys = (
        Key(("enter",), "打开", "open"),
        Key(("/", "f3"), "查找", "find"),
        Key(("f8", "a"), "新增", "add"),
    )

    def __init__(self):
        self.done = []
        self.flushed = 0

    def draw(self, width, height):
        return Picture([[(f"第{n}行", "plain")] for n in range(height + 5)])

    def open(self):
        self.done.append("open")

    def find(self):
        self.done.append("find")

    def add(self):
        self.done.append("add")

    def why_off(self, key):
        return "先写上学期" if key.run == "add" else None

    def flush(self):
        self.flushed += 1


class Board(Roster):
    title = "工作台"
    keys = ()


@pytest.fixture
def desk():
    desk = Desk(lambda: ("柳溪村  2026秋", "王晓   9月10日 周四"))
    desk.route("f6", "工作台", Board)
    desk.route("f2", "登记", Roster)
    desk.go("f2")
    return desk


def seen(desk, width=80, height=24):
    picture = desk.draw(width, height)
    assert len(picture.lines) == height
    assert all(line_cells(line) <= width for line in picture.lines)
    return ["".join(text for text, _ in line) for line in picture.lines]


def type_in(desk, text):
    for char in text:
        desk.press(char, char)


def test_full_width_characters_count_as_their_ascii():
    assert [plain_key(char, char) for char in "？／、１Ａ张"] == ["?", "/", "/", "1", "A", "张"]
    assert plain_key("f1", None) == "f1"


def test_a_key_runs_its_method_or_says_why_not(desk):
    desk.press("enter")
    desk.press("、", "、")
    assert desk.top.done == ["open", "find"]
    desk.press("f8")
    assert desk.top.done == ["open", "find"] and desk.message == ("先写上学期", "warn")
    assert "先写上学期" in seen(desk)[-2]
    desk.press("enter")
    assert seen(desk)[-2] == ""


@pytest.mark.parametrize("trouble", [Refused("不行"), Locked(), Stale(None, None)])
def test_a_verb_that_says_no_is_heard_and_the_program_goes_on(desk, monkeypatch, trouble):
    def refuse(*_):
        raise trouble

    monkeypatch.setattr(desk.top, "open", refuse)
    monkeypatch.setattr(desk.top, "paste", refuse)
    for feed in (lambda: desk.press("enter"), lambda: desk.paste("张三")):
        feed()
        assert desk.message == (str(trouble), "error")
    desk.press("/", "/")
    assert desk.top.done == ["find"]


def test_f_keys_and_their_digits_lead_to_screens_which_keep_their_place(desk):
    roster = desk.top
    desk.press("1", "1")
    assert desk.top.title == "工作台" and roster.flushed == 1
    desk.press("２", "２")
    assert desk.top is roster


def test_a_page_that_takes_digits_keeps_them(desk):
    desk.push(Prompt("人数"))
    type_in(desk, "12")
    assert desk.top.edit.text == "12"
    desk.press("f6")
    assert desk.top.title == "工作台"


def test_a_dialog_hands_its_answer_to_whoever_opened_it(desk):
    answers = []
    desk.push(Confirm("要结束结对吗？", "结束"), then=answers.append)
    desk.draw(80, 24)
    desk.press("enter")
    desk.push(Confirm("要结束结对吗？"), then=answers.append)
    desk.press("escape")
    desk.push(Prompt("姓名", "旧名"), then=answers.append)
    type_in(desk, "新名")
    desk.press("enter")
    desk.push(Choose("关系", ["父亲", "母亲", "爷爷"], ["fq", "mq", "yy"]), then=answers.append)
    type_in(desk, "yy")
    desk.press("enter")
    desk.push(Choose("关系", ["父亲", "母亲", "爷爷"]), then=answers.append)
    type_in(desk, "2")
    desk.press("enter")
    desk.push(Choose("关系", ["父亲", "母亲"]), then=answers.append)
    desk.press("down")
    desk.press("escape")
    assert answers == [True, False, "新名", 2, 1, None]
    assert desk.top.title == "登记"


def test_an_answer_may_open_the_next_dialog(desk):
    heard = []
    desk.push(Prompt("姓名"), then=lambda name: desk.push(Confirm(f"新增{name}？"), then=heard.append))
    for char in "张三":
        desk.press(char, char)
    desk.press("enter")
    desk.draw(80, 24)
    desk.press("y", "y")
    assert heard == [True] and len(desk.pages) == 1


def test_keys_typed_ahead_of_a_question_do_not_answer_yes(desk):
    heard = []
    desk.push(Confirm("要删除吗？", "删除"), then=heard.append)
    for key in ("enter", "y", "enter"):
        desk.press(key, key if key == "y" else None)
    assert not heard and desk.message == ("请看清问题再按一次", "warn")
    desk.draw(80, 24)
    desk.press("enter")
    assert heard == [True]
    desk.push(Confirm("要删除吗？", "删除"), then=heard.append)
    desk.press("escape")  # no harm in a no
    assert heard == [True, False]


@pytest.mark.parametrize("trouble", [Locked(), Refused("看不到了")])
def test_a_title_and_a_page_that_cannot_be_read_leave_the_window_standing(desk, trouble):
    def lost(*_):
        raise trouble

    desk.top.heading = desk.top.draw = desk.top.why_off = lost
    drawn = desk.draw(80, 24)
    assert desk.top.title in drawn.lines[0][0][0] and len(drawn.lines) == 24
    assert str(trouble)[:5] in "".join(text for line in drawn.lines for text, _ in line)


def test_choose_says_when_nothing_matches(desk):
    desk.push(Choose("关系", ["父亲", "母亲"]))
    type_in(desk, "舅")
    desk.press("enter")
    assert "没有相符的选项" in desk.message[0]
    desk.press("backspace")
    desk.press("enter")
    assert desk.top.title == "登记"


def test_the_window_is_title_body_message_footer(desk):
    for width, height in ((80, 24), (60, 20), (132, 50)):
        lines = seen(desk, width, height)
        assert lines[0].startswith(" 登记   柳溪村  2026秋") and lines[0].endswith("周四")
        assert lines[1] == "第0行" and lines[height - 3] == f"第{height - 4}行"
        assert lines[-1].startswith(" 回车打开 /查找 F8新增 F1帮助 F6工作台")
    assert seen_small(desk) == "窗口太小，请放大到至少 60×20"


def seen_small(desk):
    return desk.draw(59, 20).lines[0][0][0]


def test_a_dialog_lies_over_the_foot_of_its_page(desk):
    desk.push(Prompt("姓名", hint="例如 张三"))
    lines = seen(desk)
    assert lines[1] == "第0行" and lines[-5].startswith(" 姓名") and "例如 张三" in lines[-3]
    assert desk.draw(80, 24).caret == (2, 20)


def test_the_footer_shows_at_most_seven_keys(desk):
    for n in range(3, 10):
        desk.route(f"f{n}", "别处", Board)
    assert len(desk.live_keys()) == 7
    assert ("F8", "新增", False) in desk.live_keys()


def test_help_lists_the_pages_keys_and_scrolls(desk):
    desk.press("？", "？")
    assert isinstance(desk.top, Tell)
    text = "\n".join(seen(desk))
    assert "/ F3  查找" in text and "Ctrl+Q  退出" in text
    desk.push(Tell("说明", [f"第{n}条" for n in range(100)]))
    seen(desk)
    for _ in range(20):
        desk.press("space", " ")
    assert "第99条" in "\n".join(seen(desk))
    desk.press("escape")
    desk.press("escape")
    assert desk.top.title == "登记"


def test_leaving_puts_everything_typed_into_safety(desk):
    roster = desk.top
    desk.press("escape")
    assert desk.pages == [roster] and not desk.done
    desk.press("ctrl+q")
    assert desk.done and roster.flushed == 1


def test_a_line_of_text_is_edited():
    edit = LineEdit("张三", selected=True)
    edit.press("李", "李")
    assert edit.text == "李"
    edit.insert("小明")
    edit.press("home")
    edit.press("delete")
    edit.press("end")
    edit.press("backspace")
    assert (edit.text, edit.caret) == ("小", 1)
    assert [edit.undo() for _ in range(9)].count(True) and edit.text == "张三"
    assert not edit.press("enter") and not edit.press("f1")


def test_a_line_of_text_takes_no_controls_and_has_an_end():
    edit = LineEdit(longest=5)
    edit.insert("a\x1b[2J\n\u202eb张三")
    assert edit.text == "a[2J " and edit.full
    edit.press("backspace")
    assert not edit.full and edit.text == "a[2J"


def test_the_caret_stays_in_view():
    edit = LineEdit("一二三四五六")
    text, x = edit.view(6)
    assert (text, x) == ("五六", 4)
    edit.press("home")
    assert edit.view(6) == ("一二三", 0)
    marked = LineEdit("e\u0301x")
    marked.press("left")
    marked.press("left")
    assert marked.caret == 0
