"""A row's parents, grandparents, guardian and other relatives, shared between siblings.

An adult is known by ID number; else by name with phone; else by name with birth date; else as the one of that
name already in that place of the same child. A birth date, phone or ID that contradicts makes another person.
A parent of whom only 家长 is said is '50 父或母' until another register says which.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from db.exchange.aliases import MEMBERS
from db.exchange.cells import Cells, parts
from db.exchange.staging import Book, Staged
from db.family import SEX
from db.values import id_birth, id_sex
from db.vocab import RELATION, WHEREABOUTS

RELATIONS = {"father": "51", "mother": "52", "61": "61", "62": "62", "63": "63", "64": "64"}
PARENTS = ("51", "52")
EITHER = "50"
ONLY_ONE = set(RELATIONS.values())  # a child has one father, one mother, one father's father …
ALONE = {"无", "无人", "无人监护", "没有", "无监护人"}
ABOUT = ("id_number", "birth_date", "sex", "phone", "workplace", "work_phone", "occupation", "health", "age")


def sex_of(relation: str | None) -> str | None:
    """The sex a relation implies; none for 姑母(姑父), 姨夫 and the like."""
    return SEX.get(relation)


def stated_gone(cells: Cells, role: str) -> str | None:
    """A parent's whereabouts that stand in place of a name: 已故, 不详, 外出."""
    text = cells.raw(f"{role}.name").strip("()")
    return WHEREABOUTS.find(text) if text in GONE else None


GONE = {written for code in WHEREABOUTS for written in (code.label, *code.aliases)}


def stated_alone(cells: Cells) -> bool:
    """Whether the guardian's cell says that there is none: 无, 无人监护."""
    cell = cells.raws.get("guardian.name")
    return isinstance(cell, str) and "".join(cell.split()) in ALONE


def roles(cells: Cells) -> Iterator[tuple[str, str | None]]:
    """The roles this row speaks of, each with its relation to the child."""
    yield from RELATIONS.items()
    yield "parent", cells["parent.relation"] or (None if cells.raw("parent.relation") else EITHER)
    for role in MEMBERS:
        if cells[f"{role}.name"] and cells[f"{role}.relation"]:
            yield role, cells[f"{role}.relation"]


def check_adult_ids(cells: Cells) -> None:
    """Compare every adult's ID number with the birth date beside it and the sex of the role."""
    for role, relation in roles(cells):
        cells.check_id(role, sex_of(relation))
    cells.check_id("guardian", sex_of(cells["guardian.relation"]))


def take(book: Book, cells: Cells, child: Staged, home: str | None, no_guardian: bool) -> None:
    """Put the row's adults beside the child.

    home: 'father' or 'mother', the one parent who is at home: the guardian when the row entrusts nobody,
    unless it says 无人监护. The guardian is read first: the grandparent of the same name and birth date is
    then found to be the same adult.
    """
    told = {owner for owner, _ in map(parts, cells.values)}
    for role in (*RELATIONS, "parent", "guardian", *MEMBERS):
        if role in told:
            _report_nameless(cells, role)
    guardian = _guardian(book, cells, child)
    for role, relation in roles(cells):
        if cells[f"{role}.name"] and not stated_gone(cells, role):
            _relative(book, cells, child, role, relation)
    parent = book.parent(child, RELATIONS[home]) if home and guardian is None and not no_guardian else None
    if parent:
        tie = _tie(book, child, parent)
        if _current_guardian(book, child) in (None, tie):
            _make_guardian(book, cells, child, tie, entrusted=False)


def _report_nameless(cells: Cells, role: str) -> None:
    """A phone or an ID number without the name it belongs to is not dropped in silence."""
    if cells[f"{role}.name"] and not stated_gone(cells, role):
        return
    said = cells.raw(f"{role}.name")
    why = (
        f"姓名一栏写的是“{said}”，这一格未录入，请核对"
        if said
        else "没有写这个人的姓名，未录入，请补上姓名后重导"
    )
    for field in ("id_number", "phone", "birth_date", "workplace", "work_phone", "occupation", "address"):
        if cells[f"{role}.{field}"]:
            cells.error(f"{role}.{field}", why)


def _guardian(book: Book, cells: Cells, child: Staged) -> Staged | None:
    name, relation = cells["guardian.name"], cells["guardian.relation"]
    if not name or stated_gone(cells, "guardian") or stated_alone(cells):
        return None
    role = {"51": "father", "52": "mother"}.get(relation)
    if role and cells[f"{role}.name"] == name:  # a parent: the parent's own columns know more
        adult = _relative(book, cells, child, role, relation)
        if adult is None:
            return None
        _state(book, cells, adult, "guardian")
    else:
        adult = _find(book, cells, child, "guardian", relation)
        if adult is None:
            return None
    kinship = _tied(book, cells, child, adult, relation, "guardian")
    book.state(kinship, cells, "guardian.address", address=cells["guardian.address"])
    _make_guardian(book, cells, child, kinship, entrusted=_entrusted(cells, relation))
    return kinship


def _entrusted(cells: Cells, relation: str | None) -> bool | None:
    """Whether the parents entrusted the child: by the column for it, else by the heading's word (委托, 受托), else not said."""
    if relation in PARENTS:
        return False
    if (said := cells["said.entrusted"]) is not None:
        return said
    return True if "托" in cells.heading("guardian.name") else None


def _make_guardian(book: Book, cells: Cells, child: Staged, kinship: Staged, entrusted: bool | None) -> None:
    """This tie is the guardian's; whoever else was the guardian is no longer, if the register is late enough to say so.

    entrusted None: as it is on file.
    """
    current = _current_guardian(book, child)
    if current is None and not _may_appoint(book, cells, child, kinship):
        return
    if current is not None and current is not kinship:
        if current.kept and book.day < current.day_of("guardian"):
            have, told = (book.adults[each.get("adult")].get("name") for each in (current, kinship))
            book.tell_older(cells, "guardian.name", f"台账里监护人是{have}", current.day_of("guardian"), told)
            return
        names = (book.adults[each.get("adult")].get("name") for each in (current, kinship))
        book.tell_edit(kinship, cells, "监护人", *names)
        book.put(current, "guardian", False, cells)
        book.put(current, "entrusted", False, cells)
    for name, value in (("guardian", True), ("entrusted", entrusted)):
        if value is not None and kinship.get(name) == value:  # as it is on file, on a later day perhaps
            book.state(kinship, cells, "guardian.name", **{name: value})
    book.put(kinship, "guardian", True, cells)
    stated = not kinship.kept or book.day >= kinship.day_of("entrusted") or not kinship.get("entrusted")
    if entrusted is not None and bool(kinship.get("entrusted")) != entrusted and stated:
        book.put(kinship, "entrusted", entrusted, cells)


def _current_guardian(book: Book, child: Staged) -> Staged | None:
    return next((each for each in book.kin[child.id] if each.get("guardian")), None)


def _may_appoint(book: Book, cells: Cells, child: Staged, kinship: Staged) -> bool:
    """Whether a child without a guardian may be given one by this register: not if a later word was that there is none."""
    survey = book.surveys.get(child.id)
    if survey and survey.kept and survey.get("no_guardian") and book.day < survey.day_of("no_guardian"):
        name = book.adults[kinship.get("adult")].get("name")
        book.tell_older(cells, "guardian.name", "台账里是无人监护", survey.day_of("no_guardian"), name)
        return False
    return not (
        kinship.kept and kinship.day_of("guardian").endswith("+") and book.day < kinship.day_of("guardian")
    )


def dismiss(book: Book, cells: Cells, child: Staged) -> bool:
    """The register says that nobody takes care of the child: the guardian on file is none, unless a later word says so.

    False if the guardian on file stands.
    """
    current = _current_guardian(book, child)
    if current is None or not current.kept:
        return current is None
    name = book.adults[current.get("adult")].get("name")
    if book.day < current.day_of("guardian"):
        book.tell_older(
            cells, "survey.guardianship", f"台账里监护人是{name}", current.day_of("guardian"), "无人监护"
        )
        return False
    book.tell_edit(current, cells, "监护人", name, None)
    book.put(current, "guardian", False, cells)
    book.put(current, "entrusted", False, cells)
    return True


def _relative(book: Book, cells: Cells, child: Staged, role: str, relation: str) -> Staged | None:
    """A relative and the tie; None when the child has somebody else in that place."""
    name = cells[f"{role}.name"]
    if relation == EITHER:
        relation = _which_parent(book, cells, child, name)
        if relation is None:
            return None
    adult = _find(book, cells, child, role, relation)
    if adult is not None:
        _tied(book, cells, child, adult, relation, role)
    return adult


def _which_parent(book: Book, cells: Cells, child: Staged, name: str) -> str | None:
    """The relation of somebody called 家长: the parent of that name, or not said; None if both parents are others."""
    have = {relation: book.parent(child, relation) for relation in (*PARENTS, EITHER)}
    for relation, adult in have.items():
        if adult is not None and adult.get("name") == name:
            return relation
    if have["51"] and have["52"]:
        cells.error(
            "parent.name", f"台账里{child.get('name')}的父母是{have['51'].get('name')}和{have['52'].get('name')}，"
            f"表中的家长{name}不是其中一人，未录入，请在档案里核对",
        )  # fmt: skip
        return None
    return EITHER


def _tied(book: Book, cells: Cells, child: Staged, adult: Staged, relation: str | None, role: str) -> Staged:
    """The tie between the child and this adult, made or brought up to date."""
    kinship = _tie(book, child, adult)
    if kinship is None:
        if child.kept and not book.muted:
            book.tell_edit(
                child, cells, RELATION.label(relation) if relation else "家人", None, adult.get("name")
            )
        return book.add_kin(cells, child, adult, relation=relation)
    have = kinship.get("relation")
    if relation and have and have != relation and EITHER not in (have, relation):
        told = RELATION.label(relation)
        column = f"{role}.relation" if cells.heading(f"{role}.relation") else f"{role}.name"
        name = cells[f"{role}.name"]
        cells.warn(column, f"{name}在台账里是{RELATION.label(have)}，本行写{told}，关系未改，请核对")
    else:
        book.state(kinship, cells, f"{role}.relation", relation=relation)
    return kinship


def _tie(book: Book, child: Staged, adult: Staged) -> Staged | None:
    return next((each for each in book.kin[child.id] if each.get("adult") == adult.id), None)


def _find(book: Book, cells: Cells, child: Staged, role: str, relation: str | None) -> Staged | None:
    """The adult a role's columns speak of, found or added; None (with an error) when it can't be decided, or when the
    child has somebody else in that place."""
    name = cells[f"{role}.name"]
    about = _about(cells, role, relation)
    number = about["id_number"]
    adult = book.adult_ids.get(number) if number else None
    if adult is not None and adult.get("name") != name:
        cells.error(
            f"{role}.id_number",
            f"这个身份证号在台账里是{adult.get('name')}，表中是{name}，此人未录入，请核对",
        )
        return None
    there = book.parent(child, relation) if relation in ONLY_ONE else None
    if adult is None and there is not None and there.get("name") == name and not _contradicts(there, about):
        adult = there  # whatever phone somebody of that name has elsewhere
    if adult is None:
        adult = _by_signs(book, child, name, about, relation)
    if there is not None and there is not adult:
        label = RELATION.label(relation)
        cells.error(
            f"{role}.name", f"台账里{child.get('name')}的{label}是{there.get('name')}，表中的{name}不是同一人，未改，"
            "请在档案里核对",
        )  # fmt: skip
        return None
    if adult is None:
        return _add(book, cells, name, about)
    _state(book, cells, adult, role, relation)
    return adult


def _by_signs(
    book: Book, child: Staged, name: str, about: dict[str, Any], relation: str | None
) -> Staged | None:
    for sign in ("phone", "birth_date"):
        value = about[sign]
        known = book.adult_names.like(name, value) if value else ()
        same = [each for each in known if each.get(sign) == value and not _contradicts(each, about)]
        if len(same) == 1:
            return same[0]
    own = (adult for kinship, adult in book.family(child) if _may_be(kinship.get("relation"), relation))
    same = [each for each in own if each.get("name") == name and not _contradicts(each, about)]
    return same[0] if len(same) == 1 else None


def _may_be(have: str | None, relation: str | None) -> bool:
    return None in (have, relation) or have == relation or {have, relation} <= {EITHER, *PARENTS}


def _contradicts(adult: Staged, about: dict[str, Any]) -> bool:
    """Another ID number, another birth date or another sex is another person; a phone may simply be new."""
    for sign in ("id_number", "sex"):
        if about[sign] and adult.get(sign) and adult.get(sign) != about[sign]:
            return True
    born, have = about["birth_date"], adult.get("birth_date")
    return bool(born and have and not (born.startswith(have) or have.startswith(born)))


@cache
def _targets(role: str) -> list[tuple[str, str]]:
    """What a role's columns may say of a person, each with the column's target."""
    return [(name, f"{role}.{name}") for name in ABOUT]


def _about(cells: Cells, role: str, relation: str | None) -> dict[str, Any]:
    get = cells.values.get
    about = {name: get(target) for name, target in _targets(role)}
    if number := about["id_number"]:
        if (born := id_birth(number)) != about["birth_date"]:  # one text in memory, not two
            about["birth_date"] = born
        about["sex"] = id_sex(number)
    about["sex"] = about["sex"] or sex_of(relation)
    return about


def _add(book: Book, cells: Cells, name: str, about: dict[str, Any]) -> Staged:
    if about["birth_date"]:
        about["age"] = None  # the birth date says more
    return book.add_adult(cells, name=name, **about)


def _state(book: Book, cells: Cells, adult: Staged, role: str, relation: str | None = None) -> None:
    about = _about(cells, role, relation)
    for name, value in about.items():
        if value is not None and name != "age":
            target = f"{role}.{name}" if cells.heading(f"{role}.{name}") else f"{role}.name"
            book.state(adult, cells, target, **{name: value})
    state_age(book, adult, cells, f"{role}.age", about["age"])


def state_age(book: Book, person: Staged, cells: Cells, target: str, age: int | None) -> None:
    """An age is kept only as long as no birth date is known."""
    if person.get("birth_date"):
        book.put(person, "age", None, cells)
    else:
        book.state(person, cells, target, age=age)
