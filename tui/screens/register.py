"""摸底登记 (F2): the register of children, find, and the way into the entry sheet and the 档案."""

from db import children
from db.children import ChildLine
from tui.context import Context
from tui.ink import Line, columns
from tui.page import Key
from tui.screens.child_entry import child_sheet
from tui.widgets.ask import ask_removal
from tui.widgets.finding import Finding, Picking

NARROW = 76
HINT = "/ 查找：姓名、拼音首字母、身份证后几位、电话后几位"
EMPTY = "没有找到。按 Esc 清空查找，按 Ins 新增一名儿童"
NOBODY = "登记册里还没有儿童：按 Ins 新增，或按 F7 导入现有表格"


def child_row(child: ChildLine, width: int, here: bool) -> Line:
    """One child as a line of the register."""
    behind = {True: "留守", False: "否", None: "未定"}[child.left_behind]
    if child.gaps is None:
        dossier, tone = "未摸底", "warn"
    else:
        dossier, tone = (f"缺{child.gaps}项", "warn") if child.gaps else ("齐全", "good")
    age = "" if child.age is None else str(child.age)
    cells = [
        (">" if here else " ", 1, "key"),
        (child.name, 12, "cursor" if here else "plain"),
        ("*" if child.focus else " ", 1, "alarm"),
        (child.sex, 4, "plain"),
        (age, -4, "plain"),
        (child.village_group or "", 8, "plain"),
    ]
    if width >= NARROW:
        cells.append((child.school or "", 14, "plain"))
    cells += [(child.grade or "", 6, "plain"), (behind, 4, "plain"), (dossier, 7, tone)]
    line = columns(cells, gap=1)
    if width >= NARROW:
        line += [(" " + ("已结对" if child.paired else ""), "plain")]
    return line


def register_head(width: int) -> Line:
    """The heading line over the rows of `child_row`."""
    cells = [
        (" ", 1, "dim"),
        ("姓名", 12, "dim"),
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
    """The register itself."""

    title = "摸底登记"
    hint, unit, empty = HINT, "名", EMPTY
    keys = (
        Key(("enter",), "档案", "open"),
        Key(("insert", "a"), "新增", "add"),
        Key(("e",), "修改", "edit", show=False),
        Key(("/", "ctrl+f"), "查找", "start_finding"),
        Key(("f8",), "修改", "edit"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        super().__init__(children, child_row, register_head)
        self.context = context

    def shown(self) -> None:
        self.roster.empty = EMPTY if self.wanted else NOBODY
        super().shown()

    def why_off(self, key: Key) -> str | None:
        return self.roster.empty if key.run in ("open", "edit", "remove") and not len(self.roster) else None

    def open(self) -> None:
        child_id = self.roster.current().id
        self.context.open_child(child_id, then=lambda _: self.go_to(child_id))

    def edit(self) -> None:
        child_id = self.roster.current().id  # a new name or group gives the child another row
        self.desk.push(child_sheet(self.context, child_id), lambda _: self.go_to(child_id))

    def add(self) -> None:
        self.desk.push(child_sheet(self.context, None), self.go_to)

    def remove(self) -> None:
        child = self.roster.current()
        question = f"把 {child.name} 从登记册删除？他的记录也不再显示。"
        ask_removal(self, question, lambda: children.remove(child.id, self.context.by), child.name)

    def undo(self) -> None:
        self.context.undo()


class FindChild(Picking):
    """Pick one child."""

    title = "选择儿童"
    hint, unit = HINT, "名"

    def __init__(self) -> None:
        super().__init__(children, child_row, register_head)
