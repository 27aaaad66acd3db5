"""Fill a form of one child (联系卡, 谈心记录卡, 结对登记): one file a child, or all in one booklet.

The same verbs as a form of rows has (db.exchange.filling); its labels stand for headings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from db.exchange import fact_rows, facts
from db.exchange.book_form import BookForm, Cells
from db.exchange.card_targets import record_kinds
from db.exchange.card_values import is_lacking, left_over, sample, values_for
from db.exchange.cards import ROWS, Slot, find_slots, headings_of, retold
from db.exchange.docx_fill import WordForm
from db.exchange.facts import Answers
from db.exchange.filled import Written
from db.exchange.filling import Filling
from db.exchange.form_rows import chosen, rows_for
from db.exchange.grid import Heading
from db.exchange.looks import Manner
from db.exchange.outcome import KINDS
from db.exchange.plan import Progress
from db.exchange.reader import Sheet, Source
from db.exchange.xlsx_fill import NO_MACROS
from db.export import private_folder, put, write_private
from db.models import User
from db.values import Refused, typed_path
from db.vocab import RECORD_KIND

UNFIT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
MOST_CELLS = 10_000  # of a form of one child; what is larger is a list
NAMED = 8  # children named in one sentence


@dataclass(slots=True)
class Card:
    """A form of one child: its labels as headings, what each asks for (None: left blank), whose rows it takes."""

    form: BookForm | WordForm
    slots: list[Slot]
    kind: str
    sheet: str = ""
    notes: list[str] = field(default_factory=list)
    remembered: bool = False
    others: list[str] = field(default_factory=list)  # sheets that are such forms too and are left as they are
    headings: list[Heading] = field(init=False)
    targets: list[str | None] = field(init=False)

    def __post_init__(self) -> None:
        self.headings = headings_of(self.slots)
        self.targets = [each.target for each in self.slots]

    @property
    def called(self) -> str:
        """Whose rows it takes, in words."""
        return KINDS[self.kind]

    @property
    def told(self) -> list[Slot]:
        """Its places with what was settled for each."""
        return [replace(slot, target=target) for slot, target in zip(self.slots, self.targets, strict=True)]


def opened(source: Source, path: str, kind: str | None) -> "CardFilling | None":
    """The filling of a form of one child; None if the file is none. Raises Refused for a file that cannot be filled."""
    card = _card_of(source)
    if card is None:
        return None
    found = CardFilling(source, path, card)
    if kind is not None and kind != card.kind:
        found.retell(card, kind)
    return found


def understood(form: "CardFilling") -> int:
    """How many of its labels ask for something of one child: a table inside the form is not counted."""
    return sum(bool(each.target) and each.how != ROWS for each in form.parts[0].told)


def word_source(name: str, data: bytes) -> Source:
    """A Word document as a file that was read: one sheet of its lines and tables. Raises Refused."""
    form = WordForm(data, name)
    return Source(name, data, "word", [Sheet("", form.rows, merged=tuple(form.merged))])


def _card_of(source: Source) -> Card | None:
    """The first sheet that is a form of one child; None if none is. Raises Refused for a workbook that cannot be filled."""
    found: list[Card] = []
    for sheet in source.sheets:
        cells = sum(map(len, sheet.rows))
        if sheet.hidden or not 0 < cells <= MOST_CELLS or source.kind not in ("xlsx", "xls", "word"):
            continue
        form = WordForm(source.data, source.name) if source.kind == "word" else BookForm(source, sheet)
        kind, slots = find_slots(form.rows, form.merged, sheet.name)
        if slots:
            found.append(Card(form, slots, kind, sheet.name))
    if len(found) > 1:
        card, *others = found
        card.others = [each.sheet for each in others]
    return found[0] if found else None


def _words(rows: list[list]) -> str:
    return " ".join(str(cell) for row in rows[:3] for cell in row if cell is not None)


class CardFilling(Filling):
    """A blank form of one child about to be filled; see Filling for what can be asked of it and settled.

    Each row (a child; of a form of records or pairings, each of those) makes a copy of the form.
    """

    copies = True
    nameless = ""  # each copy says whose it is by what else it asks

    def __init__(self, source: Source, path: str, card: Card):
        self._card = card
        super().__init__(source, path)
        if card.kind == "records" and not self.choices.kinds:
            self.choices = chosen(self.choices, kinds=record_kinds(f"{self.name} {_words(card.form.rows)}"))

    def _find(self, kind: str | None) -> list[Card]:
        if self.source.macros:
            self._said.append(NO_MACROS)
        if others := "、".join(f"“{each}”" for each in self._card.others):
            self._said.append(
                f"只填工作表“{self._card.sheet}”；{others}也是一人一张的表，请各自另存成一个工作簿再填"
            )
        return [self._card]

    def retell(self, part: Card, kind: str) -> None:
        """Say that a form takes rows of another kind: its labels are read anew."""
        part.kind, part.remembered = kind, False
        part.targets = [each.target for each in retold(part.slots, kind)]

    def own_target(self, heading: Heading) -> str | None:
        """What a label asks for as it is understood unaided, whatever was settled for it."""
        part, place = self._place(heading)
        return retold(part.slots, part.kind)[place].target

    def samples(self, heading: Heading, n: int = 3) -> list[str]:
        """The first few different values that would be written beside a label, IDs and phones masked."""
        part, place = self._place(heading)
        slot, found = part.told[place], dict[str, None]()
        for row, records in self._looked_at(part.kind)[1]:
            if said := sample(slot, row, records, self._manner(reveal=False)):
                found.setdefault(said)
            if len(found) == n:
                break
        return list(found)

    @property
    def each_is(self) -> str:
        """What makes a copy of the form, in words: 一份一名儿童, 一份一个：谈心."""
        if self._card.kind == "records":
            return f"一份一个：{'、'.join(map(RECORD_KIND.label, self.choices.kinds)) or '关爱记录'}"
        return "一份一名儿童" if self._card.kind == "children" else f"一份一个：{self._card.called}"

    def write(
        self, out_path: str | Path, by: User | None, reveal: bool = True, each: bool = False
    ) -> Iterator[Progress]:
        """Write all copies into one file, or with `each` one file a copy into the folder; then `result` says what became of it.

        Files are 0600; in a folder, made if need be, none is written over: a name that is taken gets a number.
        Raises Refused with the cure.
        """
        out = typed_path(out_path)
        self.refuse(out, each)
        form, slots = self._card.form, self._printed()
        lines = facts.form_lines(by.name if by else None)
        of, rows = self._rows(self._card.kind, lines)
        pages: list[tuple[str, Cells]] = []
        tally = _Tally(slots)
        for done, (row, records) in enumerate(rows, 1):
            row.form = {**row.form, "no": done}
            pages.append((row.child["name"] or "", tally.take(row, records, self._manner(reveal))))
            yield Progress("查台账", done, max(of, done))
        if not pages:
            raise Refused("照所选的条件没有可填的人，请换一个范围或条件")
        if each:
            private_folder(out)
            for done, (page, path) in enumerate(zip(pages, self._paths(out, pages), strict=True), 1):
                write_private(path, form.filled(page[1]))
                yield Progress("写表", done, len(pages))
        else:
            put(out, form.filled(pages[0][1]) if len(pages) == 1 else form.booklet(pages))
            yield Progress("写表", 1, 1)
        self.result = tally.result(len(pages), self.notes)

    def _printed(self) -> list[Slot]:
        """The places that are asked for and not left out."""
        asked = set(self.choices.columns)
        return [each for each in self._card.told if not asked or each.label in asked]

    def _manner(self, reveal: bool) -> Manner:
        return Manner(self.choices.days, self.choices.unknown, reveal)

    def _rows(self, kind: str, lines: facts.Values) -> tuple[int, Iterator[tuple[Answers, list[Answers]]]]:
        """The rows, each with the child's records (newest first) where a table inside the form takes them."""
        of, rows = rows_for(kind, self.choices, lines)
        return of, self._with_records(rows, lines)

    def _with_records(
        self, rows: Iterator[Answers], lines: facts.Values
    ) -> Iterator[tuple[Answers, list[Answers]]]:
        inner = any(
            each.how == ROWS and (each.target or "").startswith("record.") for each in self._card.told
        )
        for row in rows:
            records = (
                list(fact_rows.of_records([row.child["id"]], lines, self.choices.kinds)) if inner else []
            )
            yield row, records[::-1]

    def refuse(self, out: Path, each: bool = False) -> None:
        """Raise Refused, with the cure, for a place where the copies cannot be put; each: a folder for a file each."""
        ending = self.ending
        if not each and out.suffix.lower() != ending:
            raise Refused(f"“{out.name}”要以 {ending} 结尾，请改文件名；要一人一个文件，请给一个文件夹")
        if not each and self.path != "-" and out.exists() and out.samefile(typed_path(self.path)):
            raise Refused("不能写到空白表自己上面，请换一个文件名，空白表留着下次用")

    def _paths(self, folder: Path, pages: Iterable[tuple[str, Cells]]) -> Iterator[Path]:
        """张浩宇-联系卡.docx for each; a namesake, or a file that is there already, makes it 张浩宇-联系卡(2).docx."""
        form = Path(self.name).stem
        for name, _ in pages:
            stem = UNFIT_IN_NAMES.sub("", f"{name}-{form}").strip(". ")
            path, number = folder / f"{stem}{self.ending}", 1
            while path.exists():
                number += 1
                path = folder / f"{stem}({number}){self.ending}"
            yield path


class _Tally:
    """What the copies of a form come to: what stayed blank, what needs a person."""

    def __init__(self, slots: list[Slot]):
        self.slots = slots
        self.lacking: dict[str, int] = {}
        self.unfit: dict[str, list[str]] = {}
        self.over: dict[str, list[str]] = {}

    def take(self, row: Answers, records: list[Answers], manner: Manner) -> Cells:
        found = values_for(self.slots, row, records, manner, self.unfit)
        for slot in self.slots:
            if slot.target and is_lacking(slot, row, records):
                self.lacking[_called(slot)] = self.lacking.get(_called(slot), 0) + 1
        if said := left_over(self.slots, row, records):
            self.over.setdefault(said, []).append(row.child["name"] or "")
        return found

    def result(self, copies: int, notes: list[str]) -> Written:
        never = [
            each.label for each in self.slots if not each.target or self.lacking.get(each.label) == copies
        ]
        lacking = {label: many for label, many in self.lacking.items() if label not in never}
        problems = [
            f"“{label}”里没有“{value}”这一项，{values.count(value)}份留空了，请在表里选"
            for label, values in self.unfit.items()
            for value in dict.fromkeys(values)
        ]
        problems += [
            f"{'、'.join(names[:NAMED])}{'等' if len(names) > NAMED else ''}：{said}"
            for said, names in self.over.items()
        ]
        return Written(copies, copies, never, lacking, notes, problems)


def _called(slot: Slot) -> str:
    """A label with whose it is: 父亲情况 姓名."""
    return f"{slot.group} {slot.label}".strip()
