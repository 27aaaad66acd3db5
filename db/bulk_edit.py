"""One field set for many children at once: what it would do, told first, then written as one undoable action."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, child_sheet, days, dossier, doubts, site, spec
from db.child_checks import derive
from db.child_fields import CHILD, HANGS_ON, SPECS, SURVEY
from db.children import surveys_of
from db.fields import specs
from db.impossible import impossible, standing
from db.improbable import doubtful
from db.in_ledger import RULES as BESIDE_OTHERS
from db.models import Child, Focus, Survey, Term, User
from db.sheet import Doubtful
from db.spec import Spec

ADD, DROP = "focus+", "focus-"  # a tag more, a tag less; the others stay
SHEET = (
    "village_group", "school", "grade", "class_no", "boarding", "schooling", "health", "study_level", "guardianship",
    "declared", "surveyed_on", "ethnicity", "registered", "hukou_kind", "address", "hukou_address",
)  # fmt: skip
TAG = specs(Focus)["tag"]
FIELDS: dict[str, Spec] = {name: SPECS[name] for name in SHEET} | {
    ADD: TAG._replace(label="重点对象，加上"), DROP: TAG._replace(label="重点对象，去掉"),
}  # fmt: skip
BATCH = 100
NAMED = 3  # names given as examples
Values = dict[str, Any]


class Group(NamedTuple):
    """Children of whom the same is to be said: what, how many they are, the first ones' names."""

    said: str
    count: int
    names: tuple[str, ...]


class Preview(NamedTuple):
    """What setting a field would do, as far as it has been looked at (`done` of `total` children).

    ids: who changes; same: have it already; gone: struck out meanwhile. old: by the value they have now; left_out:
    why it cannot apply; cleared: what goes along, because it hangs on the old answer; doubtful: what would not fit
    together afterwards.
    """

    done: int
    total: int
    ids: list[UUID]
    same: int
    gone: int
    old: list[Group]
    left_out: list[Group]
    cleared: list[Group]
    doubtful: list[Group]


def read(name: str, text: str) -> Any:
    """The value to set, from what was typed. Raises Refused with the cure."""
    return spec.read(FIELDS[name], text)


def preview(ids: list[UUID], name: str, value: Any) -> Iterator[Preview]:
    """Look at the children batch by batch; each answer covers all looked at so far, the last one all of them."""
    change: list[UUID] = []
    old, left_out, cleared, doubted = (defaultdict(list) for _ in range(4))
    same = done = gone = 0
    for batch in peewee.chunked(ids, BATCH):
        here = _on_file(batch)
        for key, sheet in zip(here, child_sheet.load_many(here), strict=True):
            told = sheet["name"] or ""
            after, why = _after(sheet, name, value)
            if after is None and not why:
                same += 1
            elif after is None:
                left_out[why].append(told)
            else:
                change.append(key)
                old[_old(sheet, name)].append(told)
                for field in _cleared(sheet, after, name):
                    cleared[SPECS[field].label].append(told)
                before = {(each.rule, each.about) for each in _doubts(sheet)}
                for each in _doubts(after):
                    if (each.rule, each.about) not in before:
                        doubted[each.sentence].append(told)
        done += len(batch)
        gone += len(batch) - len(here)
        groups = (_groups(each) for each in (old, left_out, cleared, doubted))
        yield Preview(done, len(ids), change, same, gone, *groups)


def apply(ids: list[UUID], name: str, value: Any, by: User | None) -> Iterator[int]:
    """Write it for these children as one action, step by step: yields how many have been looked at.

    Dropped half-way, nothing is written. Children whom it cannot apply to by now are left as they are. Raises
    Stale and LedgerError; nothing is written then.
    """
    term = site.term()  # made, if new, as an action of its own
    with changes.action(f"批量设置{FIELDS[name].label} {len(ids)}名", by) as act:
        done = 0
        for batch in peewee.chunked(ids, BATCH):
            yield done
            here = _on_file(batch)
            sheets = dict(zip(here, child_sheet.load_many(here), strict=True))
            after = {key: _after(sheet, name, value)[0] for key, sheet in sheets.items()}
            after = {key: sheet for key, sheet in after.items() if sheet is not None}
            if name in (ADD, DROP):
                _tag(act, after, name, value)
            else:
                _write(act, term, sheets, after)
            done += len(batch)
        yield done


def _on_file(ids: Iterable[UUID]) -> list[UUID]:
    here = {child.id for child in Child.live(Child.id).where(Child.id.in_(list(ids)))}
    return [key for key in ids if key in here]


def _old(sheet: Values, name: str) -> str:
    if name in (ADD, DROP):
        return spec.show(SPECS["focus"], sheet["focus"]) if sheet["focus"] else "没有重点标记"
    return spec.show(SPECS[name], sheet[name])


def _after(sheet: Values, name: str, value: Any) -> tuple[Values | None, str]:
    """The sheet as it would be, None if nothing changes; then why it cannot apply, '' if it is so already."""
    if name in (ADD, DROP):
        tags = (sheet["focus"] or "").split()
        if (value in tags) == (name == ADD):
            return None, ""
        kept = [*tags, value] if name == ADD else [tag for tag in tags if tag != value]
        return sheet | {"focus": " ".join(kept) or None}, ""
    if sheet[name] == value:
        return None, ""
    reason = FIELDS[name].skip(sheet) if FIELDS[name].skip and value is not None else None
    if reason:
        return None, reason
    after = sheet | {name: value}
    after |= derive(after, name)
    for field, master in HANGS_ON.items():
        if master == name and after[field] is not None and SPECS[field].skip(after):
            after[field] = None
    wrong = impossible(after).get(name)  # what the sheet would refuse is not written here either
    return (None, wrong) if wrong and name not in impossible(sheet) else (after, "")


def _cleared(sheet: Values, after: Values, name: str) -> list[str]:
    """Fields emptied on the way; not the one that was to be set."""
    own = "focus" if name in (ADD, DROP) else name
    return [each for each in sheet if each != own and sheet[each] is not None and after[each] is None]


def _doubts(sheet: Values) -> list[Doubtful]:
    return [*standing(sheet), *doubtful(sheet)]


def _groups(found: dict[str, list[str]]) -> list[Group]:
    groups = [Group(said, len(names), tuple(names[:NAMED])) for said, names in found.items()]
    return sorted(groups, key=lambda group: -group.count)


def _write(act: changes.Action, term: Term, sheets: dict[UUID, Values], after: dict[UUID, Values]) -> None:
    surveys = surveys_of(after)
    for child in Child.select().where(Child.id.in_(list(after))):
        new = {field: told for field, told in after[child.id].items() if told != sheets[child.id][field]}
        act.update(child, **{field: new[field] for field in CHILD if field in new})
        if found := {field: new[field] for field in SURVEY if field in new}:
            if child.id in surveys:
                act.update(surveys[child.id], **found)
            else:
                act.insert(Survey, child=child, term=term, **found)
        found = [*_doubts(after[child.id]), *doubts.still_refused(child.id, after[child.id])]
        doubts.keep(act, child.id, found, not_asked=BESIDE_OTHERS)


def _tag(act: changes.Action, children: Iterable[UUID], name: str, tag: str) -> None:
    """A tag starts today; one taken away ends today, or goes if it was set today (a slip)."""
    today = days.today()
    if name == ADD:
        for child in children:
            act.insert(Focus, child=child, tag=tag, since=today)
        return
    for row in Focus.select().where(
        dossier.focus_on(today), Focus.tag == tag, Focus.child.in_(list(children))
    ):
        if row.since == today:
            act.remove(row)
        else:
            act.update(row, until=today)
