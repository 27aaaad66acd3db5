"""联系中断: pairings whose helper has not been in touch for long; record a talk, end the pairing or hand it over."""

from db import lapses, settings
from db.errors import LedgerError
from db.lapses import Lapse
from tui.context import Context
from tui.ink import Line, clip, columns
from tui.page import Key, Page, Picture
from tui.widgets.dialogs import Choose
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

NAME, KIND, DAYS = 10, 10, 5


class Lapses(Page):
    """Live pairings without contact, the longest silence first."""

    title = "联系中断"
    keys = (
        Key(("enter",), "记一次谈心", "record"),
        Key(("f8",), "结束或交接", "end"),
        Key(("ctrl+o", "o"), "档案", "open_child"),
        Key(("space",), "帮扶对象", "open_pairs"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.lines: list[Lapse] = []
        self.longest = 0
        self.roster: Roster[Lapse] = Roster(
            lambda: len(self.lines), lambda at, n: self.lines[at : at + n], lapse_row, "没有联系中断的结对"
        )

    def shown(self) -> None:
        try:
            self.lines, self.longest = lapses.lapsed(), settings.get("pairing.lapse_days")
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run != "undo" and self.roster.current() is None:
            return "没有联系中断的结对：按 Esc 返回"
        return None

    def record(self) -> None:
        """A talk of the silent helper's own; somebody else's ends no silence."""
        line = self.roster.current()
        open_record(self.context, line.child_id, by_name=line.helper)

    def end(self) -> None:
        """End the pairing, or hand the child over to another helper."""
        line = self.roster.current()
        self.desk.push(
            Choose(
                f"{line.child}与{line.helper}联系中断",
                ["结束结对", "交接给别的帮扶人"],
                ["js", "jj"],
                asked=True,
            ),
            lambda at: None if at is None else self._hand_over(line) if at else self._end(line),
        )

    def _end(self, line: Lapse) -> None:
        from tui.screens.ending import Ending

        who = f"{line.child}与{line.helper}（{line.kind}）"
        Ending(
            self.context, line.pairing_id, who,
            lambda: line.pairing_id in {each.pairing_id for each in self.lines},
        ).ask("lapsed")  # fmt: skip

    def _hand_over(self, line: Lapse) -> None:
        from tui.screens.handing_over import HandingOver

        self.desk.push(HandingOver(self.context, line.helper_id, only=line.child_id))

    def open_child(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def open_pairs(self) -> None:
        from tui.screens.pairs import Pairs

        line = self.roster.current()
        self.desk.push(Pairs(self.context, line.helper_id, line.helper))

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        top = f" {len(self.lines)}对结对，帮扶人{self.longest}天没有联系孩子（没做成的不算）"
        head = columns([(" ", 1, "dim"), ("儿童", NAME, "dim"), ("帮扶人", NAME, "dim"), ("类型", KIND, "dim"),
                        ("天数", -DAYS, "dim"), ("上次联系", width - 2 * NAME - KIND - DAYS - 6, "dim")], gap=1)  # fmt: skip
        return Picture([[(clip(top, width), "warn")], head, *self.roster.draw(width, height - 2)])


def lapse_row(line: Lapse, width: int, here: bool) -> Line:
    """One silent pairing: for how many days, and when there was contact last."""
    last = str(line.last_on) if line.last_on else f"无；{line.since or '日期不详'}结对"
    return columns([
        (">" if here else " ", 1, "key"),
        (line.child, NAME, "cursor" if here else "plain"),
        (line.helper, NAME, "plain"),
        (line.kind, KIND, "plain"),
        ("不详" if line.days is None else str(line.days), -DAYS, "warn"),
        (last, width - 2 * NAME - KIND - DAYS - 6, "plain"),
    ], gap=1)  # fmt: skip
