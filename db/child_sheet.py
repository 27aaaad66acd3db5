"""One flat sheet per child: the child, this term's survey, the family and the focus tags."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from db import changes, days, dossier, doubts, effort, family, sheet, site
from db.child_fields import CHILD, ENTRIES, HANGS_ON, ROLE_OF, SPECS, SURVEY
from db.children import family_of, focus_of, live, surveys_of
from db.impossible import standing
from db.improbable import doubtful
from db.in_ledger import in_ledger
from db.lookalikes import set_apart
from db.models import Child, Focus, Helper, Survey, Term, User
from db.sheet import Conflict, Doubtful, Entry, Saved
from db.spec import mask_phone
from db.values import Refused

__all__ = [
    "ENTRIES", "SPECS", "Conflict", "Entry", "Saved", "Taken", "Work", "load", "load_many", "save",
]  # fmt: skip

Values = dict[str, Any]
MIRRORED = frozenset({"guardian_name", "guardian_phone", "guardian_id"})


class Taken(Refused):
    """The ID number belongs to a child already on file: child_id and name say which; left_on: when that one left."""

    field = "id_number"

    def __init__(self, child_id: UUID, name: str, left_on: date | None = None):
        self.child_id, self.name = child_id, name
        cure = "请打开那份档案修改，或核对号码"
        if left_on:
            cure = f"那份档案已在{left_on}退出登记：孩子回来了请把它重新登记，不要另建，否则请核对号码"
        super().__init__(f"这个身份证号已登记在“{name}”名下，{cure}")


class Work(NamedTuple):
    """How a record came to be: what its user confirmed (rule and about of each doubt), who it is not (lookalikes set
    apart), what was typed and could not be taken (field → text and why; None: not told), and what it took to enter."""

    confirmed: Collection[tuple[str, str]] = ()
    apart: Collection[UUID] = ()
    held: Mapping[str, tuple[str, str]] | None = None
    keys: int = 0
    seconds: float = 0
    corrections: int = 0


UNTOLD = Work()


def load(child_id: UUID | None) -> Values:
    """Stored values by entry name, None for what is not known; a new child's survey day is today.

    Survey fields are this term's: what an earlier survey found is not carried over. Raises NotFound.
    """
    if child_id is None:
        return {entry.name: None for entry in ENTRIES} | {"surveyed_on": days.today()}
    return load_many([live(child_id).id])[0]


def load_many(ids: list[UUID]) -> list[Values]:
    """The sheets of several children, in the order given."""
    surveys, kin, focus = surveys_of(ids), family_of(ids), focus_of(ids)
    people = {child.id: child for child in Child.select().where(Child.id.in_(ids))}
    sheets = []
    for each in ids:
        child, survey = people[each], surveys.get(each) or Survey()
        values: Values = {name: getattr(child, name) for name in CHILD}
        values |= {name: getattr(survey, name) for name in SURVEY}
        values |= family.read(kin.get(each, []))
        values["focus"] = " ".join(focus.get(each, [])) or None
        sheets.append({entry.name: values[entry.name] for entry in ENTRIES})
    return sheets


def save(
    child_id: UUID | None, values: Values, base: Values, by: User | None, force: frozenset[str] = frozenset(),
    work: Work = UNTOLD,
) -> Saved:  # fmt: skip
    """Write the fields that differ from `base` (load's answer when the sheet was opened) as one action.

    A name left out of values is unchanged. What others changed meanwhile is kept and named in `merged`; a
    field both changed raises Conflict unless it is in force. Raises Taken, Refused and LedgerError; nothing
    is written then.
    """
    term = site.term()  # made, if new, as an action of its own
    name = values.get("name") or ""

    def write() -> Saved:
        with changes.action(f"{'修改' if child_id else '登记'} {name}".strip(), by) as act:
            return _save(act, term, child_id, values, base, force, work)

    return sheet.settled(write, unique="child_id_number")


def _save(
    act: changes.Action,
    term: Term,
    child_id: UUID | None,
    values: Values,
    base: Values,
    force: frozenset[str],
    work: Work,
) -> Saved:
    fresh = child_id is None
    child = live(child_id) if child_id else None
    blank: Values = {entry.name: None for entry in ENTRIES}
    theirs = load(child_id) if child else blank
    mirrored = MIRRORED if theirs["guardian_relation"] in ROLE_OF else frozenset()
    mine, merged = sheet.merge(ENTRIES, values, base if child else blank, theirs, force, mirrored)
    after = theirs | mine
    if not after["name"]:
        raise Refused("请填写姓名，才能存盘")
    _not_taken(after["id_number"], child_id)
    family.settle_guardian(theirs, after)
    _clear_inapplicable(theirs, mine, after)
    if child is None:
        child = act.insert(Child, site=site.site(), **_child_values(after))
    else:
        act.update(child, **_child_values(after))
        for helper in Helper.live().where(
            Helper.child == child
        ):  # a child who helps others is called as it is
            act.update(helper, name=child.name, sex=child.sex, village_group=child.village_group)
    _put_survey(act, child, term, theirs, after)
    family.put(act, child, theirs, after)
    _put_focus(act, child, theirs["focus"], after["focus"])
    found = [*standing(after), *doubtful(after), *in_ledger(after, child.id)]
    if work.held is None:
        found += doubts.still_refused(child.id, after)
    else:
        found += [Doubtful(doubts.REFUSED, name, _unnumbered(why), text)
                  for name, (text, why) in work.held.items() if after[name] is None]  # fmt: skip
    doubts.keep(act, child.id, found, work.confirmed)
    for other in Child.live(Child.id).where(Child.id.in_(list(work.apart))) if work.apart else ():
        set_apart(child.id, other.id, act.by)
    if work.keys:
        effort.note(act, child.id, fresh, work.keys, work.seconds, work.corrections)
    return Saved(child.id, merged)


def _unnumbered(sentence: str) -> str:
    """A sentence for a list that others may see: no number in full."""
    return re.sub(r"\d{7,}[\dXx]*", lambda found: mask_phone(found[0]), sentence)


def _child_values(after: Values) -> Values:
    return {name: after[name] for name in CHILD}


def _not_taken(number: str | None, child_id: UUID | None) -> None:
    other = number and Child.live().where(Child.id_number == number).first()
    if other and other.id != child_id:
        raise Taken(other.id, other.name, other.left_on)


def _clear_inapplicable(theirs: Values, mine: Values, after: Values) -> None:
    """What hung on an answer that has now changed goes, unless it was typed in this very sheet."""
    for name, master in HANGS_ON.items():
        if master in mine and name not in mine and after[name] is not None and SPECS[name].skip(after):
            after[name] = None


def _put_survey(act: changes.Action, child: Child, term: Term, theirs: Values, after: Values) -> None:
    survey = surveys_of([child.id]).get(child.id)
    found = {name: after[name] for name in SURVEY if after[name] != theirs[name]}
    if survey is not None:
        act.update(survey, **found)
    elif found:
        act.insert(Survey, child=child, term=term, **found)


def _put_focus(act: changes.Action, child: Child, before: str | None, after: str | None) -> None:
    """New tags start today; one taken away ends today, or goes if it was set today (a slip)."""
    today = days.today()
    had, has = set((before or "").split()), set((after or "").split())
    for tag in (code for code in (after or "").split() if code not in had):
        act.insert(Focus, child=child, tag=tag, since=today)
    gone = Focus.select().where(dossier.focus_on(today), Focus.child == child, Focus.tag.in_(had - has))
    for row in gone if had - has else ():
        if row.since == today:
            act.remove(row)
        else:
            act.update(row, until=today)
