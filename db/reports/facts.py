"""The figures of a report, each worked out when it is first asked for, each with its rule."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import peewee

from db import (
    activities,
    care,
    days,
    decisions,
    duties,
    masking,
    meetings,
    plan_items,
    plan_summary,
    settings,
    site,
    targets,
)
from db.activities import ActivityLine
from db.decisions import DecisionLine
from db.dossier import counted, focus_on, live_on, on_register
from db.meetings import MeetingLine
from db.models import CareRecord, Child, Exit, Focus, Helper, Pairing, Survey, Term, User
from db.plan_items import PlanLine
from db.reports import periods
from db.reports.periods import BEFORE, NEXT, Period
from db.reports.words import FIGURES, RECORDS_OF, TARGET, split
from db.spec import UNKNOWN as NOT_ASKED
from db.targets import Target
from db.values import Refused
from db.vocab import ACTIVITY_STATE, CRITERION

NONE = "—"
CANCELLED = ACTIVITY_STATE.label("cancelled")
DAY = timedelta(days=1)
OFFSET = timedelta(hours=8)  # stamps are UTC, days are China's


class Facts:
    """What is on file about a period and the one before it; names of children in texts are masked unless reveal.

    used: the figures asked for so far with their rules, in the order they were asked for.
    """

    def __init__(self, period: Period, by: User | None, reveal: bool = False):
        self.period, self.earlier, self.by, self.reveal = period, periods.before(period), by, reveal
        self.today = days.today()
        self.used: dict[str, str] = {}
        self._kept: dict[tuple[str, str], Any] = {}

    # ---- placeholders ---------------------------------------------------------------------------

    def say(self, written: str) -> str:
        """What stands in place of a placeholder. Raises Refused for a target that is not there."""
        name, shape = split(written)
        if name.startswith(TARGET):
            return self._target(name.removeprefix(TARGET), shape)
        if name not in FIGURES:
            return self._word(name)
        rule = self.rule(name, self.period)
        self.used[name] = rule
        if shape == "口径":
            return rule
        now = self.number(name, self.period)
        if not shape:
            return said(now)
        then = self.number(name, self.earlier)
        return said(then) if shape == "上期" else self._compared(now, then, FIGURES[name].unit)

    def _word(self, name: str) -> str:
        here, term = site.site(), self.term
        return {
            "单位": here.name if here else NOT_ASKED,
            "乡镇": (here and here.township) or NOT_ASKED,
            "期间": self.period.called,
            "上期": self.earlier.called,
            "下期": periods.after(self.period).called,
            "起": full(self.period.first),
            "止": full(self.period.until),
            "学期": term.code if term else NONE,
            "制表日期": full(self.today),
            "制表人": (self.by and self.by.name) or NONE,
            "认定口径": self.criterion,
        }[name]

    def _target(self, name: str, shape: str) -> str:
        found = next((each for each in self.targets() if each.name == name), None)
        if found is None:
            names = "、".join(each.name for each in self.targets())
            raise Refused(f"没有“{name}”这项目标，可写：{names}")
        self.used[name] = found.definition
        return {
            "": found.said,
            "人数": found.people,
            "要求": found.asks or NONE,
            "口径": found.definition,
        }[shape]

    def _compared(self, now: int | None, then: int | None, unit: str) -> str:
        before = BEFORE[self.period.span]
        if now is None or then is None:
            return f"与{before}没法比"
        if now == then:
            return f"与{before}持平"
        return f"比{before}{'多' if now > then else '少'}{abs(now - then)}{unit}"

    def rule(self, name: str, period: Period) -> str:
        """The 口径 of a figure, with its days."""
        term = self.term
        return FIGURES[name].about.format(
            起=full(period.first), 止=full(period.until), 末=full(period.last), 今=full(self.today),
            学期=term.code if term else NONE,
        )  # fmt: skip

    # ---- what is about a day ----------------------------------------------------------------------

    @property
    def term(self) -> Term | None:
        """The term of the last day, if it is on file."""
        return self._once("term", lambda _: plan_summary.term_on(self.period.until), self.period)

    @property
    def criterion(self) -> str:
        """The criterion in words."""
        return CRITERION.label(settings.get("criterion"))

    def targets(self) -> list[Target]:
        """The targets of the term on the last day; those pursued stand first."""
        term = self.term
        code = term.code if term else days.term_code(self.period.until)
        shown = list if self.reveal else targets.hidden
        return self._once("targets", lambda period: shown(targets.targets(code, period.until)), self.period)

    def number(self, name: str, period: Period) -> int | None:
        """A figure of FIGURES for a period; None where nothing on file can say it."""
        return self._once(name, lambda asked: self._count(name, asked), period)

    def _once(self, name: str, work: Callable[[Period], Any], period: Period) -> Any:
        key = (name, period.code)
        if key not in self._kept:
            self._kept[key] = work(period)
        return self._kept[key]

    def _count(self, name: str, period: Period) -> int | None:
        first, until = period.first, period.until
        if name in RECORDS_OF or name == "关爱记录":
            done = self.records(period)
            return sum(many for kind, many in done.items() if name == "关爱记录" or kind in RECORDS_OF[name])
        match name:
            case "在册儿童":
                return Child.live().where(on_register(until), known(until)).count()
            case "留守儿童" | "建档齐全":
                return self._behind(until, name == "建档齐全")
            case "重点对象":
                tagged = Focus.select(Focus.child).where(focus_on(until))
                return Child.live().where(on_register(until), Child.id.in_(tagged)).count()
            case "新登记":
                return Child.live().where(known(until), ~known(first - DAY)).count()
            case "退出":
                return sum(self.exits(period).values())
            case "帮扶人":
                return Helper.live().count()
            case "结对儿童":
                paired = Pairing.select(Pairing.child).where(live_on(until))
                return Child.live().where(on_register(until), Child.id.in_(paired)).count()
            case "新结对":
                return (
                    Pairing.live()
                    .join(Child)
                    .where(Child.deleted_at.is_null(), Pairing.since.between(first, until))
                    .count()
                )
            case "结束结对":
                return (
                    Pairing.live()
                    .join(Child)
                    .where(Child.deleted_at.is_null(), Pairing.until.between(first, until))
                    .count()
                )
            case "没做成":
                return (
                    CareRecord.live().join(Child)
                    .where(Child.deleted_at.is_null(), CareRecord.missed.is_null(False), CareRecord.on_date.between(first, until))
                    .count()
                )  # fmt: skip
            case "活动":
                return sum(map(self.held, self.activities(period)))
            case "活动到场":
                return sum(each.present for each in self.activities(period))
            case "会议":
                return len(self.meetings(period))
            case "决定":
                return len(self.decisions(period))
            case "决定办好":
                return sum(each.done_on is not None for each in self.decisions(period))
            case "计划事项":
                return sum(each.dropped is None for each in self.items(period))
            case "计划完成":
                return sum(each.done_on is not None for each in self.items(period))
            case "逾期待办":
                return duties.tally(self.today).overdue
            case "宣传报道" | "经验材料":
                code = "publicity" if name == "宣传报道" else "paper"
                return sum(each.evidence_kind == code for each in self.shown(period))
        raise KeyError(name)

    def _behind(self, on: date, complete: bool) -> int | None:
        if self.term is None:
            return None
        query = Survey.select().join(Child).where(counted(self.term, on))
        return query.where(Survey.gaps == "").count() if complete else query.count()

    # ---- what is in a period ------------------------------------------------------------------------

    def records(self, period: Period) -> dict[str, int]:
        """Care records that came about, by kind."""
        return self._once("records", lambda asked: care.tally(asked.first, asked.until), period)

    def exits(self, period: Period) -> dict[str, int]:
        """Children that left and did not come back, by reason."""

        def work(asked: Period) -> dict[str, int]:
            query = (
                Exit.live(Exit.reason, peewee.fn.COUNT(Exit.id)).join(Child)
                .where(Child.deleted_at.is_null(), Exit.returned_on.is_null(), Exit.on_date.between(asked.first, asked.until))
                .group_by(Exit.reason)
            )  # fmt: skip
            return dict(query.tuples())

        return self._once("exits", work, period)

    def activities(self, period: Period) -> list[ActivityLine]:
        """Activities up to now that were not called off."""
        return self._once(
            "activities", lambda asked: _standing(activities.agenda(asked.first, asked.until)), period
        )

    def coming(self, period: Period) -> list[ActivityLine]:
        """Activities of a period yet to come."""
        return _standing(activities.agenda(max(period.first, self.today), period.last))

    def held(self, line: ActivityLine) -> bool:
        """Whether an activity is known to have taken place: said so, or somebody came."""
        came = self._once(
            "came", lambda _: {each.id for each in self._all_meetings() if each.came}, self.period
        )
        return line.state == "held" or line.present > 0 or line.id in came

    def _all_meetings(self) -> list[MeetingLine]:
        return self._once("all meetings", lambda _: meetings.listing(), self.period)

    def meetings(self, period: Period) -> list[MeetingLine]:
        """Meetings of a period up to now that were not called off, the earliest first."""
        found = [
            each for each in self._all_meetings() if period.first <= each.on_date <= period.until and each.state != CANCELLED
        ]  # fmt: skip
        return sorted(found, key=lambda each: each.on_date)

    def all_decisions(self) -> list[DecisionLine]:
        """Decisions of all meetings."""
        return self._once("all decisions", lambda _: decisions.listing(open_only=False), self.period)

    def decisions(self, period: Period) -> list[DecisionLine]:
        """What the meetings of a period decided, by meeting."""
        found = [each for each in self.all_decisions() if period.first <= each.met_on <= period.until]
        return sorted(found, key=lambda each: (each.met_on, each.due_on))

    def items(self, period: Period) -> list[PlanLine]:
        """Items of plans whose last day lies in a period, by that day."""

        def work(asked: Period) -> list[PlanLine]:
            found = [each for month in months(asked) for each in plan_items.month(month)]
            return sorted(
                (each for each in found if asked.first <= each.due_on <= asked.last),
                key=lambda each: each.due_on,
            )

        return self._once("items", work, period)

    def shown(self, period: Period) -> list[PlanLine]:
        """Items of plans done in a period with something that shows it, by the day they were done."""

        def work(asked: Period) -> list[PlanLine]:
            return [each for each in self.done(asked) if each.evidence or each.evidence_ref]

        return self._once("shown", work, period)

    def done(self, period: Period) -> list[PlanLine]:
        """Items of plans done in a period, whenever they were due."""

        def work(asked: Period) -> list[PlanLine]:
            return sorted(
                plan_items.done_between(asked.first, asked.until), key=lambda each: (each.done_on, each.title)
            )

        return self._once("done", work, period)

    # ---- words ---------------------------------------------------------------------------------------

    def masked(self, text: str | None) -> str:
        """What somebody wrote, the names of children in it masked unless they are asked for; — for nothing."""
        if not text:
            return NONE
        return text if self.reveal else masking.masked(text, self._names())

    def _names(self) -> Collection[str]:
        return self._once("names", lambda _: masking.masked_names(), self.period)

    @property
    def next_called(self) -> str:
        """下月, 下季度, …"""
        return NEXT[self.period.span]


def _standing(lines: list[ActivityLine]) -> list[ActivityLine]:
    return [each for each in lines if each.state != "cancelled"]


def months(period: Period) -> list[str]:
    """The months 'YYYY-MM' that a period touches."""
    found, first = [], period.first.replace(day=1)
    while first <= period.last:
        found.append(f"{first:%Y-%m}")
        first = days.add_months(first, 1)
    return found


def known(on: date) -> peewee.Expression:
    """Children that were known by the end of a day: entered in the ledger, or surveyed on paper that came in later."""
    if on >= days.today():
        return Child.id.is_null(False)
    surveyed = Survey.live(Survey.child).where(Survey.surveyed_on <= on)
    return (Child.created_at <= datetime.combine(on, time.max) - OFFSET) | Child.id.in_(surveyed)


def full(day: date) -> str:
    """2026年9月10日."""
    return f"{day.year}年{days.short(day)}"


def said(number: int | None) -> str:
    """A figure in digits; — where it is not known."""
    return NONE if number is None else str(number)
