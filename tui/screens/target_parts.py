"""A target taken apart: by village group, class, school, helper, and over the terms."""

from db import snapshots, targets
from db.snapshots import Point
from db.targets import DIMENSIONS, Part, Target, Within
from tui.context import Context
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.missing import MissingList
from tui.screens.target_rows import NARROW, standing
from tui.widgets.rates import rate_text, share_bar
from tui.widgets.roster import Roster

TREND = "terms"
VIEWS = {**DIMENSIONS, TREND: "各学期"}
LABEL, RATE, PEOPLE, SAID = 22, 6, 9, 10


class TargetParts(Page):
    """One target's parts by one of the dimensions, or its terms; Enter on a part lists whom it lacks."""

    keys = (
        Key(("enter", "f8"), "缺什么", "open"),
        Key(("tab", "right"), "换一种分法", "following"),
        Key(("shift+tab", "left"), "上一种分法", "previous", show=False),
        Key(("f5",), "重算", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, target: Target, view: str = "group"):
        self.context, self.target, self.view = context, target, view
        self.roster: Roster[Part | Point] = Roster.of([], self.row)

    @property
    def title(self) -> str:
        """The target's name."""
        return f"分开看：{self.target.name}"

    def shown(self) -> None:
        before = self.roster
        try:
            self.target = targets.one(self.target.code)
            if self.view == TREND:
                found, empty = snapshots.trend(self.target.code), "还没有记下来的学期"
            else:
                found = targets.by(self.target.code, self.view)
                empty = f"没有可以按{VIEWS[self.view]}分开算的"
        except TROUBLE as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, self.row, empty)
        self.roster.follow(before, lambda each: each.term if isinstance(each, Point) else each.value)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run != "open":
            return None
        match self.roster.current():
            case None:
                return "这里没有可以打开的：按 Tab 换一种分法"
            case Point():
                return "各学期的数是当时存下的，不能打开：按 Tab 换一种分法"
            case Part() as part if part.numerator == part.denominator if self._up else part.met:
                return f"{part.label}没有缺漏"
        return None

    @property
    def _up(self) -> bool:
        return self.target.direction == "up"

    def following(self) -> None:
        self._turn(1)

    def previous(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        views = list(VIEWS)
        self.view = views[(views.index(self.view) + step) % len(views)]
        self.roster = Roster.of([], self.row)
        self.shown()

    def open(self) -> None:
        """The children this part lacks; a school's own figures name nobody."""
        part = self.roster.current()
        within = Within(self.view, part.value)
        target = targets.one(self.target.code, within=within)
        if target.missing:
            self.desk.push(MissingList(self.context, target, within, f"（{part.label}）"))
        elif target.outside or target.waiting:
            self.desk.say(f"{part.label}的数是外来的，没有名单：到目标清单按 F10 改这个数", "warn")
        else:
            self.desk.say(f"{part.label}已达到要求，没有名单", "info")

    def undo(self) -> None:
        self.context.undo()

    def row(self, part: Part | Point, width: int, here: bool) -> Line:
        """One part as a line."""
        return part_row(part, width, here, self.target)

    def draw(self, width: int, height: int) -> Picture:
        target = self.target
        whole = standing(target) or f"{target.numerator}/{target.denominator}  {rate_text(target.rate)}"
        asks = f"  要求{target.asks}" if target.asks else ""
        tabs: Line = [(" ", "plain")]
        for view, label in VIEWS.items():
            tabs += [(label, "cursor" if view == self.view else "plain"), ("  ", "plain")]
        lines = [[(f" 全部{asks}  {whole}", "strong")], tabs, []]
        foot = self._foot(width)
        rows = self.roster.draw(width, height - len(lines) - len(foot))
        return Picture([*lines, *rows, *foot])

    def _foot(self, width: int) -> list[Line]:
        """What the terms come to, where they are shown."""
        points = self.roster.items() if self.view == TREND else []
        if not points:
            return []
        if len(points) == 1:
            said = "只记下了这一个学期，下学期起能看出走势"
        else:
            said = _change(points[-2], points[-1], self.target)
        return [[(" " + said, "dim")]]


def _change(before: Point, now: Point, target: Target) -> str:
    """What became of a target since the term before, in points of a rate or in children."""
    in_children = target.sort == "some"
    by = now.numerator - before.numerator if in_children else round((now.rate or 0) - (before.rate or 0), 1)
    if not by:
        return f"与{before.term}一样"
    much = (
        f"{'多' if by > 0 else '少'}{abs(by)}名"
        if in_children
        else f"{'高' if by > 0 else '低'}{abs(by):g}个百分点"
    )
    return f"比{before.term}{much}，{'好了' if (by > 0) == (target.direction == 'up') else '差了'}"


def part_row(part: Part | Point, width: int, here: bool, target: Target) -> Line:
    """One part, or one term, of a target as a line: bar, rate, people, how it stands."""
    if isinstance(part, Point):
        label, said, tone = part.term, part.on.isoformat(), "dim"
        met = targets.met(part.numerator, part.denominator, part.goal, target.direction, target.sort)
    else:
        label, met = part.label, part.met
        said, tone = {True: ("达标", "good"), False: ("没达标", "warn"), None: ("", "dim")}[met]
    room, gap = (LABEL + 2, 2) if width >= NARROW else (LABEL, 1)
    line = columns([(">" if here else " ", 1, "key"), (label, room, "cursor" if here else "plain")], gap=1)
    bar = max(5, min(30, width - 2 - room - RATE - PEOPLE - SAID - 4 * gap))
    if part.rate is None:
        return [*line, (" " * (bar + 2 * gap + RATE - 1), "plain"), (rate_text(None), "dim")]
    return [
        *line, (" " * gap, "plain"), *share_bar(part.rate, met, bar), (" " * gap, "plain"),
        *columns([(rate_text(part.rate), -RATE, "strong"), (f"{part.numerator}/{part.denominator}", -PEOPLE, "plain"),
                  (said, SAID, tone)], gap),
    ]  # fmt: skip
