"""A register (登记表、名册、记录表) that was read and understood: its tables, their columns, its day."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from db import days
from db.days import TERM_CODE
from db.exchange import reader
from db.exchange.aliases import KINDS, label_of
from db.exchange.headings import NEEDED
from db.exchange.outcome import KINDS as CALLED
from db.exchange.reader import BadFile, Sheet, Source
from db.exchange.tables import GROUPS, Table, fill_down, remarks, tables_of
from db.exchange.tabs import joined
from db.values import Refused, partial_date

__all__ = ["BadFile", "Register", "Table", "of_source", "open_register", "understand"]


@dataclass(slots=True)
class Register:
    """A file's registers, in the order they are taken in. Holds no ledger data.

    dated: the day (ISO) the register speaks for, '' if not known. notes: sentences about the file as a whole, each
    with the sheet it is about. source: the file itself, None for tables that never were one.
    """

    name: str
    tables: list[Table]
    dated: str = ""
    told: bool = False  # somebody said the day
    seen: bool = False  # it came in before, said to be of that day
    notes: list[tuple[str, str]] = field(default_factory=list)
    source: Source | None = None

    def date(self, day: str) -> None:
        """Say what day the register is of (of a month its first); '' for not known. Raises Refused for what is no day."""
        self.dated = _day(day) if day.strip() else ""
        self.told = True

    def day_of(self, table: Table) -> str:
        """The day a table speaks for: the one said for the file, else its own, else another table's of the file."""
        own = table.grid.dated if table.grid.dated <= days.today().isoformat() else ""
        return self.dated if self.told or self.seen else own or self.dated

    @property
    def digest(self) -> str:
        """The file and how it is read in one word: the same again is recognised by it."""
        read = [(each.sheet.name, each.kind, sorted(each.columns.names().items())) for each in self.tables]
        cells = [each.sheet.rows for each in self.tables]
        told = hashlib.sha256(self.source.data if self.source else repr(cells).encode())
        told.update(repr(read).encode())
        return told.hexdigest()

    @property
    def several(self) -> bool:
        """Whether more than one sheet is taken in."""
        return len({each.sheet.name for each in self.tables}) > 1

    @property
    def heads(self) -> dict[str, int]:
        """Sheet → number of its lowest heading row (of its first table)."""
        return {each.sheet.name: each.grid.head for each in reversed(self.tables)}


def open_register(source: str | Source, kind: str | None = None, dated: str | None = None) -> Register:
    """Read a file ('-': standard input), if it was not read yet, and find its tables; kind says which register it is, else its headings do.

    dated: the day it is of, where the file does not say so or says it wrong. Raises BadFile (a Refused) with a
    sentence and its cure.
    """
    if kind is not None and kind not in KINDS:
        raise BadFile(f"没有“{kind}”这种表，请写 {'、'.join(KINDS)} 之一")
    found = of_source(reader.read(source) if isinstance(source, str) else source, kind)
    if dated is not None:
        found.date(dated)
    return found


def of_source(source: Source, kind: str | None = None, lenient: bool = False) -> Register:
    """The registers of a file that was read. Raises BadFile.

    lenient: take tables although needed columns are not recognised; somebody is going to say which they are.
    """
    if source.kind == "handed":
        raise BadFile(
            f"“{source.name}”是转出文件，不是登记表：请存成文件，用 F7 导入，或用 guanai import 导入"
        )
    if source.kind == "calendar":
        raise BadFile(
            f"“{source.name}”是日历文件，不是登记表：请在活动日历（F4）里读入，或用 guanai import 导入"
        )
    found = understand(source.name, source.sheets, kind, lenient)
    found.source = source
    if source.macros:
        found.notes.append(("", "文件里带有宏；宏没有运行，只读了单元格"))
    if source.kind == "text":  # which knows no merged cells
        for table in found.tables:
            for heading in filter(None, map(table.columns.at.get, GROUPS)):
                if fill_down(table.grid.rows, heading.column):
                    said = f"“{heading.text}”一列空着的格子按上面最近的一格读（原表应是合并的单元格）"
                    found.notes.append(("", said))
    return found


def understand(name: str, sheets: list[Sheet], kind: str | None = None, lenient: bool = False) -> Register:
    """Find the registers in a file's sheets. Raises BadFile if there is none."""
    tables: list[Table] = []
    hidden: list[Table] = []
    lacking: list[Table] = []
    others: dict[str, str] = {}
    for sheet in joined(sheets):
        found = tables_of(sheet, kind, lenient)
        whole = [each for each in found if lenient or each.columns.at.keys() >= set(NEEDED[each.kind])]
        lacking += [each for each in found if each not in whole]
        filled = [each for each in whole if each.grid.rows]
        empty = [each for each in whole if not each.grid.rows]
        if not filled and not sheet.hidden and (empty or len(sheet.rows) > 1):
            others[sheet.name] = "只有表头，没有内容" if empty else "认不出是哪种表；需要的话请整理表头后再导"
        (hidden if sheet.hidden else tables).extend(filled)
        if empty and len(sheets) == 1 and not filled:
            raise BadFile(f"“{name}”只有表头没有内容，请核对是不是空表")
    if not tables:
        raise BadFile(_why_none(name, hidden, lacking))
    tables.sort(key=lambda each: list(CALLED).index(each.kind))
    stated = next((each.grid.dated for each in tables if each.grid.dated), "")
    found = Register(name, tables, stated)
    today = days.today().isoformat()
    if stated > today:
        found.dated = today
        found.notes.append(("", f"表上写的日期{stated}还没到，按今天{today}算，请核对"))
    found.notes += [
        (each.sheet.name, f"工作表“{each.sheet.name}”是隐藏的，没有导入；需要的话请取消隐藏后再导")
        for each in hidden
    ]
    found.notes += [(each, f"工作表“{each}”没有导入：{why}") for each, why in others.items()]
    for each in tables:
        found.notes += [(each.sheet.name if found.several else "", said) for said in remarks(each)]
    return found


def _why_none(name: str, hidden: list[Table], lacking: list[Table]) -> str:
    if hidden:
        return f"“{name}”的表在隐藏的工作表“{hidden[0].sheet.name}”里，请取消隐藏、保存后再导入"
    if lacking:
        table = lacking[0]
        missing = "、".join(label_of(each) for each in NEEDED[table.kind] if each not in table.columns.at)
        return f"“{name}”不像{CALLED[table.kind]}的表：缺少必需的栏目“{missing}”，请核对表头；也可在程序里按 F7 导入，一栏一栏指明"
    return (
        f"“{name}”里找不到认得的表头，看不出是哪种表：请看表头是否有“姓名”和别的栏目（一人一张的卡片请改成名册），"
        "也可在程序里按 F7 导入、按 K 指明是哪种表，或在命令里写 --kind"
    )


def _term_day(code: str) -> str:
    """The first day of a term; today if it is the term we are in and begins only later this month."""
    today, first = days.today(), days.term_dates(code)[0]
    return (min(first, today) if code == days.term_code(today) else first).isoformat()


def _day(text: str) -> str:
    """A day in ISO; of a month its first day. Raises Refused."""
    word = text.strip()
    if word in ("今天", "昨天"):
        return (days.today() if word == "今天" else days.today() - timedelta(days=1)).isoformat()
    try:
        day = _term_day(word) if TERM_CODE.fullmatch(word) else partial_date(word)
    except Refused:
        raise Refused(
            f"“{word}”看不出是哪天，请写成 {days.today().isoformat()}；只知道月份写 2026-9，学期写 2026秋"
        ) from None
    day = f"{day}-01" if len(day) == 7 else day
    if day > days.today().isoformat():
        raise Refused(f"{day}还没到，请写这份表填写的日期，如 {days.today().isoformat()}")
    return day
