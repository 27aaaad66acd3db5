"""Whose rows a form takes, and in which order."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import register, site
from db.exchange import fact_rows, facts
from db.exchange.facts import Answers
from db.models import Child, Survey
from db.register import ANY, Wanted
from db.values import Refused
from db.vocab import GRADE, RECORD_KIND

WHO = {"left-behind": "留守儿童", "all": "全部在册儿童", "focus": "重点对象"}
ORDERS = {"register": "村民组、姓名", "school": "学校、年级、班级", "name": "姓名拼音", "born": "出生日期"}
PERIODS = ("since", "until")


class Choices(NamedTuple):
    """Whom a form is filled with and how, besides what its columns ask.

    who: of WHO; wanted: a filter on top of it (a text, the filters of the register); ids: these children and no others,
    in any order, whatever `who` says. order: of ORDERS. columns: only the columns with these headings, () for all. days: strftime words for
    days, '' for the form's own way. unknown: what stands for what is not known ('' or 未采集). kinds: of records; since,
    until: their days.
    """

    who: str = "left-behind"
    wanted: Wanted = Wanted()
    ids: tuple[UUID, ...] | None = None
    order: str = "register"
    columns: tuple[str, ...] = ()
    days: str = ""
    unknown: str = ""
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def kept(self) -> dict[str, Any]:
        """What is remembered for the form: not whom it was filled with this once."""
        return {
            "who": self.who,
            "order": self.order,
            "days": self.days,
            "unknown": self.unknown,
            "kinds": list(self.kinds),
        }


def chosen(choices: Choices, **told: Any) -> Choices:
    """The choices with some changed. Raises Refused for what cannot be chosen."""
    for name, value in told.items():
        if name not in Choices._fields:
            raise Refused(f"没有“{name}”这项选择，请写 {'、'.join(Choices._fields)} 之一")
        allowed = {"who": WHO, "order": ORDERS, "unknown": ("", "未采集")}.get(name)
        if allowed is not None and value not in allowed:
            raise Refused(f"不能选“{value}”，请写 {'、'.join(filter(None, allowed))} 之一")
    found = choices._replace(**told)
    found = found._replace(
        columns=tuple(found.columns), kinds=tuple(found.kinds), ids=found.ids and tuple(found.ids)
    )
    if unknown := [each for each in found.kinds if each not in RECORD_KIND]:
        raise Refused(
            f"没有“{unknown[0]}”这类记录，请从 {'、'.join(each.label for each in RECORD_KIND)} 里选"
        )
    if found.since and found.until and found.since > found.until:
        raise Refused(f"{found.since}晚于{found.until}，请把起止日期对调")
    return found


def keys(choices: Choices) -> list[UUID]:
    """The children chosen, in the order chosen."""
    wanted = choices.wanted
    if choices.who == "left-behind":
        wanted = wanted._replace(behind="yes")
    elif choices.who == "focus":
        wanted = wanted._replace(focus=wanted.focus or ANY)
    if choices.ids is None:
        found = register.keys(wanted)
    else:
        mine, wanted = set(choices.ids), choices.wanted
        among = register.keys(wanted._replace(left=wanted.left or ANY))  # one who left may be chosen too
        found = [each for each in among if each in mine]
    return found if choices.order == "register" else _sorted(found, choices.order)


def _sorted(found: Sequence[UUID], order: str) -> list[UUID]:
    place = {code.code: at for at, code in enumerate(GRADE)}
    ranks: dict[UUID, tuple] = {}
    for batch in peewee.chunked(found, facts.BATCH):
        rows = Child.select(Child.id, Child.name, Child.initials, Child.birth_date)
        for key, name, initials, born in rows.where(Child.id.in_(batch)).tuples():
            ranks[key] = (born is None, born or "") if order == "born" else (initials or "", name)
        if order == "school":
            rows = Survey.live(Survey.child, Survey.school, Survey.grade, Survey.class_no)
            at_school = dict.fromkeys(batch, (True, "", len(place), ""))
            for key, school, grade, number in rows.where(
                Survey.term == site.term(), Survey.child.in_(batch)
            ).tuples():
                at_school[key] = (school is None, school or "", place.get(grade, len(place)), number or "")
            for key in batch:
                ranks[key] = (*at_school[key], *ranks[key])
    return sorted(found, key=lambda key: ranks[key])


def rows_for(kind: str, choices: Choices, form: dict[str, Any]) -> tuple[int, Iterator[Answers]]:
    """How many rows of a kind there are at most (children looked at, for records), and the rows."""
    if kind == "helpers":
        return len(facts_of_helpers := list(fact_rows.of_helpers(form))), iter(facts_of_helpers)
    found = keys(choices)
    if kind == "children":
        return len(found), facts.of_children(found, form)
    if kind == "pairings":
        return len(found), fact_rows.of_pairings(found, form)
    return len(found), fact_rows.of_records(found, form, choices.kinds, choices.since, choices.until)
