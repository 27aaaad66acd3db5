"""A table pasted into 报表 by a terminal that does not mark pastes: it comes key by key, and is read once it is whole."""

from tui.context import Context
from tui.ink import Line, clip, safe
from tui.page import PASTE_LIMIT, Key, Page, Picture
from tui.screens.importing import Importing

SAID = "粘完了按 F8 看预览；不是要粘贴表格，按 Esc 返回"
BETWEEN_CELLS = {"tab": "\t", "enter": "\n"}


class Pasting(Page):
    """What has come so far, a row a line; nobody but the user knows when it is all there."""

    title = "粘贴的表格"
    keys = (Key(("f8",), "看预览", "preview"), Key(("escape",), "不要了", "leave"))

    def __init__(self, context: Context, begun: str):
        self.context = context
        self.parts = [begun]
        self.length = len(begun)

    def press(self, key: str, char: str | None) -> bool:
        text = BETWEEN_CELLS.get(key) or char
        if text is None:
            return self.shortcut(key, char)
        self.length += len(text)
        if self.length <= PASTE_LIMIT:
            self.parts.append(text)
        return True

    def paste(self, text: str) -> None:
        self.desk.replace(Importing(self.context, pasted=text))

    def why_off(self, key: Key) -> str | None:
        if key.run == "preview" and self.length > PASTE_LIMIT:
            return (
                f"粘贴的内容有 {self.length} 字，超过 {PASTE_LIMIT} 字：请存成文件，按 Esc 返回后选“导入表格”"
            )
        return None

    def preview(self) -> None:
        self.desk.replace(Importing(self.context, pasted="".join(self.parts)))

    def draw(self, width: int, height: int) -> Picture:
        rows = [row for row in "".join(self.parts).split("\n") if row.strip()]
        lines: list[Line] = [[(f" 收到{len(rows)}行，{self.length}字。{SAID}", "info")], []]
        shown = rows[-(height - len(lines)) :]
        return Picture(
            [*lines, *([(" " + clip(safe(row.replace("\t", "  ")), width - 2), "plain")] for row in shown)]
        )
