"""关门: who is not picked up yet, with the phone to ring; an open day closes when of each it is said what becomes of it."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from db import days, pick_up, roll
from db.errors import LedgerError
from db.pick_up import ESCORTED, Waiting
from db.roll import STAYS, Called
from tui.context import Context
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.pick_up import ask_pick_up, ask_time
from tui.widgets.dialogs import Choose, Prompt
from tui.widgets.roster import Roster

NARROW = 76
FEW = 3  # names in a question or a sentence


class Closing(Page):
    """The children still there. Nothing leads away from it but settling each of them, or not closing after all."""

    keys = (
        Key(("enter",), "谁接走", "settle"),
        Key(("f8",), "关门", "close_day"),
        Key(("f10", "m"), "其余自己走", "walk"),
        Key(("escape",), "先不关门", "cancel"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
        Key(("f2", "f3", "f4", "f5", "f6", "f7", "f9"), "换到别处（关了门才行）", "elsewhere", show=False),
    )

    def __init__(self, context: Context, called: Called, still: dict[UUID, str] | None = None):
        self.context, self.called = context, called
        self.title = f"关门：{called.title}"
        self.still = {} if still is None else still  # kept by the roll: not closing after all loses no word
        self.roster: Roster[Waiting] = Roster.of([], self._row)

    def shown(self) -> None:
        before = self.roster
        try:
            waiting = pick_up.not_picked_up(self.called.id)
        except (*TROUBLE, LedgerError) as trouble:
            self.desk.say(str(trouble), "error")
            return
        waiting.sort(key=lambda each: self._why(each) is not None)
        self.roster = Roster.of(waiting, self._row, "孩子都接走了，按 F8 关门")
        self.roster.follow(before, lambda each: (each.child_id, self._why(each) is None))

    def _why(self, waiting: Waiting) -> str | None:
        """Why a child is still there, where that was said."""
        said = (waiting.note or "").startswith(STAYS)
        return self.still.get(waiting.child_id) or (waiting.note if said else None)

    @property
    def open(self) -> int:
        """Of how many nobody has said what becomes of them."""
        return sum(self._why(each) is None for each in self.roster.items())

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def elsewhere(self) -> None:
        """The other screens: a child still there must not go out of sight."""
        self.desk.say("正在关门：请逐个写明孩子由谁接走，或按 Esc 先不关门", "warn")

    def why_off(self, key: Key) -> str | None:
        if key.run == "close_day" and self.open:
            return f"还有{self.open}名孩子没有接走：逐个按回车，写明由谁接走或为什么仍在"
        if key.run == "settle" and not len(self.roster):
            return "孩子都接走了，按 F8 关门"
        if key.run == "walk" and not self.open:
            return "每个孩子都有了去向，按 F8 关门"
        return None

    def settle(self) -> None:
        line = self.roster.current()
        ask_pick_up(self.context, self.called, line, self._told, lambda: self._ask_why(line))

    def _ask_why(self, line: Waiting) -> None:
        def answered(why: str | None) -> None:
            if why and why.strip():
                self.still[line.child_id] = why.strip()
                self._told(f"{line.name}仍在：{why.strip()}", "warn")
            elif why is not None:
                self.desk.say("请写明为什么仍在、谁陪着", "error")

        self.desk.push(
            Prompt(f"{line.name}为什么仍在，谁陪着", self.still.get(line.child_id, ""), "如 奶奶在路上、王晓陪着", 80),
            answered,
        )  # fmt: skip

    def walk(self) -> None:
        """The rest walk home by themselves, seen across the road or not: of all of them at once."""
        rest = [each for each in self.roster.items() if self._why(each) is None]
        names = "、".join(each.name for each in rest[:FEW])
        names += f"等{len(rest)}名" if len(rest) > FEW else ""

        def chosen(at: int | None) -> None:
            if at is not None:
                ask_time(
                    self.desk, f"{len(rest)}名几点走的", closing_time(self.called), partial(noted, at == 0)
                )

        def noted(escorted: bool, time: str) -> None:
            heed = pick_up.walk(
                self.called.id, [each.child_id for each in rest], time, escorted, self.context.by
            )
            more = f"；另有{len(heed) - 1}名也是" if len(heed) > 1 else ""
            how = "护送过马路" if escorted else "没有护送过马路"
            said = heed[0] + more if heed else f"{names}：自己走，{how}，按 Ctrl+Z 可撤销"
            self._told(said, "warn" if heed or not escorted else "good")

        self.desk.push(
            Choose(f"{names}自己走", [ESCORTED, "没有护送过马路"], asked=True),
            chosen,
        )

    def _told(self, sentence: str, tone: str) -> None:
        self.shown()
        self.desk.say(sentence, tone)

    def close_day(self) -> None:
        ask_closing(self.context, self.called, self.still, self._closed)

    def _closed(self, said: str) -> None:
        self.desk.close()
        self.desk.say(said, "good")

    def cancel(self) -> None:
        self.desk.close()
        self.desk.say("没有关门", "warn")

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        head = f" 还有{self.open}名孩子没有接走" if self.open else " 每个孩子都有了去向，按 F8 关门"
        tone = "error" if self.open else "good"
        return Picture([[(head, tone)], *self.roster.draw(width, height - 1)])

    def _row(self, line: Waiting, width: int, here: bool) -> Line:
        why = self._why(line)
        name = "cursor" if here else "error" if why is None else "plain"
        guardian = (
            f"{line.guardian or '没有监护人'}（{line.relation}）" if line.relation else line.guardian or ""
        )
        cells = [(line.name, 10, name), (line.arrived or "", 5, "dim")]
        if why is None:
            cells += [(guardian, 20, "plain"), (line.phone or "没有电话", 18, "error")]
        else:
            cells += [(why, width - 22, "warn")]
        if width >= NARROW:
            cells.insert(1, (line.village_group or "", 8, "dim"))
            cells[-1] = (cells[-1][0], cells[-1][1] - (10 if why else 0), cells[-1][2])
        return [(">" if here else " ", "key"), *columns(cells)]


def ask_closing(
    context: Context, called: Called, still: dict[UUID, str], closed: Callable[[str], None]
) -> None:
    """Ask when the open day was closed and close it; closed(sentence) once it is."""

    def at(time: str | None) -> None:
        settled = pick_up.close(called.id, time, context.by, still)
        also = f"，计划事项完成：{'、'.join(settled)}" if settled else ""
        closed(f"{called.title}已关门{also}，按 Ctrl+Z 可撤销")

    missing = sum(line.state is None for line in roll.of(called.id))
    ask_time(
        context.desk,
        "几点关门" + (f"（还有{missing}名没有点名）" if missing else ""),
        closing_time(called),
        at,
    )


def closing_time(called: Called) -> str:
    """The time offered for what happens at the end of a day: now, or when it was to end."""
    return days.time_now() if called.on_date == days.today() else called.ends or ""
