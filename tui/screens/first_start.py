"""The first start: one short sheet that says where this ledger is kept, and by whom."""

from collections.abc import Callable
from typing import Any

from db import site
from db.sheet import Rules
from tui.context import Context
from tui.widgets.sheet import Form, Kept, Sheet


class FirstStart(Sheet):
    """Leads into the program once saved. Esc is no way round it; Ctrl+Q is."""

    def __init__(self, context: Context, then: Callable[[], None]):
        form = Form(
            "first_start",
            site.ENTRIES,
            lambda _record: site.proposed(context.by),
            self.set_up,
            Rules(derive=site.term_follows),
        )
        self.context, self.then = context, then
        super().__init__(form, "初次使用：请填单位和学期", context.drafts)

    def set_up(self, _record: Any, values: dict, _base: dict, _force: frozenset[str]) -> Kept:
        """The form's save: the ledger gets its site, term, criterion and the user's name."""
        self.context.by = site.first_start(values, self.context.by)
        return Kept("site", f"{values['site_name']}的台账建好了：按 F7 导入现有表格，或按 F2 逐个登记")

    def saved(self, kept: Kept) -> None:
        self.draft.discard()
        self.then()
        self.desk.say(kept.said, "good")

    def leave(self) -> None:
        self.desk.say("填好单位名称后按 Ctrl+S 开始使用；按 Ctrl+Q 退出", "warn")
