"""The form of one child: where its labels stand, and which cell takes the value of each.

A label's value goes beside it, else below it, else into its own cell (姓名：____). Of a table with persons on one side
and questions on the other (父亲 | 母亲) each cell is of both; a table inside a form (家庭成员, 谈心记录) takes one row a
member or a record.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from db.exchange.aliases import bare, words
from db.exchange.areas import Area, Board, Place
from db.exchange.asking import known
from db.exchange.boxes import boxes
from db.exchange.card_targets import is_group, kind_of, owner_of, targets_in_table, targets_of
from db.exchange.gaps import Gap, gaps
from db.exchange.grid import NUMBERING, Heading
from db.text import squeeze

PHOTO = re.compile("照片|相片|[一二]寸")
LONGEST = 24  # of a label; what is longer is a note
ROWS, TICKS = "rows", "ticks"
TITLE = re.compile(r"(?:表|卡|卡片|册|书|台账|档案|手记|记录袋)(?:[(（].*)?$")
OF_SOMEBODY = ("phone", "age", "relation", "id_number", "occupation", "workplace", "work_phone")
SECTION = re.compile("(?:情况|信息|资料|人)$")
HEAD = 3  # so many labels side by side with blanks below are the head of a table
RARE = 4  # so many other answers to each of a visit make a form the child's
ENDING = re.compile(r"[：:]\s*$")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one value of a form goes.

    label, group: the words it is known by. cell: where the value is written (row, column, from 0). how: 'beside',
    'below', 'inside' (into its own words), 'ticks' or 'rows' (a table inside the form: cell and then `more`, one row a
    member or a record). text: what stands in the cell now, and gap: which part of it the value takes the place of.
    """

    label: str
    group: str
    cell: Place
    target: str | None
    how: str
    text: str = ""
    gap: Gap | None = None
    more: tuple[Place, ...] = ()


def find_slots(
    rows: list[list[Any]], merged: Sequence[tuple[int, int, int, int]] = (), title: str = ""
) -> tuple[str, list[Slot]]:
    """Whose form it is ('children', 'records', 'pairings') and its places, each with what it asks for (None: not known).

    No places for what is no form of one child. rows: beyond the end of a row there is no cell. merged: first row, first
    column, last row, last column, from 0. title: words besides that say what it is, such as the sheet's name.
    """
    search = _Search(Board(rows, merged))
    search.run()
    kind = kind_of(" ".join((title, *search.titles)))
    found = [*search.alone, *(slot for table in search.tables for slot in table)]
    slots = retold(found, kind)
    if kind == "records" and _speaks_of_child(slots):
        kind, slots = "children", retold(found, "children")
    return kind, slots if is_card(slots) else []


def _speaks_of_child(slots: list[Slot]) -> bool:
    """Whether a form named after a visit hardly asks of the visit, and mostly of the child: it is one a child."""
    asked = [each.target for each in slots if each.target and not each.target.startswith("form.")]
    of_record = sum(each.startswith("record.") for each in asked)
    return bool(asked) and of_record < HEAD and RARE * of_record < len(asked)


def retold(slots: list[Slot], kind: str) -> list[Slot]:
    """The places read anew as those of a form of this kind."""
    alone = [each for each in slots if each.how != ROWS]
    found = _told(alone, targets_of(headings_of(alone), kind))
    inner = [each for each in slots if each.how == ROWS]
    for _, table in groupby(inner, key=lambda each: (each.cell[0], each.group)):
        of_table = list(table)
        found += _told(of_table, targets_in_table(headings_of(of_table)))
    return found


def _told(slots: list[Slot], targets: list[str | None]) -> list[Slot]:
    return [replace(slot, target=target) for slot, target in zip(slots, targets, strict=True)]


def is_card(slots: Iterable[Slot]) -> bool:
    """Whether it is a form of one child: a name, or three answers more, are asked for beside or below a label.

    Blanks below labels in one line alone are a list with room for one row.
    """
    slots = [
        each for each in slots if each.how != ROWS and each.target and not each.target.startswith("form.")
    ]
    below = {each.cell[0] for each in slots if each.how == "below"}
    alone = {each.target for each in slots if each.how != "below" or len(below) > 1}
    return "child.name" in alone or len(alone) >= HEAD


def headings_of(slots: Iterable[Slot]) -> list[Heading]:
    """The labels as headings, by which a form is known again (`db.exchange.layouts.fingerprint`)."""
    return [Heading(at, each.label, each.group) for at, each in enumerate(slots)]


class _Search:
    """One look over a form: tables first, then persons against questions, then label by label."""

    def __init__(self, board: Board):
        self.board = board
        self.found: list[tuple[Place, Slot]] = []  # with where the label stands
        self.tables: list[list[Slot]] = []
        self.used: set[Place] = set()  # labels that are spoken for, and cells that get a value
        self.groups: set[Place] = set()  # words that stand over or beside labels
        self.labels: set[Place] = set()
        self.sections: list[Area] = []  # whose labels stand below, by a line of its own
        self.first: Place | None = None  # the first label

    def run(self) -> None:
        for run in self._runs():
            self._crossed(run) or self._table(run)
        for label in self.board.texts():
            if label.place not in self.used and not PHOTO.search(label.text):
                self._single(label)

    @property
    def alone(self) -> list[Slot]:
        """The places of one value each, in the order of their labels."""
        return [slot for _, slot in sorted(self.found, key=lambda each: each[0])]

    @property
    def titles(self) -> list[str]:
        """What stands above the first label."""
        until = min((place for place, _ in self.found), default=(0, 0))
        return [each.text for each in self.board.texts() if each.place < until]

    # ── tables inside the form ──

    def _runs(self) -> Iterable[list[Area]]:
        """Words side by side in one line."""
        run: list[Area] = []
        for area in self.board.texts():
            if run and (run[-1].top, run[-1].bottom, run[-1].right + 1) != (area.top, area.bottom, area.left):
                yield run
                run = []
            run = [*run, area]
        yield run

    def _crossed(self, run: list[Area]) -> bool:
        """Persons across and questions down, or the other way round: every blank is asked by its line and its column."""
        columns = [
            each for each in run if (below := self.board.below(each)) and below.blank and below.under(each)
        ]
        if len(columns) < 2 or columns != run[-len(columns) :]:
            return False
        lines = []
        at = run[0].bottom + 1
        while (head := self.board.at(at, columns[0].left - 1)) and not head.blank:
            cells = [self.board.at(at, each.left) for each in columns]
            if not all(cell.blank and cell.under(each) for cell, each in zip(cells, columns, strict=True)):
                break
            lines.append((head, cells))
            at = head.bottom + 1
        across = all(owner_of(each.text) for each in columns)
        if not lines or not (across or all(owner_of(head.text) for head, _ in lines)):
            return False
        asked = [(cells[at], head, column) for head, cells in lines for at, column in enumerate(columns)]
        asked.sort(key=lambda each: each[0].left if across else each[0].top)  # person by person
        for cell, head, column in asked:
            label, group = (head, column) if across else (column, head)
            self.found.append(
                (
                    run[0].place,
                    Slot(_tidy(label.text), _tidy(group.text), cell.place, None, "beside", cell.text),
                )
            )
            self.used |= {head.place, column.place, cell.place}
        self.used |= {each.place for each in run}
        return True

    def _table(self, run: list[Area]) -> bool:
        """A heading row with blank lines below it; with one line only, each value stands below its label."""
        grouped = bool(run) and is_group(run[0].text)
        run, group = (run[1:], run[0]) if grouped else (run, run and self.board.left_of(run[0]))
        if len(run) < HEAD:
            return False
        lines: list[list[Area]] = []
        under = list(run)
        while all(under := [self.board.below(each) for each in under]) and _is_line(run, under):
            lines.append(under)
        if not lines:
            return False
        self.used |= {each.place for each in run} | {cell.place for line in lines for cell in line}
        over = _tidy(group.text) if group else ""
        self.used |= {group.place} if grouped else set()
        slots = [
            (label.place, Slot(_tidy(label.text), over, cell.place, None, ROWS if len(lines) > 1 else "below", cell.text,
                               more=tuple(line[at].place for line in lines[1:])))
            for at, (label, cell) in enumerate(zip(run, lines[0], strict=True))
            if not _is_number(label) and not PHOTO.search(label.text)
        ]  # fmt: skip
        if len(lines) > 1:
            self.tables.append([slot for _, slot in slots])
        else:
            self.found += slots
        return True

    # ── label by label ──

    def _single(self, label: Area) -> None:
        inside = gaps(label.text, known)
        beside, below = self.board.right_of(label), self.board.below(label)
        beside = beside if beside and beside.top == label.top and beside.place not in self.used else None
        below = below if below and below.under(label) and below.place not in self.used else None
        alone = len(inside) == 1 and bool(ENDING.search(label.text))
        if inside and not (alone and beside and beside.blank):
            for each in inside:
                how = TICKS if each.boxed else "inside"
                self._take(label, label, each.label, how, each)
        elif (
            boxes(label.text) or len(label.text) > LONGEST or _is_title(label.text) or _is_section(label.text)
        ):
            self.groups.add(label.place)
            if owner_of(label.text) and self._is_alone(label):
                self.sections.append(label)
        elif beside and boxes(beside.text):
            self._take(label, beside, label.text, TICKS)
        elif beside and beside.blank:
            self._take(label, beside, label.text, "beside")
        elif below and boxes(below.text):
            self._take(label, below, label.text, TICKS)
        elif below and below.blank and not self._heads(beside) and not self._goes_on(below):
            self._take(label, below, label.text, "below")
        else:
            self.groups.add(label.place)

    def _take(self, label: Area, cell: Area, words_of: str, how: str, gap: Gap | None = None) -> None:
        self.first = self.first or label.place
        slot = Slot(_tidy(words_of), self._group_of(label), cell.place, None, how, cell.text, gap)
        self.found.append((label.place, slot))
        self.labels.add(label.place)
        self.used |= {label.place, cell.place}

    def _is_alone(self, area: Area) -> bool:
        """Whether nothing else stands in its line."""
        line = (self.board.at(area.top, column) for column in range(area.right + 1, self.board.width))
        return area.left == 0 and all(each is None or each.blank for each in line)

    def _heads(self, area: Area | None) -> bool:
        """Whether words are a label with its own blank beside it: what stands before it is then its group."""
        beside = area and not area.blank and self.board.right_of(area)
        return bool(beside) and (beside.blank or bool(boxes(beside.text)))

    def _goes_on(self, cell: Area) -> bool:
        """Whether blank lines follow below: it is a column of a list."""
        more = self.board.below(cell)
        return bool(more) and more.blank and more.under(cell)

    def _group_of(self, label: Area) -> str:
        """The words a label stands under or beside: those that name somebody first, then the nearest."""
        found = [*self._before(label), *self._over(label), *self.sections[-1:]]
        found = [each for each in found if not _is_title(each.text)]
        named = next((each for each in found if owner_of(each.text)), None)
        return _tidy((named or found[0]).text) if found else ""

    def _before(self, label: Area) -> Iterable[Area]:
        """Words at the left of a label's line, or over a blank there; labels and values between are passed over."""
        at = self.board.left_of(label)
        while at:
            if at.blank and at.place not in self.used:
                at = self.board.above(at)
                if at and not at.blank and at.place not in self.groups:
                    return
                continue
            if at.place in self.groups or (
                at.place in self.labels and owner_of(at.text) and _is_theirs(label)
            ):
                yield at
            at = self.board.at(label.top, at.left - 1)

    def _over(self, label: Area) -> Iterable[Area]:
        at = self.board.above(label)
        while at:
            if at.place in self.groups and at.place != label.place and _reaches_over(at, label):
                if (self.first and at.place > self.first) or owner_of(at.text):
                    yield at
                return
            at = self.board.above(at)


def _is_theirs(label: Area) -> bool:
    """Whether a bare label in somebody's line is theirs: 监护人 [ ] 电话 [ ]."""
    return bare().get(words(label.text)) in OF_SOMEBODY


def _reaches_over(upper: Area, lower: Area) -> bool:
    return (
        upper.left <= lower.left
        and upper.right >= lower.right
        and upper.right - upper.left > lower.right - lower.left
    )


def _is_line(heads: list[Area], cells: list[Area]) -> bool:
    """Whether cells are a blank line of a table, its numbers printed or not."""
    return all(
        cell.under(head) and (cell.blank or _is_number(head)) for head, cell in zip(heads, cells, strict=True)
    )


def _is_number(head: Area) -> bool:
    return words(head.text).lower() in NUMBERING


def _is_section(text: str) -> bool:
    """Whether words only say of whom labels are: 父亲情况, but not 父亲, after which a name is written."""
    return bool(owner_of(text) and SECTION.search(words(text))) and not known(words(text))


def _tidy(text: str) -> str:
    """A label as it is shown: 姓　名： is 姓名."""
    return squeeze(text).rstrip(":")


def _is_title(text: str) -> bool:
    return bool(TITLE.search(text.strip())) and not known(words(text))
