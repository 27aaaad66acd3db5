"""Draws names made to harm: markup, escapes, direction marks; each beside a harmless word."""

import sys

from tui import terminal

terminal.prepare()

from tui.app import run  # noqa: E402
from tui.page import Desk, Page, Picture  # noqa: E402
from tui.widgets.dialogs import Tell  # noqa: E402

NAMES = [
    "[/]括号", "[@click=app.quit]链接[/]", "[/red", "\x1b[31m红\x1b[0m", "\x1b]0;标题\x07窗", "\x9b2J清屏",
    "甲\u202e乙丙\u202c", "_x001B_[2J转义", "半\udcff个", "零\u200b宽", "e\u0301" + "\u0301" * 40 + "多标", "换\n行\t列",
]  # fmt: skip


class Hostile(Page):
    title = "[/]\x1b[2J名册"

    def draw(self, width, height):
        return Picture([[("无害 ", "plain"), (name, "cursor"), (" 末尾", "plain")] for name in NAMES])

    def press(self, key, char):
        if key == "enter":
            self.desk.push(Tell("\x1b[2J" + NAMES[0], NAMES))
        elif key == "m":
            self.desk.say(NAMES[3])
        else:
            return False
        return True


desk = Desk(lambda: ("\x1b[5m左", "右\x07\u202e"))
desk.push(Hostile())
sys.exit(run(desk))
