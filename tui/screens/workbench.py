"""工作台 (F6): what is owed, overdue first, in that risk first, then days; the targets at a glance; what today brings."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from db import days, duties, register, site, status, targets, when
from db.activities import ActivityLine
from db.duties import Duty, Tally, Wanted
from db.errors import LedgerError
from db.targets import Target
from tui.context import Context
from tui.ink import Line, cells, clip, columns, fill, fit, line_cells
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.ask import ask_action
from tui.widgets.rates import rate_bar, rate_text
from tui.widgets.record_form import choose_kind, open_record, open_records_for
from tui.widgets.roster import Roster

if TYPE_CHECKING:
    from db.work_plans import PlanState

NARROW = 76
WHEN, NAME, LABEL, HELPER = 9, 8, 8, 8
TARGET, LONG_TARGET, RATE, PEOPLE = 10, 14, 6, 7
MOST_TARGETS = 8  # lines of targets
LEFT = 43  # cells of the left column where there are two, at the least
MOST_ACTIVITIES = 3
MOST_PLANS = 3  # lines of plans in a narrow window
SITE = "本单位"  # owes what is no child's
HEAD = 50  # duties read at once; how many there are in all is counted after they are on the screen
ORDER_SAID = "先逾期，再到期，再可办；每段先看风险（*），再看期限"


def days_in_words(duty: Duty, today: date) -> tuple[str, str]:
    """When a duty is owed, as people say it, and the style to say it in."""
    if duty.days_over > 0:
        return f"逾期{duty.days_over}天", "alarm"
    if duty.days_over == 0:
        return "今天", "warn"
    if duty.source == "birthday":
        return days.short(duty.due_by), "plain"
    if duty.days_over == -1:
        return "明天前", "plain"
    monday = today - timedelta(days=today.weekday())
    if duty.due_by < monday + timedelta(days=7):
        return f"{days.weekday(duty.due_by)}前", "plain"
    if duty.due_by < monday + timedelta(days=14):
        return f"下{days.weekday(duty.due_by)}前", "plain"
    return f"{days.short(duty.due_by)}前", "plain"


class Workbench(Page):
    """The first screen of the day."""

    title = "工作台"
    digits_switch = True
    keys = (
        Key(("enter", "f8"), "办理", "do"),
        Key(("space",), "标记", "mark", show=False),
        Key(("ctrl+o", "o"), "档案", "dossier", show=False),
        Key(("tab",), "只看", "narrow"),
        Key(("/", "ctrl+f"), "查找", "find", show=False),
        Key(("insert", "a"), "给别的儿童记一笔", "record_other", show=False),
        Key(("f10", "m"), "更多", "more"),
        Key(("f6",), "重新看一遍", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.wanted, self.whose = Wanted(), ""
        self.today = days.today()
        self.head: list[Duty] = []
        self.tally: Tally | None = None
        self.rates: list[Target] = []
        self.doubt: str | None = None
        self.beside = status.Beside([], 0, 0, [])
        self.marked: dict[Any, Duty] = {}  # by child, kind and where it comes from
        self.counting: Task | None = None
        self.seen: tuple | None = None  # the duty under the cursor when it was drawn
        self.moved = False  # whether another one has come under it since, unseen
        self.roster: Roster[Duty] = Roster(self._length, self._page, self.duty_row)

    def _length(self) -> int:
        return self.tally.listed if self.tally and len(self.head) == HEAD else len(self.head)

    def _page(self, offset: int, limit: int) -> list[Duty]:
        if len(self.head) < HEAD or offset + limit <= HEAD:
            return self.head[offset : offset + limit]
        return duties.page(self.today, offset, limit, self.wanted)

    def shown(self) -> None:
        """The duties at once; what has to be counted follows while keys are answered."""
        self.today = days.today()
        try:
            self.head = duties.page(self.today, 0, HEAD, self.wanted)
            self.doubt = when.set_back()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster.refresh()
        here = self.roster.current()
        self.moved = bool(self.seen and here and self.seen != _place(here))
        if self.counting:
            self.counting.cancel()
        self.counting = Task(
            self._count(), lambda _: None, self._counted, lambda said: self.desk.say(said, "error")
        )
        self.desk.begin(self.counting)

    def _count(self) -> Iterator[bool]:
        self.tally = duties.tally(self.today, self.wanted)
        self.roster.refresh()
        yield True
        self.beside = status.beside(self.today)
        yield True
        found = []
        for target in targets.rates(self.today):
            found.append(target)
            yield True
        self.rates = found

    def _counted(self) -> None:
        counted = any(target.denominator for target in self.rates)
        self.roster.empty = "这几天没有待办" if counted else "没有留守儿童：按 F2 登记或 F7 导入"

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def leave(self) -> None:
        """Esc: first the marks go, then the narrowing."""
        if self.marked:
            self.marked.clear()
        elif self.whose:
            self._narrow_to(Wanted(), "")
        else:
            super().leave()

    def why_off(self, key: Key) -> str | None:
        if key.run in ("do", "dossier", "mark") and self.roster.current() is None:
            return "没有待办：按 / 查找儿童，按 Ins 给任一名儿童记一笔"
        if key.run == "do" and self.moved and not self.marked:
            return "刚才那件已办好，名单往上移了：请看清是谁，再按一次回车"
        return None

    def help_lines(self) -> list[str]:
        return [ORDER_SAID, "", *super().help_lines()]

    # ---- what is done about a duty

    def do(self) -> None:
        """What settles the duty under the cursor; one record for all the marked ones."""
        if self.marked:
            self._do_marked()
            return
        duty = self.roster.current()
        match duty.source:
            case "rhythm":
                open_record(self.context, duty.child_id, duty.kind)
            case "follow_up":
                open_record(self.context, duty.child_id, duty.kind, settles=duty.ref)
            case "step":
                from tui.screens.care_plan import finish_step

                finish_step(self.context, duty.ref)
            case "review":
                from tui.screens.care_plan import review

                review(self.context, duty.ref)
            case "item":
                from tui.screens.plan_item import finish_item

                finish_item(self.context, duty.ref)
            case "decision":
                from tui.screens.minutes import finish_decision

                finish_decision(self.context, duty.ref)
            case _:
                open_record(self.context, duty.child_id, "birthday")

    def _do_marked(self) -> None:
        kinds = {duty.kind if duty.source == "rhythm" else None for duty in self.marked.values()}
        if kinds & {None} or len(kinds) > 1:
            self.desk.say("标记的不是同一种记录，一起记不了：请只标同一种，如都是谈心", "warn")
            return
        if done := self._settled_meanwhile():
            self.desk.say(f"{'、'.join(done)}的刚有人办了，标记已去掉；还有标记的请再按一次", "warn")
            self.shown()
            return

        def recorded(keys: Any) -> None:
            if keys:
                self.marked.clear()

        open_records_for(
            self.context, [duty.child_id for duty in self.marked.values()], *kinds, then=recorded
        )

    def _settled_meanwhile(self) -> list[str]:
        """Take the marks off duties that are owed no more; whose they were."""
        ids = {duty.child_id for duty in self.marked.values()}  # marked ones that go together are children's
        owed = {_place(duty) for child in ids for duty in duties.of_child(child, self.today)}
        gone = [place for place in self.marked if place not in owed]
        return [(duty := self.marked.pop(place)).child or duty.label for place in gone]

    def _record_any(self, child_id: Any, question: str) -> None:
        choose_kind(self.desk, question, lambda kind: open_record(self.context, child_id, kind))

    def mark(self) -> None:
        duty = self.roster.current()
        if self.marked.pop(_place(duty), None) is None:
            self.marked[_place(duty)] = duty
        self.roster.press("down")

    def record_other(self) -> None:
        self.context.find_child(lambda child: self._record_any(child.id, f"给{child.name}记什么？"))

    def dossier(self) -> None:
        """The child's file; of what the site owes, the plan or the meeting it comes from."""
        duty = self.roster.current()
        match duty.source:
            case "item":
                from tui.screens.plan_item import open_plan_of

                open_plan_of(self.context, duty.ref)
            case "decision":
                from tui.screens.minutes import open_meeting_of

                open_meeting_of(self.context, duty.ref)
            case _:
                self.context.open_child(duty.child_id)

    def find(self) -> None:
        self.context.find_child(lambda child: self.context.open_child(child.id))

    def more(self) -> None:
        """F10: what else can be done with an item of a plan, and what else begins here."""
        own = []
        if (duty := self.roster.current()) and duty.source == "item":
            from tui.screens.plan_item import item_menu

            own = [
                (
                    f"“{clip(duty.label, 24)}”：安排、延期、不办……",
                    "zx",
                    lambda: item_menu(self.context, duty.ref),
                )
            ]
        ask_action(self.desk, "更多", [
            *own,
            ("全部关爱记录", "qbgajl", self._open("records", "Records")),
            ("全部帮扶方案", "qbbffa", self._open("care_plans", "AllPlans")),
            ("各项计划", "gxjh", self._open("work_plans", "WorkPlans")),
            ("会议与决定", "hyjd", self._open("meetings", "Meetings")),
            ("联系中断的结对", "lxzd", self._open("lapses", "Lapses")),
            ("待退出名单：满16周岁、父母返乡的", "dtcmd", self._open("leaving", "DueToLeave")),
            ("过时的联系卡、档案", "gs", self._open("printing", "StalePrints")),
            ("节奏：多久谈一次、访一次、通一次话", "jz", self._open("rhythms", "Rhythms")),
            ("设置：结对规则、报警电话、我是谁……", "sz", self._open("settings", "Settings")),
            ("强制报告（先打110）", "qzbg", self._open("incidents", "CallFirst")),
            ("我的强制报告", "wdqzbg", self._open("incidents", "MyReports")),
        ])  # fmt: skip

    def _open(self, module: str, name: str) -> Callable[[], None]:
        """What lays a screen on the desk that is imported only when it is gone to."""
        return lambda: self.desk.push(getattr(import_module(f"tui.screens.{module}"), name)(self.context))

    def undo(self) -> None:
        self.context.undo()

    # ---- narrowing

    def narrow(self) -> None:
        """Ask whose duties are to be seen."""
        from tui.widgets.dialogs import Choose

        groups = list(register.choices("group"))
        options = ["全部", "我的", "一位帮扶人的", "本单位的：计划事项、会议决定", *groups]
        initials = ["qb", "wd", "bfr", "bdw", *[""] * len(groups)]

        def chosen(at: int | None) -> None:
            match at:
                case None:
                    return
                case 0:
                    self._narrow_to(Wanted(), "")
                case 1:
                    self._narrow_to_me()
                case 2:
                    self._narrow_to_helper()
                case 3:
                    self._narrow_to(Wanted(site=True), SITE)
                case _:
                    self._narrow_to(Wanted(group=options[at]), options[at])

        self.desk.push(Choose("只看谁的待办", options, initials), chosen)

    def _narrow_to_me(self) -> None:
        me = site.me(self.context.by)
        if me is None:
            self.desk.say("还不知道您是哪位帮扶人：请按 F10 到设置里选定“我是”", "warn")
        else:
            self._narrow_to(Wanted(helper=me), "我的")

    def _narrow_to_helper(self) -> None:
        from tui.screens.helpers import FindHelper

        def chosen(found: Any) -> None:
            if found is not None:
                self._narrow_to(Wanted(helper=found.id), found.name)

        self.desk.push(FindHelper(), chosen)

    def _narrow_to(self, wanted: Wanted, whose: str) -> None:
        self.wanted, self.whose, self.tally = wanted, whose, None
        self.marked.clear()
        self.roster.at = self.roster.top = 0
        self.shown()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        self.seen, self.moved = here and _place(here), False
        top: list[Line] = [[(" " + clip(self.doubt, width - 2), "alarm")]] if self.doubt else []
        lay = self._wide if width >= NARROW else self._narrow
        return Picture([*top, *lay(width, height - len(top))])

    def _wide(self, width: int, height: int) -> list[Line]:
        """Duties to the left, targets to the right, today below."""
        left = LEFT + (width - NARROW) // 2
        right = width - left - 1
        foot = self._today(left, width)
        foot[0] = [*fill(foot[0], left), *self._plan()]
        lines = [self._counts(), *self.roster.draw(left, height - 3 - len(foot))]
        beside: list[Line] = [[("目标", "head")], *self._targets(right, min(MOST_TARGETS, len(lines) - 1))]
        beside += self._plans(right, len(lines) - len(beside) - 1)
        beside += [[]] * (len(lines) - len(beside))
        return [[*fill(one, left), *two] for one, two in zip(lines, beside, strict=True)] + [
            [],
            self._in_full(width),
            *foot,
        ]

    def _narrow(self, width: int, height: int) -> list[Line]:
        """Duties above, targets in pairs below them, then today."""
        half = width // 2 - 2
        shown = self._targets(half, MOST_TARGETS - 2)
        below = [[(" ", "plain"), *fill(one, half), ("  ", "plain"), *two]
                 for one, two in zip_longest(shown[::2], shown[1::2], fillvalue=[])]  # fmt: skip
        below += [[], *self._today(width, width), [(" ", "plain"), *self._plan()]]
        below += [[(" ", "plain"), *line] for line in self._plans(width - 2, MOST_PLANS)[1:]]
        return [
            self._counts(),
            *self.roster.draw(width, height - 2 - len(below)),
            self._in_full(width),
            *below,
        ]

    def _counts(self) -> Line:
        if self.tally is None:
            return [(" 待办", "head")]
        line: Line = [(f" 待办 {self.tally.pressing}", "head"), ("   ", "plain"),
                      (f"逾期 {self.tally.overdue}", "alarm" if self.tally.overdue else "head")]  # fmt: skip
        if self.tally.open:
            line.append((f"   可办 {self.tally.open}", "head"))
        if self.whose:
            line += [("   只看 ", "label"), (clip(self.whose, 12), "strong")]
        if self.marked:
            line += [("   标记 ", "label"), (str(len(self.marked)), "strong")]
        return line

    def _in_full(self, width: int) -> Line:
        """The duty under the cursor with what its line has no room for: the group tells two of one name apart."""
        duty = self.roster.current()
        if duty is None:
            return []
        whose = f"{duty.child}（{duty.village_group}）" if duty.village_group else duty.child or SITE
        until = days.short(duty.due_by) + ("" if duty.source == "birthday" else "前")
        told = f"{whose}：{until}，{duty.label}" + (f"，{duty.helper}负责" if duty.helper else "")
        return [(" " + clip(told, width - 2), "plain")]

    def _plan(self) -> Line:
        total, done = self.beside.plan_total, self.beside.plan_done
        return [("本月计划", "head"), (f"  {total} 项，完成 {done}" if total else "  没有计划项", "plain")]

    def _targets(self, width: int, room: int) -> list[Line]:
        """The targets pursued, in so many lines at the most."""
        shown = self.rates if len(self.rates) <= room else self.rates[: room - 1]
        name = min(max((cells(target.name) for target in shown), default=0), LONG_TARGET)
        lines = [glance(target, width, max(name, TARGET)) for target in shown]
        if len(shown) < len(self.rates):
            lines.append([(f"另有 {len(self.rates) - len(shown)} 项，按 F5 看全部", "dim")])
        return lines

    def _plans(self, width: int, room: int) -> list[Line]:
        """What each plan owes this month and in all, under a heading, in so many lines at the most."""
        plans = self.beside.plans
        if not plans or room < 2:
            return []
        lines: list[Line] = [[("计划", "head"), ("  本月欠 / 共欠", "dim")]]
        shown = plans if len(plans) < room else plans[: room - 2]
        lines += [plan_glance(plan, width) for plan in shown]
        if len(shown) < len(plans):
            lines.append([(f"另有 {len(plans) - len(shown)} 份，按 F5 看全部", "dim")])
        return lines

    def _today(self, first: int, width: int) -> list[Line]:
        """Today's activities, the first one in `first` cells."""
        activities = [_activity(each) for each in self.beside.activities]
        if len(activities) > MOST_ACTIVITIES:
            more = len(activities) - MOST_ACTIVITIES + 1
            activities = [*activities[: MOST_ACTIVITIES - 1], f"另有 {more} 项，按 F4 看日历"]
        room = [first] + [width] * MOST_ACTIVITIES
        return [[(" 今日  " if not at else " " * 7, "head"), (clip(text, room[at] - 8), "plain")]
                for at, text in enumerate(activities or ["没有活动"])]  # fmt: skip

    def duty_row(self, duty: Duty, width: int, here: bool) -> Line:
        """One duty as a line: a red star stands for a child at risk, a plus for a marked one."""
        when, style = days_in_words(duty, self.today)
        marked = _place(duty) in self.marked
        name = NAME if width < 50 else NAME + 4
        ink = "cursor" if here else "strong" if marked else "plain"
        whose = (
            [(duty.child, name, ink), (duty.label, LABEL, "plain")]
            if duty.child
            else [
                (
                    in_short(duty.label, room := name + 1 + LABEL + (0 if duty.helper else 1 + HELPER)),
                    room,
                    ink,
                )
            ]
        )
        line = columns([
            (">" if here else "+" if marked else " ", 1, "key"), (when, WHEN, style), ("*" if duty.focus else " ", 1, "alarm"),
            *whose, *([(duty.helper or "", HELPER, "plain")] if duty.child or duty.helper else ()),
        ], gap=1)  # fmt: skip
        room = width - line_cells(line) - 2
        return [*line, ("  " + fit(duty.village_group or "", room), "dim")] if room >= 6 else line


def in_short(title: str, n: int) -> str:
    """A title in n cells; what tells it from others, the day or month behind it in brackets, is kept whole."""
    name, bracket, which = title.rpartition("（")
    if cells(title) <= n or not bracket:
        return title
    return clip(name, n - cells(bracket + which)) + bracket + which


def _place(duty: Duty) -> tuple:
    """What tells one duty of the list from another."""
    return duty.child_id, duty.source, duty.ref, duty.label


def glance(target: Target, width: int, name: int) -> Line:
    """A target in one line: its name in so many cells, bar, rate, and the numbers behind it where there is room."""
    roomy = width >= 32
    bar = width - name - RATE - 2 - (PEOPLE + 1 if roomy else 0)
    line: Line = [(fit(target.name, name) + " ", "plain")]
    if target.rate is None:
        return [*line, (" " * (bar + RATE) + rate_text(None), "dim")]
    line += [*rate_bar(target, bar), (" " + fit(rate_text(target.rate), RATE, right=True), "strong")]
    return (
        [*line, (fit(f" {target.numerator}/{target.denominator}", PEOPLE + 1, right=True), "plain")]
        if roomy
        else line
    )


def plan_glance(plan: "PlanState", width: int) -> Line:
    """A plan in one line: its title, what it owes this month and in all."""
    owed = f"{plan.owed_month} / {plan.owed_all}"
    style = "alarm" if plan.overdue or plan.children_overdue else "strong"
    return [(fit(plan.title, width - 11) + " ", "plain"), (fit(owed, 10, right=True), style)]


def _activity(activity: ActivityLine) -> str:
    told = f"{activity.starts or '全天 '} {activity.title}" + (
        f"（{activity.place}）" if activity.place else ""
    )
    return told + ("（已取消）" if activity.state == "cancelled" else "")
