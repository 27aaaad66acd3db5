"""Pick a file by walking the folders: people who know WPS need not type a path."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from db.errors import reason
from db.values import Refused, typed_path
from tui.ink import Line, cells, columns
from tui.page import Key, Page, Picture
from tui.widgets.dialogs import Prompt
from tui.widgets.roster import Roster

REGISTERS = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".xlsm", ".et", ".json")


class Found(NamedTuple):
    """An entry of a folder."""

    path: Path
    label: str
    about: str


class Files(Page):
    """The folders and registers of one folder; closed with a Path, or None."""

    keys = (
        Key(("enter",), "打开", "open"),
        Key(("backspace", "left"), "上级文件夹", "up_folder"),
        Key(("/", "f8"), "输入路径", "type_path"),
        Key(("escape",), "取消", "cancel"),
    )

    def __init__(
        self,
        title: str,
        folder: Path,
        kinds: tuple[str, ...] = REGISTERS,
        pasted: Callable[[str], None] | None = None,
    ):
        """pasted: what is done with a table that is pasted in place of a path."""
        self.title, self.pasted = title, pasted
        self.folder, self.kinds = folder, kinds
        self.roster: Roster[Found] = Roster.of([], _row)

    def shown(self) -> None:
        self._read(self.folder)

    def _read(self, folder: Path, at: Path | None = None) -> None:
        try:
            found = _entries(folder, self.kinds)
        except OSError as error:
            self.desk.say(f"打不开文件夹 {folder}：{reason(error)}", "error")
            return
        self.folder = folder
        self.roster = Roster.of(
            found,
            _row,
            f"这里没有{'、'.join(kind[1:] for kind in self.kinds[:3])}文件。按退格到上级，按 / 输入路径",
        )
        if at is not None:
            self.roster.go(next((i for i, each in enumerate(found) if each.path == at), 0))

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def paste(self, text: str) -> None:
        if self.pasted is not None and ("\t" in text or "\n" in text.strip()):
            self.desk.close(None)
            self.pasted(text)
        else:
            self._typed(text)

    def open(self) -> None:
        here = self.roster.current()
        if here is None:
            self.desk.say("这里没有可选的文件：按退格到上级文件夹，按 / 输入路径", "warn")
        elif here.path.is_dir():
            self._read(here.path)
        else:
            self.desk.close(here.path)

    def up_folder(self) -> None:
        self._read(self.folder.parent, at=self.folder)

    def type_path(self) -> None:
        self._ask_path(f"{self.folder}/")

    def _ask_path(self, text: str, hint: str = "") -> None:
        self.desk.push(Prompt("文件路径", text, hint), self._typed)

    def _typed(self, text: str | None) -> None:
        if not text or not text.strip():
            return
        try:
            path = self._meant(text.strip().strip("'\""))
        except Refused as error:
            self._ask_path(text.strip(), str(error))
            return
        if path.is_dir():
            self._read(path)
        else:
            self.desk.close(path)

    def _meant(self, text: str) -> Path:
        """The file or folder typed, from the folder shown; the / that opened the prompt counts as typed."""
        for path in (self.folder / typed_path(text), Path("/", text)):
            if os.path.exists(path):
                return path
        raise Refused("找不到这个位置：请改好再按回车，或按 Esc 从列表里选")

    def cancel(self) -> None:
        self.desk.close(None)

    def draw(self, width: int, height: int) -> Picture:
        shown = str(self.folder)
        while cells(shown) > width - 10 and "/" in shown[1:]:
            shown = (
                "…/" + shown.split("/", 2)[-1]
                if shown.startswith("…")
                else "…/" + shown[1:].split("/", 1)[-1]
            )
        return Picture([[(" 文件夹 ", "label"), (shown, "plain")], *self.roster.draw(width, height - 1)])


def _entries(folder: Path, kinds: tuple[str, ...]) -> list[Found]:
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~$")):
                continue
            if entry.is_dir():
                folders.append(Found(Path(entry.path), entry.name + "/", "文件夹"))
            elif entry.name.lower().endswith(kinds):
                files.append(
                    Found(Path(entry.path), entry.name, f"{max(entry.stat().st_size // 1024, 1)} KB")
                )
    return sorted(files, key=lambda each: each.label) + sorted(folders, key=lambda each: each.label)


def _row(found: Found, width: int, here: bool) -> Line:
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(found.label, width - 16, "cursor" if here else "plain"), (found.about, 8, "dim")])]  # fmt: skip
