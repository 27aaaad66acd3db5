"""摸底登记 (F2): the register of children: find, filter, mark, and the way into the entry sheet and the 档案."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from db import children
from db.children import ChildLine, Wanted
from db.errors import LedgerError
from db.initials import initials
from db.printing import printed
from db.register import CHOICES
from tui.context import Context
from tui.ink import Line, clip, columns, line_cells, safe
from tui.page import Key
from tui.screens import leaving
from tui.screens.bulk import Setting, ask_field
from tui.screens.child_entry import child_sheet
from tui.screens.printing import StalePrints, ask_print
from tui.screens.register_filter import Filter
from tui.widgets.ask import ask_action, ask_removal
from tui.widgets.dialogs import Confirm
from tui.widgets.finding import Finding, Picking
from tui.widgets.record_form import choose_kind, open_record, open_records_for

NARROW = 76
LEFT = list(CHOICES).index("left") + 1  # the digit of the filter by who left
NAME = 12  # cells of a name
MANY = 500  # marking more than that at once is asked about
HINT = "/ 查找：姓名、首字母、学校、村民组、身份证或电话尾号"
EMPTY = "没有找到。按 Esc 清空查找和筛选，按 Ins 新增一名儿童"
NOBODY = "登记册里还没有儿童：按 Ins 新增，或按 F7 导入现有表格"


def child_row(child: ChildLine, width: int, here: bool, marked: bool = False) -> Line:
    """One child as a line of the register."""
    behind = "退出" if child.left_on else {True: "留守", False: "否", None: "未定"}[child.left_behind]
    if child.gaps is None:
        dossier, tone = "未摸底", "warn"
    else:
        dossier, tone = (f"缺{child.gaps}项", "warn") if child.gaps else ("齐全", "good")
    age = "" if child.age is None else str(child.age)
    name = clip(safe(child.name), NAME)
    line: Line = [(">" if here else " ", "key"), ("+" if marked else " ", "warn")]
    line += [(name, "cursor" if here else "plain"), (" " * (NAME + 1 - line_cells([(name, "")])), "plain")]
    cells = [
        ("*" if child.focus else " ", 1, "alarm"),
        (child.sex, 4, "plain"),
        (age, -4, "plain"),
        (child.village_group or "", 8, "plain"),
    ]
    if width >= NARROW:
        cells.append((child.school or "", 14, "plain"))
    cells += [(child.grade or "", 6, "plain"), (behind, 4, "plain"), (dossier, 7, tone)]
    line += columns(cells, gap=1)
    if width >= NARROW:
        line += [(" " + ("已结对" if child.paired else ""), "plain")]
    return line


def register_head(width: int) -> Line:
    """The heading line over the rows of `child_row`."""
    cells = [
        (" ", 1, "dim"),
        ("姓名", NAME, "dim"),
        (" ", 1, "dim"),
        ("性别", 4, "dim"),
        ("年龄", -4, "dim"),
        ("村民组", 8, "dim"),
    ]
    if width >= NARROW:
        cells.append(("学校", 14, "dim"))
    cells += [("年级", 6, "dim"), ("留守", 4, "dim"), ("档案", 7, "dim")]
    return columns(cells, gap=1) + ([(" 结对", "dim")] if width >= NARROW else [])


class Register(Finding):
    """The register itself: found, filtered, marked. Marks stay while others are looked for."""

    PARTS = ("one", "marked")
    title = "摸底登记"
    hint, unit, empty = HINT, "名", EMPTY

    def __init__(self, context: Context):
        super().__init__(children, self.row, register_head)
        self.context = context
        self.filters = Wanted()
        self.marked: set[UUID] = set()

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in("marked" if self.marked else "one")

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys while some are marked, and while none is."""
        main = {"one": Key(("f8",), "修改", "edit"), "marked": Key(("f8",), "批量设置", "set_many")}[part]
        return (
            Key(("enter",), "档案", "open"),
            Key(("insert", "a"), "新增", "add"),
            Key(("/", "ctrl+f"), "查找", "start_finding"),
            Key(("tab", "f"), "筛选", "filter"),
            Key(("space",), "标记", "mark"),
            main,
            Key(("e",), "修改", "edit", show=False),
            Key(("f10", "m"), "更多：退出登记、打印、新学期更新等", "more", show=False),
            Key(("ctrl+n", "u"), "新学期更新", "renew", show=False),
            Key(("ctrl+r", "r"), "记一次（标记了多名就一起记）", "record", show=False),
            Key(("ctrl+e", "d"), "待核名单", "doubts", show=False),
            Key(("delete",), "删除", "remove", show=False),
            Key(("ctrl+a", "*"), "标记找到的全部（再按一次取消）", "mark_all", show=False),
            Key(("-", "ctrl+u"), "取消所有标记", "unmark", show=False),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def row(self, child: ChildLine, width: int, here: bool) -> Line:
        """A line with its mark."""
        return child_row(child, width, here, child.id in self.marked)

    # ---- who is seen

    @property
    def wanted(self) -> Wanted:
        return self.filters._replace(text=super().wanted)

    def narrowed(self) -> bool:
        return super().narrowed() or bool(self.filters.filters)

    def forget(self) -> None:
        super().forget()
        self.filters = Wanted()

    def shown(self) -> None:
        self.roster.empty = self.nobody() if self.narrowed() else NOBODY
        super().shown()

    def nobody(self) -> str:
        """What an empty list says: who is looked for may have left."""
        try:
            gone = 0 if self.filters.left else children.count(self.wanted._replace(left="only"))
        except LedgerError:  # the list itself will say so
            gone = 0
        return f"在册的没有找到，已退出的有{gone}名：按 Tab 再按 {LEFT} 查看" if gone else EMPTY

    def besides(self, width: int) -> Line:
        if not self.filters.filters:
            return []
        count = f"  {len(self.roster)}名"
        said = clip(self.filters.said, width - 7 - line_cells([(count, "")]))
        return [("  筛选 ", "label"), (said, "plain"), (count, "dim")]

    def foot(self) -> str:
        return (
            f"   已标记{len(self.marked)}名  Ctrl+R 一起记一次"
            if self.marked
            else "   F10 更多  Ctrl+E 待核名单"
        )

    def filter(self) -> None:
        self.desk.push(Filter(self.wanted), self.filter_by)

    def filter_by(self, wanted: Wanted | None) -> None:
        """Show these only; the cursor stays on the same child if it is among them."""
        if wanted is None:
            return
        here = self.roster.current()
        self.filters = wanted._replace(text="")
        self.shown()
        self.roster.go((here and children.place(here.id, self.wanted)) or 0)

    def leave(self) -> None:
        if self.filters.filters and not self.find.text:
            self.filter_by(Wanted())
        else:
            super().leave()

    # ---- marks

    def mark(self) -> None:
        self.marked ^= {self.roster.current().id}
        self.roster.press("down")

    def mark_all(self) -> None:
        if len(self.roster) <= MANY:
            self._mark_found()
            return
        question = f"标记找到的全部 {len(self.roster)} 名？"
        self.desk.push(Confirm(question, "标记", "不标记"), lambda yes: self._mark_found() if yes else None)

    def _mark_found(self) -> None:
        found = set(children.keys(self.wanted))
        self.marked = self.marked - found if found <= self.marked else self.marked | found

    def unmark(self) -> None:
        self.marked = set()

    def set_many(self) -> None:
        ids = sorted(self.marked)  # as they were entered

        def told(name: str, value: Any) -> None:
            self.desk.push(Setting(self.context, ids, name, value), done)

        def done(n: int | None) -> None:
            if n is not None:
                self.desk.say(f"已设置 {n} 名，标记还在：按 Ctrl+Z 撤销，按 - 取消标记", "good")

        ask_field(self.desk, told)

    def record(self) -> None:
        """Note something for those marked in one go; for the child under the cursor where none is marked."""
        if self.marked:
            open_records_for(self.context, sorted(self.marked))
            return
        child = self.roster.current()
        choose_kind(
            self.desk, f"给{child.name}记什么？", lambda kind: open_record(self.context, child.id, kind)
        )

    # ---- one child

    def why_off(self, key: Key) -> str | None:
        needed = ("open", "edit", "remove", "mark", "mark_all", "record")
        if key.run == "record" and self.marked:
            return None
        return self.roster.empty if key.run in needed and not len(self.roster) else None

    def open(self) -> None:
        child_id = self.roster.current().id
        self.context.open_child(child_id, then=lambda _: self.go_to(child_id))

    def edit(self) -> None:
        child_id = self.roster.current().id  # a new name or group gives the child another row
        self.desk.push(child_sheet(self.context, child_id), lambda _: self.go_to(child_id))

    def renew(self) -> None:
        from tui.screens.renewal import Renewal

        self.desk.push(Renewal(self.context))

    def more(self) -> None:
        """F10: what is done less often, for the register or for the child under the cursor."""
        child = self.roster.current()
        offered = {"新学期更新": self.renew, "待退出名单：满16周岁、父母返乡的": self.due_to_leave}
        if child is not None and child.left_on:
            offered[f"{child.name} 重新登记"] = lambda: leaving.return_child(self.context, child.id)
        elif child is not None:
            offered[f"{child.name} 退出登记"] = lambda: leaving.leave_child(self.context, child.id)
        offered["已退出、满16周岁的档案保存到哪天"] = lambda: self.desk.push(leaving.KeptFiles(self.context))
        if child is not None:
            offered[f"{child.name} 的转出文件"] = lambda: leaving.hand_over(self.context, child.id)
        if self.marked:
            offered[f"给标记的{len(self.marked)}名按模板开方案"] = self.plan_marked
            offered[f"用标记的{len(self.marked)}名填一张空表"] = self.fill_form
        offered |= self.to_print()
        ask_action(self.desk, "更多", [(words, initials(words), do) for words, do in offered.items()])

    def plan_marked(self) -> None:
        from tui.screens.care_plans import plan_many

        plan_many(self.context, list(self.marked))

    def fill_form(self) -> None:
        from tui.screens.filling import choose_form

        choose_form(self.context, Path.cwd(), tuple(self.marked))

    def due_to_leave(self) -> None:
        self.desk.push(leaving.DueToLeave(self.context))

    def to_print(self) -> dict[str, Callable[[], None]]:
        """What F10 offers to print: for those marked, else for all found."""
        n = len(self.marked) or len(self.roster)
        whose = f"标记的{n}名" if self.marked else f"找到的{n}名"
        offered = {"过时的联系卡、档案": self.stale}
        if n:
            offered |= {
                f"打印联系卡：{whose}": lambda: self.print(printed.CARD),
                f"打印档案：{whose}": lambda: self.print(printed.FILE),
            }
        return offered

    def print(self, what: str) -> None:
        """Print for those marked, else for all found, in the register's order."""
        ids = printed.in_order(self.marked) if self.marked else children.keys(self.wanted)
        ask_print(self.context, what, ids, f"{len(ids)}名")

    def stale(self) -> None:
        self.desk.push(StalePrints(self.context))

    def doubts(self) -> None:
        from tui.screens.doubts import Doubts

        self.desk.push(Doubts(self.context))

    def add(self) -> None:
        self.desk.push(child_sheet(self.context, None), self.go_to)

    def remove(self) -> None:
        child = self.roster.current()
        question = f"把 {child.name} 从登记册删除？他的记录也不再显示。"
        ask_removal(self, question, lambda: self.strike_out(child.id), child.name)

    def strike_out(self, child_id: UUID) -> None:
        """Remove a child, its mark with it."""
        children.remove(child_id, self.context.by)
        self.marked.discard(child_id)

    def undo(self) -> None:
        self.context.undo()


class FindChild(Picking):
    """Pick one child."""

    title = "选择儿童"
    hint, unit = HINT, "名"

    def __init__(self) -> None:
        super().__init__(children, child_row, register_head)
