"""目标清单 (F5): each rate with its goal and rule, each plan with what it owes, then the rates nobody set a goal for; Enter
lists what is missing, Enter again mends it there."""

from itertools import groupby
from uuid import UUID

from db import snapshots, targets, work_plans
from db.errors import LedgerError
from db.targets import OWN, Target
from db.work_plans import PlanState
from tui.context import Context
from tui.ink import Line
from tui.page import Key, Page, Picture
from tui.screens.missing import MissingList
from tui.screens.target_rows import about, of_plan, plan_row, target_row, targets_head
from tui.widgets.ask import ask_action
from tui.widgets.roster import Roster

BELOW = 9  # lines kept for what is said of the one under the cursor
NOT_A_TARGET = "光标移到一项目标上再按"


class Targets(Page):
    """All targets of the term and the plans adopted; below them what the one under the cursor is made of."""

    title = "目标清单"
    keys = (
        Key(("enter", "f8"), "缺什么", "open"),
        Key(("space", "v"), "分开看", "apart"),
        Key(("tab",), "下一组", "next_group"),
        Key(("f10", "m"), "更多", "more"),
        Key(("insert", "a"), "自定一项", "add", show=False),
        Key(("shift+tab",), "上一组", "previous_group", show=False),
        Key(("f5",), "重算", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.lines: list[Target | PlanState] = []
        self.roster: Roster[Target | PlanState] = Roster.of([], _row)

    def shown(self) -> None:
        try:
            found = targets.targets()
            snapshots.note(found)
            pursued = [each for each in found if each.in_force]
            self.lines = [*pursued, *work_plans.listing(), *(each for each in found if not each.in_force)]
        except LedgerError as error:
            self.desk.say(str(error), "error")
        before, self.roster = self.roster, Roster.of(self.lines, _row, "还没有目标")
        self.roster.follow(before, lambda each: each.id if isinstance(each, PlanState) else each.code)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run == "apart" and not isinstance(here, Target):
            return NOT_A_TARGET
        if key.run != "open" or isinstance(here, PlanState):
            return None
        if here is None or not (here.missing or here.waiting or here.outside or here.rate is not None):
            return self._nobody(here)
        return f"{here.name}没有缺漏" if not (here.missing or here.waiting or here.outside) else None

    def _nobody(self, here: Target | None) -> str:
        if here is None or not any(each.denominator for each in self.lines if isinstance(each, Target)):
            return "还没有应计入的儿童：按 F2 登记，或按 F7 导入现有表格"
        return f"{here.name}现在没有应计入的儿童，怎样才计见下面的口径"

    # ---- moving

    def next_group(self) -> None:
        """To the first of the next group: targets, plans, rates without a goal."""
        starts = self._starts()
        self.roster.go(next((at for at in starts if at > self.roster.at), 0))

    def previous_group(self) -> None:
        starts = self._starts()
        self.roster.go(next((at for at in reversed(starts) if at < self.roster.at), starts[-1]))

    def _starts(self) -> list[int]:
        kinds = groupby(range(len(self.lines)), lambda at: _group(self.lines[at]))
        return [next(places) for _, places in kinds] or [0]

    # ---- one target

    def open(self) -> None:
        """Who is missing; a plan's months; what a target that waits, or an item by hand, is to be told."""
        match self.roster.current():
            case PlanState(id=plan):
                from tui.screens.work_plan import WorkPlanPage

                self.desk.push(WorkPlanPage(self.context, plan))
            case Target(missing=missing) as target if missing:
                self.desk.push(MissingList(self.context, target))
            case Target(sort="by_hand") as item:
                from tui.screens.own_targets import answer_sheet

                self.desk.push(answer_sheet(self.context, own_id(item.code)))
            case target if target.code in targets.OUTSIDE:
                self._outside(target)
            case target:  # a condition that this program does not know
                self._edit_own(target)

    def apart(self) -> None:
        from tui.screens.target_parts import TargetParts

        self.desk.push(TargetParts(self.context, self.roster.current()))

    def _trend(self, target: Target) -> None:
        from tui.screens.target_parts import TREND, TargetParts

        self.desk.push(TargetParts(self.context, target, TREND))

    def _outside(self, target: Target) -> None:
        from tui.screens.outside_figures import OutsideFigures

        self.desk.push(OutsideFigures(self.context, target.code))

    def _goal(self, target: Target) -> None:
        from tui.screens.settings import setting_sheet

        self.desk.push(setting_sheet(self.context, f"goal.{target.code}"))

    def more(self) -> None:
        """What else can be done with the target under the cursor, and with those of one's own."""
        here, actions = self.roster.current(), []
        if isinstance(here, Target):
            name = here.name
            actions += [
                (f"{name}：按村民组、班级、学校、帮扶人看", "fk", self.apart),
                (f"{name}：各学期走势", "zs", lambda: self._trend(here)),
            ]
            if here.code.startswith(OWN):
                actions.append((f"{name}：修改", "xg", lambda: self._edit_own(here)))
            else:
                actions.append((f"{name}：定要求达到百分之几", "dyq", lambda: self._goal(here)))
            if here.code in targets.OUTSIDE:
                actions.append((f"{name}：填外来的数", "twl", lambda: self._outside(here)))
        actions += [("自定的目标、是非事项", "zd", self._own), ("新增一项自定的", "xz", self.add)]
        ask_action(self.desk, "目标：更多", actions)

    # ---- targets of one's own

    def _own(self) -> None:
        from tui.screens.own_targets import OwnTargets

        self.desk.push(OwnTargets(self.context))

    def _edit_own(self, target: Target) -> None:
        from tui.screens.own_targets import own_sheet

        self.desk.push(own_sheet(self.context, own_id(target.code)))

    def add(self) -> None:
        """A target of one's own, or a yes/no item."""
        from tui.screens.own_targets import own_sheet

        self.desk.push(own_sheet(self.context, None), self._go_to_own)

    def _go_to_own(self, target_id: UUID | None) -> None:
        codes = [getattr(each, "code", None) for each in self.lines]
        code = target_id and f"{OWN}{target_id.hex}"
        if code in codes:
            self.roster.go(codes.index(code))

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        rows = min(max(len(self.lines), 1), height - BELOW - 2)
        lines = [targets_head(width), *self.roster.draw(width, rows), []]
        here, room = self.roster.current(), height - rows - 2
        if isinstance(here, PlanState):
            lines += of_plan(here, width)[:room]
        elif here is not None:
            lines += about(here, width, room)
        return Picture(lines)


def _group(line: Target | PlanState) -> str:
    if isinstance(line, PlanState):
        return "plan"
    return "pursued" if line.in_force else "besides"


def _row(line: Target | PlanState, width: int, here: bool) -> Line:
    return (plan_row if isinstance(line, PlanState) else target_row)(line, width, here)


def own_id(code: str) -> UUID:
    """The key of a target of the users' own, by its code."""
    return UUID(code.removeprefix(OWN))
