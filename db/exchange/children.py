"""Registers of children with their families (农村留守儿童基本情况登记表 and its kin).

The rules, row by row:
- An ID number that fails its check digit, or disagrees with the birth date or sex in the same row, is reported
  and left out; the rest of the row goes in, the child being found by name with birth date, class or family.
- A row without a name, or whose child cannot be told from another on file, is reported and left out whole.
- A second row of a child this register already had is left out and reported.
- An empty cell, or a dash, erases nothing.
- A row of a child that left the register changes nothing and is reported: a register does not bring anybody back.
- Where the parents are: db/exchange/whereabouts.py. Who takes care of the child: db/exchange/family.py.
- An entrusted guardian is the guardian; without one, the parent whom the row says to be at home is, unless 监护类型
  says 无人监护.
- The village group is read off the address (柳溪村三组59号) when the register has no column for it.
- A register speaks for its day: the survey day of the children in it is that day, or the later one on file.
"""

import re
from datetime import date
from uuid import UUID

from db import days
from db.child_fields import HANGS_ON, SPECS
from db.exchange import family
from db.exchange.cells import Cells, parts
from db.exchange.identity import STAGE_OF_GRADE, Marks, stage_of, who
from db.exchange.staging import Book, Staged
from db.exchange.whereabouts import whereabouts
from db.improbable import OLDEST
from db.models import Focus
from db.values import Refused, grade, group_name, id_birth, id_sex
from db.vocab import FOCUS, GRADE, SCHOOLING

GROUP = re.compile(r"(第?[一二三四五六七八九十\d]{1,3}(?:村民)?(?:小)?组)")
CLASS = re.compile(r"((?:\d+|[一二三四五六七八九十]+)\)?班)")
HIGHER = {stage: {f"p{year}": f"{stage[0]}{year}" for year in (1, 2, 3)} for stage in ("junior", "senior")}
COME_BACK = "孩子回来了的，请先在程序里把他重新登记，再导入一次"
NAMING = ("said.school_grade", "survey.school")  # columns that name the school
SCHOOLED = (NAMING[0], "survey.class_no", "survey.grade", NAMING[1], "survey.schooling")
A_SCHOOL = re.compile(r"[学校园点中]$")


def prepare(cells: Cells) -> None:
    """Settle what a row says of itself: members, ID numbers that its own columns contradict, what an ID number and an
    address tell. A birth date to come is refused."""
    cells.settle_members()
    for role in ("father", "mother", "guardian"):
        if family.stated_gone(cells, role):
            cells.values[f"{role}.name"] = None
    cells.check_id("child")
    family.check_adult_ids(cells)
    values = cells.values
    if number := values["child.id_number"]:
        if (born := id_birth(number)) != values["child.birth_date"]:  # one text in memory, not two
            values["child.birth_date"] = born
        values["child.sex"] = values["child.sex"] or id_sex(number)
    born = values["child.birth_date"]
    if born and born > days.today().isoformat()[: len(born)]:
        cells.error("child.birth_date", f"出生日期{born}晚于今天，未录入，请核对")
        values["child.birth_date"] = values["child.id_number"] = None
    if group := values["child.village_group"]:
        values["child.village_group"] = group_name(group)
    else:
        values["child.village_group"] = group_in(values["child.address"])
    if born and (age := days.age_on(born, days.today())) is not None and age >= OLDEST:
        cells.warn("child.birth_date", f"按出生日期已满{age}岁，已照写录入，请核对")


def group_in(address: str | None) -> str | None:
    """The village group that an address names: 柳溪村三组59号 is in 三组."""
    found = GROUP.search(address or "")
    return found and group_name(found[1])


def marks(cells: Cells, day: str) -> Marks:
    """What a prepared row says that can tell children of one name apart."""
    values = cells.values
    parents = {role: values[f"{role}.name"] for role in ("father", "mother", "parent")}
    phones = (values[f"{role}.phone"] for role in ("father", "mother", "parent", "guardian", "child"))
    return Marks(
        values["child.name"], values["child.id_number"], values["child.birth_date"], values["child.sex"],
        {role: name for role, name in parents.items() if name}, values["guardian.name"],
        frozenset(phone for phone in phones if phone), values["child.address"],
        _class_of(cells), date.fromisoformat(day) if day else days.today(),
    )  # fmt: skip


def _class_of(cells: Cells) -> str | None:
    """The class as written in one cell, else put together from school, grade and class."""
    if told := cells.raw("said.school_grade"):
        return told
    parts = (cells.raw(f"survey.{name}") for name in ("school", "schooling", "grade", "class_no"))
    return "".join(parts) or None


def take(book: Book, cells: Cells, seen: dict[UUID, int], site: UUID | None, decided: object = None) -> str:
    """Stage one prepared row; returns what becomes of it: created, updated, unchanged, skipped, or double (left out
    for good: an earlier row speaks of the same child).

    seen: child key → the sheet row it stood in, filled as rows come. decided: who the row speaks of, where a person
    said so. Raises Undecided.
    """
    name = cells["child.name"]
    if cells.members and not cells.raw("child.name") and seen:
        return _more_family(book, cells, book.child_keys[next(reversed(seen))])
    if not name:
        if not cells.raw("child.name"):
            cells.error("child.name", "没有姓名，本行未导入，请补上姓名")
        return "skipped"
    before = book.changes
    child = who(book, marks(cells, book.day), seen, decided)
    if child and cells.members and seen and child.id == next(reversed(seen)):
        return _more_family(book, cells, child)
    if child and child.id in seen:
        cells.error("child.name", f"与第{seen[child.id]}行是同一名儿童，本行未导入，请在表中合成一行")
        return "double"
    if child and (left := child.get("left_on")):
        seen[child.id] = cells.number
        cells.warn("child.name", f"{child.get('name')}已在{left}退出登记，本行未导入；{COME_BACK}")
        return "skipped"
    new = child is None
    if new and cells["child.id_number"] in book.child_ids:  # a person said that it is another child
        cells.error("child.id_number", "这个身份证号已是别的儿童的，号码未录入，请照户口簿核对")
        cells.values["child.id_number"] = None
    if new:
        child = book.add_child(cells, name=name, site=site)
    seen[child.id] = cells.number
    if (
        decided is not None and not new
    ):  # whose row it is was said: a corrected name is a change like any other
        book.state(child, cells, "child.name", name=name)
    _child(book, cells, child)
    home = _survey(book, cells, child)
    _focus(book, cells, child)
    family.take(book, cells, child, home, book.survey(cells, child).get("no_guardian") is True)
    return "created" if new else "updated" if book.changes > before else "unchanged"


def _more_family(book: Book, cells: Cells, child: Staged) -> str:
    """A further row of the child above: one more member of the family."""
    before = book.changes
    family.take(book, cells, child, None, False)
    return "updated" if child.kept and book.changes > before else "unchanged"


def _child(book: Book, cells: Cells, child: Staged) -> None:
    have, read_off = child.get("village_group"), cells["child.village_group"]
    settled = have not in (None, read_off, group_in(child.get("address")))  # not read off the address
    for target, value in cells.values.items():
        owner, field = parts(target)
        if owner != "child" or field in ("name", "age"):
            continue
        if field == "village_group" and target not in cells.at:
            continue
        book.state(child, cells, target, **{field: value})
    as_told = child.get("address") == cells["child.address"] or have == read_off
    if "child.village_group" not in cells.at and not settled and as_told:
        book.state(child, cells, "child.address", village_group=read_off)
    if (age := cells["child.age"]) is not None and age >= OLDEST:
        cells.warn(
            "child.age", f"年龄{age}岁，不像儿童，请核对是不是别人的年龄" + ("" if age < 120 else "；未录入")
        )
        cells.values["child.age"] = age if age < 120 else None
    family.state_age(book, child, cells, "child.age", cells["child.age"])


def _survey(book: Book, cells: Cells, child: Staged) -> str | None:
    """Stage the survey; returns the one parent whom this row says to be at home, if it is one."""
    survey = book.survey(cells, child)
    found = whereabouts(cells)
    told = {parts(target)[1]: value for target, value in cells.values.items() if target.startswith("survey.")}
    told |= _schooling(cells, told) | found
    if told.get("guardianship") == "none" or family.stated_alone(cells):
        told["no_guardian"] = True if family.dismiss(book, cells, child) else None
    elif told.get("guardianship") or cells["guardian.name"]:
        told["no_guardian"] = False if survey.get("no_guardian") else None
    for field in sorted(told, key=_after):  # what hangs on an answer comes after the answer
        value = told[field]
        if field == "class_no" and told.get("grade") and survey.get("grade") != told["grade"]:
            continue  # the class of a grade that was not taken
        if field in HANGS_ON and value is not None and (why := _inapplicable(survey, field)):
            cells.warn(f"survey.{field}", f"{why}，这一格未录入，请核对")
        else:
            book.state(survey, cells, f"survey.{field}", **{field: value})
    _clear_inapplicable(book, cells, survey, told)
    if "survey.surveyed_on" not in cells.at:
        _date(book, cells, survey)
    at_home = [role for role in ("father", "mother") if found.get(f"{role}_whereabouts") == "home"]
    members = any(target.endswith(".guardian") for target in cells.at)
    return at_home[0] if len(at_home) == 1 and not members else None


def _after(field: str) -> int:
    return (field in HANGS_ON) + (field == "class_no")


def _date(book: Book, cells: Cells, survey: Staged) -> None:
    """The day the register is of is the day of the survey, unless a later one is on file."""
    have = survey.get("surveyed_on")
    if have is None:
        day = date.fromisoformat(book.day) if book.day else days.today()
        book.state(survey, cells, "survey.surveyed_on", surveyed_on=day)
    elif book.day and book.day > (survey.day_of("surveyed_on") if survey.kept else have.isoformat()):
        book.state(survey, cells, "survey.surveyed_on", surveyed_on=date.fromisoformat(book.day))


def _inapplicable(survey: Staged, field: str) -> str | None:
    """Why a field cannot apply, given the answer it hangs on; None if it may, or the answer is not known."""
    if survey.get(HANGS_ON[field]) is None:
        return None
    return SPECS[field].skip(survey)


def _clear_inapplicable(book: Book, cells: Cells, survey: Staged, told: dict) -> None:
    """What hung on an answer that this row has changed goes, unless the row says it too."""
    if not survey.kept:
        return
    after = {name: survey.get(name) for name in (*HANGS_ON, *HANGS_ON.values())}
    for name, master in HANGS_ON.items():
        if (
            master in survey.new
            and told.get(name) is None
            and after[name] is not None
            and SPECS[name].skip(after)
        ):
            book.put(survey, name, None, cells)


def _schooling(cells: Cells, told: dict) -> dict:
    """School, grade, class and stage, in whichever columns they stand: 柳溪小学三年级1班 in one, 小学三年级 under 就学情况."""
    found: dict = {}
    texts = {source: text for source in SCHOOLED if (text := cells.raw(source))}
    for source, text in texts.items():
        if source in NAMING and (standing := _standing(text)):  # 未入学 in place of a school
            found["schooling"], told["school"] = standing, None
            continue
        school, year = (None, None) if text.isdecimal() else grade(text)
        if source == "survey.school" and year and not school:
            cells.error(source, f"“{text}”是年级，不是学校，学校未录入，请看是不是填串了栏")
            told["school"] = None
            continue
        if source == "survey.school" and year:
            told["school"] = school  # 柳溪小学三(2)班 under 学校
        named = source == "said.school_grade" or (year and A_SCHOOL.search(school or ""))
        if school and named and not _standing(school):
            found.setdefault("school", school)
        if year:
            _graded(cells, source, text[len(school or "") :], year, found)
            if source == "survey.class_no":
                told["class_no"] = None
    fields = ("school", "grade", "class_no", "schooling")
    stated = {name: told.get(name) or found.get(name) for name in fields}
    stage = next(filter(None, map(stage_of, texts.values())), None)
    if stage is None and stated["grade"]:
        stage = STAGE_OF_GRADE[stated["grade"][0]]
    stated["schooling"] = stated["schooling"] or stage
    if stated["grade"] in HIGHER.get(stated["schooling"], {}):
        stated["grade"] = HIGHER[stated["schooling"]][stated["grade"]]  # 初中, 一年级 in two cells
    return stated


def _graded(cells: Cells, source: str, text: str, year: str, found: dict) -> None:
    """Grade and class out of 三年级1班."""
    try:
        found.setdefault("grade", GRADE.find(year))
    except Refused as refused:
        if source != "survey.grade":  # its reader has said so
            cells.error(source, str(refused))
    number = CLASS.search(text.replace("(", ""))
    if number and number[1] != year:
        found.setdefault("class_no", number[1].replace(")", ""))


def _standing(text: str) -> str | None:
    try:
        return SCHOOLING.find(text)
    except Refused:  # a school's name
        return None


def _focus(book: Book, cells: Cells, child: Staged) -> None:
    """New tags of 重点对象; one that the register does not name stays."""
    have = {each.get("tag") for each in book.focus[child.id] if each.get("until") is None}
    since = date.fromisoformat(book.day) if book.day else days.today()
    for tag in (cells["focus.tag"] or "").split():
        ended = max(
            (
                each.get("until")
                for each in book.focus[child.id]
                if each.get("tag") == tag and each.get("until")
            ),
            default=None,
        )
        if ended and (not book.day or book.day < ended.isoformat()):
            cells.warn(
                "focus.tag", f"{FOCUS.label(tag)}已于{ended}在台账里结束，本表较早或没有写日期，未再加上"
            )
        elif tag not in have:
            if child.kept and not book.muted:
                book.tell_edit(child, cells, "重点对象", None, FOCUS.label(tag))
            book.focus[child.id].append(book.add(cells, Focus, child=child.id, tag=tag, since=since))
