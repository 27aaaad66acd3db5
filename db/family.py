"""A child's parents and guardian: which adult the sheet means, and what is written about them.

Adults are shared: the father of two siblings is one row, so his new phone typed on one child's sheet is the
sibling's father's too. Which person a sheet means is decided so:

1. An ID number on file is that person; a different name beside it is refused, never written over.
2. Else, if an adult is linked already, a changed name OR a changed phone or ID number corrects that adult.
   A changed name AND no identifier (ID number, phone) in common, with at least one of them changed too, is
   another person: the child is linked anew and the sibling's parent stays as it was.
3. Else an adult of the same name and phone (and no contrary ID number) is that person.
4. Else a new adult is added.
An adult to whom no child is kin any more is struck out.
"""

from typing import Any

from db import values
from db.changes import Action
from db.child_fields import MORE, PARENTS, PERSON, ROLE_OF, WRITTEN
from db.children import drop_if_alone, family_of
from db.models import Adult, Child, Kinship
from db.spec import mask_id
from db.values import Refused

Sheet = dict[str, Any]
IDENTIFIERS = ("id_number", "phone")
SEX = dict.fromkeys(("51", "57", "61", "63", "71", "81", "83", "85"), "male") | dict.fromkeys(
    ("52", "58", "62", "64", "75"), "female"
)  # what a relation implies; 姨夫、姑母(姑父) imply nothing
EITHER = "50"  # a parent of whom only 家长 was said
KEPT = {"51", "52", "61", "62", "63", "64"}  # parents and grandparents are on file for their own sake


def read(kin: list[Kinship]) -> Sheet:
    """The family's part of the sheet."""
    return _sheet(by_role(kin))


def by_role(kin: list[Kinship]) -> dict[str, Kinship]:
    """The kinships the sheet knows: father, mother, guardian (who may be one of the two)."""
    found: dict[str, Kinship] = {}
    for kinship in kin:
        if kinship.relation in ROLE_OF:
            found.setdefault(ROLE_OF[kinship.relation], kinship)
        if kinship.guardian:
            found.setdefault("guardian", kinship)
    return found


def _kin(child: Child) -> list[Kinship]:
    return family_of([child.id]).get(child.id, [])


def _sheet(roles: dict[str, Kinship]) -> Sheet:
    sheet: Sheet = {}
    for role in (*PARENTS, "guardian"):
        adult = roles[role].adult if role in roles else Adult()
        sheet |= {f"{role}_{field}": getattr(adult, column) for field, column in PERSON.items()}
        sheet |= {f"{role}_{field}": getattr(adult, field) for field in MORE[role]}
    guardian = roles.get("guardian")
    sheet["guardian_relation"] = guardian.relation if guardian else None
    sheet["guardian_address"] = guardian.address if guardian else None
    return sheet


def settle_guardian(before: Sheet, after: Sheet) -> None:
    """Bring the guardian's fields in `after` in line with the relation, in place.

    A parent who is the guardian gives name, phone and ID number; typed only as guardian, they become the
    parent's. When the guardian is no longer that parent, what was mirrored goes. Raises Refused where the
    guardian, said to be a parent, was typed to differ from that parent.
    """
    role = ROLE_OF.get(after["guardian_relation"])
    was_parent = before["guardian_relation"] in ROLE_OF
    for field in PERSON:
        theirs, own = f"guardian_{field}", f"{role}_{field}"
        typed = after[theirs] if after[theirs] != before[theirs] else None
        if role is None:
            if was_parent and typed is None:
                after[theirs] = None
            continue
        if typed and not after[own]:
            after[own] = typed
        elif typed and typed != after[own]:
            who, what = WRITTEN[role][0], {"name": "姓名", "phone": "电话", "id": "身份证号"}[field]
            raise Refused(f"监护人写的是{who}，{what}却与{who}的不同，请改一处")
        after[theirs] = after[own]


def put(act: Action, child: Child, before: Sheet, after: Sheet) -> None:
    """Write what changed about parents and guardian (fields already settled)."""
    for role, relation in PARENTS.items():
        more = _changed(role, before, after)
        if more or _typed(role, after) != _typed(role, before):
            _put_parent(act, child, role, relation, _typed(role, after) | more)
    typed, relation, address = (
        _typed("guardian", after),
        after["guardian_relation"],
        after["guardian_address"],
    )
    more = _changed("guardian", before, after)
    was = (_typed("guardian", before), before["guardian_relation"], before["guardian_address"])
    if more or (typed, relation, address) != was:
        _put_guardian(act, child, typed | more, relation, address)


def _typed(role: str, sheet: Sheet) -> Sheet:
    return {column: sheet[f"{role}_{field}"] for field, column in PERSON.items()}


def _changed(role: str, before: Sheet, after: Sheet) -> Sheet:
    """What the contact card says of an adult and was typed now: the rest may be said of somebody before."""
    named = ((field, f"{role}_{field}") for field in MORE[role])
    return {field: after[name] for field, name in named if after[name] != before[name]}


def _put_parent(act: Action, child: Child, role: str, relation: str, typed: Sheet) -> None:
    kin = _kin(child)
    kinship = by_role(kin).get(role) or next(
        (each for each in kin if each.relation == EITHER and each.adult.name == typed["name"]), None
    )
    if not any(typed.values()):
        if kinship and not kinship.guardian:
            _unlink(act, kinship)
        elif kinship:
            _link(act, child, kinship, act.insert(Adult, sex=SEX[relation]), relation)
        return
    _link(act, child, kinship, person(act, typed, kinship and kinship.adult, SEX[relation]), relation)


def _put_guardian(act: Action, child: Child, typed: Sheet, relation: str | None, address: str | None) -> None:
    kin = _kin(child)
    roles = by_role(kin)
    current = roles.get("guardian")
    if relation in ROLE_OF:
        kinship = roles.get(ROLE_OF[relation])
        if kinship is None:
            adult = act.insert(Adult, sex=SEX[relation])
            kinship = act.insert(Kinship, child=child, adult=adult, relation=relation)
        act.update(kinship.adult, **{name: typed[name] for name in MORE["guardian"] if name in typed})
        act.update(kinship, address=address)
        _hand_over(act, current, kinship)
    elif relation is None and address is None and not any(typed.values()):
        _hand_over(act, current, None)
    else:
        own = current if current and current.relation not in ROLE_OF else None
        if own and own.relation != relation and _differ(own.adult.name, typed["name"]):
            own = None  # another relation and another name: another person, whatever phone they share
        own = own or _relative(kin, typed["name"], relation)
        adult = person(act, typed, own and own.adult, SEX.get(relation))
        kinship = _tied(kin, adult, relation) or _link(act, child, own, adult, relation)
        act.update(kinship, address=address)
        _hand_over(act, current, kinship)


def _relative(kin: list[Kinship], name: str | None, relation: str | None) -> Kinship | None:
    """A relative of the child on file, not a parent, of this name and relation."""
    return next(
        (each for each in kin if name and relation and each.relation == relation and each.adult.name == name),
        None,
    )


def _tied(kin: list[Kinship], adult: Adult, relation: str | None) -> Kinship | None:
    """The tie there is already between the child and this adult, if it is the one meant."""
    return next(
        (each for each in kin if each.adult_id == adult.id and relation in (None, each.relation)), None
    )


def _hand_over(act: Action, current: Kinship | None, new: Kinship | None) -> None:
    """Guardianship passes on; a former guardian who is no parent or grandparent leaves the child's family."""
    if new is not None:
        act.update(new, guardian=True)
    if current is None or (new is not None and current.id == new.id):
        return
    named = any(getattr(current.adult, each) for each in PERSON.values())
    if current.relation in KEPT and named:
        act.update(current, guardian=False, entrusted=False)
    else:
        _unlink(act, current)


def _link(act: Action, child: Child, kinship: Kinship | None, adult: Adult, relation: str | None) -> Kinship:
    if kinship is None:
        return act.insert(Kinship, child=child, adult=adult, relation=relation)
    former = kinship.adult_id
    act.update(kinship, adult=adult.id, relation=relation)
    if former != adult.id:
        drop_if_alone(act, former)
    return kinship


def _unlink(act: Action, kinship: Kinship) -> None:
    act.remove(kinship)
    drop_if_alone(act, kinship.adult_id)


def person(act: Action, typed: Sheet, linked: Adult | None, sex: str | None) -> Adult:
    """The adult meant by name, phone and ID number, written as typed (rules in the module's docstring)."""
    if linked is not None and is_another(typed, linked):
        linked = None
    found = _by_id(typed, linked) or linked or _by_name_and_phone(typed)
    known = {name: value for name, value in typed.items() if value is not None}
    if found is None:
        return act.insert(Adult, **known, **_implied(typed, None, sex))
    if linked is None or found.id != linked.id:
        typed = known  # what this sheet leaves empty says nothing about a person found elsewhere
    return act.update(found, **typed, **_implied(typed, found, sex))


def is_another(typed: Sheet, linked: Adult) -> bool:
    """Whether name and identifiers together say that this is not the adult linked so far."""
    if not _differ(typed["name"], linked.name):
        return False
    was = {name: getattr(linked, name) for name in IDENTIFIERS}
    agree = any(typed[name] and typed[name] == was[name] for name in IDENTIFIERS)
    return not agree and any(typed[name] != was[name] for name in IDENTIFIERS)


def _by_id(typed: Sheet, linked: Adult | None) -> Adult | None:
    number = typed["id_number"]
    if not number or (linked and linked.id_number == number):
        return None
    found = Adult.live().where(Adult.id_number == number).order_by(Adult.id).first()
    if found and _differ(found.name, typed["name"]):
        raise Refused(f"身份证号{mask_id(number)}已登记为“{found.name}”，与所填“{typed['name']}”不符，请核对")
    return found


def _by_name_and_phone(typed: Sheet) -> Adult | None:
    if not (typed["name"] and typed["phone"]):
        return None
    same = Adult.live().where(Adult.name == typed["name"], Adult.phone == typed["phone"])
    if typed["id_number"]:
        same = same.where(Adult.id_number.is_null())
    return same.order_by(Adult.id).first()


def _implied(typed: Sheet, found: Adult | None, sex: str | None) -> Sheet:
    """Sex and birth date as the ID number or the role tells them, where not known."""
    implied: Sheet = {}
    number = typed.get("id_number")
    if number:
        implied |= {"sex": values.id_sex(number), "birth_date": values.id_birth(number)}
    elif sex and not (found and found.sex):
        implied["sex"] = sex
    return implied


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)
