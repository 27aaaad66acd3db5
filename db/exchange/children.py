"""Registers of children with their families (农村留守儿童基本情况登记表 and its kin).

The rules, row by row:
- An ID number that fails its check digit, or disagrees with the birth date or sex in the same row, is reported
  and left out; the rest of the row goes in, the child being found by name with birth date or family.
- A row without a name, or whose child cannot be told from another on file, is reported and left out whole.
- A second row of a child this register already had is left out and reported.
- An empty cell, or a dash, erases nothing.
- 父母双方同时外出 是: both away. 一方外出、另一方无监护能力 是: the parent named under 无监护能力 is at home and
  unable, the other away. Both 否 and exactly one with a 务工地点: that one away, the other at home and able.
- Without those columns a 务工地点 means away, 在家务农 and the like mean at home. 已故, 不详 may stand in place of a name.
- An entrusted guardian is the guardian; without one, the parent at home is, unless 监护类型 says 无人监护.
- The village group is read off the address (柳溪村三组59号) when the register has no column for it.
"""

import re
from datetime import date

from db import days
from db.exchange import family
from db.exchange.cells import Cells
from db.exchange.grid import Heading
from db.exchange.headings import Columns
from db.exchange.identity import Marks, Undecided, stage_of, who
from db.exchange.staging import Book, Staged
from db.values import Refused, grade, id_birth, id_number, id_sex, partial_date, yes_no
from db.vocab import GRADE, WHEREABOUTS

GROUP = re.compile(r"(第?[一二三四五六七八九十\d]{1,3}(?:村民)?(?:小)?组)")
PLACES = {"father": "survey.father_place", "mother": "survey.mother_place"}


def take(book: Book, cells: Cells, dated: date | None, seen: dict, site: object = None) -> str:
    """Stage one row; returns what becomes of it: created, updated, unchanged or skipped.

    seen: child key → the sheet row it stood in, filled as rows come.
    """
    name = cells["child.name"]
    if not name:
        if not cells.raw("child.name"):
            cells.error("child.name", "没有姓名，本行未导入，请补上姓名")
        return "skipped"
    cells.check_id("child")
    family.check_adult_ids(cells)
    _derive(cells)
    before = book.changes
    try:
        child = who(book, _marks(cells, name, dated))
    except Undecided as undecided:
        cells.error("child.name", f"{undecided}；本行未导入")
        return "skipped"
    if child and child.id in seen:
        cells.error("child.name", f"与第{seen[child.id]}行是同一名儿童，本行未导入，请在表中合成一行")
        return "skipped"
    new = child is None
    if new:
        _warn_of_double(book, cells, name)
        child = book.add_child(name=name, site=site)
    seen[child.id] = cells.number
    _child(book, cells, child)
    home = _survey(book, cells, child, dated)
    family.take(book, cells, child, home, book.survey(child).get("no_guardian") is True)
    return "created" if new else "updated" if book.changes > before else "unchanged"


def _derive(cells: Cells) -> None:
    """What the ID number and the address say of themselves."""
    values = cells.values
    if number := values.get("child.id_number"):
        values["child.birth_date"] = id_birth(number)
        values["child.sex"] = values.get("child.sex") or id_sex(number)
    born = values.get("child.birth_date")
    if born and born > days.today().isoformat()[: len(born)]:
        cells.error("child.birth_date", f"出生日期{born}晚于今天，未录入，请核对")
        values["child.birth_date"] = values["child.id_number"] = None
    if not values.get("child.village_group") and (found := GROUP.search(values.get("child.address") or "")):
        values["child.village_group"] = found[1]


def _marks(cells: Cells, name: str, dated: date | None) -> Marks:
    return Marks(
        name, cells["child.id_number"], cells["child.birth_date"], cells["father.name"], cells["mother.name"],
        cells["guardian.name"], cells.raw("said.school_grade") or cells["survey.class_no"], dated or days.today(),
    )  # fmt: skip


def _warn_of_double(book: Book, cells: Cells, name: str) -> None:
    """A second child of one name, born the same day with another ID number: twins have two names."""
    born = cells["child.birth_date"]
    if born and any(each.get("birth_date") == born for each in book.child_names.get(name, ())):
        cells.warn("child.name", f"台账里已有同日出生、身份证号不同的{name}，已另建一人，请核对")


def _child(book: Book, cells: Cells, child: Staged) -> None:
    for target, value in cells.values.items():
        owner, field = target.split(".")
        if owner != "child" or field == "name":
            continue
        have = child.get(field)
        if field == "birth_date" and value and have and have.startswith(value):
            continue  # the month says less than the day on file
        if field == "village_group" and have and target not in cells.columns.at:
            continue  # read off the address: never over what somebody entered
        book.set(child, cells.number, cells.heading(target), **{field: value})


def _survey(book: Book, cells: Cells, child: Staged, dated: date | None) -> str | None:
    """Stage the survey; returns the one parent at home, if it is one."""
    survey = book.survey(child)
    told = {
        target.split(".")[1]: value for target, value in cells.values.items() if target.startswith("survey.")
    }
    told |= _schooling(cells, told)
    told |= _whereabouts(cells)
    if told.get("guardianship") == "none":
        told["no_guardian"] = True
    elif told.get("guardianship") or cells["guardian.name"]:
        told["no_guardian"] = False if survey.get("no_guardian") else None
    for field, value in told.items():
        book.set(survey, cells.number, cells.heading(f"survey.{field}"), **{field: value})
    have = survey.get("surveyed_on")
    if "surveyed_on" not in told and (have is None or (dated and dated > have)):
        book.set(survey, cells.number, "填报日期", surveyed_on=dated or days.today())
    at_home = [who for who in ("father", "mother") if survey.get(f"{who}_whereabouts") == "home"]
    return at_home[0] if len(at_home) == 1 else None


def _schooling(cells: Cells, told: dict) -> dict:
    """School, grade and stage out of one cell (柳溪小学三年级), or out of a class column that holds a grade."""
    text = cells.raw("said.school_grade") or cells.raw("survey.class_no")
    if not text:
        return {}
    school, year = grade(text)
    found: dict = {}
    if year:
        try:
            found["grade"] = told.get("grade") or GRADE.find(year)
        except Refused as refused:
            cells.error("said.school_grade", str(refused))
        if not cells.raw("said.school_grade"):
            number = re.search(r"(\d+|[一二三四五六七八九十]+)班", text)
            found["class_no"] = number[0] if number else None
    if cells.raw("said.school_grade"):
        found["school"] = told.get("school") or school
    found["schooling"] = told.get("schooling") or stage_of(text)
    return found


def _whereabouts(cells: Cells) -> dict:
    """Where the parents are, by the rules in this file's first lines; nothing where the row contradicts itself."""
    place, at = {}, {}
    for who_, target in PLACES.items():
        text = cells.raw(target)
        stated = family.stated_gone(cells, who_) or _stated_place(text)
        if stated:
            at[who_] = stated
        elif cells[target]:
            place[who_] = cells[target]
    both, one_unable = _flag(cells, "said.both_away"), _flag(cells, "said.one_unable")
    found: dict = {f"{who_}_place": place.get(who_) for who_ in PLACES}
    if both:
        if one_unable:
            cells.error(
                "said.one_unable",
                "“双方同时外出”和“一方外出、另一方无监护能力”都是“是”，父母去向未录入，请核对",
            )
            return {}
        return found | {
            "father_whereabouts": at.get("father", "away"),
            "mother_whereabouts": at.get("mother", "away"),
        }
    if one_unable:
        return _one_unable(cells, place, found)
    if both is False and len(place) == 2:
        cells.error("said.both_away", "“双方同时外出”写“否”，父母却都有务工地点，父母去向未录入，请核对")
        return {}
    for who_ in place:
        at[who_] = "away"
    if both is False and one_unable is False and len(place) == 1:
        home = next(who_ for who_ in PLACES if who_ not in place)
        if at.setdefault(home, "home") == "home":
            found[f"{home}_able"] = True
    return found | {f"{who_}_whereabouts": where for who_, where in at.items()}


def _one_unable(cells: Cells, place: dict, found: dict) -> dict:
    said = cells.raw("said.unable_who")
    unable = {"父亲": "father", "父": "father", "母亲": "mother", "母": "mother"}.get(said)
    if unable is None and not said and len(place) == 1:
        unable = next(who_ for who_ in PLACES if who_ not in place)
    if unable is None:
        cells.error("said.unable_who", "看不出父母哪一方无监护能力，父母去向未录入，请写“父亲”或“母亲”")
        return {}
    if unable in place:
        cells.error(PLACES[unable], "无监护能力的一方应在家，却写了务工地点，父母去向未录入，请核对")
        return {}
    away = next(who_ for who_ in PLACES if who_ != unable)
    return found | {f"{unable}_whereabouts": "home", f"{unable}_able": False, f"{away}_whereabouts": "away"}


def _stated_place(text: str) -> str | None:
    """在家务农 stands in many a 务工地点."""
    try:
        stated = WHEREABOUTS.find(text) if text else None
    except Refused:  # a real place
        return "home" if text.startswith("在家") else None
    return stated


def _flag(cells: Cells, target: str) -> bool | None:
    text = cells.raw(target)
    if not text:
        return None
    try:
        return yes_no(text)
    except Refused as refused:
        cells.error(target, str(refused))
        return None


def settle_ids(rows: list, columns: Columns) -> None:
    """ID columns that share one heading, in shuffled order: each is whose birth dates it agrees with.

    The child's is the one that agrees best with the child's birth dates; one that disagrees with the person it
    follows is the guardian's, who has no birth date column.
    """
    at = columns.at
    headings = [heading for target, heading in at.items() if target.endswith(".id_number")]
    twins = [each for each in headings if sum(each.text == other.text for other in headings) > 1]
    if len(twins) < 2 or "child.birth_date" not in at:
        return
    own = max(twins, key=lambda each: _agreeing(rows, each, at["child.birth_date"]))
    if not _agreeing(rows, own, at["child.birth_date"]):
        return
    owners = {heading.column: target for target, heading in at.items() if heading in twins}
    displaced = owners[own.column]
    for target in owners.values():
        del at[target]
    at["child.id_number"] = own
    for heading in (each for each in twins if each is not own):
        target = owners[heading.column] if owners[heading.column] != "child.id_number" else displaced
        born = at.get(target.replace(".id_number", ".birth_date"))
        if target in at or target == "child.id_number" or (born and not _agreeing(rows, heading, born)):
            target = "guardian.id_number"
        if target in at or "guardian.name" not in at:
            columns.unmapped.append(heading)
        else:
            at[target] = heading


def _agreeing(rows: list, ids: Heading, births: Heading) -> int:
    """How many rows hold an ID number whose date is the birth date."""
    agreeing = 0
    for _, row in rows:
        try:
            agreeing += id_birth(id_number(row[ids.column])).startswith(partial_date(row[births.column]))
        except (Refused, IndexError):
            continue
    return agreeing
