"""Keys typed ahead of something that fails: they wait, come in their turn, or are said to be gone; a clock of our own."""

from types import SimpleNamespace

import pytest

from db import child_sheet, children
from db.errors import Locked
from tests.db.conftest import id_number
from tests.tui.people import put, sheet_of
from tui.app import GuanaiApp
from tui.keys import Pasted, Pressed


class Typing:
    """Feeds keys to the program as its terminal does, a twentieth of a second apart."""

    def __init__(self, desk):
        self.desk, self.now = desk, 100.0
        self.app = SimpleNamespace(
            desk=desk, _loop=SimpleNamespace(time=lambda: self.now), _held_at=0.0, failed=False,
            redraw=lambda: None, fail=self.fail,
        )  # fmt: skip

    def fail(self, error):
        raise error

    def __call__(self, *keys: str | Pasted) -> "Typing":
        """Keys by name; what follows 'text:' letter by letter, a line end as Enter."""
        for key in keys:
            if isinstance(key, Pasted):
                self.feed(key)
            elif key.startswith("text:"):
                for char in key.removeprefix("text:"):
                    self.feed(Pressed("enter", None) if char == "\n" else Pressed(char, char))
            else:
                self.feed(Pressed(key, None))
        return self

    def feed(self, event) -> None:
        self.now += 0.05
        GuanaiApp.take(self.app, [event])

    def pause(self) -> "Typing":
        """As long as somebody takes to look up."""
        self.now += 2
        return self


@pytest.fixture
def typing(eyes):
    return Typing(eyes.desk)


@pytest.fixture
def lost(monkeypatch):
    """A switch: while on, the ledger takes no child."""
    save, switch = child_sheet.save, SimpleNamespace(on=True)

    def saving(*given, **named):
        if switch.on:
            raise Locked()
        return save(*given, **named)

    monkeypatch.setattr(child_sheet, "save", saving)
    return switch


def names() -> set[str]:
    return {line.name for line in children.page(0, 20)}


def test_the_next_record_waits_for_this_one_and_then_comes(sheet, typing, lost, eyes):
    typing("text:\n张一\n", "ctrl+s", "text:" + id_number() + "李二\n", "ctrl+s")
    assert names() == set() and "之后又打的22键先留着" in eyes.text
    assert sheet().session.answers.texts["name"] == "张一", "nothing of the next one is in it"
    typing.pause()
    lost.on = False
    typing("ctrl+s")
    assert names() == {"张一", "李二"} and sheet_of("李二")["id_number"] == id_number()


def test_a_pause_over_the_paper_form_lets_no_text_in_but_a_move_does(sheet, typing, lost, eyes):
    typing("text:\n张一\n", "ctrl+s", "text:34")
    typing.pause()("text:05")
    assert "之后又打的4键" in eyes.text
    typing.pause()("up", "text:王一")
    assert sheet().session.answers.texts["name"] == "王一"
    lost.on = False
    typing("ctrl+s")
    assert names() == {"王一"} and sheet().session.answers.texts["id_number"] == "3405"


def test_saving_twice_in_haste_holds_nothing_back(sheet, typing):
    typing("text:\n张一\n", "ctrl+s", "ctrl+s", "text:" + id_number() + "李二\n", "ctrl+s")
    assert names() == {"张一", "李二"}


def test_a_row_goes_on_after_a_record_that_had_to_be_mended(sheet, typing, eyes):
    typing("text:\n张一\n")
    sheet().session.go_to("surveyed_on")
    typing("text:2027-1-1\n", "ctrl+s", "text:\n李二\n", "ctrl+s")
    assert "其余已存" in eyes.text and names() == {"张一"}
    typing.pause()("up", "down", "text:2026-11-01", "ctrl+s")
    assert names() == {"张一", "李二"} and sheet().title == "新增儿童"


def test_what_waits_where_nothing_follows_is_said_to_be_gone(ledger, context, typing, lost, eyes):
    lost.on = False
    child = put(ledger, name="张浩宇")
    context.open_child(child, at="address")
    lost.on = True
    typing("text:河东", "ctrl+s", "text:123")
    typing.pause()
    lost.on = False
    typing("ctrl+s")
    assert child_sheet.load(child)["address"] == "河东" and "3键没有录入" in eyes.desk.message[0]


def test_leaving_with_ctrl_q_says_what_waits_first(sheet, typing, lost, eyes):
    typing("text:\n张一\n", "ctrl+s", "text:123", "ctrl+q")
    assert not eyes.desk.done and "3键没有录入。再按 Ctrl+Q 退出" in eyes.desk.message[0]
    typing("ctrl+q")
    assert eyes.desk.done


def test_figures_typed_ahead_of_a_comparison_come_after_its_answer(twice, typing, eyes):
    typing("text:\n张一\n")
    for name, phone in (("father_phone", "19900001234"), ("mother_phone", "19900001299")):
        twice().session.go_to(name)
        typing(f"text:{phone}")
    typing("ctrl+s", "text:19900001243", "text:19900001299", "tab", "text:李二\n", "ctrl+s")
    assert "↑ 第一遍 19900001234" in eyes.text and names() == set()
    typing.pause()("down")
    assert names() == {"张一", "李二"}
    assert sheet_of("张一")["father_phone"] == "19900001243"


def test_a_figure_done_again_is_not_filled_with_what_waits(twice, typing, eyes):
    typing("text:\n张一\n")
    twice().session.go_to("father_phone")
    typing("text:19900001234", "ctrl+s", "text:19900001243", "text:\n李二\n")
    typing.pause()("delete")
    assert eyes.desk.top.edit.text == ""
    typing.pause()("up")


def test_a_paste_ends_with_the_comparison(twice, typing, eyes):
    typing("text:\n张一\n")
    twice().session.go_to("father_phone")
    typing("text:19900001234", "ctrl+s", Pasted("19900001234" * 2))
    assert names() == {"张一"} and eyes.desk.top.title == "新增儿童"
