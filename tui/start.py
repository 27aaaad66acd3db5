"""Open the program: the ledger, the desk with its screens, the drafts left from last time."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

from db import changes, days, site, store
from db.config import Config
from tui.context import Context
from tui.drafts import Draft, Drafts
from tui.page import Desk, Page

ROUTES = (
    ("f6", "工作台", "workbench", "Workbench"),
    ("f2", "登记", "register", "Register"),
    ("f3", "结对", "pairing", "Pairing"),
    ("f4", "日历", "calendar", "Calendar"),
    ("f5", "目标", "targets", "Targets"),
    ("f9", "会议", "meeting", "Meeting"),
    ("f7", "报表", "reports", "Reports"),
)


def start(place: Path | str, config: Config) -> int:
    """Run the program on an open ledger until the user quits; its exit status.

    place: the ledger's folder or its postgresql:// address.
    """
    from tui import app

    login = getpass.getuser()
    by = site.user(login)
    shared = isinstance(place, str) or config.shared(place)
    desk = Desk()
    own = own_folder(place, shared)
    context = Context(
        by, Drafts(own / "drafts"), desk, config.get("entry.rekey"), config.report_folder(place)
    )
    kind = "共用" if shared else "单人"
    desk.heading = heading(context, kind)
    for key, label, module, name in ROUTES:
        desk.route(key, label, screen(context, module, name))
    if site.is_set_up():
        begin(context, kind)
    else:
        from tui.screens.first_start import FirstStart

        desk.push(FirstStart(context, lambda: begin(context, kind)))
    try:
        return app.run(desk, own / "error.log")
    finally:
        store.close()


def screen(context: Context, module: str, name: str):
    """A maker of a screen that imports it only when it is first gone to."""

    def make() -> Page:
        from importlib import import_module

        return getattr(import_module(f"tui.screens.{module}"), name)(context)

    return make


def begin(context: Context, kind: str) -> None:
    """工作台, and over it the offer of a draft left unsaved."""
    context.desk.heading = heading(context, kind)
    context.desk.go("f6")
    if left := context.drafts.left():
        offer(context, left)


def offer(context: Context, left: list[Draft]) -> None:
    """Ask about the newest draft: go on with it now, or later from its own record."""
    from tui.widgets.dialogs import Choose

    draft = left[-1]
    names = {name: text for name, text in draft.texts.items() if text}
    what = draft.title + (
        f"（{names['name']}）" if "name" in names and names["name"] not in draft.title else ""
    )
    more = f"，另有{len(left) - 1}份" if len(left) > 1 else ""
    choices = ["接着录", "以后再说（草稿留着）", "丢弃这份草稿"]

    def chosen(answer: int | None) -> None:
        if answer in (0, 2) and draft.path not in [each.path for each in context.drafts.left()]:
            context.desk.say("这份草稿已在别的窗口里接着录，或已存好了", "warn")
        elif answer == 0:
            context.resume(draft)
        elif answer == 2:
            context.drafts.resume(draft).discard()
            context.desk.say("草稿已丢弃", "warn")

    context.desk.push(Choose(f"上次没存的草稿：{what}，已填{len(names)}项{more}", choices), chosen)


def heading(context: Context, kind: str) -> Callable[[], tuple[str, str]]:
    """Site and term to the left, user and day to the right; the day moves on at midnight."""

    @lru_cache(maxsize=1)
    def of_day(today: date, _by: str, _actions: int) -> tuple[str, str]:
        here = site.site()
        left = f"{here.name if here else ''}  {site.term().code}  {kind}"
        return left, f"{context.by.name}  {days.short(today)} {days.weekday(today)}"

    return lambda: of_day(days.today(), context.by.name, changes.actions)


def own_folder(place: Path | str, shared: bool) -> Path:
    """Where this user's drafts and faults are noted: beside a private ledger, else in the user's state folder."""
    if not shared:
        return Path(place)
    import platformdirs

    ledger = hashlib.sha256(str(place).encode()).hexdigest()[:12]
    folder = platformdirs.user_state_path("guanai", appauthor=False) / ledger
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
