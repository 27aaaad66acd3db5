"""The entry sheet of a child: what is asked of the ledger while it is filled, and how it is saved."""

from typing import Any
from uuid import UUID

from db import child_sheet as sheet_verbs
from db import children
from db.child_rules import ChildRules
from tui.context import Context
from tui.drafts import Draft
from tui.page import Key
from tui.widgets.sheet import Clash, Form, Kept, Sheet

NEW = "新增儿童"


class ChildSheet(Sheet):
    """One child being entered or edited; new children are entered in a row."""

    keys = (
        *(key for key in Sheet.keys[:2]),
        Key(("ctrl+d",), "同上条", "nothing"),
        Key(("f8",), "同一家", "share"),
        Key(("ctrl+e",), "核对", "nothing"),
        Key(("escape",), "离开", "leave"),
        Key(("f1",), "说明", "explain"),
        *(
            key._replace(show=False)
            for key in Sheet.keys
            if key.names[0] in ("up", "ctrl+n", "ctrl+k", "f10")
        ),
    )

    def __init__(
        self, context: Context, child_id: UUID | None, at: str | None = None, draft: Draft | None = None,
        sibling_of: UUID | None = None,
    ):  # fmt: skip
        self.context, self.rules = context, ChildRules()
        loaded = sheet_verbs.load(sibling_of or child_id)
        form = Form(
            "child",
            sheet_verbs.ENTRIES,
            sheet_verbs.load,
            self.save,
            self.rules.rules(),
            notice,
            another=True,
        )
        title = f"修改：{loaded['name']}" if child_id else NEW
        super().__init__(form, title, context.drafts, child_id, at, draft)
        if sibling_of:
            self.session.previous = loaded
            self.session.share()
            self.title = f"{NEW}：{loaded['name']}的兄弟姐妹"

    def press(self, key: str, char: str | None) -> bool:
        if key == "f8":
            return self.shortcut(key, char)
        return super().press(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "share" and not self.session.previous:
            return "刚录完一名再按 F8，沿用同一家的内容；别家的兄弟姐妹请到档案里加"
        return None

    def share(self) -> None:
        """F8: this child is of the family of the one before."""
        name = self.session.previous.get("name")
        taken = self.session.share()
        self.desk.say(f"已沿用{name}家的内容，不同的按 ↑ 回去改" if taken else "没有可沿用的空项了", "info")

    def save(self, record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        """The form's save."""
        try:
            saved = sheet_verbs.save(record, values, base, by=self.context.by, force=force)
        except sheet_verbs.Conflict as conflict:
            raise Clash(conflict.fields) from conflict
        self.rules.learn(values)
        said = f"已存：{values['name']}"
        if saved.merged:
            said += f"（别人同时改的 {'、'.join(saved.merged)} 已一并保留）"
        lacks = children.gaps(saved.child_id)
        if lacks:
            said += f"，待补：{'、'.join(lacks[:4])}{'等' if len(lacks) > 4 else ''}"
        return Kept(saved.child_id, said if lacks else said + "，建档齐全")


def notice(record: Any, values: dict) -> str:
    """The children on file that may be this one."""
    same = [line for line in sheet_verbs.lookalikes(values) if line.id != record]
    if not same:
        return ""
    return "登记册里已有：" + "、".join(
        f"{line.name}（{line.village_group or '组别未采集'}，{line.birth_date or '生日未采集'}）"
        for line in same[:3]
    )


def child_sheet(
    context: Context, child_id: Any, at: str | None = None, draft: Draft | None = None
) -> ChildSheet:
    """The entry sheet of a child, or of a new one."""
    return ChildSheet(context, child_id, at, draft)


def sibling_sheet(context: Context, child_id: UUID) -> ChildSheet:
    """The entry sheet of a new child of the same family."""
    return ChildSheet(context, None, sibling_of=child_id)
