"""The calendar in: the events of an .ics file become activities, one known by its UID is brought up to date.

coming = Coming(reader.read("活动日历.ics"))
coming.preview()        # coming.items say what would become of each; nothing is written
coming.take(user)       # one action
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import activities, changes, repeats, store
from db.days import short, weekday
from db.exchange.ics import LABELS, OURS, told
from db.exchange.outcome import Edit, Outcome
from db.exchange.reader import BadFile, Source
from db.masking import masked_names
from db.models import Activity, Series, User
from db.recurrence import MOST, days_of, in_words
from db.spec import read, show
from db.text import normal
from db.values import Refused
from db.vocab import ACTIVITY_KIND

NAMED = {label: name for name, label in LABELS.items()}
BATCH = 400
UNNAMED = "没有名称的日程"
CANCELLED = "日历文件里已取消"


class Item(NamedTuple):
    """One event of the file, all times of one that repeats together.

    when: its day, or how it repeats. became: 'created', 'updated', 'unchanged' or 'skipped'. edits: what it changes on file, in words.
    why: why it was left out, or what was not taken as it stands.
    """

    number: int
    title: str
    when: str
    became: str
    edits: list[Edit]
    why: str


class _Seen(Exception):
    """Everything has been worked out: it may be rolled back."""


class Coming:
    """One calendar file and what would become of its events."""

    def __init__(self, source: Source):
        """Raises BadFile for a file that is no calendar."""
        if source.kind != "calendar":
            raise BadFile(f"“{source.name}”不是日历文件，请选以 .ics 结尾的文件")
        self.name = source.name
        self.items: list[Item] = []
        self._events = source.tables["events"]

    def preview(self) -> None:
        """Work out what taking it in would do: `items`. Writes nothing. Raises LedgerError."""
        try:
            with changes.action("读入日历", None) as act:
                self._write(act, None)
                raise _Seen
        except _Seen:
            pass

    def take(self, by: User | None) -> int:
        """Put it on the calendar as one action; how many events were new or changed. Raises LedgerError."""
        with changes.action(f"读入日历 {self.name}", by) as act:
            store.wait_for_turn()
            self._write(act, by)
        return sum(item.became in ("created", "updated") for item in self.items)

    def outcome(self) -> Outcome:
        """The same as every import tells it; an event that repeats counts once."""
        found = Outcome("activities")
        for item in self.items:
            found.count(item.became)
            found.changes += item.edits
            if item.why:
                note = found.error if item.became == "skipped" else found.warn
                note(item.number, "", item.title, item.why)
        return found

    def _write(self, act: changes.Action, by: User | None) -> None:
        self.items = []
        taking = _Taking(act, by, self._events)
        for number, events in taking.groups():
            whole = events[0]
            title = normal(whole["title"]) or UNNAMED
            one = _One(number, title)
            try:
                if wrong := next((each["wrong"] for each in events if "wrong" in each), ""):
                    raise Refused(wrong)
                with changes.action("", by):
                    became = taking.take(one, events)
            except Refused as refused:
                self.items.append(Item(number, title, _when(whole), "skipped", [], str(refused)))
            else:
                if became == "unchanged" and one.edits:
                    became = "updated"
                self.items.append(
                    Item(number, title, _when(whole), became, one.edits, "；".join(dict.fromkeys(one.notes)))
                )


def _when(event: dict[str, Any]) -> str:
    if "day" not in event:
        return ""
    day = date.fromisoformat(event["day"])
    if event["rule"]:
        return in_words(event["rule"], day)
    return f"{day.year}年{short(day)} {weekday(day)} {event['starts'] or ''}".strip()


class _One:
    """What is noted of one event while it is taken."""

    def __init__(self, number: int, title: str):
        self.number, self.title = number, title
        self.edits: list[Edit] = []
        self.notes: list[str] = []

    def edit(self, label: str, old: str | None, new: str | None) -> None:
        edit = Edit("", self.number, self.title, label, old, new)
        if edit not in self.edits:
            self.edits.append(edit)


class _Taking:
    """One file on its way into the ledger."""

    def __init__(self, act: changes.Action, by: User | None, events: list[dict[str, Any]]):
        self.act, self.by, self.events = act, by, events
        self.names = masked_names()
        uids = {each["uid"] for each in events if each["uid"]}
        self.series = _known(Series, uids)
        self.single = _known(Activity, uids)

    def groups(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The events, those of one UID together, the one that repeats first."""
        found: dict[Any, list[dict[str, Any]]] = {}
        for event in self.events:
            found.setdefault(event["uid"] or event["n"], []).append(event)
        for events in found.values():
            yield events[0]["n"], sorted(events, key=lambda each: bool(each.get("instead")))

    def take(self, one: _One, events: list[dict[str, Any]]) -> str:
        """Take an event with what stands for single times of it; what became of it. Raises Refused."""
        whole, instead = events[0], {each["instead"]: each for each in events[1:] if each["instead"]}
        if len(instead) < len(events) - 1:
            one.notes.append("同一个编号（UID）有几项，只取第一项")
        uid = whole["uid"]
        if whole["instead"]:
            return self._take_times(one, events)
        if whole["rule"] or whole["besides"] or uid in self.series:
            return self._take_series(one, whole, instead)
        row = self.single.get(uid) if uid else self._alike(one, whole)
        if row is None:
            self._add(one, whole, uid)
            return "created"
        self._update(one, row, whole)
        return "unchanged"

    def _alike(self, one: _One, event: dict[str, Any]) -> Activity | None:
        """One without a key is known by its name as it would be stored, its day and its hour."""
        same = Activity.live().where(
            Activity.title == self._values(one, event)["title"],
            Activity.on_date == date.fromisoformat(event["day"]),
        )
        starts = Activity.starts == event["starts"] if event["starts"] else Activity.starts.is_null()
        return same.where(starts).first()

    # ---- one activity

    def _add(self, one: _One, event: dict[str, Any], uid: str | None) -> Activity:
        values = self._values(one, event) | {"on_date": date.fromisoformat(event["day"])}
        row = repeats.add(self.act, values, self.by)
        state = {"state": "cancelled", "state_note": CANCELLED} if event["status"] == "CANCELLED" else {}
        return self.act.update(row, uid=uid or None, **state)

    def _update(self, one: _One, row: Activity, event: dict[str, Any], moves: bool = True) -> None:
        """Bring an activity up to date: what the file says otherwise than it was told, what it leaves out stays."""
        known, values = told(row, self.names), self._values(one, event)
        new = {
            name: value
            for name, value in values.items()
            if not _alike(value, known.get(name, getattr(row, name)))
        }
        if moves and (day := date.fromisoformat(event["day"])) != row.on_date:
            new["on_date"] = day
        cancelled = event["status"] == "CANCELLED"
        if cancelled != (row.state == "cancelled"):
            new["state"] = "cancelled" if cancelled else None
        if "ends" not in values and row.ends and row.ends < (new.get("starts", row.starts) or "24:00"):
            new["ends"] = None  # the file does not say until when, and the old hour is over before it begins
        if not new:
            return
        if row.state == "held":
            one.notes.append(f"{short(row.on_date)}的已经办过，没有改")
            return
        for name, value in new.items():
            spec = activities.SPECS[name]
            old = getattr(row, name)
            one.edit(
                spec.label,
                None if old is None else show(spec, old),
                None if value is None else show(spec, value),
            )
        if "state" in new:
            new["state_note"] = CANCELLED if cancelled else None
        base = activities.load(row.id)
        asked = {name: value for name, value in new.items() if name in base}
        activities.save(row.id, base | asked, base, self.by)
        rest = {name: value for name, value in new.items() if name not in base}
        self.act.update(activities.find(row.id), **rest)

    def _values(self, one: _One, event: dict[str, Any]) -> dict[str, Any]:
        """What the file says, as it is stored; what it does not say is left out."""
        raw = {"title": event["title"] or UNNAMED, "place": event["place"], **_described(event["text"])}
        if event["last"]:
            raw["note"] = f"到{short(date.fromisoformat(event['last']))}结束\n{raw.get('note', '')}".strip()
        values: dict[str, Any] = {}
        for name, text in raw.items():
            spec = activities.SPECS[name]
            if len(text) > spec.longest:
                one.notes.append(f"{spec.label}太长，只留了前{spec.longest}字")
                text = text[: spec.longest]
            if (value := read(spec, text)) is not None:
                values[name] = value
        for label in event["categories"]:
            try:
                values["kind"] = ACTIVITY_KIND.find(label)
                break
            except Refused:
                continue
        values["starts"] = event["starts"]
        if event["ends"] != "":  # '' where the file does not say
            values["ends"] = event["ends"]
        return values

    # ---- a series

    def _take_times(self, one: _One, events: list[dict[str, Any]]) -> str:
        """Single times of a series that is not in the file itself."""
        series = self.series.get(events[0]["uid"])
        for event in events:
            day = date.fromisoformat(event["instead"])
            row = (
                series
                and Activity.live().where(Activity.series == series, Activity.series_day == day).first()
            )
            if row is None:
                raise Refused("文件里没有它所属的重复日程，请在原来的日历里导出整个日历")
            self._update(one, row, event)
        return "unchanged"

    def _take_series(self, one: _One, whole: dict[str, Any], instead: dict[str, dict[str, Any]]) -> str:
        uid, first = whole["uid"], date.fromisoformat(whole["day"])
        series = self.series.get(uid)
        if not uid and (row := self._alike(one, whole)):
            series = row.series
        if uid in self.single and series is None:
            raise Refused("这一项在台账里不重复：请先在日历里把它删除，再读入一次")
        if not whole["rule"] and series is None:
            raise Refused("只列了几个日期（RDATE），没有重复规则，认不了；请在原来的日历里分成几项")
        if not whole["rule"]:
            raise Refused("这一项在台账里是重复的，文件里却不重复：请在日历里改，或删除整个系列再读入一次")
        wanted = {
            first,
            *days_of(whole["rule"], first),
            *map(date.fromisoformat, [*whole["besides"], *instead]),
        }
        wanted -= {date.fromisoformat(day) for day in whole["without"]}
        if not wanted:
            raise Refused("每一次都删掉了，没有可排的")
        if len(wanted) > MOST:
            raise Refused(f"连另加的日期一共{len(wanted)}次，最多{MOST}次，请在原来的日历里分成几项")
        rows = _rows(series) if series else []
        if not rows:
            if series:
                self.act.remove(series)  # each of its times was struck out by itself
            rows = self._begin(one, whole, sorted(wanted))
            became = "created"
        else:
            rows = self._again(one, series, rows, whole, wanted, first)
            became = "unchanged"
        before = list(one.edits)
        for row in rows:
            event = instead.get(row.series_day.isoformat())
            if event is not None or became == "unchanged" or whole["status"] == "CANCELLED":
                self._update(one, row, event or whole, moves=event is not None)
        if became == "created":
            one.edits = before
        return became

    def _begin(self, one: _One, whole: dict[str, Any], wanted: list[date]) -> list[Activity]:
        row = self._add(one, whole | {"day": wanted[0].isoformat()}, None)
        first = date.fromisoformat(whole["day"])
        series = self.act.insert(
            Series, rule=whole["rule"], starts=first, in_term=False, uid=whole["uid"] or None
        )
        self.act.update(row, series=series, series_day=wanted[0])
        repeats.put(self.act, series, row, wanted[1:])
        return _rows(series)

    def _again(
        self, one: _One, series: Series, rows: list[Activity], whole: dict[str, Any], wanted: set[date], first: date
    ) -> list[Activity]:  # fmt: skip
        """Bring the days of a series up to date; its activities on the days that stay."""
        same = series.starts == first and days_of(series.rule, first) == days_of(whole["rule"], first)
        if not same:  # the same days may be said in other words: a count as a last day
            one.edit(
                "重复", in_words(series.rule, series.starts, series.in_term), in_words(whole["rule"], first)
            )
            self.act.update(series, rule=whole["rule"], starts=first)
        there = {row.series_day for row in rows}
        gone = repeats.strike_untouched(self.act, [row for row in rows if row.series_day not in wanted])
        for row in gone:
            one.edit("次数", f"{row.series_day}", None)
        new = sorted(wanted - there)
        if new:
            repeats.put(self.act, series, rows[0], new)
        for day in new:
            one.edit("次数", None, f"{day}")
        return [row for row in _rows(series) if row.series_day in wanted]


def _rows(series: Series) -> list[Activity]:
    return list(Activity.live().where(Activity.series == series).order_by(Activity.series_day))


def _described(text: str) -> dict[str, str]:
    """The fields of a description as we write it; one of another program is all note."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    for at, line in enumerate(lines):
        label, colon, rest = line.partition("：")
        name = NAMED.get(label) if colon else None
        if name is None or name == "note":
            found["note"] = "\n".join([rest if name else line, *lines[at + 1 :]]).strip()
            break
        found[name] = rest
    return {name: value for name, value in found.items() if value.strip()}


def _known(model: type[Series] | type[Activity], uids: set[str]) -> dict[str, Any]:
    """The live rows these keys belong to: as other calendars named them, or as we named them to other calendars."""
    found: dict[str, Any] = {}
    keys = {f"{key}{OURS}": key for key in filter(None, map(_key, uids))}
    for batch in peewee.chunked(keys, BATCH):
        rows = model.live().where(model.id.in_([keys[uid] for uid in batch]))
        found |= {f"{row.id}{OURS}": row for row in rows}
    for batch in peewee.chunked(uids, BATCH):
        found |= {row.uid: row for row in model.live().where(model.uid.in_(list(batch)))}
    return found


def _key(uid: str) -> UUID | None:
    try:
        return UUID(uid.removesuffix(OURS)) if uid.endswith(OURS) else None
    except ValueError:
        return None


def _alike(told: Any, stored: Any) -> bool:
    """Whether a value says what is stored: full-width signs and plain ones are alike."""
    both = isinstance(told, str) and isinstance(stored, str)
    return normal(told) == normal(stored) if both else told == stored
