"""Templates of care plans: what a plan against one kind of difficulty usually begins with."""

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from db.models import CarePlan, CareStep
from db.values import Refused
from db.vocab import CARE_PLAN_KIND, FOCUS, Codes

SHIPPED = Path(__file__).parent / "plans" / "care" / "templates.toml"
LONGEST_WEEKS = 104
Table = dict[str, Any]


class StepTemplate(NamedTuple):
    """A step of a template. after: days from the plan's first day to the day it is owed."""

    title: str
    after: int


class Template(NamedTuple):
    """What a plan begins with. problem: how its problem is to be described; weeks: how long it runs; review: weeks
    from one look at its effect to the next. kind and tag are codes; tag None: against no kind in particular."""

    code: str
    name: str
    kind: str
    tag: str | None
    problem: str
    goal: str
    measures: str
    weeks: int
    review: int
    steps: tuple[StepTemplate, ...]

    def ends(self, starts: date) -> date:
        """The last day of a plan begun on a day."""
        return starts + timedelta(weeks=self.weeks)

    def review_after(self, day: date) -> date:
        """The day of the next look at the effect after one on a day."""
        return day + timedelta(weeks=self.review)


@cache
def templates() -> dict[str, Template]:
    """The shipped templates by their codes, in the order of the file. Raises Refused, naming file and key."""
    return read(SHIPPED)


def template(code: str) -> Template:
    """A template by its code. Raises Refused for one we do not have."""
    if code not in templates():
        raise Refused(f"没有“{code}”这个方案模板，请重新选一个")
    return templates()[code]


def template_of(kind: str | None, tag: str | None) -> Template | None:
    """The template that a plan of a kind against something began with, as far as the plan tells."""
    return next((each for each in templates().values() if (each.kind, each.tag) == (kind, tag)), None)


def proposed(tags: list[str]) -> list[Template]:
    """Every template: first those for the focus tags a child bears, then the one for no tag, then the others."""
    return sorted(templates().values(), key=lambda each: (each.tag not in tags, each.tag is not None))


# ---- reading a file -----------------------------------------------------------------------------


def read(file: Path) -> dict[str, Template]:
    """The templates of a file by their codes.

    Raises Refused with one sentence that names the file and the key: no TOML, a key that is unknown, missing or of
    the wrong type, a text too long for a plan, a step after the plan's end, a code that comes twice.
    """
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"方案模板 {file.name} 读不懂（{error}），请改正或换回原来的文件") from error
    top = _Checked(f"方案模板 {file.name}", tables)
    listed = top.take("template", list)
    top.nothing_else()
    found: dict[str, Template] = {}
    for at, table in enumerate(listed, 1):
        made = _template(_Checked(f"方案模板 {file.name} 第{at}个", table))
        if made.code in found:
            raise Refused(f"方案模板 {file.name} 里 code = “{made.code}”出现了两次，请改掉一个")
        found[made.code] = made
    return found


class _Checked:
    """One table of the file: its keys are taken one by one, and what is left over is unknown."""

    def __init__(self, where: str, table: Any):
        if not isinstance(table, dict):
            raise Refused(f"{where}应是一组“项 = 值”，请照其他几个的样子写")
        self.where, self.left = where, dict(table)

    def take(self, key: str, kind: type) -> Any:
        """The value of a key that must be there."""
        if key not in self.left:
            raise Refused(f"{self.where}缺少 {key}，请补上")
        value = self.left.pop(key)
        if type(value) is not kind or value in ("", 0):
            wanted = {str: "一段文字", int: "大于0的整数", list: "一个列表"}[kind]
            raise Refused(f"{self.where}的 {key} 应是{wanted}，请改正")
        return value

    def text(self, key: str, longest: int) -> str:
        """A text that a plan's field of this name can hold."""
        text = self.take(key, str).strip()
        if len(text) > longest:
            raise Refused(f"{self.where}的 {key} 最多{longest}字，现有{len(text)}字，请缩短")
        return text

    def code(self, key: str, codes: Codes) -> str:
        """A code of a list."""
        code = self.take(key, str)
        if code not in codes:
            choices = "、".join(each.code for each in codes)
            raise Refused(f"{self.where}的 {key} 不能是“{code}”，可用的有：{choices}")
        return code

    def weeks(self, key: str) -> int:
        """A number of weeks."""
        weeks = self.take(key, int)
        if not 0 < weeks <= LONGEST_WEEKS:
            raise Refused(f"{self.where}的 {key} 应是1到{LONGEST_WEEKS}周，现在是{weeks}，请改正")
        return weeks

    def nothing_else(self) -> None:
        """Refuse the keys nobody took."""
        if self.left:
            raise Refused(f"{self.where}里有不认识的项 {next(iter(self.left))}，请删去或改正拼写")


def _template(table: _Checked) -> Template:
    code = table.text("code", 40)
    table.where += f"（{code}）"
    made = Template(
        code,
        table.text("name", 40),
        table.code("kind", CARE_PLAN_KIND),
        table.code("tag", FOCUS) if "tag" in table.left else None,
        table.text("problem", 200),
        table.text("goal", CarePlan.goal.spec.longest),
        table.text("measures", CarePlan.measures.spec.longest),
        table.weeks("weeks"),
        table.weeks("review"),
        tuple(
            _step(_Checked(f"{table.where}第{at}步", each))
            for at, each in enumerate(table.take("steps", list), 1)
        ),
    )
    table.nothing_else()
    if late := next((step for step in made.steps if step.after > made.weeks * 7), None):
        raise Refused(f"{table.where}的步骤“{late.title}”排在 weeks = {made.weeks} 以后，请改早或加长方案")
    return made


def _step(table: _Checked) -> StepTemplate:
    title = table.text("title", CareStep.title.spec.longest)
    unit = "weeks" if "weeks" in table.left else "days"
    count = table.left.pop(unit, None)
    if type(count) is not int or count < 0:
        raise Refused(f"{table.where}要写 days 或 weeks（从开始起第几天、第几周，整数），请改正")
    table.nothing_else()
    return StepTemplate(title, count * (7 if unit == "weeks" else 1))
