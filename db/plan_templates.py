"""Templates of yearly plans as TOML: the seven that come with the program, and a ledger's own, read and written."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from db.rhythm import Rhythm, as_dict
from db.rhythm_files import MOST_RHYTHMS, TITLE, line, parse, read_text, tidy
from db.sheet import NotFound
from db.values import Refused
from db.vocab import ACTIVITY_KIND

YEARS = Path(__file__).parent / "plans" / "years"
EVERY = {
    "day": "每天", "week": "每周", "month": "每月", "quarter": "每季度", "term": "每学期", "year": "每年", "holiday": "每个假期",
    "festival": "每个传统节日",
}  # fmt: skip
SPANS = {"months": "几月到几月", "term": "一个学期", "school_year": "一个学年"}
MOST, MOST_BYTES = 200, 200_000  # of each kind of thing in a plan
ITEM, CODE = 80, 40  # longest texts
LAST = "last"


class Goal(NamedTuple):
    """A rate the plan promises, in percent."""

    code: str
    name: str
    rate: float


class Phase(NamedTuple):
    """A stretch of the plan, by its months."""

    name: str
    months: tuple[int, ...]


class Asked(NamedTuple):
    """What the plan puts on a month; kind: of the activity that settles it, if one does."""

    title: str
    kind: str | None


class Setup(NamedTuple):
    """An arrangement to be made. system: which one, '' for one of the plan's own. month: by the end of which month; None:
    by the end of the plan's second, 'last': of its last."""

    title: str
    system: str
    month: int | str | None


class Occasion(NamedTuple):
    """What the site does again and again. kind: of activity; every: of EVERY; weekday: 1 Monday … 7 Sunday, of a weekly one."""

    code: str
    name: str
    kind: str
    every: str
    weekday: int


class Template(NamedTuple):
    """A plan to be adopted. span: 'months' from `first` to `last` (numbers; over the new year if last is before first),
    'term' or 'school_year' (first and last are None then)."""

    code: str
    title: str
    source: str
    span: str
    first: int | None
    last: int | None
    goals: tuple[Goal, ...]
    phases: tuple[Phase, ...]
    months: Mapping[int, tuple[Asked, ...]]
    setups: tuple[Setup, ...]
    occasions: tuple[Occasion, ...]
    rhythms: tuple[Rhythm, ...]

    @property
    def month_numbers(self) -> tuple[int, ...]:
        """The months it runs over, in order; all twelve for a term or a school year."""
        if self.first is None:
            return tuple(range(1, 13))
        length = (self.last - self.first) % 12 + 1
        return tuple((self.first - 1 + n) % 12 + 1 for n in range(length))


# ---- what there is ------------------------------------------------------------------------------


@cache
def templates() -> tuple[Template, ...]:
    """The seven plans that come with the program."""
    return tuple(read(path.stem[3:], path.read_text("utf-8")) for path in sorted(YEARS.glob("*.toml")))


def by_code(code: str) -> Template:
    """A plan that comes with the program. Raises NotFound."""
    found = next((each for each in templates() if each.code == code), None)
    if found is None:
        raise NotFound(f"没有“{code}”这份计划，可选：{'、'.join(each.code for each in templates())}")
    return found


def read_file(path: Path) -> Template:
    """A plan from a TOML file. Raises Refused with the one thing to mend."""
    plan = read(path.stem[:CODE], read_text(path, MOST_BYTES))
    if not (plan.months or plan.setups or plan.occasions or plan.rhythms):
        raise Refused("这份计划是空的：没有月度事项、要建立的、经常开展的，也没有节奏")
    return plan


@cache
def read(code: str, text: str) -> Template:
    """A plan from the text of its file. Raises Refused with the one thing to mend."""
    told = parse(text)
    whole = _Part("计划", told)
    whole.known(
        "title", "source", "span", "first", "last", "goal", "phase", "month", "setup", "occasion", "rhythm"
    )
    title, source = whole.text("title", TITLE), whole.text("source", TITLE, needed=False)
    span, first, last = _span(whole)
    plan = Template(
        code, title, source, span, first, last, _each(told, "goal", _goal), _each(told, "phase", _phase),
        _months(told), _each(told, "setup", _setup), _each(told, "occasion", _occasion),
        tuple(tidy(each) for each in _list(told, "rhythm", MOST_RHYTHMS)),
    )  # fmt: skip
    _check(plan)
    return plan


def written(plan: Template) -> str:
    """A plan as the text of its file; since when a rhythm is owed is this ledger's own and left out."""
    import tomli_w

    told: dict[str, Any] = {"title": plan.title, "source": plan.source}
    told |= {"span": plan.span} if plan.first is None else {"first": plan.first, "last": plan.last}
    told["goal"] = [each._asdict() for each in plan.goals]
    told["phase"] = [{"name": each.name, "months": list(each.months)} for each in plan.phases]
    told["month"] = [{"month": month, "items": [_bare(each._asdict()) for each in items]}
                     for month, items in plan.months.items()]  # fmt: skip
    told["setup"] = [_bare(each._asdict()) for each in plan.setups]
    told["occasion"] = [each._asdict() for each in plan.occasions]
    told["rhythm"] = [as_dict(each._replace(since=None)) for each in plan.rhythms]
    return tomli_w.dumps({key: value for key, value in told.items() if value})


def _bare(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value is not None and value != ""}


# ---- reading ------------------------------------------------------------------------------------


class _Part:
    """One table of the file, read key by key; what is wrong is said with the name of the part."""

    def __init__(self, what: str, told: Any):
        if not isinstance(told, Mapping):
            raise Refused(f"{what}要写成一段，请对照样子改")
        self.what, self.told = what, told

    def known(self, *names: str) -> None:
        for key in self.told:
            if key not in names:
                raise Refused(
                    f"{self.what}里不认识“{line(key, 'x', 1000)[:CODE]}”，可写的有：{'、'.join(names)}"
                )

    def text(self, key: str, longest: int, needed: bool = True) -> str:
        text = line(self.told.get(key, ""), f"{self.what}的 {key}", longest)
        if needed and not text:
            raise Refused(f"{self.what}缺 {key}，请补上")
        return text

    def choice(self, key: str, among: Any, needed: bool = True) -> str | None:
        text = self.text(key, CODE, needed)
        if text and text not in among:
            choices = "、".join(each if isinstance(each, str) else each.code for each in among)
            raise Refused(f"{self.what}的 {key}“{text}”不认识，可写：{choices}")
        return text or None

    def month(self, key: str) -> int:
        return self.whole(key, 1, 12, "月份")

    def whole(self, key: str, least: int, most: int, name: str) -> int:
        value = self.told.get(key)
        if type(value) is not int or not least <= value <= most:
            raise Refused(f"{self.what}的 {key}（{name}）要写{least}到{most}的整数")
        return value


def _list(told: Mapping[str, Any], key: str, most: int = MOST) -> Sequence[Any]:
    found = told.get(key, [])
    if not isinstance(found, list) or len(found) > most:
        raise Refused(f"{key} 要写成 [[{key}]]，最多{most}段")
    return found


def _each(told: Mapping[str, Any], key: str, one: Callable[[Any], Any]) -> tuple:
    return tuple(one(each) for each in _list(told, key))


def _span(whole: _Part) -> tuple[str, int | None, int | None]:
    if "first" in whole.told or "last" in whole.told:
        return "months", whole.month("first"), whole.month("last")
    span = whole.choice("span", ("term", "school_year"), needed=False)
    return span or "term", None, None


def _goal(told: Any) -> Goal:
    part = _Part("目标 [[goal]]", told)
    part.known("code", "name", "rate")
    rate = part.told.get("rate")
    if type(rate) not in (int, float) or not 0 <= rate <= 100:
        raise Refused("目标 [[goal]] 的 rate 要写0到100的数")
    return Goal(part.text("code", CODE), part.text("name", ITEM), rate)


def _phase(told: Any) -> Phase:
    part = _Part("阶段 [[phase]]", told)
    part.known("name", "months")
    months = part.told.get("months")
    if not isinstance(months, list) or not months or not all(type(m) is int and 1 <= m <= 12 for m in months):
        raise Refused("阶段 [[phase]] 的 months 要写成月份的列表，如 [2, 3]")
    return Phase(part.text("name", TITLE), tuple(months))


def _months(told: Mapping[str, Any]) -> dict[int, tuple[Asked, ...]]:
    found: dict[int, tuple[Asked, ...]] = {}
    for each in _list(told, "month", 12):
        part = _Part("月份 [[month]]", each)
        part.known("month", "items")
        month, items = part.month("month"), part.told.get("items")
        if month in found:
            raise Refused(f"{month}月写了两段 [[month]]，请并成一段")
        if not isinstance(items, list) or len(items) > MOST:
            raise Refused(f"{month}月的 items 要写成列表，如 [“家长会”]")
        found[month] = tuple(_asked(month, item) for item in items)
    return found


def _asked(month: int, told: Any) -> Asked:
    part = _Part(f"{month}月的事项", {"title": told} if isinstance(told, str) else told)
    part.known("title", "kind")
    return Asked(part.text("title", ITEM), part.choice("kind", ACTIVITY_KIND, needed=False))


def _setup(told: Any) -> Setup:
    part = _Part("要建立的 [[setup]]", told)
    part.known("title", "system", "month")
    month = part.told.get("month")
    if month is not None and month != LAST:
        month = part.month("month")
    return Setup(part.text("title", ITEM), part.text("system", CODE, needed=False), month)


def _occasion(told: Any) -> Occasion:
    part = _Part("经常开展的 [[occasion]]", told)
    part.known("code", "name", "kind", "every", "weekday")
    weekday = part.whole("weekday", 1, 7, "周几") if "weekday" in part.told else 6
    return Occasion(
        part.text("code", CODE), part.text("name", ITEM), part.choice("kind", ACTIVITY_KIND) or "", part.choice("every", EVERY) or "", weekday,
    )  # fmt: skip


def _check(plan: Template) -> None:
    """What the parts say of each other. Raises Refused."""
    numbers = plan.month_numbers
    if plan.first is None and plan.months:
        raise Refused("写了 [[month]] 的计划要有 first 和 last：从几月到几月")
    for month in [*plan.months, *(m for phase in plan.phases for m in phase.months),
                  *(each.month for each in plan.setups if isinstance(each.month, int))]:  # fmt: skip
        if month not in numbers:
            raise Refused(f"{month}月不在计划的{plan.first}月到{plan.last}月之内，请改月份，或改 first、last")
    for names in (
        [goal.code for goal in plan.goals], [each.code for each in plan.occasions], [each.code for each in plan.rhythms],
        [each.name for each in plan.rhythms], [each.name for each in plan.phases],
    ):  # fmt: skip
        if twice := next((each for each in names if names.count(each) > 1), None):
            raise Refused(f"计划里“{twice}”写了两遍，请删去或改名")
