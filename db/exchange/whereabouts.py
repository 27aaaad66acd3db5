"""Where a child's parents are, out of what registers say.

- 父母双方同时外出 是: both away. 一方外出、另一方无监护能力 是: the parent named under 无监护能力 is at home and
  unable, the other away. Both 否 and exactly one with a 务工地点: that one away, the other at home and able.
- Without those columns a 务工地点 means away, 在家务农 and the like mean at home. 已故, 不详 may stand in place of a name.
- 双亲留守 (学籍): both away; 单亲留守 with one parent at home: the other away. A 工作单位 alone does not say away; it is
  the place of a parent who is.
"""

import re

from db.exchange.cells import Cells
from db.exchange.family import stated_gone
from db.values import Refused
from db.vocab import WHEREABOUTS

PLACES = {"father": "survey.father_place", "mother": "survey.mother_place"}
PARENTS = tuple(PLACES)
WHO = {"father": "父亲", "mother": "母亲"}
# What stands in a 务工地点 and is no place to work at: whether it means away, the register does not say.
NO_PLACE = re.compile(
    r"服刑|坐牢|在押|住院|陪读|改嫁|再婚|离异|离婚|不明|失踪|走失|出走|^(?:本|当)[村乡镇县地市]|附近|^(?:同|与.同)[上左前父母]?$"
)
CALLED = {
    "父亲": "father",
    "父": "father",
    "母亲": "mother",
    "母": "mother",
    "爸爸": "father",
    "妈妈": "mother",
}


def whereabouts(cells: Cells) -> dict:
    """The survey's fields on the parents' whereabouts; nothing where the row contradicts itself (it is reported)."""
    place, at = {}, {}
    for role, target in PLACES.items():
        stated = (
            stated_gone(cells, role)
            or _stated_place(cells.raw(target))
            or cells[f"survey.{role}_whereabouts"]
        )
        if stated:
            at[role] = stated
            cells.values[target] = None
        elif cells[target] and NO_PLACE.search(cells[target]):
            cells.error(
                target,
                f"“{cells[target]}”不是务工地点，看不出{WHO[role]}是否外出，去向未录入，请在档案里填去向",
            )
            cells.values[target] = None
        elif cells[target]:
            place[role] = cells[target]
        if home := _stated_place(cells.raw(f"{role}.workplace")):  # 工作单位: 在家务农
            at.setdefault(role, home)
            cells.values[f"{role}.workplace"] = None
    both, one_unable = cells["said.both_away"], cells["said.one_unable"]
    found: dict = {f"{role}_place": place.get(role) for role in PARENTS}
    if both:
        if one_unable:
            cells.error(
                "said.one_unable",
                "“双方同时外出”和“一方外出、另一方无监护能力”都是“是”，父母去向未录入，请核对",
            )
            return {}
        if "home" in at.values():
            cells.error("said.both_away", "“双方同时外出”写“是”，父母却有一方在家，父母去向未录入，请核对")
            return {}
        return found | {f"{role}_whereabouts": at.get(role, "away") for role in PARENTS}
    if one_unable:
        return _one_unable(cells, place, at, found)
    if both is False and len(place) == 2:
        cells.error("said.both_away", "“双方同时外出”写“否”，父母却都有务工地点，父母去向未录入，请核对")
        return {}
    for role in place:
        at[role] = "away"
    if both is False and one_unable is False and len(place) == 1:
        home = next(role for role in PARENTS if role not in place)
        if at.setdefault(home, "home") == "home":
            found[f"{home}_able"] = True
    return _declared(cells, at, found)


def _declared(cells: Cells, at: dict, found: dict) -> dict:
    """What the 学籍 mark adds to what the row says of each parent."""
    declared = cells["survey.declared"]
    home = [role for role in PARENTS if at.get(role) == "home"]
    if declared == "both" and home:
        cells.error("survey.declared", "写的是双亲留守，父母却有一方在家，父母去向未录入，请核对")
        return {}
    if declared == "none" and "away" in at.values():
        cells.error("survey.declared", "写的是非留守，父母却有一方外出，父母去向未录入，请核对")
        return {}
    away = PARENTS if declared == "both" else ()
    if declared == "one" and len(home) == 1:
        away = tuple(role for role in PARENTS if role not in home)
    for role in away:
        if at.setdefault(role, "away") == "away" and not found.get(f"{role}_place"):
            found[f"{role}_place"] = cells[f"{role}.workplace"]
            cells.values[f"{role}.workplace"] = None
    return found | {f"{role}_whereabouts": where for role, where in at.items()}


def _one_unable(cells: Cells, place: dict, at: dict, found: dict) -> dict:
    said = cells.raw("said.unable_who")
    unable = CALLED.get(said)
    if unable is None and not said and len(place) == 1:
        unable = next(role for role in PARENTS if role not in place)
    if unable is None:
        cells.error("said.unable_who", "看不出父母哪一方无监护能力，父母去向未录入，请写“父亲”或“母亲”")
        return {}
    if unable in place:
        cells.error(PLACES[unable], "无监护能力的一方应在家，却写了务工地点，父母去向未录入，请核对")
        return {}
    away = next(role for role in PARENTS if role != unable)
    if at.get(unable) in ("dead", "unknown"):  # who is dead or lost is unable by that alone
        return found | {f"{unable}_whereabouts": at[unable], f"{away}_whereabouts": at.get(away, "away")}
    return found | {f"{unable}_whereabouts": "home", f"{unable}_able": False, f"{away}_whereabouts": "away"}


def _stated_place(text: str) -> str | None:
    """在家务农 stands in many a 务工地点."""
    if not text:
        return None
    try:
        return WHEREABOUTS.find(text)
    except Refused:  # a real place
        return "home" if text.startswith("在家") else None
