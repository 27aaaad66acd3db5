"""Short questions over a page: yes or no, pick one, type one line, read a text. Each is closed with its answer."""

from tui.ink import Line, cells, fill, fit, wrap
from tui.page import Key, Page, Picture
from tui.widgets.line_edit import LineEdit


class Panel(Page):
    """A dialog at the foot of the page beneath: one head line, then its lines."""

    covers = False

    def __init__(self, title: str) -> None:
        self.title = title

    def panel(self, lines: list[Line], width: int, caret: tuple[int, int] | None = None) -> Picture:
        """The head line and the lines below it; caret counts from the first of them."""
        head = fill([(" " + self.title, "panel")], width, "panel")
        return Picture([head, *lines], caret and (caret[0], caret[1] + 1))


class Confirm(Panel):
    """A question with two answers; closed with True or False (Esc: False).

    Nobody can mean a question not seen yet: an Enter typed ahead of it changes nothing.
    """

    def __init__(self, question: str, yes: str = "是", no: str = "否") -> None:
        super().__init__("请确认")
        self.question = question
        self.keys = (Key(("enter", "y"), yes, "accept"), Key(("escape", "n"), no, "decline"))

    def why_off(self, key: Key) -> str | None:
        unseen = key.run == "accept" and self.desk.seen is not self
        return "请看清问题再按一次" if unseen else None

    def accept(self) -> None:
        self.desk.close(True)

    def decline(self) -> None:
        self.desk.close(False)

    def draw(self, width: int, height: int) -> Picture:
        lines = wrap(self.question, width - 4)[: height - 2]
        return self.panel([[("  " + text, "strong")] for text in lines] + [[]], width)


class Tell(Panel):
    """A text to read; scrolls when long."""

    keys = (
        Key(("escape", "enter", "q"), "返回", "leave"),
        Key(("down",), "下一行", "down", show=False),
        Key(("up",), "上一行", "up", show=False),
        Key(("space", "pagedown"), "下一页", "page_down"),
        Key(("pageup",), "上一页", "page_up"),
    )

    def __init__(self, title: str, lines: list[str]) -> None:
        super().__init__(title)
        self.text = lines
        self.first = 0
        self.rows, self.room = 0, 1

    def leave(self) -> None:
        self.desk.close()

    def up(self) -> None:
        self.scroll(-1)

    def down(self) -> None:
        self.scroll(1)

    def page_up(self) -> None:
        self.scroll(1 - self.room)

    def page_down(self) -> None:
        self.scroll(self.room - 1)

    def scroll(self, by: int) -> None:
        """Move the text by so many lines, never past either end."""
        width, height = self.desk.size
        rows, room = len(self.wrapped(width)), self.space(height - 4)
        self.first = max(0, min(self.first + by, rows - room))

    def wrapped(self, width: int) -> list[str]:
        """The text in lines that fit."""
        return [row for text in self.text for row in wrap(text, width - 4)]

    def space(self, height: int) -> int:
        """Lines of text to be seen at once."""
        return height - 2

    def draw(self, width: int, height: int) -> Picture:
        rows = self.wrapped(width)
        self.room = self.space(height)
        seen = rows[self.first : self.first + self.room]
        lines: list[Line] = [[("  " + row, "plain")] for row in seen]
        below = len(rows) - self.first - len(seen)
        return self.panel([*lines, [(f"  下面还有 {below} 行", "dim")] if below else []], width)


class Choose(Panel):
    """Pick one of several; closed with the index of the option or None.

    Typing narrows the list: digits by number, letters by the pinyin initials given, Chinese by the text itself.
    asked: nothing is marked at first, so that an Enter typed ahead answers nothing unseen.
    """

    def __init__(
        self,
        title: str,
        options: list[str],
        initials: list[str] | None = None,
        at: int = 0,
        asked: bool = False,
        inside: bool = False,
    ) -> None:
        super().__init__(title)
        self.options = options
        self.initials = initials or [""] * len(options)
        self.find = LineEdit()
        self.at = at
        self.asked = asked
        self.inside = inside  # initials are looked for inside the options' too
        self.keys = (
            Key(("enter",), "选定", "accept"),
            Key(("escape",), "取消", "cancel"),
            Key(("down",), "下移", "down", show=False),
            Key(("up",), "上移", "up", show=False),
            Key(("pagedown",), "下翻", "page_down", show=False),
            Key(("pageup",), "上翻", "page_up", show=False),
        )

    def found(self) -> list[int]:
        """Indexes of the options that match what was typed."""
        want = self.find.text.strip().lower()
        if want.isdigit() and want.isascii():
            return [at for at in range(len(self.options)) if str(at + 1).startswith(want)]
        return [
            at
            for at, (text, short) in enumerate(zip(self.options, self.initials, strict=True))
            if want in text.lower() or short.startswith(want) or (self.inside and want in short)
        ]

    def press(self, key: str, char: str | None) -> bool:
        if self.shortcut(key, None):
            return True
        before = self.find.text
        taken = self.find.press(key, char)
        if self.find.text != before:
            self.asked = False
            self.at = next(iter(self.found()), 0)
        return taken

    def paste(self, text: str) -> None:
        self.asked = False
        self.find.insert(text)
        self.at = next(iter(self.found()), 0)

    def why_off(self, key: Key) -> str | None:
        if key.run == "accept" and self.asked:
            return "请先按数字或 ↓ 选一项，再按回车"
        if key.run == "accept" and not self.found():
            return "没有相符的选项：按退格改查找的字"
        return None

    def accept(self) -> None:
        self.desk.close(self.at)

    def cancel(self) -> None:
        self.desk.close(None)

    def up(self) -> None:
        self.move(-1)

    def down(self) -> None:
        self.move(1)

    def page_up(self) -> None:
        self.move(-8)

    def page_down(self) -> None:
        self.move(8)

    def move(self, by: int) -> None:
        """Move the cursor among the options found."""
        if self.asked:
            self.asked, by = False, 0
        found = self.found()
        if found:
            place = found.index(self.at) if self.at in found else 0
            self.at = found[max(0, min(place + by, len(found) - 1))]

    def draw(self, width: int, height: int) -> Picture:
        found = self.found()
        room = max(1, min(height - 3, len(self.options)))
        place = found.index(self.at) if self.at in found else 0
        first = place // room * room
        lines: list[Line] = []
        for at in found[first : first + room]:
            here = at == self.at and not self.asked
            style = "cursor" if here else "plain"
            number = fit(str(at + 1), 4, right=True)
            lines.append([("> " if here else "  ", "plain"), (number, "dim"), (" ", "plain")])
            lines[-1].append((fit(self.options[at], width - 9).rstrip() or " ", style))
        if not found:
            lines.append([("  没有相符的：按退格改查找的字", "warn")])
        lines += [[] for _ in range(room - len(lines))]
        more = f"  {len(found)} 项" if len(found) > room else ""
        text, x = self.find.view(width - 8 - cells(more))
        ask: Line = [(" 查找: ", "label"), (text, "plain"), (more, "dim")]
        return self.panel([ask, *lines], width, (7 + x, 0))


class Prompt(Panel):
    """Type one line; closed with the text, or None if left."""

    keys = (Key(("enter",), "确定", "accept"), Key(("escape",), "取消", "cancel"))

    def __init__(self, label: str, initial: str = "", hint: str = "", longest: int = 200) -> None:
        super().__init__(label)
        self.edit = LineEdit(initial, longest, selected=True)
        self.hint = hint

    def press(self, key: str, char: str | None) -> bool:
        return self.edit.press(key, char) or self.shortcut(key, None)

    def paste(self, text: str) -> None:
        self.edit.insert(text)

    def accept(self) -> None:
        self.desk.close(self.edit.text)

    def cancel(self) -> None:
        self.desk.close(None)

    def draw(self, width: int, height: int) -> Picture:
        text, x = self.edit.view(width - 4)
        style = "chosen" if self.edit.selected else "plain"
        return self.panel([[("  ", "plain"), (text, style)], [("  " + self.hint, "dim")]], width, (2 + x, 0))
