"""Who a target still lacks, and why; from there to where it is mended."""

from uuid import UUID

from db import children, days, duties, targets
from db.child_fields import SPECS
from db.targets import Missing, Target, Within
from tui.context import Context
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.target_rows import CHILD, GROUP, missing_row
from tui.widgets.rates import rate_bar, rate_text
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

KEPT_BY = {
    "talk_on_time": ("talk",),
    "visit_on_time": ("visit",),
    "call_on_time": ("phone_call", "video_call", "parent_contact"),
}  # the records that keep a rhythm's rate, the usual one first
BY_PAIRING = {"paired", "paired_focus", "paired_hardship"}


class MissingList(Page):
    """The children a target lacks, of one part of them where `within` says so; Enter goes to where it is mended."""

    keys = (
        Key(("enter", "f8"), "去补", "open"),
        Key(("space",), "档案", "dossier"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, target: Target, within: Within | None = None, part: str = ""):
        self.context, self.target, self.within, self.part = context, target, within, part
        self.roster: Roster[tuple[Missing, str]] = Roster(
            lambda: len(self.target.missing), self._window, missing_row, "都补齐了，按 Esc 返回"
        )

    @property
    def title(self) -> str:
        """The target and how many it lacks: one fewer with each that is mended."""
        what = "缺" if self.target.direction == "up" else "有"
        return f"{self.target.name}{self.part}：{what}{len(self.target.missing)}人"

    def _window(self, offset: int, limit: int) -> list[tuple[Missing, str]]:
        missing = self.target.missing[offset : offset + limit]
        groups = {line.id: line.village_group or "" for line in children.lines([each.id for each in missing])}
        return [(each, groups.get(each.id, "")) for each in missing]

    def shown(self) -> None:
        here = self.roster.current() if self.target.missing else None
        try:
            self.target = targets.one(self.target.code, within=self.within)
            self.roster.refresh()
        except TROUBLE as error:
            self.desk.say(str(error), "error")
        if here is not None:  # the others close ranks: the cursor stays with its child, or takes the next one
            ids = [each.id for each in self.target.missing]
            self.roster.go(ids.index(here[0].id) if here[0].id in ids else self.roster.at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "已经没有缺的了" if key.run in ("open", "dossier") and not len(self.roster) else None

    def open(self) -> None:
        """The sheet standing in the field, the record, the helpers to choose from, the activities: whatever it lacks."""
        child, _group = self.roster.current()
        code = self.target.code
        if child.field in SPECS:
            self.context.open_child(child.id, at=child.field)
        elif code in KEPT_BY:
            open_record(self.context, child.id, _owed_kind(child.id, KEPT_BY[code]))
        elif code in BY_PAIRING:
            from tui.screens.choosing import choose_for

            choose_for(self.context, child.id)
        elif code == "arts_sports":
            from tui.screens.participation import Participation

            self.desk.push(Participation(self.context))
            self.desk.say(f"{child.name}还没参加过：按 F4 到日历里给活动点名，就算上了", "info")
        else:
            self.dossier()

    def dossier(self) -> None:
        self.context.open_child(self.roster.current()[0].id)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        target = self.target
        lines: list[Line] = [
            [(f" {target.numerator}/{target.denominator}  ", "strong"), *rate_bar(target, width // 3), ("  ", "plain"),
             (rate_text(target.rate), "strong")],
            [],
            columns([("  姓名", CHILD + 2, "dim"), ("村民组", GROUP, "dim"), ("缺什么", 20, "dim")], gap=1),
        ]  # fmt: skip
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])


def _owed_kind(child_id: UUID, kinds: tuple[str, ...]) -> str:
    """Which of these records the child is owed first."""
    owed = (duty.kind for duty in duties.of_child(child_id, days.today()) if duty.kind in kinds)
    return next(owed, kinds[0])
