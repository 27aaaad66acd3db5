"""Where a file goes: a bare name, a folder, a file that is there."""

import pytest

from db.values import Refused
from tui.page import Desk, Page, Picture
from tui.widgets.ask import ask_place


class Blank(Page):
    """Lies beneath the question."""

    def draw(self, width, height):
        return Picture([])


@pytest.fixture
def place(tmp_path):
    """Type an answer and get the paths that came of it, then the sentence asked back."""
    desk, got = Desk(), []
    desk.push(Blank())

    def answer(text):
        ask_place(desk, "存到文件", tmp_path / "联系卡.html", got.append)
        desk.close(text)
        return got

    return answer


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("card", "card.html"),
        ("card.htm", "card.htm"),
        ("sub", "sub/联系卡.html"),
        ("sub/card", "sub/card.html"),
    ],
)
def test_a_bare_name_lies_beside_and_a_folder_takes_the_name(place, tmp_path, typed, meant):
    (tmp_path / "sub").mkdir()
    assert place(typed) == [tmp_path / meant]


def test_a_whole_path_is_taken_as_it_is(place, tmp_path):
    assert place(str(tmp_path / "b.html")) == [tmp_path / "b.html"]


def test_nothing_typed_writes_nothing(place):
    assert place("  ") == place(None) == []


def test_a_file_that_is_there_is_asked_about(place, tmp_path):
    (tmp_path / "联系卡.html").write_text("")
    assert place(str(tmp_path)) == []  # a folder: the file in it would be written over


def test_a_place_that_cannot_be_written_to_is_asked_again_as_typed(tmp_path):
    desk = Desk()
    desk.push(Blank())
    ask_place(desk, "存到文件", tmp_path / "a.toml", lambda path: path.write_text("x"))
    desk.close("nowhere/b.toml")
    assert desk.top.edit.text == "nowhere/b.toml" and "这个文件夹，请先建好" in desk.message[0]


def test_a_place_is_refused_before_it_is_asked_whether_to_write_over_it(tmp_path):
    (tmp_path / "a.toml").write_text("")

    def check(chosen):
        raise Refused("不能写到自己上面，请换一个文件名")

    desk = Desk()
    desk.push(Blank())
    ask_place(desk, "存到文件", tmp_path / "a.toml", lambda path: path.write_text("x"), check=check)
    desk.close("a.toml")
    assert desk.top.edit.text == "a.toml" and "自己上面" in desk.message[0]
