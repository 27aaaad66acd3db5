"""强制报告: first whom to call and what to say, then the report for its author alone; and the author's own list."""

from typing import Any
from uuid import UUID

from db import children, incidents
from db.incidents import Report
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, cells, columns, wrap
from tui.page import Key, Page, Picture
from tui.widgets.ask import ask_removal
from tui.widgets.dialogs import Choose
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

FORM = "incident"  # a new report's draft belongs to its child, whose key follows
ALONE = "只有您自己看得到：不进待办、统计、会议、导出、别人的列表"
SAY = (
    ("谁", "孩子的姓名、年龄，现在在哪里、安不安全"),
    ("哪里", "村组、门牌、学校班级，怎样找到人"),
    ("看到什么", "亲眼看到、亲耳听到的，照原话说，不猜"),
)
MIND = (
    "不反复追问孩子，让孩子安心，由警察来问",
    "不惊动可能伤害孩子的人，不去当面对质",
    "留住证据：衣物、伤处照片、聊天记录，不洗不删",
    "报告是法定责任（未成年人保护法第11条），报告人受保密",
)


def report_incident(context: Context, child_id: UUID | None = None) -> None:
    """Show whom to call; then, and only then, the report can be written. child_id: the child it is about, if known."""
    context.desk.push(CallFirst(context, child_id))


def resume_incident(context: Context, draft: Draft) -> None:
    """Open the report a draft was left in."""
    if draft.record:
        context.desk.push(report_sheet(context, None, UUID(draft.record), draft))
    else:
        about = draft.sheet.partition(":")[2]
        context.desk.push(report_sheet(context, UUID(about) if about else None, None, draft))


class CallFirst(Page):
    """立即拨打 110: the numbers, what to say, what to mind. Closed with the report's key, or None."""

    title = "强制报告"
    keys = (
        Key(("f8",), "打过了，记下来", "write"),
        Key(("space",), "选孩子", "pick"),
        Key(("enter",), "先打电话", "remind", show=False),
    )

    def __init__(self, context: Context, child_id: UUID | None = None):
        self.context, self.child_id = context, child_id
        self.child = children.live(child_id).name if child_id else None
        self.numbers = incidents.numbers()

    def write(self) -> None:
        self.desk.replace(report_sheet(self.context, self.child_id))

    def remind(self) -> None:
        self.desk.say("请先拨打 110；打过以后按 F8 记下来", "warn")

    def pick(self) -> None:
        def picked(child: Any) -> None:
            self.child_id, self.child = child.id, child.name

        self.context.find_child(picked)

    def draw(self, width: int, height: int) -> Picture:
        lines: list[Line] = [[(" 立即拨打 110", "alarm")], *self._numbers(width), []]
        lines.append([(" 电话里说", "head")])
        lines += [[(f"   {what}  ", "label"), (how, "plain")] for what, how in SAY]
        lines += [[], [(" 请注意", "head")]]
        lines += [row for text in MIND for row in _rows("  " + text, width, "plain")]
        about = f"关于：{self.child}" if self.child else "关于：没有选孩子（按空格选，可以不选）"
        lines += [[], *_rows(about, width, "plain"), *_rows(ALONE, width, "dim")]
        return Picture([line for line in lines if line] if len(lines) > height else lines)

    def _numbers(self, width: int) -> list[Line]:
        """The numbers in lines that fit, none of them torn."""
        rows = [""]
        for name, phone in self.numbers:
            if rows[-1] and cells(f"{rows[-1]}   {name} {phone}") > width - 2:
                rows.append("")
            rows[-1] += f"{'   ' if rows[-1] else ''}{name} {phone}"
        return [[(" " + row, "strong")] for row in rows]


def _rows(text: str, width: int, style: str) -> list[Line]:
    return [[(" " + row, style)] for row in wrap(text, width - 2)]


class MyReports(Page):
    """The reports of the one who works here, newest first; nobody else's."""

    title = "我的强制报告"
    keys = (
        Key(("enter", "e"), "看全文、修改", "edit"),
        Key(("insert", "a"), "报告新的", "add"),
        Key(("f8",), "改孩子", "concern"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.roster: Roster[Report] = Roster.of([], _row)

    def shown(self) -> None:
        at = self.roster.at
        self.roster = Roster.of(
            incidents.mine(self.context.by), _row, "没有记录。发现疑似侵害，按 Ins：先报警，再记下来"
        )
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        off = key.run in ("edit", "concern", "remove") and not len(self.roster)
        return "还没有记录：按 Ins 报告新的" if off else None

    def edit(self) -> None:
        self.desk.push(report_sheet(self.context, None, self.roster.current().id))

    def add(self) -> None:
        report_incident(self.context)

    def concern(self) -> None:
        here = self.roster.current()

        def set_to(child_id: UUID | None) -> None:
            incidents.concern(here.id, child_id, self.context.by)
            self.shown()
            self.desk.say("已改，按 Ctrl+Z 可撤销", "good")

        def chosen(answer: int | None) -> None:
            if answer == 0:
                self.context.find_child(lambda child: set_to(child.id))
            elif answer == 1:
                set_to(None)

        self.desk.push(Choose("这条记录关于谁？", ["从登记册里选一名孩子", "不写是谁"]), chosen)

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除{here.on_date}的这条保密记录？"
        ask_removal(self, question, lambda: incidents.remove(here.id, self.context.by), "一条保密记录")

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        return Picture([[("  " + ALONE, "dim")], [], *self.roster.draw(width, height - 2)])


def _row(report: Report, width: int, here: bool) -> Line:
    receipt = f"回执 {report.receipt}" if report.receipt else "还没有回执编号"
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(str(report.on_date), 10, "cursor" if here else "plain"), (report.child or "没写是谁", 10, "plain"),
                      (report.kind, width - 46, "plain"), (receipt, 18, "dim")])]  # fmt: skip


def report_sheet(
    context: Context, child_id: UUID | None, record: UUID | None = None, draft: Draft | None = None
) -> Sheet:
    """The sheet of a report on file, or of a new one about a child or about nobody in particular."""

    def save(
        record: UUID | None, values: dict[str, Any], base: dict[str, Any], force: frozenset[str]
    ) -> Kept:
        saved = incidents.save(record, child_id, values, base, context.by, force)
        return Kept(saved.id, "已记下，只有您自己看得到。在“我的强制报告”里可补回执")

    name = FORM if record or not child_id else f"{FORM}:{child_id}"
    form = Form(name, incidents.ENTRIES, lambda key: incidents.load(key, context.by), save)
    return Sheet(form, "保密记录", context.drafts, record, draft=draft)
