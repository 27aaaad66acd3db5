"""A row's parents, grandparents and guardian, shared between siblings.

An adult is known by ID number; else by name with phone; else by name with birth date; else as the one of that
name already in that place of the same child. A birth date, phone or ID that contradicts makes another person.
"""

from typing import Any

from db.exchange.cells import Cells
from db.exchange.staging import Book, Staged
from db.values import Refused, id_birth, id_sex, yes_no
from db.vocab import RELATION, WHEREABOUTS

MALE = {"51", "57", "61", "63", "71", "81", "83", "85"}
FEMALE = {"52", "58", "62", "64", "75"}
RELATIONS = {"father": "51", "mother": "52", "61": "61", "62": "62", "63": "63", "64": "64"}


def sex_of(relation: str | None) -> str | None:
    """The sex a relation implies; none for 姑母(姑父), 姨夫 and the like."""
    return "male" if relation in MALE else "female" if relation in FEMALE else None


def stated_gone(cells: Cells, role: str) -> str | None:
    """'dead' or 'unknown' when a parent's name cell says 已故 or 不详 in place of a name."""
    text = cells.raw(f"{role}.name").strip("()")
    if text and text in {alias for code in WHEREABOUTS if code.code in ("dead", "unknown") for alias in
                         (code.label, *code.aliases)}:  # fmt: skip
        return WHEREABOUTS.find(text)
    return None


def check_adult_ids(cells: Cells) -> None:
    """Compare every adult's ID number with the birth date beside it and the sex of the role."""
    for role, relation in RELATIONS.items():
        cells.check_id(role, sex_of(relation))
    cells.check_id("guardian", sex_of(cells["guardian.relation"]))


def take(book: Book, cells: Cells, child: Staged, home: str | None, no_guardian: bool) -> None:
    """Put the row's adults beside the child.

    home: 'father' or 'mother', the one parent who is at home: the guardian when the row entrusts nobody,
    unless it says 无人监护. The guardian is read first: the grandparent of the same name and birth date is
    then found to be the same adult.
    """
    for role in (*RELATIONS, "guardian"):
        _report_nameless(cells, role)
    guardian = _guardian(book, cells, child)
    for role, relation in RELATIONS.items():
        if stated_gone(cells, role) or not cells[f"{role}.name"]:
            continue
        _relative(book, cells, child, role, relation)
    if guardian is None and home and not no_guardian:
        parent = book.parent(child, RELATIONS[home])
        if parent:
            _make_guardian(book, cells, child, _tie(book, child, parent), entrusted=False)


def _report_nameless(cells: Cells, role: str) -> None:
    """A phone or an ID number without the name it belongs to is not dropped in silence."""
    if cells.raw(f"{role}.name"):
        return
    for field in ("id_number", "phone", "birth_date"):
        if cells[f"{role}.{field}"]:
            cells.error(f"{role}.{field}", "没有写这个人的姓名，未录入，请补上姓名后重导")


def _guardian(book: Book, cells: Cells, child: Staged) -> Staged | None:
    name, relation = cells["guardian.name"], cells["guardian.relation"]
    if not name:
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
    kinship = _tie(book, child, adult)
    if kinship is None:
        kinship = book.add_kin(child, adult, relation=relation)
    elif relation and kinship.get("relation") is None:
        book.set(kinship, cells.number, cells.heading("guardian.relation"), relation=relation)
    elif relation and kinship.get("relation") != relation:
        told, have = RELATION.label(relation), RELATION.label(kinship.get("relation"))
        cells.warn("guardian.relation", f"监护人{name}在台账里是{have}，本行写{told}，关系未改，请核对")
    _make_guardian(book, cells, child, kinship, entrusted=_entrusted(cells, relation))
    return kinship


def _entrusted(cells: Cells, relation: str | None) -> bool | None:
    """Whether the parents entrusted the child: by the column for it, else by the heading's word 委托, else not said."""
    if relation in ("51", "52"):
        return False
    if said := cells.raw("said.entrusted"):
        try:
            return yes_no(said)
        except Refused as refused:
            cells.error("said.entrusted", str(refused))
    return True if "委托" in cells.heading("guardian.name") else None


def _make_guardian(book: Book, cells: Cells, child: Staged, kinship: Staged, entrusted: bool | None) -> None:
    """This tie is the guardian's; whoever else was the guardian is no longer. entrusted None: as it is on file."""
    column = cells.heading("guardian.name")
    for other in book.kin[child.id]:
        if other is not kinship and other.get("guardian"):
            book.set(other, cells.number, column, guardian=False, entrusted=False)
    book.set(kinship, cells.number, column, guardian=True)
    if entrusted is not None and bool(kinship.get("entrusted")) != entrusted:
        book.set(kinship, cells.number, column, entrusted=entrusted)


def _relative(book: Book, cells: Cells, child: Staged, role: str, relation: str) -> Staged | None:
    """A parent or grandparent and the tie; None when the child has somebody else in that place."""
    name = cells[f"{role}.name"]
    adult = _find(book, cells, child, role, relation)
    if adult is None:
        return None
    there = book.parent(child, relation)
    if there is not None and there is not adult:
        label = RELATION.label(relation)
        cells.error(
            f"{role}.name", f"台账里{child.get('name')}的{label}是{there.get('name')}，表中的{name}不是同一人，未改，"
            "请在档案里核对",
        )  # fmt: skip
        return None
    kinship = _tie(book, child, adult)
    if kinship is None:
        book.add_kin(child, adult, relation=relation)
    elif kinship.get("relation") is None:
        book.set(kinship, cells.number, cells.heading(f"{role}.name"), relation=relation)
    elif kinship.get("relation") != relation:
        have = RELATION.label(kinship.get("relation"))
        cells.warn(
            f"{role}.name", f"{name}在台账里是{have}，本列是{RELATION.label(relation)}，关系未改，请核对"
        )
    return adult


def _tie(book: Book, child: Staged, adult: Staged) -> Staged | None:
    return next((each for each in book.kin[child.id] if each.get("adult") == adult.id), None)


def _find(book: Book, cells: Cells, child: Staged, role: str, relation: str | None) -> Staged | None:
    """The adult a role's columns speak of, found or added; None (with an error) when it can't be decided."""
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
    if adult is None:
        adult = _by_signs(book, child, name, about, relation)
    if adult is None:
        return _add(book, cells, name, about)
    _state(book, cells, adult, role, relation)
    return adult


def _by_signs(
    book: Book, child: Staged, name: str, about: dict[str, Any], relation: str | None
) -> Staged | None:
    namesakes = [each for each in book.adult_names[name] if not _contradicts(each, about)]
    for sign in ("phone", "birth_date"):
        same = [each for each in namesakes if about[sign] and each.get(sign) == about[sign]]
        if len(same) == 1:
            return same[0]
    own = {kinship.get("adult") for kinship in book.kin[child.id]
           if relation is None or kinship.get("relation") in (relation, None)}  # fmt: skip
    same = [each for each in namesakes if each.id in own]
    return same[0] if len(same) == 1 else None


def _contradicts(adult: Staged, about: dict[str, Any]) -> bool:
    """Another ID number, another birth date or another sex is another person; a phone may simply be new."""
    for sign in ("id_number", "sex"):
        if about[sign] and adult.get(sign) and adult.get(sign) != about[sign]:
            return True
    born, have = about["birth_date"], adult.get("birth_date")
    return bool(born and have and not (born.startswith(have) or have.startswith(born)))


def _about(cells: Cells, role: str, relation: str | None) -> dict[str, Any]:
    number = cells[f"{role}.id_number"]
    return {
        "id_number": number,
        "birth_date": id_birth(number) if number else cells[f"{role}.birth_date"],
        "sex": id_sex(number) if number else cells[f"{role}.sex"] or sex_of(relation),
        "phone": cells[f"{role}.phone"],
        "address": cells[f"{role}.address"],
    }


def _add(book: Book, cells: Cells, name: str, about: dict[str, Any]) -> Staged:
    adult = book.add_adult(name=name, **about)
    adult.said |= {field: cells.number for field, value in about.items() if value is not None}
    return adult


def _state(book: Book, cells: Cells, adult: Staged, role: str, relation: str | None = None) -> None:
    for name, value in _about(cells, role, relation).items():
        have = adult.get(name)
        if name == "birth_date" and value and have and have.startswith(value):
            continue  # the month says less than the day on file
        column = cells.heading(f"{role}.{name}") or cells.heading(f"{role}.name")
        book.set(adult, cells.number, column, **{name: value})
