"""Fill a blank form from the ledger (一表通): what it asks, whom it is about, and a filled copy.

form = open_form("空表.xlsx")     # a Filling; nothing is written
for step in form.write("填好.xlsx", by=user): ...
form.result                       # rows, pages, what stayed blank, sentences
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from db.exchange import asking, facts, forms, headings, reader
from db.exchange.blanks import Blank, blanks_of
from db.exchange.card_targets import record_kinds
from db.exchange.dropdowns import dropdowns
from db.exchange.filled import Column, Page, Written, books, mapped
from db.exchange.form_rows import Choices, chosen, rows_for
from db.exchange.grid import SUM, Heading
from db.exchange.headings import told_in_brackets
from db.exchange.looks import Manner, look
from db.exchange.outcome import KINDS
from db.exchange.plan import Progress
from db.exchange.reader import BadFile, Sheet, Source
from db.exchange.tables import tables_of
from db.exchange.workbook_xml import Workbook
from db.exchange.xlsx_fill import NO_MACROS, formula_cells
from db.export import put
from db.models import User
from db.text import squeeze
from db.values import Refused, typed_path

CHILD_NAME = re.compile("(?:儿童|学生|孩子|幼儿)姓名")
NAMED = {
    "children": "child.name",
    "helpers": "helper.name",
    "records": "child.name",
    "pairings": "child.name",
}
STEP = 200  # rows between two reports of how far it is
LOOKED_AT = 400  # rows among which samples are sought
A_REGISTER = 5  # columns an import would take
FILLED = ("children", "helpers", "records", "pairings")  # what a form's rows may be


@dataclass(slots=True)
class Part:
    """A table of the form: where it stands, whose rows it takes, what each heading asks for (None: left blank)."""

    blank: Blank
    kind: str
    targets: list[str | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remembered: bool = False

    @property
    def sheet(self) -> str:
        """The sheet it stands on; '' in a text file."""
        return self.blank.sheet

    @property
    def headings(self) -> list[Heading]:
        """Its headings from left to right."""
        return self.blank.headings

    @property
    def title(self) -> str:
        """What stands above its headings, and these: by which it is known what the form is."""
        return self.blank.title + "".join(each.text for each in self.headings)

    @property
    def called(self) -> str:
        """Whose rows it takes, in words: 儿童, 帮扶人, 记录, 结对."""
        return KINDS[self.kind]


class Filling:
    """A blank form about to be filled. A heading belongs to the part it was found in: pass the object itself.

    copies: each row makes a copy of the form, instead of a line in it.
    """

    copies = False

    def __init__(self, source: Source, path: str, kind: str | None = None):
        self.source, self.path = source, path
        self.name = source.name
        self.choices = Choices()
        self.result: Written | None = None
        self._seen: dict[str, tuple[int, list[Any]]] = {}  # kind → how many rows, the first of them
        self._said: list[str] = []
        self.parts = self._find(kind)
        if kept := [told for part in self.parts if (told := self._recall(part, kind))]:
            self.choices = chosen(self.choices, **kept[0])

    # ── what it asks ──

    def _find(self, kind: str | None) -> list[Part]:
        found, held = [], []
        for sheet in self.source.sheets:
            if sheet.hidden:
                continue
            for blank in self._blanks(sheet):
                (held if blank.holds else found).append(Part(blank, kind or _kind_of(blank)))
        parts = [self._read(part) for part in found]
        whole = [part for part in parts if part.kind]
        if not whole:
            raise BadFile(self._why_none(held, found))
        for part in parts:
            if not part.kind:
                self._said.append(f"{_where(part)}看不出每行是谁，没有填；要填请指明是哪种表")
        for part in held:
            self._said.append(f"{_where(part)}第{part.blank.holds}行起已经有内容，没有填；要填请先删去这些行")
        if self.source.macros:
            self._said.append(NO_MACROS)
        titles = [part.title for part in whole if part.kind == "records"]
        if titles:
            self.choices = chosen(self.choices, kinds=record_kinds("".join([self.name, *titles])))
        return whole

    def _blanks(self, sheet: Sheet) -> list[Blank]:
        """The tables of a sheet. What its formulas last came to is nobody's data: a line of nothing else is blank."""
        found = blanks_of(sheet)
        if self.source.kind == "xlsx" and any(each.holds for each in found):
            worked = formula_cells(self.source.data, sheet.name)
            found = blanks_of(replace(sheet, unworked=(*sheet.unworked, *worked))) if worked else found
        if self.source.kind == "xlsx" and found:
            sheets = {each.name: each for each in self.source.sheets}
            for (top, left, bottom, right), choices in dropdowns(self.source.data, sheet.name, sheets):
                for blank in found:
                    if top <= blank.first <= bottom:
                        blank.choices |= {
                            each.column: choices for each in blank.headings if left <= each.column <= right
                        }
        return found

    def _read(self, part: Part) -> Part:
        kept = forms.recall(part.headings)
        if part.kind or kept:
            part.kind = part.kind or kept[0]
            asked = asking.ask(part.headings, part.kind)
            part.targets, part.notes = asked.targets, asked.notes
        return part

    def _recall(self, part: Part, kind: str | None) -> dict[str, Any] | None:
        """What was settled for these headings before; targets a newer program no longer knows are left out."""
        kept = forms.recall(part.headings)
        if kept is None or kind not in (None, kept[0]):
            return None
        part.kind, targets, told = kept
        may = {target for target, _ in self.options(part.kind)}
        part.targets = [
            each if each and each.split("=")[0] in may | set(part.targets) else None for each in targets
        ]
        part.notes, part.remembered = [], True
        return told

    def _why_none(self, held: list[Part], found: list[Part]) -> str:
        if held:
            return f"“{self.name}”第{held[0].blank.holds}行起已经有内容，不像空白表：请用空白表，或删去这些行后另存再填"
        if found:
            return f"“{self.name}”看不出每行填谁：请指明是哪种表（屏幕上按 Ctrl+K，命令里写 --kind），或把表头写成“儿童姓名”"
        return f"“{self.name}”里找不到表头：请看空白表里有没有“姓名”和别的栏目，表头请写在前40行里"

    def _place(self, heading: Heading) -> tuple[Part, int]:
        for part in self.parts:
            for place, each in enumerate(part.headings):
                if each is heading:
                    return part, place
        raise KeyError(heading)

    def target_of(self, heading: Heading) -> str | None:
        """What a heading asks for; None: it is left blank."""
        part, place = self._place(heading)
        return part.targets[place]

    def options(self, kind: str) -> list[tuple[str, str]]:
        """What a heading of a part of this kind may ask for: (target, how it is called)."""
        return asking.options(kind)

    def assign(self, heading: Heading, target: str | None) -> None:
        """Say what a heading asks for (None: leave it blank). Raises Refused for what no row of its kind answers."""
        part, place = self._place(heading)
        if target is not None and target.split("=")[0] not in {
            each for each, _ in self.options(part.kind)
        } | set(part.targets):
            raise Refused(f"{part.called}的表里没有“{target}”可填，请从列出的里面选")
        part.targets[place] = target

    def retell(self, part: Part, kind: str) -> None:
        """Say that a part takes rows of another kind: its headings are read anew."""
        part.kind = kind
        asked = asking.ask(part.headings, kind)
        part.targets, part.notes, part.remembered = asked.targets, asked.notes, False

    def own_target(self, heading: Heading) -> str | None:
        """What a heading asks for as it is understood unaided, whatever was settled for it."""
        part, place = self._place(heading)
        return asking.ask(part.headings, part.kind).targets[place]

    @property
    def unmapped(self) -> list[Heading]:
        """The headings that are left blank."""
        return [
            heading
            for part in self.parts
            for heading, target in zip(part.headings, part.targets, strict=True)
            if not target
        ]

    @property
    def asked(self) -> list[Heading]:
        """The headings that are filled."""
        return [
            heading
            for part in self.parts
            for heading, target in zip(part.headings, part.targets, strict=True)
            if target
        ]

    @property
    def notes(self) -> list[str]:
        """What was decided and what to look at, in sentences."""
        return self._said + [note for part in self.parts for note in part.notes]

    @property
    def nameless(self) -> str:
        """What is wrong where rows would stand without a name, with the cure; '' where every table has one."""
        for part in self.parts:
            if not {NAMED[part.kind], "said.reach_helper"} & set(part.targets):
                who = "帮扶人" if part.kind == "helpers" else "儿童"
                return f"{_where(part)}还没有一栏填{who}姓名，填出来看不出谁是谁：请在填表的屏幕上选中姓名那一栏按回车，选“{who}姓名”"
        return ""

    # ── whom it is about ──

    def choose(self, **told: Any) -> None:
        """Change what is chosen (see `Choices`). Raises Refused for what cannot be chosen."""
        known = {words for each in self.parts for heading in each.headings for words in _called(heading)}
        if unknown := [each for each in told.get("columns", ()) if each not in known]:
            raise Refused(f"表里没有“{unknown[0]}”这一栏，请照表头写")
        self.choices = chosen(self.choices, **told)
        self._seen.clear()

    def count(self) -> int:
        """How many rows the first part would get; of records, those of at most so many children are looked at."""
        return self._looked_at(self.parts[0].kind)[0]

    def _looked_at(self, kind: str) -> tuple[int, list[Any]]:
        """How many rows a kind has and the first of them, read once for all headings until somebody chooses anew."""
        if kind not in self._seen:
            of, rows = self._rows(kind, facts.form_lines(None))
            self._seen[kind] = of, list(islice(rows, LOOKED_AT))
        return self._seen[kind]

    def _rows(self, kind: str, lines: facts.Values) -> tuple[int, Iterator[Any]]:
        """How many rows there are at most, and the rows."""
        return rows_for(kind, self.choices, lines)

    def samples(self, heading: Heading, n: int = 3) -> list[str]:
        """The first few different values that would be written under a heading, IDs and phones masked."""
        part, place = self._place(heading)
        if not part.targets[place]:
            return []
        column = self._column(part, place, reveal=False)
        found: dict[str, None] = {}
        for row in self._looked_at(part.kind)[1]:
            value = column.cell(row)
            if value is not None:
                found.setdefault(str(value))
            if len(found) == n:
                break
        return list(found) or [f"{value}（表里没有这一项）" for value in column.unfit][:n]

    @property
    def looked_at_all(self) -> bool:
        """Whether samples are sought among all rows."""
        return self.count() <= LOOKED_AT

    def remember(self) -> None:
        """Keep how this form is filled, for the next one with the same headings."""
        for part in self.parts:
            forms.remember(part.headings, self.name, part.kind, part.targets, self.choices.kept())
            part.remembered = True

    # ── writing ──

    def write(
        self, out_path: str | Path, by: User | None, reveal: bool = True, nameless: bool = False
    ) -> Iterator[Progress]:
        """Write the filled copy (0600) to out_path; then `result` says what became of it.

        nameless: rows without a name are meant. Raises Refused with the cure: rows without a name, nobody to fill in, the
        form itself as the target, a place one may not write to.
        """
        out = typed_path(out_path)
        if self.nameless and not nameless:
            raise Refused(self.nameless)
        self.refuse(out)
        lines = facts.form_lines(by.name if by else None)
        pages = []
        for part in self.parts:
            page = Page(part.blank, self._columns(part, reveal), lines)
            of, rows = self._rows(part.kind, lines)
            for done, row in enumerate(rows, 1):
                page.take(row)
                if done % STEP == 0:
                    yield Progress("查台账", done, max(of, done))
            pages.append(page)
        if not any(page.rows for page in pages):
            raise Refused("照所选的条件没有可填的人，请换一个范围或条件")
        yield Progress("写表", 0, 1)
        data, notes = books(self.source, out, pages)
        put(out, data)
        sums = [said for page in pages if (said := self._sum_of_pages(page))]
        self.result = mapped(pages, list(dict.fromkeys([*sums, *self._said, *notes])))
        yield Progress("写表", 1, 1)

    def _sum_of_pages(self, page: Page) -> str:
        """What to do about a sum below the lines of a form that goes on in copies of its page; '' if there is none."""
        blank, rows = page.blank, len(page.rows)
        if self.source.kind not in ("xlsx", "xls") or not blank.lines or rows <= blank.lines:
            return ""
        sheet = next(each for each in self.source.sheets if each.name == blank.sheet)
        below = sheet.rows[blank.first - 1 + blank.lines :]
        said = next(
            (cell for row in below for cell in row if isinstance(cell, str) and SUM.match(squeeze(cell))), ""
        )
        if not said:
            return ""
        return (
            f"“{squeeze(said)}”是每一页各自的，全部共{rows}行：请在最后一页改写，"
            f"或先在空表的“{squeeze(said)}”上面插入{rows - blank.lines}个空行再填"
        )

    @property
    def ending(self) -> str:
        """The ending of a filled copy's name."""
        return ".docx" if self.source.kind == "word" else ".xlsx"

    def refuse(self, out: Path) -> None:
        """Raise Refused, with the cure, for a place where a filled copy cannot be put."""
        text = self.source.kind == "text"
        if out.suffix.lower() != self.ending and not (text and out.suffix.lower() == ".csv"):
            raise Refused(f"“{out.name}”要以 {self.ending} 结尾，请改文件名")
        if self.path != "-" and out.exists() and out.samefile(typed_path(self.path)):
            raise Refused("不能写到空白表自己上面，请换一个文件名，空白表留着下次用")

    def _columns(self, part: Part, reveal: bool) -> list[Column]:
        asked = set(self.choices.columns)
        return [
            self._column(part, place, reveal)
            for place, heading in enumerate(part.headings)
            if part.targets[place] and (not asked or asked.intersection(_called(heading)))
        ]

    def _column(self, part: Part, place: int, reveal: bool) -> Column:
        heading, target = part.headings[place], part.targets[place]
        manner = Manner(self.choices.days, self.choices.unknown, reveal)
        example = part.blank.examples.get(heading.column)
        by = asking.answered_by(part.headings, part.targets)[place]
        return Column(
            heading,
            by,
            facts.getter(by.split("=")[0]),
            look(target, heading, manner, example, part.blank.choices.get(heading.column, ())),
            manner.unknown,
        )


def open_form(path: str, kind: str | None = None) -> Filling:
    """Read a blank form and find what it asks; kind: whose rows it takes, else its headings say.

    Raises BadFile or Unfit (Refused both) with a sentence and its cure.
    """
    if kind is not None and kind not in FILLED:
        raise BadFile(f"没有“{kind}”这种表，请写 {'、'.join(FILLED)} 之一")
    from db.exchange import card_filling, docx_fill  # which are fillings themselves

    try:
        name, _, data = reader.contents(path) if path != "-" else ("", "", b"")
        source = card_filling.word_source(name, data) if docx_fill.is_word(data, name) else reader.read(path)
    except BadFile as bad:
        raise BadFile(str(bad).replace("再导入", "再填")) from None
    if source.kind in ("handed", "calendar"):
        raise BadFile(f"“{source.name}”不是空白表，请换成表格文件（xlsx、xls 或 csv）")
    if source.kind == "xlsx":
        Workbook(source.data)  # an ods or xlsb can be read and not be filled: said at once
    card = card_filling.opened(source, path, kind)
    try:
        form = Filling(source, path, kind)
    except BadFile:
        if card is None or _is_register(source):
            raise
        return card
    return card if card and card_filling.understood(card) > len(form.asked) else form


def _called(heading: Heading) -> tuple[str, str]:
    """What a heading may be called by: its words as they stand, and without choices and remarks."""
    return heading.text, told_in_brackets(heading.text)[0]


def _kind_of(blank: Blank) -> str:
    """Whose rows a table takes, by its headings and title; '' if they do not say."""
    kind = headings.guess(blank.headings, blank.title) or ""
    if not kind and any(CHILD_NAME.search(each.text) for each in blank.headings):
        return "children"
    if kind == "pairings" and "said.paired" in asking.ask(blank.headings, "children").targets:
        return "children"  # 是否结对 is asked of those who have no helper too
    return kind if kind in ("", *FILLED) else "children"  # a blank score sheet is a list of children


def _is_register(source: Source) -> bool:
    """Whether a file is a register with people in it, and so no form of one child, whatever its cells look like."""
    tables = (table for sheet in source.sheets if not sheet.hidden for table in tables_of(sheet))
    return any(table.grid.rows and len(table.columns.at) >= A_REGISTER for table in tables)


def _where(part: Part) -> str:
    return f"工作表“{part.sheet}”" if part.sheet else "这张表"
