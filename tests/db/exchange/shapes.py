"""The village's registers laid out otherwise: what people do to a form without changing what it says."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from made import REGISTERS

from db import values
from db.exchange import aliases, reader, register
from db.exchange.reader import Sheet

Rng = random.Random
Rows = list[list[Any]]
FILES = {path.name[:2]: path for path in REGISTERS.iterdir()}
# Names that add something: that the parents entrusted the child, that the record is of a visit.
SAYS_MORE = {"guardian.name": "托", "record.on_date": ("家访", "走访", "入户")}


@dataclass
class Column:
    """A heading, what it means (None: nothing to the ledger), and the cells under it."""

    target: str | None
    text: str
    group: str
    cells: list[Any]


@dataclass
class Form:
    """A register taken apart. between: what stands before its rows, made from its head."""

    kind: str
    titles: Rows
    columns: list[Column]
    footers: Rows
    merged_down: bool = False
    between: list[tuple[int, Callable[[Rows], Rows]]] = field(default_factory=list)


def form_of(number: str) -> Form:
    """One of the six registers; read with a ledger open."""
    source = reader.read(str(FILES[number]))
    table = register.of_source(source).tables[0]
    rows, data = source.sheets[0].rows, table.grid.rows
    first = next(at for at, row in enumerate(rows) if set(row) & {"姓名", "学生姓名", "时间"})
    columns = [
        Column(table.columns.target_of(each), each.text, each.group,
               [row[each.column] if each.column < len(row) else None for _, row in data])
        for each in table.grid.headings
    ]  # fmt: skip
    return Form(table.kind, rows[:first], columns, rows[data[-1][0] :])


def sheet_of(form: Form) -> Sheet:
    """The form as a sheet: a head of one or two rows, merged as a spreadsheet would."""
    head, merged = _head(form)
    rows = [*form.titles, *head]
    group = next((at for at, each in enumerate(form.columns) if each.target == "child.village_group"), None)
    runs: dict[int, int] = {}  # first and last row of one village group
    above = None
    for at, cells in enumerate(zip(*(each.cells for each in form.columns), strict=True)):
        for make in [make for place, make in form.between if place == at]:
            rows += make(head)
            above = None
        row = list(cells)
        if form.merged_down and group is not None:
            if row[group] == above:
                runs[max(runs)], row[group] = len(rows), None
            else:
                runs[len(rows)], above = len(rows), row[group]
        rows.append(row)
    merged += [(top, group, bottom, group) for top, bottom in runs.items() if bottom > top]
    return Sheet("S", rows + form.footers, merged=tuple(merged))


def _head(form: Form) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
    """Its head and what is merged there; a group stands in the first cell above its columns."""
    if not any(each.group for each in form.columns):
        return [[each.text for each in form.columns]], []
    top, merged = len(form.titles), []
    upper = [each.group or each.text for each in form.columns]
    lower = [each.text if each.group else None for each in form.columns]
    for at, each in enumerate(form.columns):
        if not each.group:
            merged.append((top, at, top + 1, at))
        elif at and form.columns[at - 1].group == each.group:
            upper[at] = None
            merged[-1] = (*merged[-1][:3], at)
        else:
            merged.append((top, at, top, at))
    return [upper, lower], [each for each in merged if each[0] < each[2] or each[1] < each[3]]


# ── columns and headings ─────────────────────────────────────────────────────────────────────────────────


def shuffle_columns(form: Form, rng: Rng) -> None:
    """Columns in any order; those of one group stay together."""
    groups: dict[Any, list[Column]] = {}
    for at, each in enumerate(form.columns):
        groups.setdefault(each.group or at, []).append(each)
    blocks = list(groups.values())
    rng.shuffle(blocks)
    for block in blocks:
        rng.shuffle(block)
    form.columns = [each for block in blocks for each in block]


def name_all(form: Form, rng: Rng) -> None:
    """Every heading says whose it is, under one of its other names."""
    for each in form.columns:
        if each.target:
            each.group, each.text = "", rng.choice(names_of(form.kind, each.target))


def group_family(form: Form, rng: Rng) -> None:
    """父亲 above 姓名, 务工地点, 电话: the family's columns in a head of two rows."""
    for role, block in _family(form).items():
        if role in aliases.MEMBERS:
            call = rng.choice(["成员", "家庭成员"]) + role[1]
        else:
            call = rng.choice(aliases.ROLES[role]) + rng.choice(["", "", "信息", "情况", "基本情况"])
        for each in block:
            each.group, each.text = call, rng.choice(_inner_names(each.target))


def follow_family(form: Form, rng: Rng) -> None:
    """父亲姓名, 务工地点, 电话, 母亲姓名, …: in a head of one row, whose a column is its place tells."""
    for role, block in _family(form).items():
        block.sort(key=lambda each: not each.target.endswith(".name"))
        for each in block:
            named = role in aliases.MEMBERS or each.target.endswith(
                (".name", ".health")
            )  # it may be the child's
            names = names_of(form.kind, each.target) if named else _inner_names(each.target)
            each.group, each.text = "", rng.choice(names)


def _family(form: Form) -> dict[str, list[Column]]:
    """The family's columns by whom they are about, put behind the child's."""
    own, family = [], {}
    for each in form.columns:
        owner, _, name = (each.target or "").partition(".")
        role = name[:6] if owner == "survey" and name.startswith(("father_", "mother_")) else owner
        about = role in aliases.ROLES or role in aliases.MEMBERS
        (family.setdefault(role, []) if about else own).append(each)
    form.columns = own + [each for block in family.values() for each in block]
    return family


def _inner_names(target: str) -> list[str]:
    name = target.split(".")[1]
    if name.endswith("_place"):
        return ["务工地点", "当前务工地点", "外出地点", "务工地", "务工地址", "打工地点"]
    return [text for text, means in aliases.bare().items() if means == name]


def swap_members(form: Form, rng: Rng) -> None:
    """成员1 is the mother, 成员2 the father."""
    for each in form.columns:
        if each.target and each.target[:2] in ("m1", "m2"):
            other = "2" if each.target[1] == "1" else "1"
            each.target, each.text = f"m{other}{each.target[2:]}", each.text.replace(each.target[1], other, 1)


def split_school(form: Form, rng: Rng) -> None:
    """柳溪小学三年级 in two cells."""
    for at, each in enumerate(form.columns):
        if each.target == "said.school_grade":
            both = [values.grade(cell) for cell in each.cells]
            form.columns[at : at + 1] = [
                Column("survey.school", "学校", "", [school for school, _ in both]),
                Column("survey.grade", "年级", "", [year for _, year in both]),
            ]


def names_of(kind: str, target: str) -> list[str]:
    """Headings that mean a target wherever they stand."""
    owner, name = target.split(".")
    if owner in aliases.MEMBERS:
        inner = [text for text, means in aliases.bare().items() if means == name]
        return [f"{start}{owner[1]}{text}" for start in ("成员", "家庭成员") for text in inner]
    bare = aliases.bare() if kind == "children" else {}
    return [
        text for (means, text) in aliases.ranks(kind)
        if means == target and aliases.table(kind)[text] == [target]
        and bare.get(text) not in ("phone", "workplace", "work_phone", "occupation")
        and not any(word in text for word in SAYS_MORE.get(target, ()))
    ]  # fmt: skip


def decorate(form: Form, rng: Rng) -> None:
    """Blanks, line breaks, brackets, stars, lists of choices."""
    for each in form.columns:
        each.text = _decorated(each.text, rng)
        if each.group and rng.random() < 0.3:
            new = " ".join(each.group)
            for other in form.columns:
                other.group = new if other.group == each.group and other is not each else other.group
            each.group = new


def _decorated(text: str, rng: Rng) -> str:
    at = rng.randrange(1, len(text)) if len(text) > 1 else 0
    return rng.choice([
        text, text, " ".join(text), f"{text[:at]}\n{text[at:]}", f"{text[:at]}　{text[at:]}", f"{text}（必填）", f"{text}(按户口簿)",
        f"{text}*", f"*{text}", f"{text}：", f"{text}：（请填写）", f"{text}{{是|否}}", f"【必填】{text}", f"{text}（必填）*",
    ])  # fmt: skip


def number_rows(form: Form, rng: Rng) -> None:
    """One more column that counts, first or last."""
    count = list(range(1, len(form.columns[0].cells) + 1))
    cells = [rng.choice([each, float(each), str(each)]) for each in count]
    numbering = Column(None, rng.choice(["序号", "编号", "序 号", "No.", "号", "#"]), "", cells)
    form.columns.insert(rng.choice([0, 0, len(form.columns)]), numbering)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────


def add_titles(form: Form, rng: Rng) -> None:
    """Title lines and notes before the head."""
    more = [
        ["柳溪村关爱台账"], [], [None, None, "本表一式两份，一份存村委会"], ["单位：青石镇柳溪村", None, "共5页，第1页"], ["说明：请如实填写。"],
        ["学校", "柳溪小学"],
    ]  # fmt: skip
    for line in rng.sample(more, rng.randrange(1, 4)):
        form.titles.insert(rng.randrange(len(form.titles) + 1), line)


def add_rows(form: Form, rng: Rng) -> None:
    """Blank rows, sums in whatever column, notes, titles and the head printed again."""
    titles = [row for row in form.titles if any(row)]

    def total(head: Rows) -> Rows:
        row: list[Any] = [None] * len(head[0])
        for _ in range(rng.randrange(3)):
            row[rng.randrange(len(row))] = rng.choice([7, 35.0, "7", "35人"])
        sums = ["小计", "一组小计", "合计 35人", "本页合计", "合　计", "总计：35", "共计35名", "合计(人)"]
        row[rng.randrange(len(row))] = rng.choice(sums)
        return [row]

    makers = [
        total, total, total, lambda head: [[]], lambda head: [[None] * len(head[0])], lambda head: titles[-1:] + head,
        lambda head: titles, lambda head: [["备注：本页完"]], lambda head: [[None] * (len(head[0]) - 1) + ["续表，接上页。"]],
    ]  # fmt: skip
    for _ in range(rng.randrange(1, 7)):
        form.between.append((rng.randrange(len(form.columns[0].cells)), rng.choice(makers)))


def shuffle_rows(form: Form, rng: Rng) -> None:
    """The rows in any order."""
    order = rng.sample(range(len(form.columns[0].cells)), len(form.columns[0].cells))
    for each in form.columns:
        each.cells = [each.cells[at] for at in order]


def merge_down(form: Form, rng: Rng) -> None:
    """The village group once, over all its rows."""
    form.merged_down = True
