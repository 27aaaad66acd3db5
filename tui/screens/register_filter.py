"""The filter panel of the register: each digit is a filter; short ones step on, long ones open a list."""

from db.errors import LedgerError
from db.initials import initials
from db.register import CHOICES, Wanted, choices, count
from tui.ink import Line, fit
from tui.page import Key, Picture, plain_key
from tui.widgets.dialogs import Choose, Panel

NAMES = list(CHOICES)
STEPPED = 3  # a filter of at most so many choices steps to the next one at each press
COLUMN = 29


class Filter(Panel):
    """Set the filters; closed with the Wanted, or None if they are to stay as they were."""

    keys = (
        Key(("enter", "tab"), "用上", "accept"),
        Key(("0",), "全部清空", "clear"),
        Key(("escape",), "不变", "cancel"),
    )

    def __init__(self, wanted: Wanted) -> None:
        super().__init__("筛选：按数字设条件，再按换下一个，7、8从名单里选；各条件同时成立")
        self.wanted, self.found = wanted, 0

    def shown(self) -> None:
        self.set(self.wanted)

    def set(self, wanted: Wanted) -> None:
        """Look for these from now on, and count them."""
        try:
            self.wanted, self.found = wanted, count(wanted)
        except LedgerError as error:
            self.desk.say(str(error), "error")

    def press(self, key: str, char: str | None) -> bool:
        digit = plain_key(key, char)
        if digit in map(str, range(1, len(NAMES) + 1)):
            self.turn(NAMES[int(digit) - 1])
            return True
        return self.shortcut(key, char)

    def turn(self, name: str) -> None:
        """Go to a filter's next choice, or let one be picked of many."""
        label, _ = CHOICES[name]
        offered = choices(name)
        values, now = ["", *offered], getattr(self.wanted, name)
        at = values.index(now) if now in values else 0
        if len(offered) <= STEPPED and name != "group":
            self.set(self.wanted._replace(**{name: values[(at + 1) % len(values)]}))
            return

        def chosen(at: int | None) -> None:
            if at is not None:
                self.set(self.wanted._replace(**{name: values[at]}))

        words = ["不限", *offered.values()]
        short = [initials(word.removeprefix("缺")) for word in words]
        self.desk.push(Choose(label, words, short, at=at), chosen)

    def accept(self) -> None:
        self.desk.close(self.wanted)

    def clear(self) -> None:
        self.set(Wanted(self.wanted.text))

    def cancel(self) -> None:
        self.desk.close(None)

    def help_lines(self) -> list[str]:
        numbered = [
            f"{nth}  {CHOICES[name][0]}：{'、'.join(choices(name).values())}"
            for nth, name in enumerate(NAMES, 1)
        ]
        return [*super().help_lines(), "", *numbered]

    def draw(self, width: int, height: int) -> Picture:
        half = (len(NAMES) + 1) // 2
        lines: list[Line] = []
        for at in range(half):
            line: Line = []
            for nth in range(at, len(NAMES), half):
                label, told = CHOICES[NAMES[nth]]
                value = getattr(self.wanted, NAMES[nth])
                words = told.get(value, value) if value else "不限"
                line += [
                    (f"  {nth + 1} ", "key"), (fit(label, 7), "plain"),
                    (fit(words, COLUMN - 11), "strong" if value else "dim"),
                ]  # fmt: skip
            lines.append(line)
        said = f"  找到 {self.found} 名" + (f"（查找“{self.wanted.text}”里）" if self.wanted.text else "")
        return self.panel([*lines, [(said, "good" if self.found else "warn")]], width)
