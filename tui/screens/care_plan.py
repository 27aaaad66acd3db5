"""One care plan: its problem, goal and measures, its steps and stage results, signature, summary and end."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from db import care_plan_lists, care_plans, care_steps, days
from db.care_plan_lists import PlanView, StepLine
from db.errors import LedgerError
from db.sheet import NotFound
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens import care_sheets
from tui.widgets.ask import ask_action, ask_day, ask_removal
from tui.widgets.dialogs import Choose, Confirm, Prompt, Tell
from tui.widgets.roster import Roster

LABEL, WHEN, WHO = 8, 10, 8
TEXT_LINES = 4
GONE = "这份方案看不到了：按 Esc 返回"


class Part(NamedTuple):
    """One line of the page. what: a field of the plan, 'step', 'stage', 'sign' or 'close'; key: the step or stage."""

    what: str
    key: UUID | None
    label: str
    when: str
    tone: str
    text: str
    who: str = ""


class Plan(Page):
    """The plan from its problem to its end, one line each; the one under the cursor is in full below."""

    title = "方案"
    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("f8",), "完成这一步", "finish"),
        Key(("insert", "a"), "加步骤", "add"),
        Key(("f10", "m"), "评估、签字、结案", "menu"),
        Key(("space",), "看全文", "read"),
        Key(("delete",), "删除", "remove", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, plan_id: UUID):
        self.context, self.plan_id = context, plan_id
        self.view: PlanView | None = None
        self.roster: Roster[Part] = Roster.of([], _row)

    def shown(self) -> None:
        before = self.roster.current()
        try:
            self.view = care_plan_lists.view(self.plan_id)
        except NotFound as gone:
            self.view = None
            self.desk.say(str(gone), "error")
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        parts = _parts(self.view) if self.view else []
        if self.view:
            self.title = f"{self.view.line.kind}：{self.view.line.child}"
        at = next((n for n, part in enumerate(parts) if before and part[:2] == before[:2]), self.roster.at)
        self.roster = Roster.of(parts, _row, GONE)
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "undo":
            return None
        if self.view is None:
            return GONE
        if self.view.line.closed_on and key.run in ("edit", "finish", "add", "remove"):
            return "方案已结案：要接着做请按 F10 重新打开"
        if key.run == "finish" and not self.view.open_steps:
            return "没有要做的步骤：按 Ins 加一步，或按 F10 结案"
        if key.run == "remove" and self.roster.current().what not in ("step", "stage"):
            return "光标移到步骤或阶段效果上再删；删整份方案请按 F10"
        return None

    # ---- the line under the cursor

    def edit(self) -> None:
        here = self.roster.current()
        match here.what:
            case "step":
                self.desk.push(care_sheets.step_sheet(self.context, self.plan_id, here.key))
            case "stage":
                self.desk.push(care_sheets.stage_sheet(self.context, self.plan_id, here.key))
            case "sign":
                self.sign()
            case "summary":
                self.summarise()
            case "close":
                self.close_plan()
            case field:
                self.desk.push(care_sheets.plan_sheet(self.context, self.plan_id, at=field))

    def finish(self) -> None:
        """The open step under the cursor, else the one due first."""
        here, left = self.roster.current(), self.view.open_steps
        chosen = next((step for step in left if step.id == here.key), left[0])
        finish_step(self.context, chosen.id)

    def add(self) -> None:
        self.desk.push(care_sheets.step_sheet(self.context, self.plan_id, None))

    def read(self) -> None:
        here = self.roster.current()
        self.desk.push(Tell(here.label, here.text.split("\n")))

    def remove(self) -> None:
        here = self.roster.current()
        verb = care_steps.remove_step if here.what == "step" else care_steps.remove_stage
        ask_removal(self, f"删除{here.label}“{here.text[:30]}”？", lambda: verb(here.key, self.context.by))

    def undo(self) -> None:
        self.context.undo()

    # ---- the whole plan

    def menu(self) -> None:
        """What is done less often: review, sign, summarise, close or open again, strike out."""
        closed = self.view.line.closed_on is not None
        moves: list[tuple[str, str, Callable[[], None]]] = [
            ("重新打开", "cx", self.reopen) if closed else ("评估：写阶段效果", "pg", self.review),
            *([] if closed else [("领导小组签字", "qz", self.sign), ("写总结（先按记录起草）", "zj", self.summarise),
                                 ("结案", "ja", self.close_plan)]),
            ("删除整份方案", "sc", self.remove_plan),
        ]  # fmt: skip
        ask_action(self.desk, "这份方案", moves)

    def review(self) -> None:
        review(self.context, self.plan_id)

    def sign(self) -> None:
        """Ask who signed, then when."""

        def named(who: str | None) -> None:
            if who is not None:
                ask_day(
                    self.desk,
                    f"{who or '领导小组'}哪天签的字",
                    days.today().isoformat(),
                    lambda on, _: write(who, on),
                )

        def write(who: str, on: date) -> None:
            self._do(lambda: care_plans.sign(self.plan_id, who, on, self.context.by), f"已签字：{who}")

        hint = "如 李校长；签字之后目标、措施再改，会注明“签字后改过”"
        before = (
            self.view.signed_by if self.view else None
        )  # it may have been struck out while the menu lay open
        self.desk.push(Prompt("领导小组谁签的字", before or "", hint), named)

    def summarise(self) -> None:
        self.desk.push(care_sheets.summary_sheet(self.context, self.plan_id))

    def close_plan(self) -> None:
        close_plan(self.context, self.plan_id)

    def reopen(self) -> None:
        self._do(lambda: care_plans.reopen(self.plan_id, self.context.by), "已重新打开")

    def remove_plan(self) -> None:
        def struck(yes: bool) -> None:
            if yes and self._do(lambda: care_plans.remove(self.plan_id, self.context.by), ""):
                self.desk.close()
                self.desk.say("已删除方案，按 Ctrl+Z 可撤销", "good")

        self.desk.push(Confirm("删除整份方案，连同它的步骤和阶段效果？", "删除", "不删"), struck)

    def _do(self, work: Callable[[], object], said: str) -> bool:
        """Run a verb, then read the page afresh; False if it was refused."""
        try:
            work()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return False
        if said:
            self.shown()
            self.desk.say(said + "，按 Ctrl+Z 可撤销", "good")
        return True

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        if self.view is None:
            return Picture([[(" " + GONE, "warn")]])
        here = self.roster.current()
        text = wrap(here.text, width - 2)
        below: list[Line] = [[(" " + row, "plain")] for row in text[:TEXT_LINES]]
        if len(text) > TEXT_LINES:
            below[-1] = [(f" 下面还有{len(text) - TEXT_LINES + 1}行，按空格看全文", "dim")]
        below += [[]] * (TEXT_LINES - len(below))
        return Picture([_head(self.view), *self.roster.draw(width, height - TEXT_LINES - 2), [], *below])


def _head(view: PlanView) -> Line:
    line = view.line
    done = f"{line.done}/{line.steps}步" if line.steps else "没有步骤"
    head: Line = [
        (" " + " ".join(filter(None, (line.child, line.village_group, line.tag))), "strong"),
        (f"  {done}", "plain"),
    ]
    if line.closed_on:
        return [*head, (f"  {line.closed_on}结案：{line.outcome}", "good")]
    if line.ends and line.ends < days.today():
        head.append((f"  {line.ends}已到期，请总结结案", "warn"))
    if line.signed:
        head.append((f"  {line.signed}", "warn" if line.signed == "签字后改过" else "good"))
    return head


def _parts(view: PlanView) -> list[Part]:
    """The page's lines in order."""
    line, today = view.line, days.today()
    span = f"{line.starts} 至 {line.ends or '没有定结束日期'}"
    signed = f"{view.signed_by}，{view.signed_on}" if view.signed_on else ""
    parts = [
        Part("problem", None, "问题", "", "plain", line.problem),
        Part("goal", None, "目标", "", "plain", view.goal or ""),
        Part("measures", None, "措施", "", "plain", view.measures or ""),
        Part("by_name", None, "责任人", "", "plain", line.owner or ""),
        Part("starts", None, "起止", "", "plain", span),
    ]
    for step in view.steps:
        when, tone = step_when(step)
        said = f"{step.title}\n结果：{step.result}" if step.result else step.title
        parts.append(Part("step", step.id, "步骤", when, tone, said, step.who or ""))
    for stage in view.stages:
        said = f"{stage.result}\n调整：{stage.adjustment}" if stage.adjustment else stage.result
        parts.append(Part("stage", stage.id, "阶段效果", day_said(stage.on_date), "plain", said))
    due = line.review_on is not None and line.review_on <= today and line.closed_on is None
    parts += [
        Part("review_on", None, "下次评估", "", "warn" if due else "plain", f"{line.review_on or ''}{'，该评估了' if due else ''}"),
        Part("sign", None, "签字", "", "plain", f"{signed}{'，' + line.signed if line.signed == '签字后改过' else ''}"),
        Part("summary", None, "总结", "", "plain", view.summary or ""),
        Part("close", None, "结案", "", "plain", f"{line.closed_on} {line.outcome}" if line.closed_on else ""),
    ]  # fmt: skip
    return parts


def day_said(day: date) -> str:
    """A day, with its year if it is not this one."""
    return days.short(day) if day.year == days.today().year else day.isoformat()


def step_when(step: StepLine) -> tuple[str, str]:
    """When a step is owed or was done, and the style to say it in."""
    if step.done_on:
        return f"{day_said(step.done_on)}做", "good"
    if step.days_over is None:
        return "没定日期", "dim"
    if step.days_over > 0:
        return f"逾期{step.days_over}天", "alarm"
    return ("今天", "warn") if step.days_over == 0 else (day_said(step.due_on), "plain")


def _row(part: Part, width: int, here: bool) -> Line:
    text = part.text.replace("\n", " ")
    cells = [(">" if here else " ", 1, "key"), (part.label, LABEL, "cursor" if here else "label")]
    if part.what in ("step", "stage"):
        room = width - LABEL - WHEN - WHO - 5
        cells += [
            (part.when, WHEN, part.tone),
            (text, room, "dim" if part.when.endswith("做") else "plain"),
            (part.who, WHO, "dim"),
        ]
    elif text:
        cells.append((text, width - LABEL - 3, part.tone))
    else:
        cells.append(("还没有，按回车写", width - LABEL - 3, "dim"))
    return columns(cells, gap=1)


# ---- ways in from other screens -----------------------------------------------------------------


def open_plan(context: Context, plan_id: UUID) -> None:
    """Lay a plan's page on the desk."""
    context.desk.push(Plan(context, plan_id))


def finish_step(context: Context, step_id: UUID) -> None:
    """Ask what came of a step, then say it was done today; what is refused is asked again with what was typed."""

    def ask(text: str) -> None:
        def answered(result: str | None) -> None:
            if result is None:
                return
            try:
                care_steps.finish_step(step_id, result, None, context.by)
            except TROUBLE as trouble:
                if care_steps.step(step_id).done_on is None:
                    ask(result)
                context.desk.say(str(trouble), "error")
            else:
                context.desk.top.shown()
                context.desk.say(f"已完成：{about.title}，按 Ctrl+Z 可撤销", "good")

        hint = "记为今天完成；结果怎样，可不填，直接回车"
        context.desk.push(Prompt(f"{about.child}：{about.title}", text, hint, longest=500), answered)

    try:
        about = care_steps.step(step_id)
        care_plans.open_plan(about.plan_id)
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return
    if about.done_on is not None:
        context.desk.say(f"“{about.title}”已在{about.done_on}完成", "warn")
    else:
        ask(about.result or "")


def review(context: Context, plan_id: UUID) -> None:
    """Open the sheet for what is found when a plan is looked at today; where its days are over, ask whether it ends."""
    try:
        care_plans.open_plan(plan_id)
        line = care_plan_lists.view(plan_id).line
        if line.ends is None or line.ends > days.today():
            context.desk.push(care_sheets.review_sheet(context, plan_id))
            return
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return

    def chosen(at: int | None) -> None:
        if at == 0:
            close_plan(context, plan_id)
        elif at == 1:
            context.desk.push(care_sheets.review_sheet(context, plan_id))
        elif at == 2:
            open_plan(context, plan_id)

    moves = ["结案", "先评估一次", "打开方案（可延长）"]
    context.desk.push(
        Choose(f"{line.child}的{line.kind}已在{line.ends}到期", moves, ["ja", "pg", "dk"]), chosen
    )


def close_plan(context: Context, plan_id: UUID) -> None:
    """Open the sheet that ends a plan, asking first about steps not done."""
    try:
        left = care_plan_lists.view(plan_id).open_steps
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return
    despite = {step.id for step in left}

    def open_sheet(yes: bool) -> None:
        if yes:
            context.desk.push(care_sheets.closing_sheet(context, plan_id, despite))

    if left:
        named = "；".join(step.title for step in left)
        context.desk.push(
            Confirm(f"还有{len(left)}步没做：{named}。仍要结案？", "结案", "先不结案"), open_sheet
        )
    else:
        open_sheet(True)
