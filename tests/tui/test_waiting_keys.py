"""Keys typed ahead of something that failed: they wait, come in their order once it is done, or are said to be gone."""

from types import SimpleNamespace

import pytest

from tui.app import LOOKED, GuanaiApp
from tui.keys import Pasted, Pressed
from tui.page import Desk, Page, Picture
from tui.widgets.dialogs import Tell


class Entry(Page):
    """Takes what is typed; Ctrl+S saves it if that works."""

    title = "录入"

    def __init__(self):
        self.taken, self.saved, self.works = "", [], True

    def draw(self, width, height):
        return Picture([[(self.taken, "plain")]])

    def press(self, key, char):
        if key == "ctrl+s":
            self.save()
        elif char is None:
            return False
        self.taken += char or ""
        return True

    def paste(self, text):
        self.taken += text

    def save(self):
        if self.works:
            self.saved.append(self.taken)
            self.taken = ""
            self.desk.resume()
        else:
            self.desk.say("没存上", "error")
            self.desk.stop()

    def leave(self):
        self.desk.say("草稿已留下", "warn")
        self.desk.close()


class Typist:
    """Types in bursts at the program, on a clock of its own."""

    def __init__(self):
        self.now = 1000.0
        self.desk = Desk()
        self.app = GuanaiApp(self.desk)
        self.app._loop = SimpleNamespace(time=lambda: self.now, call_soon=lambda *_: None)
        self.desk.push(Entry())
        self.entry = Entry()
        self.desk.push(self.entry)

    def type(self, *keys, after=0.0):
        self.now += after
        self.app.take(
            [key if isinstance(key, Pasted) else Pressed(key, key if len(key) == 1 else None) for key in keys]
        )
        assert not self.app.failed

    @property
    def said(self):
        return "".join(text for line in self.desk.draw(80, 24).lines[-3:-1] for text, _ in line)


@pytest.fixture
def typist():
    return Typist()


@pytest.fixture
def failed(typist):
    """One record that could not be saved."""
    typist.entry.works = False
    typist.type("a", "ctrl+s")
    typist.entry.works = True
    return typist


def test_what_follows_a_save_that_failed_waits_and_comes_before_what_is_typed_later(failed):
    failed.type("b", "ctrl+s", Pasted("c"))
    assert failed.entry.taken == "a" and "之后又打的3键先留着" in failed.said
    failed.type("up", after=LOOKED + 0.1)
    failed.type("x")
    assert failed.entry.taken == "ax", "seen by now, and a key that means to go on here"
    assert "之后又打的3键先留着" in failed.said, "those wait on"
    failed.type("ctrl+s", "d", "ctrl+s")
    assert failed.entry.saved == ["ax", "b", "cd"] and not failed.desk.waiting
    assert "先留着" not in failed.said


def test_somebody_who_types_on_has_not_seen_it(failed):
    for key in "bcd":
        failed.type(key, after=LOOKED * 0.9)
    assert failed.entry.taken == "a" and len(failed.desk.waiting) == 3


def test_it_is_tried_again_at_once_while_nothing_waits(failed):
    failed.type("ctrl+s")
    assert failed.entry.saved == ["a"]
    failed.type("b")
    assert failed.entry.taken == "b"


def test_the_program_is_left_at_once_while_nothing_waits(failed):
    failed.type("ctrl+q")
    assert failed.desk.done


def test_a_second_save_typed_ahead_waits_behind_its_record(failed):
    failed.type("b")
    failed.type("ctrl+s", "escape")
    assert failed.entry.saved == [] and len(failed.desk.waiting) == 3


def test_what_waits_for_a_page_that_is_left_is_said_to_be_gone(failed):
    failed.type("b", "c")
    failed.type("escape", after=LOOKED + 0.1)
    assert failed.said.strip() == "草稿已留下。没存上之后又打的2键没有录入"
    assert not failed.desk.stopped and not failed.desk.waiting
    failed.type("x")
    assert failed.said.strip() == ""


def test_leaving_a_page_that_failed_frees_the_keys_though_none_waits(failed):
    failed.type("escape")
    assert failed.said.strip() == "草稿已留下" and not failed.desk.stopped


def test_what_waits_is_not_lost_to_a_page_laid_over_the_one_that_failed(failed):
    failed.type("b")
    failed.desk.push(Tell("说明", ["一条"]))
    failed.type("down", after=LOOKED + 0.1)
    assert len(failed.desk.waiting) == 1
    failed.type("escape")
    failed.type("ctrl+s")
    assert (failed.entry.saved, failed.entry.taken) == (["a"], "b")
