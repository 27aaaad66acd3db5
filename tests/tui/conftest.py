"""A small ledger, a desk with a user, and eyes."""

import pytest

from db import site, store
from tui.context import Context
from tui.drafts import Drafts
from tui.ink import Line, cells
from tui.page import Desk


class Eyes:
    """Presses keys on a desk and reads what it draws."""

    def __init__(self, context: Context, size: tuple[int, int] = (80, 24)):
        self.context, self.desk, self.size = context, context.desk, size

    def press(self, *keys: str) -> "Eyes":
        """Named keys as they are, each pressed by one who sees the window; what follows 'text:' is typed character by character."""
        self.lines()
        for key in keys:
            if key.startswith("text:"):
                for char in key.removeprefix("text:"):
                    self.desk.press("space" if char == " " else char, char)
            else:
                self.desk.press(key, " " if key == "space" else key if len(key) == 1 else None)
            self.lines()
        return self

    def type(self, text: str) -> "Eyes":
        """Characters one by one; a line end is Enter."""
        for char in text:
            if char == "\n":
                self.desk.press("enter", None)
            else:
                self.desk.press("space" if char == " " else char, char)
        return self

    def lines(self) -> list[str]:
        """The window's lines; fails if one is wider than the window."""
        picture = self.desk.draw(*self.size)
        texts = [_text(line) for line in picture.lines]
        assert len(texts) <= self.size[1]
        for text in texts:
            assert cells(text) <= self.size[0], text
        return texts

    @property
    def text(self) -> str:
        return "\n".join(self.lines())

    def styled(self, style: str) -> list[str]:
        """The runs drawn in a style."""
        return [text for line in self.desk.draw(*self.size).lines for text, name in line if name == style]


def _text(line: Line) -> str:
    return "".join(text for text, _ in line)


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """An empty ledger of 柳溪村, open for one test, on 2026-11-23."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "data")
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", term_code="2026秋", by=by)
    yield by
    store.close()


@pytest.fixture
def context(ledger, tmp_path):
    return Context(ledger, Drafts(tmp_path / "drafts"), Desk())


@pytest.fixture
def eyes(context):
    return Eyes(context)


@pytest.fixture(params=[(80, 24), (60, 20)], ids=["80x24", "60x20"])
def any_eyes(request, context):
    return Eyes(context, request.param)


@pytest.fixture
def sheet(ledger, context, eyes):
    """A blank sheet of a child on the desk; `sheet()` gives it as it is now."""
    from tui.screens.child_entry import child_sheet

    context.desk.push(child_sheet(context, None))
    return lambda: context.desk.top


@pytest.fixture
def twice(sheet, context):
    """The same, figures being typed twice."""
    context.rekey = True
    return sheet
