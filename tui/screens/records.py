"""关爱记录: what was done for one child or for all, newest first; found by child, helper or kind."""

from datetime import date
from uuid import UUID

from db import care, days, record_list
from db.record_list import RecordLine, Sought
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Picture
from tui.widgets.ask import ask_day, ask_removal
from tui.widgets.dialogs import Tell
from tui.widgets.finding import Finding
from tui.widgets.record_form import choose_kind, open_record

TEXT_LINES = 5
DAY, NAME, KIND, HELPER = 10, 8, 12, 8


class Records(Finding):
    """The list, with the record under the cursor below. child_id None: everybody's."""

    unit, hint = "条", "/ 查找：儿童、帮扶人、类别，可以几样一起，如 谈心 刘老师"
    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("insert", "a"), "记一次", "add"),
        Key(("/", "ctrl+f"), "查找", "start_finding"),
        Key(("f8",), "跟进了", "follow_up"),
        Key(("space",), "看全文", "read"),
        Key(("delete",), "删除", "remove", show=False),
        Key(("tab", "d"), "这名儿童的档案", "dossier", show=False),
        Key(("f10", "l"), "所有儿童的记录", "everybody", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, child_id: UUID | None = None, name: str = ""):
        self.context, self.child_id, self.name = context, child_id, name
        self.title = f"关爱记录：{name or '全部'}"
        self.empty = f"还没有记录，按 Ins 记一次{'；查找的字可按 Esc 清空' if child_id is None else ''}"
        super().__init__(record_list, self.row, self.head_line)

    @property
    def wanted(self) -> Sought:
        return Sought(super().wanted, self.child_id)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run in ("edit", "remove", "read", "follow_up", "dossier") and here is None:
            return "没有记录：按 Ins 记一次"
        if key.run == "follow_up" and here.follow_up_on is None:
            return "这条记录没有约定跟进日期"
        if key.run == "follow_up" and here.follow_up_done is not None:
            return f"{here.follow_up_done}已经跟进过了"
        return "已经是所有儿童的记录" if key.run == "everybody" and self.child_id is None else None

    def edit(self) -> None:
        here = self.roster.current()
        open_record(self.context, here.child_id, record_id=here.id, then=lambda _: self.go_to(here.id))

    def add(self) -> None:
        if self.child_id is None:
            self.context.find_child(lambda child: self._add(child.id, child.name))
        else:
            self._add(self.child_id, self.name)

    def _add(self, child_id: UUID, name: str) -> None:
        choose_kind(
            self.desk,
            f"给{name}记什么？",
            lambda kind: open_record(self.context, child_id, kind, then=self.go_to),
        )

    def follow_up(self) -> None:
        """F8: the next step that was promised has been seen to, on a day that is asked for."""
        here = self.roster.current()

        def done(day: date, _typed: str) -> None:
            try:
                care.follow_up_done(here.id, day, self.context.by)
            except TROUBLE as trouble:
                self.desk.say(str(trouble), "error")
            else:
                self.shown()
                self.desk.say(f"已跟进：{here.child} {here.follow_up or here.kind}", "good")

        ask_day(self.desk, "哪天跟进的？", str(days.today()), done)

    def read(self) -> None:
        here = self.roster.current()
        lines = [f"{label}：{text}" for label, text in here.told()]
        head = f"{here.on_date} {here.kind} {here.child} {here.helper or ''}".rstrip()
        self.desk.push(Tell(head, lines or ["只记了日期和类别"]))

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除{here.child}{here.on_date}的{here.kind}记录？"
        ask_removal(self, question, lambda: care.remove_record(here.id, self.context.by))

    def dossier(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def everybody(self) -> None:
        self.desk.push(Records(self.context))

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def head_line(self, width: int) -> Line:
        return self._columns("日期", "姓名", "类别", "帮扶人", "缘由、内容", width, " ", "dim")

    def row(self, record: RecordLine, width: int, here: bool) -> Line:
        said = " ".join(text for _, text in record.told())
        state = (
            "未成 "
            if record.missed
            else "待跟进 "
            if record.follow_up_on and not record.follow_up_done
            else ""
        )
        return self._columns(
            str(record.on_date), record.child, record.kind, record.helper or "", state + said, width,
            ">" if here else " ", "plain", here,
        )  # fmt: skip

    def _columns(
        self, day: str, name: str, kind: str, helper: str, said: str, width: int, mark: str, tone: str, here: bool = False
    ) -> Line:  # fmt: skip
        """The name stands only where there are several children."""
        cursor = "cursor" if here else tone
        cells = [(mark, 1, "key"), (day, DAY, tone if self.child_id is None else cursor)]
        if self.child_id is None:
            cells.append((name, NAME, cursor))
        cells += [(kind, KIND, tone), (helper, HELPER, tone)]
        taken = sum(n for _, n, _ in cells) + len(cells)
        return columns([*cells, (said, width - taken, "dim")], gap=1)

    def draw(self, width: int, height: int) -> Picture:
        picture = super().draw(width, height - TEXT_LINES - 1)
        here = self.roster.current()
        text = [
            row
            for label, said in (here.told() if here else ())
            for row in wrap(f"{label}：{said}", width - 2)
        ]
        if len(text) > TEXT_LINES:
            text[TEXT_LINES - 1] = "（还有，按空格看全文）"
        below: list[Line] = [[(" " + row, "plain")] for row in text[:TEXT_LINES]]
        return Picture([*picture.lines, [], *below, *[[]] * (TEXT_LINES - len(below))], picture.caret)
