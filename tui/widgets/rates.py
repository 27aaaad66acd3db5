"""A target's rate as screens show it: in words, as a bar, against its goal."""

from db.targets import Target
from tui.ink import Line, gauge

NO_RATE = "—"


def rate_text(rate: float | None) -> str:
    """96.9%, 100%, or — where there is nobody to count. Put — last in its line: consoles differ on its width."""
    return NO_RATE if rate is None else f"{rate:g}%"


def rate_bar(target: Target, n: int) -> Line:
    """The rate as a bar of n cells, green once the goal is met."""
    return share_bar(target.rate, target.met, n)


def share_bar(rate: float | None, met: bool | None, n: int) -> Line:
    """A percentage as a bar of n cells."""
    return gauge((rate or 0) / 100, n, "bar" if met else "bar_warn")


def verdict(target: Target) -> tuple[str, str]:
    """How the target stands against its goal, and the style to say it in: 达标, 差19人, or 多2人 of those there should be none of."""
    return target.verdict, {True: "good", False: "warn", None: "dim"}[target.met]
