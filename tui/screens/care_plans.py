"""帮扶方案: one child's plans, all open plans, and beginning new ones from a template."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from db import care_plan_lists, care_plans, care_templates, children, days
from db.care_plan_lists import PlanLine
from db.care_templates import Template
from db.errors import LedgerError
from db.vocab import CARE_PLAN_KIND
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens import care_sheets
from tui.screens.care_plan import day_said, finish_step, open_plan, review, step_when
from tui.widgets.ask import ask_removal
from tui.widgets.dialogs import Choose, Confirm, Tell
from tui.widgets.roster import Roster

WHEN, NAME, KIND, OWNER = 10, 10, 16, 8
TEXT_LINES = 4


class Plans(Page):
    """A child's plans, open ones first; the one under the cursor in short below."""

    keys = (
        Key(("enter", "e"), "打开", "open"),
        Key(("insert", "a", "f8"), "新方案", "add"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context, child_id: UUID, name: str):
        self.context, self.child_id = context, child_id
        self.title = f"帮扶方案：{name}"
        self.roster: Roster[PlanLine] = Roster.of([], _own_row)

    def shown(self) -> None:
        at = self.roster.at
        try:
            found = care_plan_lists.plans(self.child_id)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, _own_row, "还没有方案，按 Ins 从模板开一份")
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "还没有方案：按 Ins 开一份" if key.run in ("open", "remove") and not len(self.roster) else None

    def open(self) -> None:
        open_plan(self.context, self.roster.current().id)

    def add(self) -> None:
        new_plan(self.context, self.child_id)

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除{here.starts}起的{here.kind}，连同它的步骤和阶段效果？"
        ask_removal(self, question, lambda: care_plans.remove(here.id, self.context.by), here.kind)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        lines = self.roster.draw(width, height - TEXT_LINES - 1)
        return Picture([*lines, [], *_below(self.roster.current(), width)])


class AllPlans(Page):
    """Every open plan: overdue steps first, then reviews and ends that are due, then what comes next."""

    title = "帮扶方案"
    keys = (
        Key(("enter", "e"), "打开", "open"),
        Key(("f8",), "完成下一步", "finish"),
        Key(("f10", "p"), "评估", "review"),
        Key(("tab", "o"), "按责任人", "turn"),
        Key(("/", "ctrl+f"), "查找", "find"),
        Key(("space",), "档案", "dossier", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.by_owner = False
        self.roster: Roster[PlanLine] = Roster.of([], _row)

    def shown(self) -> None:
        """Read afresh, the cursor on the plan it was on."""
        before = self.roster.current()
        try:
            found = care_plan_lists.open_plans()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        if self.by_owner:  # a plan that nobody answers for stands first
            found.sort(key=lambda line: line.owner or "")
        at = next((n for n, line in enumerate(found) if before and line.id == before.id), self.roster.at)
        self.roster = Roster.of(found, _row, "没有未结案的方案：在档案里给孩子开")
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run in ("open", "finish", "review", "dossier") and here is None:
            return "没有未结案的方案：在档案里给孩子开"
        if key.run == "finish" and here.next_step is None:
            return "这份方案的步骤都做完了：按回车打开，加一步或结案"
        return None

    def open(self) -> None:
        open_plan(self.context, self.roster.current().id)

    def finish(self) -> None:
        finish_step(self.context, self.roster.current().next_step.id)

    def review(self) -> None:
        review(self.context, self.roster.current().id)

    def turn(self) -> None:
        self.by_owner = not self.by_owner
        self.shown()

    def find(self) -> None:
        self.context.find_child(self._go_to)

    def _go_to(self, child: Any) -> None:
        at = next((n for n, line in enumerate(self.roster.items()) if line.child_id == child.id), None)
        if at is None:
            self.desk.say(f"{child.name}没有未结案的方案", "warn")
        else:
            self.roster.go(at)

    def dossier(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def undo(self) -> None:
        self.context.undo()

    def help_lines(self) -> list[str]:
        order = "次序：步骤逾期最久的在前，再是到了评估、结束日期的，再看下一个日子；Tab 换成按责任人"
        return [order, *super().help_lines()]

    def draw(self, width: int, height: int) -> Picture:
        count = len(self.roster)
        late = sum(line.urgency[0] == 0 for line in self.roster.items())
        order = "按责任人" if self.by_owner else "急的在前"
        head: Line = [(f" 未结案 {count}份", "head"), ("   ", "plain"),
                      (f"有步骤逾期 {late}份", "alarm" if late else "head"), (f"   {order}", "dim")]  # fmt: skip
        lines = self.roster.draw(width, height - TEXT_LINES - 2)
        return Picture([head, *lines, [], *_below(self.roster.current(), width)])


def _when(line: PlanLine) -> tuple[str, str, str]:
    """What is next of an open plan: when, in which style, and what."""
    rank, day = line.urgency
    step = line.next_step
    if day == line.left_on:
        return day_said(day), "warn", "已退出登记，该结案"
    if rank == 0 or (rank == 2 and step and step.due_on == day):
        return *step_when(step), step.title
    if rank == 1:
        return (
            (day_said(day), "warn", "该评估了")
            if day == line.review_on
            else (day_said(day), "warn", "已到期，该结案")
        )
    if day == line.review_on:
        return day_said(day), "plain", "评估"
    if day == line.ends:
        return day_said(day), "plain", step.title if step else "到期总结"
    return "没定日期", "dim", step.title if step else ""


def _row(line: PlanLine, width: int, here: bool) -> Line:
    when, tone, what = _when(line)
    return columns([
        (">" if here else " ", 1, "key"), (when, WHEN, tone), (line.child, NAME, "cursor" if here else "plain"),
        (line.owner or "未定", OWNER, "plain" if line.owner else "warn"),
        (what, width - WHEN - NAME - OWNER - 5, "plain"),
    ], gap=1)  # fmt: skip


def _own_row(line: PlanLine, width: int, here: bool) -> Line:
    state = f"{line.closed_on}结案" if line.closed_on else f"{line.starts}起"
    said = line.outcome if line.closed_on else " ".join(filter(None, (line.signed, line.owner)))
    return columns([
        (">" if here else " ", 1, "key"), (line.kind, KIND, "cursor" if here else "plain"),
        (state, 14, "dim" if line.closed_on else "plain"), (f"{line.done}/{line.steps}步", -7, "plain"),
        (" ".join(filter(None, (line.tag, said))), width - KIND - 26, "dim"),
    ], gap=1)  # fmt: skip


def _below(line: PlanLine | None, width: int) -> list[Line]:
    """The plan under the cursor in a few lines."""
    if line is None:
        return [[]] * TEXT_LINES
    said = [f"{line.kind} {line.tag}".rstrip(), f"问题：{line.problem}"]
    if line.closed_on is None:
        when, _, what = _when(line)
        said.append(f"接下来：{when} {what}")
    rows = [row for text in said for row in wrap(text, width - 2)]
    if len(rows) > TEXT_LINES:
        rows[1 : len(rows) - 1] = rows[1 : TEXT_LINES - 1]  # a long problem is cut, what comes next is not
    return [[(" " + row, "plain")] for row in rows] + [[]] * (TEXT_LINES - len(rows))


# ---- ways in from other screens -----------------------------------------------------------------


def open_plans(context: Context, child_id: UUID) -> None:
    """Lay a child's plans on the desk, or say why that cannot be."""
    try:
        name = children.live(child_id).name or ""
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
    else:
        context.desk.push(Plans(context, child_id, name))


def new_plan(context: Context, child_id: UUID) -> None:
    """Choose a template, those for the child first, and open the sheet of a new plan; saved, the plan's page follows.

    Where the child has an open plan of the kind, it is asked whether that one is meant.
    """
    try:
        care_plans.proposed(child_id)
        templates = care_templates.proposed(children.focus_of([child_id]).get(child_id, []))
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return

    def chosen(at: int | None) -> None:
        if at is not None:
            template = templates[at] if at < len(templates) else None
            _ask_other(context, child_id, template, lambda another: sheet(template, another))

    def sheet(template: Template | None, another: bool) -> None:
        page = care_sheets.new_sheet(context, child_id, template and template.code, another)
        context.desk.push(page, lambda plan_id: open_plan(context, plan_id) if plan_id else None)

    names = [*(f"{each.name}（{CARE_PLAN_KIND.label(each.kind)}）" for each in templates), "空白方案"]
    context.desk.push(Choose("用哪个模板开方案", names), chosen)


def _ask_other(
    context: Context, child_id: UUID, template: Template | None, then: Callable[[bool], None]
) -> None:
    kind = template.kind if template else "care"
    standing = care_plans.standing(child_id, kind)
    if standing is None:
        then(False)
        return

    def answered(at: int | None) -> None:
        if at == 0:
            open_plan(context, standing)
        elif at == 1:
            then(True)

    question = f"已有一份没结案的{CARE_PLAN_KIND.label(kind)}"
    context.desk.push(Choose(question, ["打开那一份", "另开一份"], ["dk", "lk"], asked=True), answered)


def plan_many(context: Context, child_ids: Collection[UUID]) -> None:
    """Choose a template and begin it for many children today, as one action; who was passed over is told."""
    try:
        templates = care_templates.proposed([])
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return

    def chosen(at: int | None) -> None:
        if at is not None:
            template = templates[at]
            last = template.ends(days.today())
            question = (
                f"给{len(child_ids)}名儿童各开一份“{template.name}”，从今天到{last}，责任人是各自的帮扶人？"
            )
            context.desk.push(Confirm(question, "开", "不开"), lambda yes: begin(template) if yes else None)

    def begin(template: Template) -> None:
        try:
            started = care_plans.start_many(child_ids, template.code, context.by)
        except TROUBLE as trouble:
            context.desk.say(str(trouble), "error")
            return
        context.desk.top.shown()
        if started.passed_over:
            context.desk.push(
                Tell(
                    f"{len(started.passed_over)}名没有开",
                    [f"{name}：{why}" for name, why in started.passed_over],
                )
            )
        if started.made:
            context.desk.say(f"已开{len(started.made)}份{template.name}方案，按 Ctrl+Z 可整体撤销", "good")

    names = [f"{each.name}（{CARE_PLAN_KIND.label(each.kind)}）" for each in templates]
    context.desk.push(Choose(f"给{len(child_ids)}名儿童开方案：用哪个模板", names), chosen)
