"""A paper to a file or to the printer; the papers of the site itself: the leading group's list, minutes of a meeting."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from db import decisions, export, meetings, members, site, spec
from db.days import short, today, weekday
from db.models import Member, User
from db.printing import html, pdf, printer
from db.printing.content import Field, Leaf, Paper, Part
from db.values import Refused
from db.vocab import ATTENDANCE, MEMBER_POST

NOBODY = "没有可打印的内容，请先选儿童或记录"
AROUND = 2  # pieces of a page besides its leaves


def to_file(paper: Paper, path: str | Path) -> Iterator[int]:
    """Write a paper as HTML into a file only its owner can read ('-': standard output), telling how many leaves are made.

    Raises Refused with the cure: no leaves, a file that can't be written.
    """
    pieces = []
    for piece in html.write(paper):
        pieces.append(piece.encode())
        yield max(0, len(pieces) - AROUND)
    if len(pieces) == AROUND:
        raise Refused(NOBODY)
    export.put(path, b"".join(pieces))


def to_printer(paper: Paper, name: str) -> Iterator[int]:
    """Print a paper on a printer, telling how many leaves are laid out.

    Raises Refused with the cure: no leaves, no Chinese font, a printer that does not take it.
    """
    font = pdf.chinese_font()
    if font is None:
        raise Refused(pdf.NO_FONT)
    made, leaves = b"", 0
    for step in pdf.render(paper, font):
        if isinstance(step, int):
            leaves = step
            yield step
        else:
            made = step
    if not leaves:
        raise Refused(NOBODY)
    printer.send(name, paper.title, made)


# ---- the leading group ----------------------------------------------------------------------------


def members_paper(by: User | None, reveal: bool = False) -> Paper:
    """The group's list: post, name, unit, phone (masked unless reveal), area of work. Whoever left it is not on it.

    Raises Refused while there is no group.
    """
    here = site.site()
    title = f"{here.name if here else ''}留守儿童关爱工作领导小组名单"
    fields = [(MEMBER_POST.label(row.post), _member(row, reveal)) for row in members.rows()]
    if not fields:
        raise Refused("领导小组还没有成员：请先在名单里按 Ins 添加")
    return Paper(title, [_leaf(title, [Part("", fields, [])], by)], crowded=False)


def _member(row: Member, reveal: bool) -> str:
    told = [row.name, row.unit, row.phone if reveal else spec.mask_phone(row.phone)]
    said = "　".join(each for each in told if each)
    return f"{said}\n分工：{row.area}" if row.area else said


# ---- minutes ----------------------------------------------------------------------------------------


def minutes_paper(activity_id: UUID, by: User | None) -> Paper:
    """会议纪要: when and where, who was there (grown-ups by name, children only how many), agenda, minutes, decisions.

    Agenda, minutes and summary stand as they were typed. Raises NotFound.
    """
    seen = meetings.view(activity_id)
    line = seen.line
    told = [_head(line)]
    if there := _present(activity_id, line.children):
        told.append(Part("到会", there, []))
    for heading, text in (("议程", seen.agenda), ("记录", seen.minutes), ("小结", seen.outcome)):
        if text:
            told.append(Part(heading, [], text.split("\n")))
    if decided := decisions.of_meeting(activity_id):
        told.append(Part("决定", [], [f"{at}. {_decision(each)}" for at, each in enumerate(decided, 1)]))
    title = f"{line.title} 会议纪要"
    return Paper(title, [_leaf(title, told, by)], crowded=False)


def _head(line: meetings.MeetingLine) -> Part:
    fields = [
        ("时间", f"{line.on_date} {weekday(line.on_date)} {line.starts or ''}".rstrip()),
        ("类别", line.kind), ("地点", line.place), ("主持人", line.lead),
    ]  # fmt: skip
    return Part("", [(label, value) for label, value in fields if value], [])


def _present(activity_id: UUID, children: int) -> list[Field]:
    """Who came, was late, was excused or stayed away, and how many children came."""
    on_list = meetings.attendees(activity_id)
    fields = []
    for code in ATTENDANCE:
        names = [
            f"{each.name}（{each.post}）" if each.post else each.name
            for each in on_list
            if each.state == code.code
        ]
        if names:
            fields.append((f"{code.label}{len(names)}人", "、".join(names)))
    return [*fields, ("儿童", f"{children}名")] if children else fields


def _decision(each: decisions.DecisionLine) -> str:
    who = f"{each.owner}负责，" if each.owner else ""
    done = f"，{each.done_on}已办完" if each.done_on else ""
    result = f"：{each.result}" if each.result else ""
    return f"{each.title}（{who}{short(each.due_on)}前办好{done}{result}）"


def _leaf(title: str, parts: list[Part], by: User | None) -> Leaf:
    made = f"　制表：{by.name}" if by and by.name else ""
    return Leaf(None, title, parts, f"打印日期：{today()}{made}", "")
