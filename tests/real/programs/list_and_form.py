"""A small program over the terminal engine: a list of invented names, and a form of five fields."""

import os
import sys

from tui import terminal

terminal.prepare()
reason = terminal.unfit()
if reason:
    terminal.complain(reason)
    sys.exit(2)

from tui.app import run  # noqa: E402
from tui.ink import fit  # noqa: E402
from tui.page import Desk, Key, Page, Picture  # noqa: E402
from tui.widgets.line_edit import LineEdit  # noqa: E402

SURNAMES, GIVEN = "张李王赵陈刘周孙吴郑", ("浩宇", "雨涵", "一鸣", "佳慧", "思琪", "子轩", "梦洁")
NAMES = [SURNAMES[n % 10] + GIVEN[n % 7] for n in range(500)]


class Names(Page):
    title = "登记"
    keys = (
        Key(("enter", "a"), "填表", "open"),
        Key(("down",), "下移", "down", show=False),
        Key(("up",), "上移", "up", show=False),
        Key(("pagedown",), "下翻", "page_down", show=False),
        Key(("pageup",), "上翻", "page_up", show=False),
        Key(("home",), "开头", "home", show=False),
        Key(("f8",), "出错", "fault"),
    )
    at = 0
    rows = 20

    def draw(self, width, height):
        self.rows = height
        first = self.at // height * height
        lines = []
        for n in range(first, min(first + height, len(NAMES))):
            here = n == self.at
            lines.append(
                [
                    ("> " if here else "  ", "plain"),
                    (NAMES[n], "cursor" if here else "plain"),
                    (fit("", 10 - 2 * len(NAMES[n])), "plain"),
                    (fit(f"柳溪小学  {n % 6 + 1}年级  34050520150308{n:04}  1990000{n:04}", 60), "plain"),
                ]
            )
        return Picture(lines)

    def down(self):
        self.at = min(self.at + 1, len(NAMES) - 1)

    def up(self):
        self.at = max(self.at - 1, 0)

    def page_down(self):
        self.at = min(self.at + self.rows, len(NAMES) - 1)

    def page_up(self):
        self.at = max(self.at - self.rows, 0)

    def home(self):
        self.at = 0

    def open(self):
        self.desk.push(Form())

    def fault(self):
        raise ValueError("张浩宇")


class Form(Page):
    title = "填表"
    labels = ("姓名", "性别", "出生日期", "住址", "备注")

    def __init__(self):
        self.edits = [LineEdit(longest=40) for _ in self.labels]
        self.at = 0

    def press(self, key, char):
        if self.edits[self.at].press(key, char):
            return True
        if key == "enter" and self.at == len(self.labels) - 1:
            self.desk.close()
            self.desk.say("已保存", "good")
        elif key in ("enter", "tab", "down"):
            self.at = min(self.at + 1, len(self.labels) - 1)
        elif key in ("shift+tab", "up"):
            self.at = max(self.at - 1, 0)
        else:
            return False
        return True

    def paste(self, text):
        self.edits[self.at].insert(text)

    def draw(self, width, height):
        lines = []
        for n, label in enumerate(self.labels):
            here = n == self.at
            style = "key" if here else "label"
            lines.append([(("> " if here else "  ") + fit(label, 10), style), (self.edits[n].text, "plain")])
        return Picture(lines, (12 + self.edits[self.at].view(60)[1], self.at))

    def flush(self):
        path = os.environ.get("DRAFT")
        if path:
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(edit.text for edit in self.edits))


desk = Desk(lambda: ("柳溪村  2026秋", "王晓   9月10日 周四"))
desk.route("f2", "登记", Names)
desk.go("f2")
if __name__ == "__main__":
    from pathlib import Path

    log = os.environ.get("LOG")
    sys.exit(run(desk, Path(log) if log else None))
