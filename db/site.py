"""Where and when the ledger is kept, and by whom: its site, terms, users and shared settings."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from db import changes, days, dossier, settings
from db.models import Setting, Site, Term, User
from db.values import Refused
from db.vocab import CRITERION, SITE_KIND


def put(key: str, value: Any, by: User | None) -> None:
    """Set a shared fact; a changed criterion is applied to every child in the same action."""
    if key not in settings.DEFAULTS:
        raise KeyError(key)
    with changes.action(f"设置 {key}", by) as act:
        text = json.dumps(value, ensure_ascii=False)
        row = Setting.get_or_none(Setting.key == key)
        if row is None:
            act.insert(Setting, key=key, value=text)
        else:
            act.update(row, value=text)
        if key == "criterion":
            dossier.refresh_all()


def site() -> Site | None:
    """The place this ledger belongs to."""
    key = settings.get("site")
    return Site.get_by_id(UUID(key)) if key else None


def term() -> Term:
    """The term the ledger stands in: the one set, else today's, made when first asked for."""
    code = settings.get("term") or days.term_code(days.today())
    return term_by_code(code)


def term_by_code(code: str) -> Term:
    """A term by its code, made with its usual dates if it is not on file. Raises Refused for a bad code."""
    found = Term.get_or_none(Term.code == code)
    if found is None:
        try:
            starts, ends = days.term_dates(code)
        except ValueError as error:
            raise Refused(str(error)) from error
        with changes.action(f"新学期 {code}", None) as act:
            found = act.insert(Term, code=code, starts=starts, ends=ends)
    return found


def user(login: str, name: str | None = None) -> User:
    """The user of a login, made at the first visit; a name given replaces the one on file."""
    found = User.get_or_none(User.login == login)
    if found is None:
        with changes.action(f"新用户 {login}", None) as act:
            return act.insert(User, login=login, name=name or login)
    if name and name != found.name:
        changes.write(found, found, "改姓名", name=name)
    return found


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
    usual = days.term_dates(code) if not (starts and ends) else (starts, ends)
    starts, ends = starts or usual[0], ends or usual[1]
    if starts >= ends:
        raise Refused(f"学期开始（{starts}）要早于结束（{ends}），请改日期")
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
