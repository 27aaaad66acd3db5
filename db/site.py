"""Where and when the ledger is kept, and by whom: its site, terms, users and shared settings."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db import changes, days, settings
from db.fields import specs
from db.models import Child, Helper, Setting, Site, Term, User
from db.sheet import Entry, NotFound
from db.spec import Spec
from db.values import Refused
from db.vocab import CRITERION, SITE_KIND


def put(key: str, value: Any, by: User | None) -> None:
    """Set a shared fact; a changed criterion is applied to every child in the same action.

    Before another term begins, what the targets have come to in this one is kept.
    """
    if key not in settings.DEFAULTS:
        raise KeyError(key)
    if settings.are_held():
        raise RuntimeError(f"{key} set while the settings are held")
    with changes.action(f"设置 {key}", by) as act:
        if key == "term" and settings.get("term") not in (None, value):
            from db import snapshots  # the targets are made of the site

            snapshots.keep_term()
        text = json.dumps(value, ensure_ascii=False)
        row = Setting.get_or_none(Setting.key == key)
        if row is None:
            act.insert(Setting, key=key, value=text)
        else:
            if row.deleted_at is not None:  # set once, and that taken back
                act.restore(row)
            act.update(row, value=text)
        if key == "criterion":
            act.look_again(child.id for child in Child.live(Child.id))


def site() -> Site | None:
    """The place this ledger belongs to."""
    key = settings.get("site")
    return Site.get_by_id(UUID(key)) if key else None


def term() -> Term:
    """The term the ledger stands in: the one set, else today's, made when first asked for."""
    return term_by_code(settings.term_code())


def term_by_code(code: str) -> Term:
    """A term by its code, made with its usual dates if it is not on file, as far as no other term has them.

    Raises Refused for a bad code.
    """
    found = Term.get_or_none(Term.code == code)
    if found is None:
        try:
            starts, ends = days.term_dates(code)
        except ValueError as error:
            raise Refused(str(error)) from error
        for other in _overlapping(code, starts, ends):
            if other.starts < starts:
                starts = other.ends + timedelta(days=1)
            else:
                ends = other.starts - timedelta(days=1)
        if starts >= ends:
            raise Refused(f"{code}的日期都已属于别的学期，请用 guanai init 改正那个学期的起止日期")
        with changes.action(f"新学期 {code}", None) as act:
            found = act.insert(Term, code=code, starts=starts, ends=ends)
    return found


def _overlapping(code: str, starts: date, ends: date) -> list[Term]:
    """Other terms on file that share a day with these, in order."""
    others = Term.live().where(Term.code != code, Term.starts <= ends, Term.ends >= starts)
    return list(others.order_by(Term.starts))


def user(login: str, name: str | None = None) -> User:
    """The user of a login, made at the first visit; a name given replaces the one on file."""
    found = User.get_or_none(User.login == login)
    if found is None:
        with changes.action(f"新用户 {login}", None) as act:
            return act.insert(User, login=login, name=name or login)
    if name and name != found.name:
        changes.write(found, found, "改姓名", name=name)
    return found


NOBODY = UUID(int=0)  # the user has said to be none of the helpers


def me(by: User | None) -> UUID | None:
    """Who a user is among the helpers: as they said, else the only helper on file of their name."""
    if by is None:
        return None
    told = User.get_by_id(by.id)
    if told.helper is not None:
        return told.helper if Helper.live(Helper.id).where(Helper.id == told.helper).exists() else None
    called = [helper.id for helper in Helper.live(Helper.id).where(Helper.name == told.name).limit(2)]
    return called[0] if len(called) == 1 else None


def set_me(by: User, helper_id: UUID | None) -> None:
    """Say who a user is among the helpers; None: none of them. Raises NotFound for one not on file."""
    if helper_id and not Helper.live(Helper.id).where(Helper.id == helper_id).exists():
        raise NotFound("这位帮扶人的记录已被删除，请重新选")
    changes.write(User.get_by_id(by.id), by, "设置我是哪位帮扶人", helper=helper_id or NOBODY)


def is_set_up() -> bool:
    """Whether the first-start sheet has been filled."""
    return settings.get("site") is not None


def set_up(
    *, site_name: str, kind: str = "village", township: str | None = None, term_code: str | None = None,
    starts: date | None = None, ends: date | None = None, criterion: str = "state2016", by: User | None = None,
) -> None:  # fmt: skip
    """Say where and when this ledger is kept: first start and `guanai init`. Raises Refused for a bad value."""
    kind, criterion = SITE_KIND.find(kind), CRITERION.find(criterion)
    if not site_name or not site_name.strip():
        raise Refused("请填单位名称，如 柳溪村")
    code = term_code or days.term_code(days.today())
    try:
        usual = days.term_dates(code)
    except ValueError as error:
        raise Refused(str(error)) from error
    starts, ends = starts or usual[0], ends or usual[1]
    if starts >= ends:
        raise Refused(f"学期开始（{starts}）要早于结束（{ends}），请改日期")
    if other := next(iter(_overlapping(code, starts, ends)), None):
        raise Refused(
            f"{code}（{starts}到{ends}）与{other.code}（{other.starts}到{other.ends}）重叠，请改起止日期"
        )
    with changes.action("初始设置", by) as act:
        here = site()
        if here is None:
            here = act.insert(Site, name=site_name.strip(), kind=kind, township=township)
            put("site", str(here.id), by)
        else:
            act.update(here, name=site_name.strip(), kind=kind, township=township)
        row = Term.get_or_none(Term.code == code)
        if row is None:
            act.insert(Term, code=code, starts=starts, ends=ends)
        else:
            act.update(row, starts=starts, ends=ends)
        put("term", code, by)
        put("criterion", criterion, by)


# The first-start sheet: site, township, kind, term dates, criterion, the user's name.
ENTRIES = (
    Entry("site_name", specs(Site)["name"]._replace(required=True), ""),
    Entry("township", specs(Site)["township"], ""),
    Entry("kind", specs(Site)["kind"], ""),
    Entry("term", Spec("学期", "term", prompt="如 2026秋、2027春", required=True), ""),
    Entry("starts", specs(Term)["starts"]._replace(prompt="学期第一天，如 2026-9-1"), ""),
    Entry("ends", specs(Term)["ends"]._replace(prompt="学期最后一天，如 2027-1-31"), ""),
    Entry(
        "criterion",
        Spec("认定口径", "code", codes=CRITERION, prompt="哪些儿童算留守，以本地民政或教育部门的规定为准"),
        "",
    ),
    Entry("user", specs(User)["name"]._replace(label="您的姓名"), ""),
)


def proposed(by: User) -> dict[str, Any]:
    """What the first-start sheet begins with: this term, its usual dates, the national criterion."""
    code = days.term_code(days.today())
    starts, ends = days.term_dates(code)
    return {
        "kind": "village", "term": code, "starts": starts, "ends": ends, "criterion": "state2016",
        "user": by.name if by.name != by.login else None,
    }  # fmt: skip


def term_follows(values: dict[str, Any], changed: str) -> dict[str, Any]:
    """A term typed brings its usual dates along."""
    if changed != "term" or not values["term"]:
        return {}
    starts, ends = days.term_dates(values["term"])
    return {"starts": starts, "ends": ends}


def first_start(values: dict[str, Any], by: User) -> User:
    """Take the first-start sheet: site, term, criterion, the user's name. Raises Refused with the cure."""
    set_up(
        site_name=values["site_name"] or "", kind=values["kind"] or "village", township=values["township"],
        term_code=values["term"], starts=values["starts"], ends=values["ends"],
        criterion=values["criterion"] or "state2016", by=by,
    )  # fmt: skip
    return user(by.login, values["user"]) if values["user"] else by
