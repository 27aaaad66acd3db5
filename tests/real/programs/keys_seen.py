"""Shows each key that arrives by its name, the last twenty on one line each; pasted text by its length."""

import sys

from tui import terminal

terminal.prepare()

from tui.app import run  # noqa: E402
from tui.page import Desk, Page, Picture  # noqa: E402


class KeysSeen(Page):
    title = "按键"

    def __init__(self):
        self.names = []
        self.count = 0

    def press(self, key, char):
        self.count += 1
        self.names = [*self.names[-14:], f"{key} {char or '-'}"]
        return True

    def paste(self, text):
        self.names.append(f"paste {len(text)} {text[:20]}")

    def draw(self, width, height):
        return Picture(
            [[(f"共 {self.count} 键", "plain")], *([("<" + name + ">", "plain")] for name in self.names)]
        )


desk = Desk()
desk.push(KeysSeen())
sys.exit(run(desk))
