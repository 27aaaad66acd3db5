"""汇总表: the children counted by age, sex, schooling, household, health, boarding, reason, care, guardianship and aid.

Each group of columns must add up to the children of its row; where it does not, the children that fall into none of its
columns, or into two, are named (docs/rules.md, 汇总表).
"""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, settings, site
from db.cross_groups import BANDS, BY_CODE, GROUPS, NO_BAND, NOT_SAID, Group
from db.models import Child, Kinship, Survey, database
from db.spec import mask_name
from db.values import Refused, group_rank
from db.vocab import CRITERION

WHO = {"left_behind": "留守儿童", "registered": "全部登记儿童"}
BY = {"group": "村民组", "school": "学校"}
NOWHERE = {"group": "村民组未采集", "school": "没有学校或未采集"}
REGION = {"group": Child.village_group, "school": Survey.school}
ALL = None  # the region that is the site as a whole
Place = str | None
FACTS: dict[str, peewee.Field] = {
    "sex": Child.sex, "hukou_kind": Child.hukou_kind,
    **{name: getattr(Survey, name) for name in (
        "schooling", "health", "boarding", "father_whereabouts", "mother_whereabouts", "father_able", "mother_able",
        "declared", "no_guardian", "guardianship", "aid",
    )},
}  # fmt: skip


class Region(NamedTuple):
    """A row of the table. value: the village group or school, '' for those of whom none is known, None for the site."""

    value: Place
    label: str
    total: int


class Check(NamedTuple):
    """Whether a group adds up in a region: what its columns come to, and what they should."""

    group: str
    region: Place
    sum: int
    of: int

    @property
    def said(self) -> str:
        """相符, or by how much it is out."""
        if self.sum == self.of:
            return "相符"
        return f"{'多' if self.sum > self.of else '差'}{abs(self.sum - self.of)}"


class Stray(NamedTuple):
    """A child that falls into none of a group's columns, or into several, and why; field: where it is mended."""

    id: UUID
    name: str
    group: str
    field: str
    why: str


class Sums(NamedTuple):
    """The table. cells: (group, column, region) → children, 0 where nobody falls into it. regions: the site first."""

    who: str
    by: str
    on: date
    term: str
    criterion: str
    site: str
    regions: list[Region]
    cells: Counter[tuple[str, str, Place]]

    def check(self, group: Group, region: Region) -> Check:
        """Whether a group's columns add up in a region."""
        found = sum(self.cells[group.code, column, region.value] for column in group.columns)
        of = self.cells[(*group.part_of, region.value)] if group.part_of else region.total
        return Check(group.code, region.value, found, of)

    def share(self, region: Region) -> float | None:
        """Percent of all children that a region has, one decimal; None if there are none."""
        total = self.regions[0].total
        return round(100 * region.total / total, 1) if total else None

    @property
    def about(self) -> str:
        """Who is counted, when, by which criterion: the line every print of the table bears."""
        return f"统计对象：{WHO[self.who]}　截至{self.on.isoformat()}　学期：{self.term}　认定口径：{self.criterion}"


def sums(who: str = "left_behind", by: str = "group") -> Sums:
    """The table as of today. who: of WHO; by: of BY. Raises Refused for another word."""
    rows = _rows(who, by)
    term, on, here = site.term(), days.today(), site.site()
    places: Counter[str] = Counter(rows["region"])
    name = here.name if here else "全部"
    regions = [Region(ALL, name, sum(places.values()))]
    regions += [Region(place, place or NOWHERE[by], places[place]) for place in sorted(places, key=_order)]
    cells: Counter[tuple[str, str, Place]] = Counter()
    for group in GROUPS:
        for (place, *facts), count in _kinds(rows, group).items():
            for column in (*group.classes(*facts), *group.held(*facts)):
                cells[group.code, column, place] += count
                cells[group.code, column, ALL] += count
    return Sums(who, by, on, term.code, CRITERION.label(settings.get("criterion")), name, regions, cells)


def members(who: str, by: str, group: str, column: str, region: Place) -> list[UUID]:
    """The children in a cell, in the register's order; group '' stands for all of a region."""
    rows = _rows(who, by, ids=True)
    kept = range(len(rows["id"]))
    if region is not ALL:
        kept = [at for at in kept if rows["region"][at] == region]
    if group:
        told = BY_CODE[group]
        kept = [
            at for at in _among(rows, told, kept)
            if column in (*told.classes(*_of(rows, told, at)), *told.held(*_of(rows, told, at)))
        ]  # fmt: skip
    return [Child.id.python_value(rows["id"][at]) for at in kept]


def strays(who: str, by: str, group: str = "", region: Place = ALL) -> list[Stray]:
    """The children because of whom a group (or any, '') does not add up, in the register's order."""
    rows = _rows(who, by, ids=True)
    found = []
    for told in GROUPS:
        if group not in ("", told.code):
            continue
        odd = {kind[1:] for kind in _kinds(rows, told) if len(told.classes(*kind[1:])) != 1}
        for at in _among(rows, told, range(len(rows["id"]))) if odd else ():
            facts = _of(rows, told, at)
            if facts in odd and (region is ALL or rows["region"][at] == region):
                key = Child.id.python_value(rows["id"][at])
                found.append(Stray(key, rows["name"][at] or "", told.code, told.field, _why(told, facts)))
    return found


def as_json(who: str = "left_behind", by: str = "group") -> dict[str, Any]:
    """The table as one JSON document; names of children are masked."""
    table = sums(who, by)
    odd = strays(who, by)
    return {
        "site": table.site, "term": table.term, "as_of": table.on.isoformat(), "criterion": table.criterion,
        "who": who, "by": by,
        "rows": [
            {
                "region": region.label, "total": region.total, "share": table.share(region),
                "groups": {
                    group.code: {
                        "name": group.name,
                        "columns": {
                            label: table.cells[group.code, column, region.value]
                            for column, label in (group.columns | group.beside).items()
                        },
                        "sum": table.check(group, region).sum, "of": table.check(group, region).of,
                    }
                    for group in GROUPS
                },
            }
            for region in table.regions
        ],
        "strays": [
            {"id": str(each.id), "name": mask_name(each.name), "group": each.group, "why": each.why} for each in odd
        ],
    }  # fmt: skip


# ---- what of the children decides ----------------------------------------------------------------


def _rows(who: str, by: str, ids: bool = False) -> dict[str, tuple]:
    """The facts of every child counted, column by column; ids: with keys as stored and names, in the register's order.

    Read past the models: a hundred thousand children are counted in about a second.
    """
    if who not in WHO or by not in BY:
        wrong, known = (who, WHO) if who not in WHO else (by, BY)
        raise Refused(f"“{wrong}”不能用来汇总，请写：{'、'.join(known)}")
    term, on = site.term(), days.today()
    survey = (Survey.child == Child.id) & (Survey.term == term.id) & Survey.deleted_at.is_null()
    limits = [days.years_before(on, age).isoformat() for age in (6, 14, dossier.UNDER)]
    fields = [Child.id, Child.name, REGION[by], Child.birth_date, *FACTS.values()]
    query = Child.live(*fields).join(Survey, peewee.JOIN.LEFT_OUTER, on=survey)
    query = query.where(dossier.counted(term, on) if who == "left_behind" else dossier.on_register(on))
    if ids:
        query = query.order_by(Child.group_rank, Child.village_group, Child.name, Child.id)
    found = database.execute(query).fetchall()
    columns = list(zip(*found, strict=True)) or [()] * len(fields)
    keys, names, regions, born, *facts = columns
    guardians = _guardians()
    return dict(zip(FACTS, facts, strict=True)) | {
        "id": keys, "name": names, "region": tuple(region or "" for region in regions),
        "band": tuple(_band(day, *limits) for day in born),
        "guardians": tuple(guardians.get(key) for key in keys),
    }  # fmt: skip


def _guardians() -> dict[Any, str]:
    """The relations of each child's guardians, by the child's key as stored."""
    found: dict[Any, str] = {}
    for child, relation in database.execute(
        Kinship.live(Kinship.child, Kinship.relation).where(Kinship.guardian)
    ).fetchall():
        before = found.get(child)
        found[child] = f"{before} {relation or NOT_SAID}" if before else relation or NOT_SAID
    return found


def _band(born: str | None, six: str, fourteen: str, sixteen: str) -> str | None:
    """The band of ages of a birth date; one known to the month only is a year older when the month has ended."""
    if not born:
        return None
    for limit, band in zip((six, fourteen, sixteen), BANDS, strict=True):
        if born > limit or born == limit[:7]:
            return band
    return NO_BAND


def _kinds(rows: dict[str, tuple], group: Group) -> Counter[tuple]:
    """How many children of each region have the same facts of a group: (region, fact, …) → children."""
    columns = [rows[name] for name in ("region", *group.facts)]
    if group.part_of is None:
        return Counter(zip(*columns, strict=True))
    kept = _among(rows, group, range(len(rows["region"])))
    return Counter(tuple(column[at] for column in columns) for at in kept)


def _among(rows: dict[str, tuple], group: Group, kept: Any) -> Any:
    """Those of the rows that a group divides."""
    if group.part_of is None:
        return kept
    bigger, column = group.part_of
    whole = BY_CODE[bigger]
    return [at for at in kept if column in whole.classes(*_of(rows, whole, at))]


def _of(rows: dict[str, tuple], group: Group, at: int) -> tuple:
    return tuple(rows[name][at] for name in group.facts)


def _why(group: Group, facts: tuple) -> str:
    found = group.classes(*facts)
    if found:
        return f"同时算在{'、'.join(group.columns[each] for each in sorted(found))}里"
    told = "、".join(str(each) for each in facts if each is not None)
    return group.stray.format(told)


def _order(place: str) -> tuple:
    """Regions in the order of the register, those of whom none is known last."""
    return (place == "", group_rank(place or None), place)
