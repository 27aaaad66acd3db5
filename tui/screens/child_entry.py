"""The entry sheet of a child: what is asked of the ledger while it is filled, and how it is saved."""

from typing import Any

from db import child_sheet as sheet_verbs
from db import children, lookalikes
from tui.context import Context
from tui.drafts import Draft
from tui.widgets.sheet import Clash, Form, Kept, Sheet


def child_sheet(context: Context, child_id: Any, at: str | None = None, draft: Draft | None = None) -> Sheet:
    """The entry sheet of a child, or of a new one."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        try:
            saved = sheet_verbs.save(record, values, base, by=context.by, force=force)
        except sheet_verbs.Conflict as conflict:
            raise Clash(conflict.fields) from conflict
        said = f"已存：{values['name']}"
        if saved.merged:
            said += f"（别人同时改的 {'、'.join(saved.merged)} 已一并保留）"
        lacks = children.gaps(saved.child_id)
        return Kept(
            saved.child_id,
            said
            + (f"，待补：{'、'.join(lacks[:4])}{'等' if len(lacks) > 4 else ''}" if lacks else "，建档齐全"),
        )

    def notice(record: Any, values: dict) -> str:
        found = lookalikes.similar(values, besides=record)
        if not found:
            return ""
        best, more = found[0], f"，另有{len(found) - 1}人" if len(found) > 1 else ""
        return f"{'登记册里已有' if best.sure else '疑似重复'}：{best.told}{more}"

    form = Form("child", sheet_verbs.ENTRIES, sheet_verbs.load, save, sheet_verbs.derive, sheet_verbs.problems,
                notice, another=True)  # fmt: skip
    name = sheet_verbs.load(child_id)["name"] if child_id else None
    return Sheet(form, f"修改：{name}" if child_id else "新增儿童", context.drafts, child_id, at, draft)
