"""计划: the plans in use with how far each is; choosing templates, what adopting them would do, doing it."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from db import adopting, days, plan_months, plan_templates, rhythms, work_plans
from db.adopting import Coming, Preview, Run
from db.plan_templates import EVERY, LAST, Template
from db.work_plans import PlanState
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.rhythms import change_row, told_changes
from tui.screens.work_plan_rows import late_said
from tui.widgets.ask import ask_action, ask_removal, ask_text
from tui.widgets.dialogs import Confirm, Tell
from tui.widgets.files import Files
from tui.widgets.roster import Roster

FOOT = 4
NARROW = 76
TITLE = 25  # 村级关爱计划（2026年8月）
PARTS = ("计划", "事项", "补记", "目标")  # of what is told of one plan before it is adopted
NONE_YET = "还没有计划：按 Ins 选用一份，各月事项、节奏、目标就都有了"


class WorkPlans(Page):
    """The plans in use: of each what is done this month and in all, and what is overdue."""

    title = "计划"
    keys = (
        Key(("enter",), "打开", "open"),
        Key(("f8", "insert", "a"), "选用计划", "choose"),
        Key(("delete",), "删除", "remove"),
        Key(("f10", "m"), "更多", "more"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.folder = Path.cwd()
        self.closed = False
        self.roster: Roster[PlanState] = Roster.of([], _row)

    def shown(self) -> None:
        before, self.roster = self.roster, Roster.of(work_plans.listing(closed=self.closed), _row, NONE_YET)
        self.roster.follow(before)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return NONE_YET if key.run in ("open", "remove") and not len(self.roster) else None

    def open(self) -> None:
        from tui.screens.work_plan import WorkPlanPage

        self.desk.push(WorkPlanPage(self.context, self.roster.current().id))

    def choose(self, further: Sequence[Template] = ()) -> None:
        self.desk.push(AdoptPlans(self.context, further), self.go_to)

    def go_to(self, plan_ids: list[UUID] | None) -> None:
        at = next((n for n, each in enumerate(self.roster.items()) if each.id in (plan_ids or ())), None)
        if at is not None:
            self.roster.go(at)

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除“{here.title}”和它的{here.total + here.dropped}项？节奏、目标、日历上的活动都不动。"
        ask_removal(self, question, lambda: work_plans.remove(here.id, self.context.by), here.title)

    def more(self) -> None:
        here = self.roster.current()
        other = "只看没结束的" if self.closed else "也看已结束的"
        moves = [("从文件读入一份计划", "cwj", self.read_file), (other, "yjs", self.turn),
                 ("各月的计划与完成", "gyjh", self.tell_months)]  # fmt: skip
        moves += [("改名", "gm", self.rename)] if here else []
        ask_action(self.desk, "计划：更多", moves)

    def read_file(self) -> None:
        def chosen(path: Path | None) -> None:
            if path is not None:
                self.folder = path.parent
                self.choose([plan_templates.read_file(path)])

        self.desk.push(Files("选择计划文件", self.folder, (".toml",)), chosen)

    def tell_months(self) -> None:
        """Plan versus done of every plan, this month first and a year back."""
        lines, month = [], days.today().replace(day=1)
        for _ in range(12):
            reports = plan_months.month_report(f"{month:%Y-%m}")
            lines += [f"{month.year}年{month.month}月"] if reports else []
            lines += [f"  {plan or '不属于计划的'}：{report.said.replace(' ', '，')}，还没办{report.open}" for plan, report in reports]  # fmt: skip
            month = days.add_months(month, -1)
        self.desk.push(Tell("各月的计划与完成", lines or ["这一年还没有计划事项"]))

    def turn(self) -> None:
        self.closed = not self.closed
        self.shown()

    def rename(self) -> None:
        rename(self.context, self.roster.current().id)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        rows = wrap(_in_full(here), width - 2)[:FOOT] if here else []
        told: list[Line] = [[(" " + row, "plain")] for row in rows]
        lines = self.roster.draw(width, height - FOOT - 1)
        return Picture([*lines, [], *told, *[[]] * (FOOT - len(told))])


def rename(context: Context, plan_id: UUID) -> None:
    """Ask for another title of a plan; what is refused is asked again."""

    def typed(title: str) -> None:
        work_plans.rename(plan_id, title, context.by)
        context.desk.top.shown()
        context.desk.say(f"已改名为 {title.strip()}，按 Ctrl+Z 可撤销", "good")

    ask_text(context.desk, "计划名称", work_plans.state(plan_id).title, typed, "如 2026年村级关爱计划", 60)


def _row(plan: PlanState, width: int, here: bool) -> Line:
    style = "cursor" if here else "dim" if plan.closed_on else "plain"
    if plan.closed_on:
        how = [(f"{plan.closed_on}结束", 26, "dim")]
    else:
        how = [(f"本月 {plan.month_done}/{plan.month_total}", 10, _done(plan.month_done, plan.month_total)),
               (f"全部 {plan.done}/{plan.total}", 12, _done(plan.done, plan.total))]  # fmt: skip
    room = min(34, max(18, width - 54))
    if width < NARROW:  # the title comes first: the month's numbers are told below the list
        how, room = how[-1:], TITLE
    rest = width - room - sum(wide + 1 for _, wide, _ in how) - 3
    cells = [(plan.title, room, style), *how, (late_said(plan), rest, "alarm")]
    return [(">" if here else " ", "key"), (" ", "plain"), *columns(cells, 1)]


def _done(done: int, total: int) -> str:
    return "good" if total and done == total else "plain"


def _in_full(plan: PlanState) -> str:
    said = f"{plan.title}：{plan.starts} 至 {plan.ends}。"
    if plan.closed_on:
        return f"{said}{plan.closed_on}已结束，办了{plan.done}项，不办{plan.dropped}项。"
    here = [f"{name}" for first, last, title, name in work_plans.phases(days.today(), days.today()) if title == plan.title]  # fmt: skip
    phase = f"现在是“{'、'.join(here)}”。" if here else ""
    owed = (
        f"到本月底还欠 {plan.owed_month} 件，到计划结束还欠 {plan.owed_all} 件。"
        if plan.owed_all
        else "没有欠的。"
    )
    month = f"本月 {plan.month_done}/{plan.month_total}。" if plan.month_total else ""
    late = f"{said_late}。" if (said_late := late_said(plan)) else ""
    return said + phase + month + owed + late


# ---- choosing -------------------------------------------------------------------------------------


class AdoptPlans(Page):
    """The templates that come with the program and those read from files; closed with the keys of the plans adopted."""

    title = "选用计划"
    keys = (
        Key(("enter", "f8"), "看看会怎样", "preview"),
        Key(("space",), "选上或去掉", "mark"),
        Key(("f10", "m"), "从文件读入", "read_file"),
        Key(("tab",), "下面往下翻", "scroll"),
    )

    def __init__(self, context: Context, further: Sequence[Template] = ()):
        self.context = context
        self.folder = Path.cwd()
        self.marked: list[Template] = list(further)
        self.first, self.room = 0, 5  # of the lines below
        self.roster: Roster[Template] = Roster.of([*further, *plan_templates.templates()], self.row)

    def press(self, key: str, char: str | None) -> bool:
        if self.roster.press(key):
            self.first = 0
            return True
        return self.shortcut(key, char)

    def mark(self) -> None:
        here = self.roster.current()
        self.marked = (
            [each for each in self.marked if each is not here]
            if any(each is here for each in self.marked)
            else [*self.marked, here]
        )

    def preview(self) -> None:
        """The marked ones, or the one under the cursor, in the order of the list."""
        marked = self.marked or [self.roster.current()]
        picked = [each for each in self.roster.items() if any(each is one for one in marked)]
        self.desk.push(Adopting(self.context, picked), lambda made: self.desk.close(made) if made else None)

    def read_file(self) -> None:
        def chosen(path: Path | None) -> None:
            if path is not None:
                self.folder = path.parent
                read = plan_templates.read_file(path)
                self.marked.append(read)
                self.roster = Roster.of([read, *self.roster.items()], self.row)
                self.desk.say(f"已读入“{read.title}”，并选上了", "good")

        self.desk.push(Files("选择计划文件", self.folder, (".toml",)), chosen)

    def scroll(self) -> None:
        """The next page of what is told below, at its end the first one again."""
        further = self.first + self.room < len(self._below(self.desk.size[0]))
        self.first = self.first + self.room - 1 if further else 0

    def row(self, template: Template, width: int, here: bool) -> Line:
        """[x] 村级关爱计划  已在用  村级关爱计划，8至12月."""
        mark = "[x]" if any(each is template for each in self.marked) else "[ ]"
        used = adopting.in_use(template) is not None
        style = "cursor" if here else "dim" if used else "plain"
        source = f"已在用  {template.source}" if used else template.source
        return [(">" if here else " ", "key"), (f" {mark} ", "key"),
                *columns([(template.title, 26, style), (source, width - 36, "dim")])]  # fmt: skip

    def _below(self, width: int) -> list[str]:
        here = self.roster.current()
        used = adopting.in_use(here)
        return [row for text in ([used] if used else []) + brought(here) for row in wrap(text, width - 2)]

    def draw(self, width: int, height: int) -> Picture:
        rows = self._below(width)
        self.room = room = max(5, height - len(self.roster) - 1)
        seen = rows[self.first : self.first + room]
        told: list[Line] = [[(" " + row, "plain")] for row in seen]
        if self.first + room < len(rows):
            told[-1] = [(f" 下面还有 {len(rows) - self.first - room + 1} 行，按 Tab 往下翻", "dim")]
        return Picture([*self.roster.draw(width, height - room - 1), [], *told])


def brought(template: Template) -> list[str]:
    """What a template brings, part by part."""
    lines = []
    if template.goals:
        lines.append("目标：" + "、".join(f"{goal.name}{goal.rate:g}%" for goal in template.goals))
    if template.phases:
        lines.append(
            "阶段：" + "；".join(f"{each.name}（{_months(each.months)}）" for each in template.phases)
        )
    for month in template.month_numbers:
        if asked := template.months.get(month):
            lines.append(f"{month}月：" + "；".join(each.title for each in asked))
    lines += ["节奏：" + rhythms.in_full(each) for each in template.rhythms]
    if template.occasions:
        lines.append(
            "经常开展：" + "；".join(f"{EVERY[each.every]} {each.name}" for each in template.occasions)
        )
    if template.setups:
        told = (each.title + (f"（{each.month}月）" if each.month not in (None, LAST) else "") for each in template.setups)  # fmt: skip
        lines.append(f"要建立的{len(template.setups)}项：" + "；".join(told))
    return lines


def _months(months: Sequence[int]) -> str:
    return "、".join(map(str, months)) + "月"


# ---- what it would do -----------------------------------------------------------------------------


class Adopting(Page):
    """What adopting these plans would do; closed with the keys of the plans once done.

    The present or coming run stands there first; of one that has begun, items of months past may be taken in too.
    """

    title = "会怎样"
    keys = (
        Key(("enter", "f8"), "就这样选用", "adopt"),
        Key(("space",), "以前各月要不要", "turn"),
        Key(("right", "left"), "换一期", "next_run"),
        Key(("escape",), "不选了", "leave"),
    )

    def __init__(self, context: Context, picked: Sequence[Template]):
        self.context, self.picked = context, list(picked)
        self.runs = [adopting.runs(each) for each in picked]
        self.at = [0] * len(self.runs)  # which run of each
        self.past = False  # whether items of months past are listed too
        self.made: Preview | None = None
        self.trouble = ""
        self.roster: Roster[tuple[str, str, str]] = Roster.of([], change_row)

    def shown(self) -> None:
        self.trouble = ""
        try:
            self.made = adopting.preview(self._chosen(), self._from_month())
        except TROUBLE as trouble:
            self.made, self.trouble = None, str(trouble)
        self.roster = Roster.of(self._lines(), change_row, self.trouble)

    def _chosen(self) -> list[tuple[Template, Run]]:
        runs = (found[at] for found, at in zip(self.runs, self.at, strict=True))
        return list(zip(self.picked, runs, strict=True))

    def _from_month(self) -> str | None:
        return None if self.past else f"{days.today():%Y-%m}"

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "adopt" and self.desk.seen is not self:
            return "请看清会怎样再按一次"
        return self.trouble or None if key.run == "adopt" else None

    def turn(self) -> None:
        self.past = not self.past
        self.shown()

    def next_run(self) -> None:
        """The other run of the plan whose lines the cursor is in; of all where it is in none's, or one cannot run."""
        heads = [n for n, line in enumerate(self.roster.items()) if line[0] == "计划"]
        here = self.roster.current()
        inside = sum(n <= self.roster.at for n in heads) - 1
        mine = [inside] if here and here[0] in PARTS else range(len(self.picked))
        for n in mine:
            self.at[n] = (self.at[n] + 1) % len(self.runs[n])
        at = self.roster.at
        self.shown()
        self.roster.go(at)

    def adopt(self) -> None:
        """Beside an open plan of the same title only if that is meant."""
        if same := adopting.beside(self._chosen()):
            question = f"已有没结束的{'、'.join(same)}，还要再选用一份吗？"
            self.desk.push(
                Confirm(question, "再选用一份", "不选"), lambda yes: self._adopt() if yes else None
            )
        else:
            self._adopt()

    def _adopt(self) -> None:
        made = adopting.adopt(self._chosen(), self.context.by, self._from_month())
        items = sum(len(each.items) for each in self.made.plans)
        self.desk.close(made)
        self.desk.say(f"已选用 {len(made)} 份计划，共 {items} 项，按 Ctrl+Z 可撤销", "good")

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        rows = wrap(here[1], width - 2)[:4] if here else []
        told: list[Line] = [[(" " + row, "plain")] for row in rows]
        how = "也列出以前各月，补记用" if self.past else "只从本月起"
        head: Line = [("  以前各月 ", "label"), (how, "strong"), ("   空格换，左右箭头换一期", "dim")]
        return Picture([head, [], *self.roster.draw(width, height - 7), [], *told])

    def _lines(self) -> list[tuple[str, str, str]]:
        if self.made is None:
            return []
        found = [line for coming in self.made.plans for line in _coming(coming)]
        return found + told_changes(self.made.rhythms)


def _coming(coming: Coming) -> list[tuple[str, str, str]]:
    """(what becomes of it, which, style) for what one template brings."""
    many = {sort: sum(item.sort == sort for item in coming.items) for sort in ("month", "setup", "occasion")}
    lines = [
        ("计划", f"{coming.template.title}  {coming.run.starts} 至 {coming.run.ends}", "strong"),
        ("事项", f"各月{many['month']}项，要建立的{many['setup']}项，经常开展的{many['occasion']}次", "good"),
    ]
    if coming.past:
        months = "、".join(f"{int(month[5:])}月{number}项" for month, number in sorted(coming.past.items()))
        lines.append(("补记", f"已过的月份：{months}，都会列成逾期，等您补记或写“不办”", "warn"))
    for name, now, then in coming.goals:
        lines.append(("目标", f"{name} 从{'没有定' if now is None else f'{now:g}%'}改为{then:g}%", "good"))
    return lines
