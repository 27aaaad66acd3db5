"""Children on file who may be the same as one being looked at (疑似重复), and those said to be another (不是同一人).

What may fit is fetched by indexes only, a handful of rows, and weighed by db.likeness.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, family, likeness
from db.child_fields import CHILD
from db.children import ChildLine, family_of, lines, live
from db.initials import sound
from db.models import Adult, Apart, Child, Kinship, User
from db.text import squeeze

MOST = 5
MANY = 30  # of one name those without a birth date, or near enough to be looked at


class Likeness(NamedTuple):
    """A child on file that looks like another: why, how much (points), and whether it is certain (one ID number)."""

    id: UUID
    line: ChildLine
    reasons: tuple[str, ...]
    score: int
    sure: bool

    @property
    def told(self) -> str:
        """Who it is and why, in one line: 张浩宇（一组，2015-03-08）姓名相同、出生日期相同."""
        who = f"{self.line.village_group or '组别未采集'}，{self.line.birth_date or '生日未采集'}"
        left = f"，已在{self.line.left_on}退出登记" if self.line.left_on else ""
        return f"{self.line.name}（{who}{left}）{'、'.join(self.reasons)}"


def similar(
    values: Mapping[str, Any], besides: UUID | None = None, apart: Collection[UUID] = ()
) -> list[Likeness]:
    """Children on file who may be the one that the entry sheet's values tell of, the likeliest first, at most MOST.

    besides: the child's own key if it is on file; who was set apart from it is left out. apart: who else is.
    """
    found = _candidates(values) - {besides, *apart, *(_apart_from(besides) if besides else ())}
    weighed = []
    kin = family_of(found)
    for child in Child.select().where(Child.id.in_(found)) if found else ():
        sheet = {name: getattr(child, name) for name in CHILD} | family.read(kin.get(child.id, []))
        weight = likeness.weigh(values, sheet)
        if weight is not None:
            weighed.append((-weight.score, child.id, weight))
    best = sorted(weighed)[:MOST]
    shown = {line.id: line for line in lines([key for _, key, _ in best])}
    return [
        Likeness(key, shown[key], weight.reasons, weight.score, weight.sure)
        for _, key, weight in best if key in shown
    ]  # fmt: skip


def _candidates(values: Mapping[str, Any]) -> set[UUID]:
    found = []
    if values.get("id_number"):
        found.append(Child.live(Child.id).where(Child.id_number == values["id_number"]))
    if name := squeeze(values.get("name") or ""):
        born = likeness.birth_of(values)
        found.append(_namesakes(name, born, values.get("village_group")))
        if born:
            found += _born_near(name, born)
        found += _of_family(name, values)
    return {child for query in found for (child,) in query.tuples()}


def _namesakes(name: str, born: str | None, group: str | None) -> peewee.ModelSelect:
    """Who has the very name, and no birth date that speaks against it; those of the same village group first."""
    query = Child.live(Child.id).where(Child.name == name)
    if born:
        fits = Child.birth_date.is_null()
        if group:
            year = int(born[:4])
            span = Child.birth_date.between(f"{year - 1}{born[4:]}", f"{year + 1}{born[4:]}")
            fits |= (Child.village_group == group) & span
        query = query.where(fits)
    elif group:
        query = query.order_by((Child.village_group == group).desc(nulls="last"), Child.id)
    return query.limit(MANY)


def _born_near(name: str, born: str) -> list[peewee.ModelSelect]:
    """Whose name is close and whose birth date is near; of a name of two characters only on the likeliest days."""
    low, high, slips = likeness.near_births(born)
    near = Child.birth_date.between(low, high) | Child.birth_date.in_(slips)
    queries = [Child.live(Child.id).where(near, _named(name, broad=False))]
    if len(name) == 2:
        queries.append(Child.live(Child.id).where(Child.birth_date.in_([born, *slips]), _named(name)))
    return queries


def _of_family(name: str, values: Mapping[str, Any]) -> list[peewee.ModelSelect]:
    """Whose name is close and who shares a relative's name, phone or ID number, or the family's phone."""
    phones = [values[each] for each in likeness.PHONES if values.get(each)]
    numbers = [values[each] for each in likeness.NUMBERS if values.get(each)]
    names = [values[each] for each in likeness.RELATIVES if values.get(each)]
    told = [(Adult.phone, phones), (Adult.id_number, numbers), (Adult.name, names)]
    signs = [field.in_(given) for field, given in told if given]
    queries = []
    if signs:
        kin = Kinship.live(Kinship.child).join(Adult).switch(Kinship).join(Child)
        on_file = Adult.deleted_at.is_null() & Child.deleted_at.is_null()
        queries.append(kin.where(reduce(or_, signs), on_file, _named(name)))
    if phones:
        queries.append(Child.live(Child.id).where(Child.phone.in_(phones), _named(name)))
    return queries


def _named(name: str, broad: bool = True) -> peewee.Expression:
    """Whether a name is close to this one, or rather too many: what may be read from an index is elsewhere."""
    like = [peewee.Expression(Child.name, peewee.OP.ILIKE, each) for each in likeness.patterns(name, broad)]
    return reduce(or_, like, Child.sound == sound(name))


# ---- not the same --------------------------------------------------------------------------------


def _apart_from(child_id: UUID) -> set[UUID]:
    pairs = Apart.live().where((Apart.one == child_id) | (Apart.other == child_id))
    return {key for pair in pairs for key in (pair.one_id, pair.other_id)} - {child_id}


def set_apart(one: UUID, other: UUID, by: User | None) -> None:
    """Remember that two children on file are not the same; told again it changes nothing. Raises NotFound."""
    first, second = live(min(one, other)), live(max(one, other))
    pair = Apart.live(Apart.id).where(Apart.one == first, Apart.other == second)
    with changes.action(f"不是同一人：{first.name}、{second.name}", by) as act:
        if not pair.exists():
            act.insert(Apart, one=first, other=second)
