"""Templates of reports as TOML: those that come with the program, and a site's own in a folder of theirs.

What a template may say is a closed list (docs/reports.md); anything else is refused with its line and the cure.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from db.errors import reason
from db.plan_templates import read_text
from db.reports import words
from db.reports.periods import SPANS
from db.text import clean
from db.values import Refused

SHIPPED = Path(__file__).parent / "templates"
MOST_BYTES = 200_000
NAME, TITLE, HEADING, TEXT = 20, 80, 40, 4000  # longest texts
MOST_SECTIONS, MOST_LINES = 40, 30
TOP = ("name", "title", "span", "look", "section")
PARTS = ("heading", "text", "table", "columns", "empty", "plans", "lines")
KINDS = (".toml", ".docx")
OWN = "自带"  # --template 自带: the one that comes with the program


class Section(NamedTuple):
    """A part of a report, in this order: heading, text, a table, the plans' summaries, blank lines to write on by hand.

    table: one of words.TABLES; columns: which of its columns, () for all; empty: what stands where the table has no rows.
    """

    heading: str
    text: str
    table: str | None
    columns: tuple[str, ...]
    empty: str
    plans: bool
    lines: int


class Template(NamedTuple):
    """A report to be filled. span: what it is usually about. look: a docx beside the file that lends its look, or None.

    path: the user's own file it was read from, None for a shipped one; word: it is a docx with placeholders of its own.
    """

    name: str
    title: str
    span: str
    sections: tuple[Section, ...]
    look: Path | None = None
    path: Path | None = None
    text: str = ""

    @property
    def word(self) -> bool:
        """Whether it is a Word file whose own text holds the placeholders."""
        return self.path is not None and self.path.suffix.lower() == ".docx"


class Choice(NamedTuple):
    """A template one may choose: its name, and its file if it is the user's own."""

    name: str
    path: Path | None


# ---- which there are ------------------------------------------------------------------------------


@cache
def shipped() -> tuple[Template, ...]:
    """The five that come with the program."""
    return tuple(read(path.read_text("utf-8"), path.stem) for path in sorted(SHIPPED.glob("*.toml")))


def choices(folder: Path) -> list[Choice]:
    """What may be chosen: the shipped ones, then the user's own in their folder; none is read yet.

    A folder that is not there has none. Raises Refused where it cannot be read.
    """
    try:
        own = sorted(
            path for path in folder.iterdir()
            if path.suffix.lower() in KINDS and not path.name.startswith((".", "~$")) and path.is_file()
        ) if folder.is_dir() else []  # fmt: skip
    except OSError as error:
        raise Refused(f"打不开报表模板的文件夹 {folder}：{reason(error)}") from error
    lent = {path.stem for path in own if path.suffix.lower() == ".toml"}
    return [Choice(each.name, None) for each in shipped()] + [
        Choice(path.stem, path) for path in own if path.suffix.lower() == ".toml" or path.stem not in lent
    ]


def find(name: str, folder: Path, own: bool = True) -> Template:
    """A template by its name, the user's own before the shipped one unless own is False. Raises Refused."""
    found = choices(folder)
    mine = next((each for each in found if own and each.path and each.name == name), None)
    if mine is not None:
        return load(mine.path)
    for each in shipped():
        if each.name == name:
            return each
    names = "、".join(dict.fromkeys(each.name for each in found))
    raise Refused(f"没有“{name}”这份报表，可选：{names}")


def load(path: Path) -> Template:
    """A template of the user's own: a TOML file, or a docx with placeholders. Raises Refused naming file, line and cure."""
    if path.suffix.lower() == ".docx":
        if not path.is_file():
            raise Refused(f"没有“{path}”这个模板文件，请核对位置")
        return Template(path.stem, path.stem, "month", (), None, path)
    try:
        made = read(read_text(path, MOST_BYTES), path.stem)
    except Refused as refused:
        raise Refused(
            f"模板 {path.name}：{refused}；改好以前可用自带的（命令里加 --template {OWN}）"
        ) from refused
    look = made.look and path.parent / made.look
    if look is not None and not look.is_file():
        raise Refused(f"模板 {path.name}：look 指的“{look.name}”不在它旁边，请放好，或删去 look 这一行")
    return made._replace(name=path.stem, look=look, path=path)


# ---- reading --------------------------------------------------------------------------------------


def read(text: str, stem: str) -> Template:
    """A template from the text of its file. Raises Refused with the line of what is to be mended, and how."""
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = re.search(r"line (\d+)", str(error))
        where = f"第{at[1]}行" if at else "文件"
        raise Refused(f"{where}不合 TOML 的写法（引号、括号要成对），请照自带的模板改") from error
    reader = _Reader(text)
    reader.known(told, TOP, "模板")
    span = reader.line(told, "span", NAME) or "month"
    if span not in SPANS:
        raise reader.refused("span", f"span“{span}”不认识，可写：{'、'.join(SPANS)}")
    sections = told.get("section")
    if not isinstance(sections, list) or not 1 <= len(sections) <= MOST_SECTIONS:
        raise Refused(f"模板里要有1到{MOST_SECTIONS}段 [[section]]，请照自带的模板改")
    title = reader.line(told, "title", TITLE)
    if not title:
        raise Refused('模板缺 title（标题），请补上，如 title = "{单位}{期间}月报"')
    look = reader.line(told, "look", TITLE)
    return Template(
        reader.line(told, "name", NAME) or stem, title, span, tuple(map(reader.section, sections)),
        Path(Path(look).name) if look else None, None, text,
    )  # fmt: skip


class _Reader:
    """Reads a template's tables; what is wrong is said with the line it stands on."""

    def __init__(self, text: str):
        self.text = text

    def refused(self, found: str, why: str) -> Refused:
        """A refusal that names the line where `found` stands."""
        return Refused(f"{line_of(self.text, found)}{why}")

    def known(self, told: Any, names: tuple[str, ...], what: str) -> None:
        if not isinstance(told, Mapping):
            raise Refused(f"{what}要写成 [[section]] 的样子，请照自带的模板改")
        for key in told:
            if key not in names:
                said = clean(key)[:HEADING]
                raise self.refused(key, f"{what}里不认识“{said}”，可写的有：{'、'.join(names)}")

    def line(self, told: Mapping[str, Any], key: str, longest: int, lines: bool = False) -> str:
        value = told.get(key, "")
        if not isinstance(value, str):
            raise self.refused(key, f"{key} 要写成引号里的文字")
        value = clean(value, lines=lines).strip()
        if len(value) > longest:
            raise self.refused(key, f"{key} 有{len(value)}字，最多{longest}字，请精简")
        for each in words.placeholders(value):
            if why := words.wrong(each):
                raise self.refused("{" + each, why)
        return value

    def section(self, told: Any) -> Section:
        self.known(told, PARTS, "[[section]]")
        table = self.line(told, "table", NAME) or None
        if table is not None and table not in words.TABLES:
            raise self.refused(table, f"table“{table}”不认识，可写：{'、'.join(words.TABLES)}")
        columns, lines, plans = told.get("columns", []), told.get("lines", 0), told.get("plans", False)
        if type(lines) is not int or not 0 <= lines <= MOST_LINES:
            raise self.refused("lines", f"lines（空行数）要写0到{MOST_LINES}的整数")
        if type(plans) is not bool:
            raise self.refused("plans", "plans（计划的总结）要写 true 或 false")
        if not isinstance(columns, list) or (columns and table is None):
            raise self.refused("columns", 'columns 要写成列表，并写明 table，如 columns = ["目标", "完成"]')
        for each in columns:
            if each not in words.TABLES[table].columns:
                may = "、".join(words.TABLES[table].columns)
                raise self.refused(str(each), f"表“{table}”没有“{each}”这一栏，可写：{may}")
        return Section(
            self.line(told, "heading", HEADING), self.line(told, "text", TEXT, lines=True), table, tuple(columns),
            self.line(told, "empty", TITLE), plans, lines,
        )  # fmt: skip


def line_of(text: str, found: str) -> str:
    """第3行 where a piece of text first stands, '' if it is nowhere as written."""
    at = text.find(found)
    return "" if at < 0 else f"第{text.count(chr(10), 0, at) + 1}行："
