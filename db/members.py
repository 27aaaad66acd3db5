"""The leading group (领导小组): who is in it, with which post and area of work (分工), from when until when."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, spec
from db.changes import Action
from db.days import today
from db.fields import specs
from db.models import Attendee, Decision, Helper, Member, PlanItem, Site, User
from db.sheet import Entry, NotFound, Rules, Saved, Values, merge, settled
from db.spec import Spec, read
from db.text import normal
from db.values import Refused
from db.vocab import MEMBER_POST
from db.when import check_day

OFFERED = 9  # helpers offered for what is typed
POSTS = [code.code for code in MEMBER_POST]
SPECS = specs(Member) | {
    "helper": Spec("帮扶人册里是", prompt="这个人在帮扶人册里的姓名，他的待办就认得他；不是帮扶人就留空")
}
ENTRIES = tuple(
    Entry(name, SPECS[name], "领导小组成员")
    for name in ("name", "post", "unit", "phone", "area", "helper", "since", "until")
)


class MemberLine(NamedTuple):
    """Somebody of the group; post is a label. helper: the helper on file it is, by name; until: the day it left."""

    id: UUID
    name: str
    post: str
    unit: str | None
    phone_masked: str | None
    area: str | None
    helper: str | None
    since: date | None
    until: date | None


# ---- reading ------------------------------------------------------------------------------------


def listing(left: bool = False) -> list[MemberLine]:
    """The group by post and place; left: whoever left it too, behind the others."""
    return [
        MemberLine(
            row.id, row.name or "", MEMBER_POST.label(row.post), row.unit, spec.mask_phone(row.phone), row.area,
            row.helper_id and row.helper.name, row.since, row.until if _has_left(row) else None,
        )
        for row in rows(left)
    ]  # fmt: skip


def rows(left: bool = False) -> list[Member]:
    """The same as rows, each with its helper; for the other modules of the ledger."""
    query = Member.live(Member, Helper).join(Helper, peewee.JOIN.LEFT_OUTER)
    found = [row for row in query if left or not _has_left(row)]
    return sorted(found, key=lambda row: (_has_left(row), POSTS.index(row.post), row.place, row.id))


def living() -> peewee.Expression:
    """Who is in the group today."""
    return Member.deleted_at.is_null() & (Member.until.is_null() | (Member.until > today()))


def _has_left(row: Member) -> bool:
    return row.until is not None and row.until <= today()


def find(member_id: UUID) -> Member:
    """A member on file. Raises NotFound."""
    row = Member.live().where(Member.id == member_id).first()
    if row is None:
        raise NotFound("这位成员已被删除，请回到领导小组名单重新选")
    return row


# ---- the sheet ----------------------------------------------------------------------------------


def load(member_id: UUID | None) -> Values:
    """A member's values under the names of ENTRIES, the helper by name; a new one is an ordinary member."""
    if member_id is None:
        return dict.fromkeys((entry.name for entry in ENTRIES), None) | {"post": "member"}
    return _values(find(member_id))


def _values(row: Member) -> Values:
    values = {entry.name: getattr(row, entry.name) for entry in ENTRIES}
    return values | {"helper": row.helper and _called(row.helper)}


def save(
    member_id: UUID | None, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: a new member, or the fields of an old one that differ from `base`.

    Whoever comes to be known as a helper takes over the open decisions that bear the name. Raises Refused (no name or
    post, a second 组长, the same name twice, days that cannot be, a helper nobody knows) and Conflict.
    """
    return settled(lambda: _save(member_id, values, base, by, force))


def _save(
    member_id: UUID | None, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:  # fmt: skip
    what = "修改" if member_id else "新增"
    with changes.action(f"{what}领导小组成员 {values.get('name') or ''}".strip(), by) as act:
        _alone()
        if member_id is None:
            mine = {entry.name: values.get(entry.name) for entry in ENTRIES}
            stored = _checked(mine, mine, None)
            row, merged = act.insert(Member, **stored, place=_next_place()), []
        else:
            row = find(member_id)
            theirs = _values(row)
            mine, merged = merge(ENTRIES, values, base, theirs, force)
            stored = _checked(theirs | mine, mine, member_id)
            act.update(row, **{name: stored[name] for name in mine})
        _take_over_duties(act, row)
        return Saved(row.id, merged)


def _alone() -> None:
    """Let whoever else changes the group wait until the action under way has ended: two would each see no 组长."""
    Site.update(version=Site.version).execute()


def _next_place() -> int:
    return (Member.live(peewee.fn.MAX(Member.place)).scalar() or 0) + 1


def _take_over_duties(act: Action, row: Member) -> None:
    """What stands under a member's name alone is its helper's from now on: open decisions and plan items."""
    if row.helper_id is None:
        return
    for model in (Decision, PlanItem):
        mine = model.live().where(model.by_name == row.name, model.helper.is_null(), model.done_on.is_null())
        for duty in mine:
            act.update(duty, helper=row.helper_id)


def _checked(values: Values, changed: Values, member_id: UUID | None) -> Values:
    """The values as stored; the helper's name is resolved if it has changed. Raises Refused."""
    values = {name: read(SPECS[name], value) for name, value in values.items()}
    since, until = values["since"], values["until"]
    if not values["name"]:
        raise Refused("请填姓名，如 张建国")
    if not values["post"]:
        raise Refused("请选组内职务，如 组长、成员")
    for day in (since, until):
        if day is not None:
            check_day(day)
    if since and until and until < since:
        raise Refused(f"退出日期{until}早于加入日期{since}，请核对")
    if until is None or until > today():
        _check_place_is_free(values["name"], values["post"], member_id)
    return values | ({"helper": _helper(values["helper"], member_id)} if "helper" in changed else {})


def _check_place_is_free(name: str, post: str, member_id: UUID | None) -> None:
    others = [row for row in Member.select().where(living()) if row.id != member_id]
    if any(row.name == name for row in others):
        raise Refused(f"领导小组里已有{name}，请打开那一条修改；是同名的另一个人，请在姓名里加以区别")
    leader = next((row for row in others if post == row.post == "leader"), None)
    if leader:
        raise Refused(f"组长已经是{leader.name}：换人请先给{leader.name}记退出或改职务，或把这位写成副组长")


# ---- which helper it is ---------------------------------------------------------------------------


def _called(row: Helper) -> str:
    """A helper's name, with the unit where others bear it too."""
    namesakes = Helper.live().where(Helper.name == row.name, Helper.id != row.id)
    return normal(f"{row.name}({row.unit or '单位未采集'})" if namesakes.exists() else row.name)


def _helper(text: str | None, member_id: UUID | None) -> UUID | None:
    """The helper a text means. Raises Refused for nobody, for several, and for one that is another member already."""
    if text is None:
        return None
    found = list(Helper.live().where(Helper.name == text.partition("(")[0]))
    named = [row for row in found if _called(row) == text]
    if len(named) != 1:
        cure = f"请写清是哪一位：{'、'.join(map(_called, found))}" if found else "请先在帮扶人册登记，或留空"
        raise Refused(f"帮扶人册里{'不止一位' if found else '没有'}“{text}”，{cure}")
    other = Member.select().where(living(), Member.helper == named[0], Member.id != member_id).first()
    if other:
        raise Refused(f"“{text}”已经对应成员{other.name}，请核对；不是帮扶人就留空")
    return named[0].id


def _derive(values: Values, changed: str) -> Values:
    """The only helper of the name typed is offered."""
    if changed != "name" or not values.get("name") or values.get("helper"):
        return {}
    found = list(Helper.live().where(Helper.name == values["name"]).limit(2))
    return {"helper": _called(found[0])} if len(found) == 1 else {}


def _suggest(name: str, typed: str, values: Values) -> list[str]:
    if name != "helper":
        return []
    return [_called(row) for row in _helpers_like(normal(typed) or values.get("name") or "")]


def _helpers_like(text: str) -> list[Helper]:
    """Helpers whose name contains a text, or whose initials begin with it."""
    fits = Helper.initials.startswith(text.lower()) if text.isascii() else Helper.name.contains(text)
    return list(Helper.live().where(fits).order_by(Helper.name, Helper.id).limit(OFFERED))


def people(typed: str) -> list[str]:
    """Names that what is typed may become where somebody is to be named: the group's first, then those of helpers."""
    from db.initials import initials

    text = normal(typed)
    group = [row.name for row in rows() if text in row.name or initials(row.name).startswith(text.lower())]
    return list(dict.fromkeys([*group, *(row.name for row in _helpers_like(text))]))[:OFFERED]


RULES = Rules(derive=_derive, suggest=_suggest)


# ---- leaving, order -------------------------------------------------------------------------------


def meant(name: str | None) -> Values:
    """Whom a written name means: a member of the group, the only helper so called, or just somebody of that name.

    The values of by_name and helper.
    """
    if not name:
        return {"by_name": None, "helper": None}
    member = Member.select().where(living(), Member.name == name).first()
    called = [helper.id for helper in Helper.live(Helper.id).where(Helper.name == name).limit(2)]
    helper = (member and member.helper_id) or (called[0] if len(called) == 1 else None)
    return {"by_name": name, "helper": helper}


def end(member_id: UUID, on: date, by: User | None) -> None:
    """Say a member left the group on a day; it stays on file. Raises Refused."""
    row = find(member_id)
    if _has_left(row):
        raise Refused(f"{row.name}已在{row.until}退出领导小组")
    check_day(on)
    if row.since and on < row.since:
        raise Refused(f"退出日期{on}早于{row.name}的加入日期{row.since}，请核对")
    changes.write(row, by, f"退出领导小组 {row.name}", until=on)


def remove(member_id: UUID, by: User | None) -> None:
    """Strike a member out. Raises Refused for one who is on the list of a meeting: that one has left."""
    row = find(member_id)
    if Attendee.live().where(Attendee.member == row).exists():
        raise Refused(f"{row.name}在会议的名单上，不能删除：不再参加的，请按 F10 记退出")
    changes.remove(row, by, f"删除领导小组成员 {row.name}")


def move(member_id: UUID, down: bool, by: User | None) -> None:
    """Change places with the one above or below of the same post. Raises Refused at the end."""
    row = find(member_id)
    with changes.action(f"移动领导小组成员 {row.name}", by) as act:
        _alone()
        peers = [each for each in rows() if each.post == row.post]
        at = next((at for at, each in enumerate(peers) if each.id == member_id), None)
        if at is None:
            raise Refused(f"{row.name}已退出领导小组，不用再排")
        to = at + (1 if down else -1)
        if not 0 <= to < len(peers):
            raise Refused(
                f"{row.name}已是同职务里{'最后' if down else '最前'}的一位；先后由职务定，要换请改职务"
            )
        peers[at], peers[to] = peers[to], peers[at]
        for place, each in enumerate(peers, 1):
            act.update(each, place=place)
