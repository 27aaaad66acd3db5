"""How an entry sheet looks: its fields under their sections, what the current one takes, what is to be said."""

from tui.ink import Line, cells, clip, fit, wrap
from tui.page import Picture
from tui.widgets.answers import SAME
from tui.widgets.entry import Session
from tui.widgets.line_edit import one_line

LABEL = 16
PROMPT_LINES, MESSAGE_LINES = 2, 2
SIDE_FROM, SIDE = 100, 20  # columns from which the sections are listed at the side, and how wide that list is


class SheetView:
    """A window over the fields of a sheet: `top` is the first row to be seen."""

    def __init__(self) -> None:
        self.top = 0

    def draw(self, session: Session, opening: str, noticed: str, width: int, height: int) -> Picture:
        """The sheet in `height` lines. opening: said until the first key; noticed: what the ledger says."""
        side = SIDE if width >= SIDE_FROM else 0
        room = height - PROMPT_LINES - MESSAGE_LINES
        rows: list[int | str] = []
        for i, entry in enumerate(session.entries):
            if entry.section and (i == 0 or entry.section != session.entries[i - 1].section):
                rows.append(entry.section)
            rows.append(i)
        self._scroll(rows, rows.index(session.at), room)
        wrong = session.answers.wrong()
        lines: list[Line] = []
        caret = None
        for row in rows[self.top : self.top + room]:
            if isinstance(row, str):
                lines.append([(" " + row, "head")])
                continue
            line, x = _field(session, row, width - side, wrong)
            if row == session.at:
                caret = (x + side, len(lines))
            lines.append(line)
        lines += [[]] * (room - len(lines))
        if side:
            lines = [
                [*_beside(each), *line] for each, line in zip(_sections(session, room), lines, strict=True)
            ]
        said = _said(session, opening, noticed, wrong, width)
        return Picture([*lines, *_prompt(session, width), *said], caret)

    def _scroll(self, rows: list[int | str], here: int, room: int) -> None:
        if not self.top <= here < self.top + room or len(rows) <= room:
            first = here - 1 if here and isinstance(rows[here - 1], str) else here
            self.top = max(0, min(first - room // 3, len(rows) - room))


def _field(session: Session, at: int, width: int, wrong: dict[str, str]) -> tuple[Line, int]:
    """One field as a line, and the cell of the caret if it is the current one."""
    entry, answers = session.entries[at], session.answers
    here = at == session.at
    label = entry.spec.label + (" *" if entry.spec.required else "")
    line: Line = [(">" if here else " ", "key"), (fit(label, LABEL) + " ", "plain" if here else "label")]
    room = width - LABEL - 3
    x = LABEL + 2
    if here:
        text, before = session.edit.view(room)
        text = clip(text, room)
        line.append((text, "cursor" if session.edit.selected else "plain"))
        x += before
    else:
        text = clip(one_line(answers.texts[entry.name]), room)
        line.append((text, "plain"))
    left = room - cells(text)
    if entry.name in wrong and left > 8:
        style = "error" if entry.name in answers.held else "warn"
        line += [("  ", "plain"), (clip(wrong[entry.name], left - 2), style)]
    elif text and not (here and session.editing()):
        mark = answers.marks.get(entry.name, "")
        told = " ".join(filter(None, (mark, answers.rules.beside(entry.name, answers.values()))))
        line += [("  " + told, "dim")] if told and left > cells(told) + 2 else []
    elif (mark := answers.marks.get(entry.name)) not in (None, SAME) and not answers.skip_reason(entry.name):
        line += [("  " + mark, "dim")]
    return line, x


def _sections(session: Session, room: int) -> list[Line]:
    """The list at the side: every section with what it lacks, the current one marked."""
    names = list(dict.fromkeys(entry.section for entry in session.entries))
    answers = session.answers
    missing = {
        name for name in answers.specs if answers.value(name) is None and not answers.skip_reason(name)
    }
    lines: list[Line] = []
    for name in names:
        here = name == session.entries[session.at].section
        lacks = sum(entry.name in missing for entry in session.entries if entry.section == name)
        lines.append([(" > " if here else "   ", "key"), (fit(name, 12), "strong" if here else "label"),
                      (f"缺{lacks}" if lacks else "", "dim")])  # fmt: skip
    return (lines + [[] for _ in range(room)])[:room]


def _beside(line: Line) -> Line:
    return [*line, (" " * (SIDE - sum(cells(text) for text, _ in line)), "plain")]


def _prompt(session: Session, width: int) -> list[Line]:
    """What the current field takes: its choices or completions by number, else how to fill it."""
    spec, options = session.spec, session.options()
    if full := session.written_out():
        rows = wrap(f"回车录成：{full}", width - 2)
    elif options and session.digits_pick():
        more = ""
        if spec.kind == "codes":
            more = "（可多选）"
        elif spec.choices is None:
            more = "回车取第1个，Esc 照打的字录" if session.lettered() else ""
        elif len(spec.choices) > len(options) and not spec.among:
            more = "…打拼音首字母或汉字再选"
        rows = _packed([*(f"{n}{option.label}" for n, option in enumerate(options, 1)), more], width - 2)
    elif options:
        rows = _packed(["用过：", *(option.label for option in options)], width - 2)
    else:
        rows = wrap(spec.prompt, width - 2) if spec.prompt else []
    rows = rows[:PROMPT_LINES]
    return [[(" " + each, "info")] for each in rows] + [[]] * (PROMPT_LINES - len(rows))


def _packed(words: list[str], width: int) -> list[str]:
    """The words in lines that fit, none of them torn."""
    rows = [""]
    for word in filter(None, words):
        if rows[-1] and cells(rows[-1]) + 1 + cells(word) > width:
            rows.append("")
        rows[-1] += (" " if rows[-1] else "") + word
    return rows


def _said(session: Session, opening: str, noticed: str, wrong: dict[str, str], width: int) -> list[Line]:
    """The lines at the foot: what just happened, else what is wrong here; then what the ledger says."""
    answers, said = session.answers, []
    if session.notice or opening:
        said.append((session.notice or opening, "warn"))
    elif session.name in wrong:
        tone = "error" if session.name in answers.held else "warn"
        cure = ""
        if session.name in answers.offers:
            cure = "：按 Ctrl+K 采用"
        elif tone == "warn" and session.name not in answers.impossible:
            cure = "：没错按 Ctrl+K 确认，不确认就列为待核"
        said.append((wrong[session.name] + cure, tone))
    if noticed:
        said.append((noticed, "warn"))
    if wrong and not said:
        said.append((f"{len(wrong)}项要改或要核对，Ctrl+E 逐个看", "warn"))
    rows = [[(" " + row, tone)] for text, tone in said for row in wrap(text, width - 2)][:MESSAGE_LINES]
    return rows + [[]] * (MESSAGE_LINES - len(rows))
