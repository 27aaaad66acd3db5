"""How alike two children are, by what their sheets say, and why: pure, knows no ledger (docs/rules.md, 疑似重复).

A name that is the same, sounds the same or is one character off counts only together with something else: a near birth
date, a parent's or guardian's name, number or phone. Points are added up; ENOUGH are told.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from db.child_fields import PARENTS, ROLE_OF, WRITTEN
from db.initials import sound, syllables
from db.text import squeeze
from db.values import id_birth

Sheet = Mapping[str, Any]
ENOUGH = 4
SURE = 100
NEAR, SIBLINGS, YEAR = (
    31,
    270,
    366,
)  # days: a near birth date; sooner no sibling is born; a clearly other birth date
PHONES = {"father_phone": "父亲", "mother_phone": "母亲", "guardian_phone": "监护人", "phone": "家庭"}
NUMBERS = {"father_id": "父亲", "mother_id": "母亲", "guardian_id": "监护人"}
RELATIVES = ("father_name", "mother_name", "guardian_name")


class Weight(NamedTuple):
    """How alike two children are: points, the reasons in words (those against last), and whether it is certain."""

    score: int
    reasons: tuple[str, ...]
    sure: bool


class Birth(NamedTuple):
    """How near two birth dates are: points, in words, and the days between them, None if one is not known."""

    points: int
    words: str
    gap: int | None


class Kin(NamedTuple):
    """What two families have in common: points, in words; parents that are the same, parents that are others."""

    points: int
    words: list[str]
    shared: int
    others: int


def weigh(one: Sheet, other: Sheet) -> Weight | None:
    """How alike two children are by their sheets' values; None if they are not told as one.

    Two ID numbers mean two children, unless one is a slip of the other.
    """
    numbers = one.get("id_number"), other.get("id_number")
    name, named = name_likeness(one.get("name") or "", other.get("name") or "")
    birth = birth_likeness(birth_of(one), birth_of(other))
    kin, home = _kin(one, other), _home(one, other)
    score = name + birth.points + kin.points + home[0]
    said, against = [named, birth.words, *kin.words, home[1]], []
    if one.get("sex") and other.get("sex") and one["sex"] != other["sex"]:
        score -= 3
        against.append("但性别不同")
    if all(numbers) and numbers[0] == numbers[1]:
        against += ["但姓名不同"] if one.get("name") and other.get("name") and not name else []
        return Weight(SURE + score, _told("身份证号相同", *said, *against), True)
    if all(numbers):
        if not slip(*numbers):
            return None
        score += 3
        said.insert(0, "身份证号只差一处")
    whole = named == "姓名相同"
    if not name or (not whole and not _one_child(birth, kin)):
        return None
    if kin.others:
        against.append("但父母姓名不同")
    if not whole and home[0] < 0:
        score -= 1
    if score < ENOUGH:
        return None
    return Weight(score, _told(*said, *against), False)


def _told(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)


def _one_child(birth: Birth, kin: Kin) -> bool:
    """Whether children whose names are only close may be one and not siblings, cousins or neighbours."""
    if kin.others and not kin.shared:
        return False
    if birth.gap is None:
        return kin.points > 0
    if birth.points > 0:
        return birth.gap <= SIBLINGS or not kin.shared
    return birth.gap <= SIBLINGS and kin.shared > 0


def birth_of(sheet: Sheet) -> str | None:
    """The birth date a sheet tells, the one in the ID number if it is not said."""
    number = sheet.get("id_number")
    return sheet.get("birth_date") or (id_birth(number) if number else None)


# ---- names ---------------------------------------------------------------------------------------


def name_likeness(one: str, other: str) -> tuple[int, str]:
    """Points and words for two names; (0, '') if they are not close. One of two characters replaced is hardly close."""
    one, other = squeeze(one), squeeze(other)
    if not one or not other:
        return 0, ""
    if one == other:
        return 4, "姓名相同"
    if syllables(one) == syllables(other):
        return 3, "姓名读音相同"
    if sound(one) == sound(other):
        return 3, "姓名读音相近"
    if swapped(one, other):
        return 2, "姓名两字颠倒"
    if one_off(one, other):
        return 1 if len(one) == len(other) == 2 else 2, "姓名只差一字"
    return 0, ""


def one_off(one: str, other: str) -> bool:
    """Whether one character is replaced, missing or one too many; a single character is never close to another."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or len(one) < 2:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        return one != other and one[at + 1 :] == other[at + 1 :]
    return one[at:] == other[at + 1 :]


def swapped(one: str, other: str) -> bool:
    """Whether two neighbouring characters have changed places."""
    if len(one) != len(other) or one == other:
        return False
    at = next(n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def slip(one: str, other: str) -> bool:
    """Whether two numbers of one length differ by a slip of the pen: one digit, or two that changed places."""
    return len(one) == len(other) and (one_off(one, other) or swapped(one, other))


def patterns(name: str, broad: bool = True) -> list[str]:
    """SQL patterns of every name that is the same or one character off, too wide rather than too narrow.

    broad: for a name of two characters also those with one of them replaced, which fit hundreds.
    """
    name = squeeze(name).replace("\\", "_")  # an escape where PostgreSQL reads it
    found = [name[:at] + "_" + name[at:] for at in range(len(name) + 1)]
    if len(name) > 2 or broad:
        found += [name[:at] + "_" + name[at + 1 :] for at in range(len(name))]
    else:
        found.append(name)
    if len(name) > 2:
        found += [name[:at] + name[at + 1 :] for at in range(len(name))]
    found += [name[:at] + b + a + name[at + 2 :] for at, (a, b) in enumerate(pairwise(name))]
    return list(dict.fromkeys(found)) if len(name) > 1 else [name]


# ---- birth dates ---------------------------------------------------------------------------------


def birth_likeness(one: str | None, other: str | None) -> Birth:
    """How near two birth dates ('YYYY-MM-DD' or 'YYYY-MM') are; points below 0 speak against one child."""
    if not one or not other:
        return Birth(0, "", None)
    (first, last), (begins, ends) = _span(one), _span(other)
    gap = max((begins - last).days, (first - ends).days, 0)
    whole = len(one) == len(other) == 10
    if one == other:
        return Birth(4, "出生日期相同", 0) if whole else Birth(2, "出生年月相同", 0)
    if not whole and gap == 0:
        return Birth(2, "出生年月相同", 0)
    if whole and one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]:
        return Birth(3, "出生月日颠倒", gap)
    if whole and slip(one, other):
        return Birth(3 if one[:4] == other[:4] else 2, "出生日期只错一处", gap)
    if gap <= NEAR:
        return Birth(2, f"出生日期只差{gap}天" if whole else "出生月份相邻", gap)
    return Birth(-1 if gap <= YEAR else -3, "", gap)


def _span(born: str) -> tuple[date, date]:
    if len(born) == 10:
        return (date.fromisoformat(born),) * 2
    year, month = map(int, born.split("-"))
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def near_births(born: str) -> tuple[str, str, list[str]]:
    """First and last of the birth dates within NEAR days, as text, and the single ones besides that are a slip away."""
    first, last = _span(born)
    low, high = (first - timedelta(NEAR)).isoformat(), (last + timedelta(NEAR)).isoformat()
    if len(born) < 10:
        return low, high, [low[:7]]
    year, month, day = born.split("-")
    slips = {f"{year}-{day}-{month}"}
    digits = [at for at, char in enumerate(born) if char != "-"]
    slips |= {born[:at] + digit + born[at + 1 :] for at in digits[2:] for digit in "0123456789"}
    slips |= {born[:a] + born[b] + born[a + 1 : b] + born[a] + born[b + 1 :] for a, b in pairwise(digits)}
    return low, high, sorted([low[:7], *filter(_is_day, slips - {born})])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


# ---- families and homes --------------------------------------------------------------------------


def _kin(one: Sheet, other: Sheet) -> Kin:
    points, words, shared, others = 0, [], 0, 0
    for role in PARENTS:
        who = WRITTEN[role][0]
        names = one.get(f"{role}_name"), other.get(f"{role}_name")
        close = name_likeness(*names)[0] if all(names) else None
        if _same(one, other, f"{role}_id"):
            points, shared = points + 4, shared + 1
            words.append(f"{who}身份证号相同")
        elif close == 4:
            points, shared = points + 3, shared + 1
            words.append(f"{who}同名")
        elif close:
            points += 1
            words.append(f"{who}姓名相近")
        elif close == 0:
            points, others = points - 3, others + 1
    if not _parent_guards(one) and not _parent_guards(other):
        if _same(one, other, "guardian_id"):
            points += 3
            words.append("监护人身份证号相同")
        elif _same(one, other, "guardian_name", squeeze):
            points += 2
            words.append("监护人同名")
    theirs = {other.get(name) for name in PHONES} - {None}
    same = next((who for name, who in PHONES.items() if one.get(name) in theirs), None)
    if same:
        points += 3
        words.append(f"{same}电话相同")
    return Kin(points, words, shared, others)


def _parent_guards(sheet: Sheet) -> bool:
    """Whether the guardian is a parent, whose name and number stand in the sheet twice."""
    return sheet.get("guardian_relation") in ROLE_OF


def _home(one: Sheet, other: Sheet) -> tuple[int, str]:
    groups = one.get("village_group"), other.get("village_group")
    grouped = all(groups) and groups[0] == groups[1]
    if _same(one, other, "address", squeeze):
        return (2, "同组同地址") if grouped else (1, "地址相同")
    if grouped:
        return 1, "同组"
    return (-1, "") if all(groups) else (0, "")


def _same(one: Sheet, other: Sheet, name: str, alike: Callable[[str], str] = str) -> bool:
    mine, theirs = one.get(name), other.get(name)
    return bool(mine and theirs) and alike(mine) == alike(theirs)
