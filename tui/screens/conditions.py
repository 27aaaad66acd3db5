"""The conditions of a target of one's own, put together without code: a field, a test, a value, each chosen."""

from collections.abc import Callable
from typing import Any

from db import conditions
from db.conditions import FIELDS, Condition
from db.initials import initials
from db.spec import Spec, show
from db.values import Refused
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.widgets.ask import ask_text
from tui.widgets.dialogs import Choose
from tui.widgets.roster import Roster

Count = Callable[
    [list[Condition]], tuple[str, str]
]  # what such conditions come to, and the style to say it in


class Conditions(Page):
    """A list of conditions that hold together. It keeps nothing: changed(conditions) hears every change at once."""

    keys = (
        Key(("insert", "a"), "加一条", "add"),
        Key(("enter", "e"), "改", "change"),
        Key(("delete",), "去掉", "drop"),
        Key(("f8", "escape"), "选好了", "leave"),
    )

    def __init__(
        self, title: str, found: list[Condition], come_to: Count, changed: Callable[[list[Condition]], None]
    ):
        self.title, self.found, self.come_to, self.changed = title, found, come_to, changed
        self.now = ("", "plain")
        self.roster: Roster[Condition] = Roster.of(self.found, _row, "还没有条件：按 Ins 加一条")

    def shown(self) -> None:
        self.now = self.come_to(self.found)
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run in ("change", "drop") and not self.found:
            return "还没有条件：按 Ins 加一条"
        if key.run == "add" and len(self.found) >= conditions.MOST:
            return f"条件最多{conditions.MOST}条，请先去掉用不着的"
        return None

    # ---- one condition

    def add(self) -> None:
        self._choose(lambda made: self._put(len(self.found), made))

    def change(self) -> None:
        at = self.roster.at
        self._choose(lambda made: self._put(at, made), self.found[at])

    def drop(self) -> None:
        """Nothing is written yet, so nothing is asked."""
        del self.found[self.roster.at]
        self._tell()

    def _put(self, at: int, condition: Condition) -> None:
        self.found[at : at + 1] = [condition]
        self._tell()
        self.roster.go(at)

    def _tell(self) -> None:
        self.changed(self.found)
        self.shown()

    def _choose(self, then: Callable[[Condition], None], now: Condition | None = None) -> None:
        """A field, by number, initials or words; then its test, then its value."""
        fields = list(FIELDS)
        at = fields.index(now[0]) if now and now[0] in FIELDS else 0
        labels = [FIELDS[field].label for field in fields]
        self.desk.push(
            Choose("看哪一项（打拼音首字母或汉字找）", labels, [initials(label) for label in labels], at, inside=True),
            lambda at: self._choose_test(fields[at], then) if at is not None else None,
        )  # fmt: skip

    def _choose_test(self, field: str, then: Callable[[Condition], None]) -> None:
        tests = conditions.tests_of(field)
        labels = [label for _, label in tests]
        self.desk.push(
            Choose(f"{FIELDS[field].label}：怎么判断", labels, [initials(label) for label in labels]),
            lambda at: self._choose_value(field, tests[at], then) if at is not None else None,
        )

    def _choose_value(self, field: str, test: tuple[str, str], then: Callable[[Condition], None]) -> None:
        code, label = test
        spec = conditions.value_spec(field, code)
        asked = f"{FIELDS[field].label}{label}"

        def take(value: Any) -> None:
            then(conditions.checked([[field, code, value]])[0])

        if spec is None:
            take(None)
        elif spec.kind == "codes":
            self._choose_several(asked, spec, [], take)
        elif spec.choices is not None:
            choices = list(spec.choices)
            self.desk.push(
                Choose(asked, [each.label for each in choices], [each.initials for each in choices]),
                lambda at: take(choices[at].label) if at is not None else None,
            )
        else:
            ask_text(self.desk, asked, "", take, spec.prompt, spec.longest)

    def _choose_several(
        self, asked: str, spec: Spec, taken: list[str], then: Callable[[str], None], at: int = 1
    ) -> None:
        """Pick one after the other, then the first line to have done."""
        labels = [each.label for each in spec.choices]
        words = [
            f"就这些（{len(taken)}个）",
            *(f"{'[x]' if each in taken else '[ ]'} {each}" for each in labels),
        ]
        short = ["jzx", *(each.initials for each in spec.choices)]

        def picked(at: int | None) -> None:
            if at is None:
                return
            if at == 0 and taken:
                then("、".join(taken))
                return
            if at == 0:
                self.desk.say("还没选：选上至少一个，再选“就这些”", "warn")
            else:
                label = labels[at - 1]
                taken[:] = [each for each in taken if each != label] if label in taken else [*taken, label]
            self._choose_several(asked, spec, taken, then, at)

        self.desk.push(Choose(f"{asked}（可多选）", words, short, at), picked)

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        text, style = self.now
        foot: list[Line] = [[(" " + row, style)] for row in wrap(text, width - 2)[:3]]
        head: Line = [(" 下面各条都成立才算" if len(self.found) > 1 else " 这一条成立才算", "dim")]
        return Picture([head, [], *self.roster.draw(width, height - 3 - len(foot)), [], *foot])


def _row(condition: Condition, width: int, here: bool) -> Line:
    """免疫接种  是  有漏种, or what is wrong with it."""
    line: Line = [(">" if here else " ", "key"), (" ", "plain")]
    field, test, value = condition
    try:
        spec, tested = conditions.value_spec(field, test), dict(conditions.tests_of(field))[test]
    except Refused as refused:
        return [*line, *columns([(str(refused), width - 3, "cursor" if here else "warn")])]
    said = "" if spec is None else show(spec, value)
    how = "" if spec is not None and spec.kind == "flag" else f" {tested}"
    return [*line, (FIELDS[field].label, "cursor" if here else "plain"), (how, "dim"), (f" {said}", "strong")]
