"""Conditions on the described fields of a child: [field, test, value], put together by the users, read as SQL.

What is not known meets no condition but `empty`: neither "is not" nor "lacks" holds of a field nobody filled.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import peewee

from db import dossier
from db.child_fields import ENTRIES, MORE, PARENTS, PERSON
from db.indicators import NEVER, Case
from db.models import Activity, Adult, Attendance, CareRecord, Child, Kinship, Survey
from db.spec import Spec, read, show
from db.values import Refused
from db.vocab import ACTIVITY_KIND, RECORD_KIND

Condition = Sequence[Any]  # field, test, value (None where the test takes none)
ALWAYS = peewee.SQL("1 = 1")
AND = "，且"  # what stands between two conditions
MOST, LONGEST_AGE = 12, 25
DERIVED = {
    "years": Spec("周岁", "number", prompt="满几岁，按出生日期算，如 14"),
    "paired": Spec("有结对", "flag", prompt="1是 2否"),
    "record": Spec("本学期的关爱记录", "codes", codes=RECORD_KIND, prompt="哪一种记录，做成了的才算"),
    "activity": Spec("本学期参加的活动", "codes", codes=ACTIVITY_KIND, prompt="哪一类活动，点名到场的才算"),
}
FIELDS: dict[str, Spec] = {entry.name: entry.spec for entry in ENTRIES} | DERIVED
TESTS = {
    "is": "是", "is_not": "不是", "one_of": "是其中之一", "contains": "含有", "lacks": "没有", "at_least": "不少于", "at_most": "不多于",
    "before": "早于", "after": "晚于", "filled": "已填", "empty": "没填",
}  # fmt: skip
PLAIN = ("filled", "empty")  # they take no value
TESTS_OF = {
    "code": ("is", "is_not", "one_of", *PLAIN), "codes": ("contains", "lacks", *PLAIN), "flag": ("is", *PLAIN),
    "day": ("before", "after", *PLAIN), "partial": ("before", "after", *PLAIN), "number": ("is", "at_least", "at_most", *PLAIN),
    "text": ("is", "is_not", "contains", *PLAIN), "notes": ("contains", *PLAIN),
}  # fmt: skip


# ---- said and read --------------------------------------------------------------------------------


def tests_of(field: str) -> list[tuple[str, str]]:
    """The tests a field can be put to: code and label. Raises Refused for an unknown field."""
    return [(code, TESTS[code]) for code in _tests(field)]


def value_spec(field: str, test: str) -> Spec | None:
    """How the value of a test is asked for; None where it takes none. Raises Refused for what is unknown."""
    spec = _spec(field)
    if test not in _tests(field):
        labels = "、".join(label for _, label in tests_of(field))
        raise Refused(f"“{spec.label}”不能用“{test}”来判断，可以用：{labels}；请重新选")
    if test in PLAIN:
        return None
    kind = {"one_of": "codes", "contains": "code", "lacks": "code"}.get(test, spec.kind)
    if kind == "code" and spec.codes is None:
        kind = "text"
    return spec._replace(kind=kind, required=True, skip=None, among=None)


def checked(conditions: Sequence[Condition]) -> list[list[Any]]:
    """Conditions as they are stored, each value read as its field is. Raises Refused with the one thing to mend."""
    if len(conditions) > MOST:
        raise Refused(f"条件最多{MOST}条，现有{len(conditions)}条，请删去几条")
    return [_checked(each) for each in conditions]


def parsed(text: str) -> list[list[Any]]:
    """Stored conditions. Raises Refused for what this program does not know: a newer one wrote it."""
    try:
        given = json.loads(text)
        if not isinstance(given, list):
            raise ValueError
    except ValueError as error:
        raise Refused("条件看不懂，请打开这项目标重新选条件") from error
    return checked(given)


def in_words(conditions: Sequence[Condition]) -> str:
    """Conditions in one phrase, '' for none. Raises Refused for what is unknown."""
    return AND.join(_in_words(*each) for each in checked(conditions))


def _checked(condition: Condition) -> list[Any]:
    if not isinstance(condition, list | tuple) or len(condition) != 3:
        raise Refused("条件要写明哪一项、怎么判断、和什么比，请重新选")
    field, test, raw = condition
    spec = value_spec(field, test)
    if spec is None:
        return [field, test, None]
    value = read(spec, "是" if raw is True else "否" if raw is False else raw)
    if value is None:
        raise Refused(f"“{spec.label}{TESTS[test]}”后面还没写，请补上")
    if isinstance(value, str) and AND in value.replace(",", AND[0]):
        raise Refused(f"要比的话里不能有“{AND}”：它用来隔开两条条件，请换一种写法")
    if field == "years" and value > LONGEST_AGE:
        raise Refused(f"周岁最多写{LONGEST_AGE}，现在是{value}")
    return [field, test, value.isoformat() if isinstance(value, date) else value]


def _in_words(field: str, test: str, value: Any) -> str:
    spec, label = value_spec(field, test), _spec(field).label
    if spec is None:
        return f"{label}{TESTS[test]}"
    said = {"flag": "：", "codes": f"{TESTS[test]}："}.get(spec.kind, TESTS[test])
    return f"{label}{said}{show(spec, value)}"


def _spec(field: str) -> Spec:
    spec = FIELDS.get(field) if isinstance(field, str) else None
    if spec is None:
        raise Refused(f"条件里的“{field}”不是台账里的项目，请换成台账里有的一项，或升级程序")
    return spec


def _tests(field: str) -> tuple[str, ...]:
    spec = _spec(field)
    if field == "years":
        return ("is", "at_least", "at_most")
    if field == "paired":
        return ("is",)
    return TESTS_OF.get(spec.kind, PLAIN)  # of names, phones and ID numbers only whether they are there


# ---- as SQL ---------------------------------------------------------------------------------------


def expression(conditions: Sequence[Condition], case: Case) -> peewee.Expression:
    """Whether a child meets all conditions (True or False, never NULL), over Child and Survey. Raises Refused."""
    met = reduce(and_, (_sql(*each, case) for each in checked(conditions)), ALWAYS)
    return peewee.Case(None, [(met, 1)], 0) == 1


def first(conditions: Sequence[Condition], case: Case, unknown: bool = False) -> peewee.Case:
    """The place of the first condition a child does not meet (or of which it is not known), -1 where there is none."""
    tests = [
        ~expression([each], case) if not unknown else _unknown(each, case) for each in checked(conditions)
    ]
    return peewee.Case(None, [(test, at) for at, test in enumerate(tests)], -1) if tests else peewee.SQL("-1")


def not_known(conditions: Sequence[Condition], case: Case) -> peewee.Node:
    """Whether a field that the conditions compare is not filled."""
    return reduce(or_, (_unknown(each, case) for each in checked(conditions)), NEVER)


def _unknown(condition: Condition, case: Case) -> peewee.Node:
    field, test, _ = condition
    if test in PLAIN or field in ("focus", "paired", "record", "activity"):
        return NEVER
    return _sql("birth_date" if field == "years" else field, "empty", None, case)


def _sql(field: str, test: str, value: Any, case: Case) -> peewee.Node:
    if field in DERIVED or field == "focus":
        return _derived(field, test, value, case)
    if field in Child._meta.fields:
        return _compare(Child._meta.fields[field], test, value, FIELDS[field])
    if field in Survey._meta.fields:
        return _compare(Survey._meta.fields[field], test, value, FIELDS[field])
    return _family(field, test, value)


def _compare(column: peewee.Field, test: str, value: Any, spec: Spec) -> peewee.Node:
    match test:
        case "filled":
            return column.is_null(False)
        case "empty":
            return column.is_null()
        case "is":
            return column == value
        case "is_not":
            return column != value
        case "one_of":
            return column.in_(value.split())
        case "at_least":
            return column >= value
        case "at_most":
            return column <= value
        case "before":
            # A birth month lies before a day once all of it does.
            return (
                (column < value) & (column != value[:7]) if spec.kind == "partial" else column < _day(value)
            )
        case "after":
            return (
                column > (value if len(value) == 10 else f"{value}-99")
                if spec.kind == "partial"
                else column > _day(value)
            )
    if spec.kind != "codes":
        return column.contains(value)
    held = peewee.Value(" ").concat(column).concat(" ").contains(f" {value} ")
    return held if test == "contains" else column.is_null(False) & ~held


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _family(field: str, test: str, value: Any) -> peewee.Node:
    """A field of the father, the mother or the guardian."""
    role, _, name = field.partition("_")
    name = name if name in MORE[role] else PERSON.get(name, name)
    whose = Kinship.guardian if role == "guardian" else Kinship.relation == PARENTS[role]
    column = (
        Adult._meta.fields.get(name) if name not in ("relation", "address") else Kinship._meta.fields[name]
    )
    there = "filled" if test == "empty" else test
    found = peewee.fn.EXISTS(
        Kinship.select(peewee.SQL("1"))
        .join(Adult)
        .where(
            Kinship.child == Child.id,
            Kinship.deleted_at.is_null(),
            Adult.deleted_at.is_null(),
            whose,
            _compare(column, there, value, FIELDS[field]),
        )
    )
    return ~found if test == "empty" else found


def _derived(field: str, test: str, value: Any, case: Case) -> peewee.Node:
    if field == "years":
        return _years(test, value, case.on)
    if field == "paired":
        live = dossier.paired_children(case.on)
        return Child.id.in_(live) if value else Child.id.not_in(live)
    rows, kind = _rows(field, case)
    if test in ("contains", "lacks"):
        rows = rows.where(kind == value)
    return Child.id.in_(rows) if test in ("contains", "filled") else Child.id.not_in(rows)


def _rows(field: str, case: Case) -> tuple[peewee.ModelSelect, peewee.Field]:
    """The children of the tags, this term's records or activities, and the column that says of which kind."""
    span = (case.term.starts, case.on)
    if field == "focus":
        from db.models import Focus

        return Focus.select(Focus.child).where(dossier.focus_on(case.on)), Focus.tag
    if field == "record":
        done = CareRecord.live(CareRecord.child).where(
            CareRecord.missed.is_null(), CareRecord.on_date.between(*span)
        )
        return done, CareRecord.kind
    from db.participation import came

    return came(*span).select(Attendance.child), Activity.kind


def _years(test: str, value: int, on: date) -> peewee.Node:
    known = Child.birth_date.is_null(False)
    reached, next_one = ~dossier.young_enough(on, value), dossier.young_enough(on, value + 1)
    match test:
        case "at_least":
            return known & reached
        case "at_most":
            return known & next_one
    return known & reached & next_one
