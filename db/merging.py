"""Two children on file that are one: what differs, and making one of them, field by field (docs/rules.md, 疑似重复).

One record is kept and the other struck out. What only one sheet says is kept without asking; where both say something,
somebody chooses. All that hangs on the other record moves over, unless the kept one has the same already.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from db import changes, child_sheet, days, leaving, pair_rules, site
from db.activities import CAME
from db.child_fields import ENTRIES, HANGS_ON, MORE, PARENTS, ROLE_OF, SPECS
from db.child_sheet import MIRRORED
from db.children import drop_if_alone, family_of, live
from db.family import EITHER, IDENTIFIERS, KEPT
from db.fields import specs
from db.models import (
    Adult,
    Apart,
    Attendance,
    BirthdayWish,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Child,
    Doubt,
    Effort,
    Exit,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Printed,
    Reported,
    Row,
    Score,
    Survey,
    Tick,
    User,
)
from db.values import Refused

Values = dict[str, Any]
GUARDIAN = tuple(
    entry.name for entry in ENTRIES if entry.name.startswith("guardian_") or entry.name in ("no_guardian", "guardianship")
)  # fmt: skip
# What hangs on a child besides its sheet: what it is called, and by which fields two rows are the same. A report to the
# police (Incident) is not among them: moving it would tell others that there is one.
BELONGINGS: dict[type[Row], tuple[str, tuple[str, ...]]] = {
    Survey: ("摸底", ("term",)),
    Focus: ("重点标签", ("tag",)),
    Pairing: ("结对", ("helper", "kind")),
    CareRecord: ("关爱记录", ("helper", *(name for name in specs(CareRecord) if name != "follow_up_done"))),
    Attendance: ("活动出席", ("activity",)),
    BirthdayWish: ("祝福语", ("year",)),
    CarePlan: ("帮扶方案", ("id",)),
    CareStep: ("方案步骤", ("id",)),
    CareStage: ("阶段效果", ("id",)),
    Tick: ("勾选", ("checklist", "item", "on_date", "note")),
    Exit: ("退出登记", ("reason", "on_date")),
    Printed: ("打印", ("id",)),
    Score: ("成绩", ("term", "exam", "subject")),
    Reported: ("上报", ("to",)),
    Doubt: ("待核", ("rule", "about")),
    Effort: ("录入用时", ("id",)),
    Helper: ("帮扶人身份", ("id",)),
}  # fmt: skip
FILLED = (
    Survey,
    CareRecord,
    Attendance,
)  # of two rows that double, the one kept takes what only the other says
SPANS = (Focus, Pairing)  # they double only where their days meet


class Difference(NamedTuple):
    """A field of the sheet that the two do not say alike: stored values, None where one says nothing.

    goes_with: the field it is chosen with ('' for itself): a place with the whereabouts, a guardian as a whole.
    """

    name: str
    label: str
    section: str
    kept: Any
    theirs: Any
    goes_with: str = ""

    @property
    def asked(self) -> bool:
        """Whether somebody must choose; else it is a gap that the other fills."""
        return self.kept is not None or bool(self.goes_with)


class Merged(NamedTuple):
    """What a merge did: the record kept and its child's name, fields taken over (chosen, and gaps filled), rows moved."""

    id: UUID
    name: str
    chosen: int
    filled: int
    moved: dict[str, int]


def differences(keep: UUID, other: UUID) -> list[Difference]:
    """What the sheets of two children on file do not say alike, in the sheet's order. Raises NotFound."""
    return _compare(*(child_sheet.load(live(key).id) for key in (keep, other)))


def differences_typed(values: Mapping[str, Any], other: UUID) -> list[Difference]:
    """The same for a sheet still being typed: `kept` is what is on file, `theirs` what was typed. Raises NotFound."""
    blank = child_sheet.load(None) | {"surveyed_on": None}
    return _compare(child_sheet.load(live(other).id), blank | dict(values))


def _compare(kept: Values, theirs: Values) -> list[Difference]:
    leads = _leads(kept, theirs)
    told_once = (
        MIRRORED if theirs["guardian_relation"] in ROLE_OF and "guardian_relation" not in leads else ()
    )
    found = []
    for name, label, section in ((entry.name, entry.spec.label, entry.section) for entry in ENTRIES):
        lead = leads.get(name, "")
        if kept[name] == theirs[name] or (theirs[name] is None and not lead):
            continue
        if (
            name == "focus" or name in told_once
        ):  # tags move as they are; a parent's name stands in the sheet twice
            continue
        found.append(
            Difference(name, label, section, kept[name], theirs[name], lead if lead != name else "")
        )  # fmt: skip
    return found


def _leads(kept: Values, theirs: Values) -> dict[str, str]:
    """Fields that cannot be chosen by themselves, and the one they follow."""
    leads = {name: master for name, master in HANGS_ON.items() if _both_differ(kept, theirs, master)}
    for role in PARENTS:  # of two who are called otherwise, what only one is known to have is that one's
        if _both_differ(kept, theirs, f"{role}_name"):
            own = (f"{role}_{field}" for field in ("id", "phone", *MORE[role]))
            leads |= dict.fromkeys((name for name in own if kept[name] is None), f"{role}_name")
    if _guarded(kept) and _guarded(theirs):
        lead = next(
            (name for name in ("guardian_relation", "no_guardian") if kept[name] != theirs[name]), None
        )
        if lead:
            leads |= dict.fromkeys(GUARDIAN, lead)
    return leads


def _both_differ(kept: Values, theirs: Values, name: str) -> bool:
    return None not in (kept[name], theirs[name]) and kept[name] != theirs[name]


def _guarded(sheet: Values) -> bool:
    """Whether a sheet says who the guardian is, or that there is none."""
    return any(sheet[name] for name in ("guardian_relation", "guardian_name", "no_guardian"))


def belongings(child_id: UUID) -> dict[str, int]:
    """How much hangs on a child besides its sheet: what it is called → rows."""
    return _told({
        what: model.live(model.id).where(model.child == child_id).count() for model, (what, _) in BELONGINGS.items()
    })  # fmt: skip


def _told(counts: dict[str, int]) -> dict[str, int]:
    return {what: count for what, count in counts.items() if count and what != BELONGINGS[Effort][0]}


# ---- making one of two ---------------------------------------------------------------------------


def merge(keep: UUID, other: UUID, choices: Mapping[str, bool], by: User | None) -> Merged:
    """Make one record of two, as one action: `keep` stays, `other` is struck out.

    choices: fields of which the other's value is taken (True); where both differ and nothing is said, the kept one's
    stays. Raises NotFound if one of them is no longer on file, Refused if the fields chosen contradict each other or the
    child would have two helpers where one may be.
    """
    if keep == other:
        raise Refused("这是同一份档案，不用合并")
    kept, gone = live(keep), live(other)
    found = differences(keep, other)
    taken = [each for each in found if not each.asked or choices.get(each.goes_with or each.name, False)]
    with changes.action(f"合并 {gone.name}到{kept.name}", by) as act:
        guardians = _move_family(act, kept, gone)
        moved = {what: _move(act, model, kept, gone) for model, (what, _) in BELONGINGS.items()}
        _move_apart(act, kept, gone)
        if None in (kept.left_on, gone.left_on):  # one of the two is on the register: so is the child
            leaving.bring_back(act, kept, days.today(), "合并档案")
        act.remove(gone)
        if kept.lunar_birthday is None:  # no field of the sheet
            act.update(kept, lunar_birthday=gone.lunar_birthday)
        base = child_sheet.load(keep)
        after = _applicable(base, base | _sheet(found, taken))
        child_sheet.save(keep, after, base, by)
        _part_from(act, guardians)
        act.flush()
        if why := pair_rules.broken(act.id):
            raise Refused(f"还不能合并：{why}（F3 按空格看已结对的名单）")
    return Merged(
        keep, after["name"], sum(each.asked and not each.goes_with for each in taken),
        sum(not each.asked for each in taken), _told(moved),
    )  # fmt: skip


def _sheet(found: list[Difference], taken: list[Difference]) -> Values:
    """The values the fields that differ are to have."""
    return {each.name: each.kept for each in found} | {each.name: each.theirs for each in taken}


def _applicable(base: Values, after: Values) -> Values:
    """The sheet without what came over and cannot apply beside the rest (a place of work of a parent at home)."""
    kept = {}
    for name, value in after.items():
        came = value is not None and value != base[name]
        kept[name] = base[name] if came and SPECS[name].skip and SPECS[name].skip(after) else value
    return kept


def _move(act: changes.Action, model: type[Row], kept: Child, gone: Child) -> int:
    """Give the other's rows of a table to the kept child; one that doubles is struck out. How many moved."""
    there = list(model.live().where(model.child == kept))
    moved = 0
    for row in model.live().where(model.child == gone).order_by(model.id):
        twin = next((each for each in there if _doubles(model, each, row)), None)
        if twin is None:
            act.update(row, child=kept.id, **_dated(row))
            moved += 1
            continue
        if model is Reported:  # the outer system has the child twice: one of them has to be taken out there
            continue
        act.remove(row)
        if (
            model in FILLED and row.__data__.get("term") != site.term().id
        ):  # this term's is merged field by field
            act.update(twin, **(_attended(twin, row) if model is Attendance else _gaps(twin, row)))
    return moved


def _attended(kept: Row, theirs: Row) -> Values:
    """What is taken of two marks of one child at one activity: that it came outweighs that it did not."""
    if (kept.state in CAME) == (theirs.state in CAME):
        return _gaps(kept, theirs)
    if kept.state in CAME:
        return {}
    return {name: getattr(theirs, name) for name in specs(Attendance)}


def _dated(row: Row) -> Values:
    """That a row changes hands makes what it says no newer."""
    return {"as_of": row.as_of} if "as_of" in row._meta.fields else {}


def _doubles(model: type[Row], one: Row, other: Row) -> bool:
    if any(one.__data__[name] != other.__data__[name] for name in BELONGINGS[model][1]):
        return False
    if model not in SPANS:
        return True
    begins, ends = (
        [each.since or date.min for each in (one, other)],
        [each.until or date.max for each in (one, other)],
    )
    return max(begins) <= min(ends)


def _gaps(kept: Row, theirs: Row) -> Values:
    """What only the other row says and can apply here."""
    return {
        name: getattr(theirs, name)
        for name, spec in specs(type(kept)).items()
        if getattr(kept, name) is None and getattr(theirs, name) is not None
        and not (spec.skip and spec.skip(kept.__data__))
    }  # fmt: skip


# ---- relatives, and who was set apart ------------------------------------------------------------


def _move_family(act: changes.Action, kept: Child, gone: Child) -> list[Kinship]:
    """Relatives the kept child lacks come over as they are; those it has take what only the other says of them.

    The other's guardians who came along as mere relatives are returned: the sheet decides whether they are one.
    """
    both = family_of([kept.id, gone.id])
    mine = both.get(kept.id, [])
    guarded = _guarded(child_sheet.load(kept.id))
    strays = []
    for kinship in both.get(gone.id, []):
        entrusted = kinship.entrusted and not guarded
        twin = next((each for each in mine if _same_relative(each, kinship)), None)
        if twin is None:
            guards = kinship.guardian and not guarded
            if kinship.guardian and guarded:
                strays.append(kinship)
            act.update(kinship, child=kept.id, guardian=guards, entrusted=entrusted, **_dated(kinship))
            continue
        act.remove(kinship)
        known = _gaps(twin, kinship) | (
            {"entrusted": True} if entrusted or (kinship.entrusted and twin.guardian) else {}
        )
        act.update(twin, **known)
        if twin.adult_id != kinship.adult_id:
            _join(act, twin, kinship.adult)
    return strays


def _join(act: changes.Action, twin: Kinship, theirs: Adult) -> None:
    """Of one relative on file twice one is left, if no other child has the other: the one siblings share."""
    mine = twin.adult
    if mine.name != theirs.name:
        drop_if_alone(act, theirs.id)
        return
    pairs = [(getattr(mine, name), getattr(theirs, name)) for name in IDENTIFIERS]
    one = all(None in pair or pair[0] == pair[1] for pair in pairs)
    shared = Kinship.live(Kinship.id).where(Kinship.adult == theirs).exists()
    if one and shared and Kinship.live(Kinship.id).where(Kinship.adult == mine).count() == 1:
        act.update(twin, adult=theirs.id)
        mine, theirs = theirs, mine
    act.update(mine, **_gaps(mine, theirs))
    drop_if_alone(act, theirs.id)


def _same_relative(one: Kinship, other: Kinship) -> bool:
    """Whether two children's relatives are one: the same adult; one father, one mother; one guardian of a relation."""
    if one.adult_id == other.adult_id:
        return True
    named = one.adult.name is not None and one.adult.name == other.adult.name
    relations = {one.relation, other.relation}
    if EITHER in relations and relations <= {EITHER, *ROLE_OF}:
        return named
    if one.relation != other.relation:
        return False
    return named or one.relation in ROLE_OF or (one.guardian and other.guardian)


def _part_from(act: changes.Action, guardians: list[Kinship]) -> None:
    """A guardian who was not chosen and is no parent or grandparent is no relative either."""
    for kinship in guardians:
        now = Kinship.live().where(Kinship.id == kinship.id).first()
        if now is not None and not now.guardian and now.relation not in KEPT:
            act.remove(now)
            drop_if_alone(act, now.adult_id)


def _move_apart(act: changes.Action, kept: Child, gone: Child) -> None:
    """Who was set apart from the other is set apart from the kept one; that these two were is over."""
    for pair in Apart.live().where((Apart.one == gone) | (Apart.other == gone)).order_by(Apart.id):
        third = pair.other_id if pair.one_id == gone.id else pair.one_id
        one, other = min(kept.id, third), max(kept.id, third)
        there = Apart.live(Apart.id).where(Apart.one == one, Apart.other == other)
        if third == kept.id or there.exists():
            act.remove(pair)
        else:
            act.update(pair, one=one, other=other)
