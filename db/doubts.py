"""待核: what was hard to believe when a record was saved, until somebody confirms it or the answer changes.

Only the sheet's saves keep them; an import reports what it finds in its own list and writes none.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, days, dossier
from db.child_fields import SPECS
from db.models import Child, Doubt, User
from db.register import ORDER
from db.sheet import Doubtful, NotFound
from db.values import Refused

REFUSED = "refused"  # the rule of what was typed and could not be taken: `about` is its text
NEVER_RIGHT = (REFUSED, "impossible")
About = tuple[str, str]  # a rule, and the values it looked at


class DoubtLine(NamedTuple):
    """An open doubt as lists show it. field: the sheet's name of what to mend; label: the same in words."""

    id: UUID
    child_id: UUID
    child: str
    village_group: str | None
    field: str
    label: str
    said: str


def keep(
    act: changes.Action, child_id: UUID, found: Iterable[Doubtful], confirmed: Collection[About] = (),
    not_asked: Collection[str] = (),
) -> None:  # fmt: skip
    """Bring the child's doubts in line with what is found now, inside the save's own action.

    found: all that is doubtful in the answers as saved. confirmed: pairs of rule and about that the user has just said
    are right; what was confirmed before stays so as long as it is found. not_asked: rules that were not looked at: what
    they once found is left as it is.
    """
    kept = {_key(row): row for row in Doubt.live().where(Doubt.child == child_id)}
    now = {_key(each): each for each in found}
    for about, row in kept.items():
        if about not in now and row.rule not in not_asked:
            act.remove(row)
    for about, each in now.items():
        row = kept.get(about)
        if row is None:
            act.insert(Doubt, child=child_id, rule=each.rule, about=each.about, field=each.field,
                       said=each.sentence, settled=about[:2] in confirmed)  # fmt: skip
        elif not row.settled:
            act.update(row, field=each.field, said=each.sentence, settled=about[:2] in confirmed)


def _key(each: Doubtful | Doubt) -> tuple[str, ...]:
    """What makes a doubt the same one; of what was refused, the field too: two may hold the same text."""
    return (each.rule, each.about, each.field) if each.rule == REFUSED else (each.rule, each.about)


def still_refused(child_id: UUID, values: Mapping[str, Any]) -> list[Doubtful]:
    """What was refused before and has no value since."""
    rows = Doubt.live().where(Doubt.child == child_id, Doubt.rule == REFUSED)
    return [Doubtful(row.rule, row.field, row.said, row.about) for row in rows if values[row.field] is None]


def settled(child_id: UUID) -> set[About]:
    """What has been confirmed about a child, and need not be asked again."""
    rows = Doubt.live(Doubt.rule, Doubt.about).where(Doubt.child == child_id, Doubt.settled)
    return {(row.rule, row.about) for row in rows}


def refused(child_id: UUID) -> dict[str, str]:
    """What was typed on a child's sheet and could not be taken: field → text."""
    rows = Doubt.live(Doubt.field, Doubt.about).where(Doubt.child == child_id, Doubt.rule == REFUSED)
    return {row.field: row.about for row in rows}


def open_ones(child_id: UUID | None = None, offset: int = 0, limit: int = 500) -> list[DoubtLine]:
    """Open doubts of one child or of all on the register, in its order."""
    query = _open(child_id).select(Doubt, Child.id, Child.name, Child.village_group)
    return [
        DoubtLine(row.id, row.child_id, row.child.name or "", row.child.village_group, row.field,
                  SPECS[row.field].label, row.said)
        for row in query.order_by(*ORDER, Doubt.id).offset(offset).limit(limit)
    ]  # fmt: skip


def open_count(child_id: UUID | None = None) -> int:
    """How many open doubts there are, of one child or of all on the register."""
    return _open(child_id).count()


def _open(child_id: UUID | None) -> peewee.ModelSelect:
    query = Doubt.live(Doubt.id).join(Child).where(~Doubt.settled, Child.deleted_at.is_null())
    return query.where(Doubt.child == child_id if child_id else dossier.on_register(days.today()))


def confirm(doubt_id: UUID, by: User | None) -> None:
    """Say that a doubtful answer is right as it stands. Raises NotFound if it is no longer on file, Refused if
    it cannot be right."""
    row = Doubt.live().where(Doubt.id == doubt_id).first()
    if row is None:
        raise NotFound("这一条已经不用核对了，名单已更新")
    if row.rule in NEVER_RIGHT:
        raise Refused("这一项不对，不能确认：按回车去改")
    name, label = row.child.name or "", SPECS[row.field].label
    changes.write(row, by, f"确认无误：{name} {label}", settled=True)
