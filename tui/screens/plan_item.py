"""An item of a plan: said to be done with what shows it, postponed, left out, arranged as an activity, edited in its sheet."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from db import activities, days, plan_evidence, plan_items, when
from db.plan_evidence import Proof
from db.plan_items import PlanLine
from db.values import Refused
from db.vocab import EVIDENCE
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line
from tui.page import TROUBLE, Key, Picture
from tui.screens.activity import ActivitySheet, clash_notice
from tui.widgets.ask import ask_action, ask_day, ask_removal, ask_text
from tui.widgets.dialogs import Choose, Confirm, Prompt
from tui.widgets.sheet import Form, Kept, Sheet

Then = Callable[[], None] | None
Move = tuple[str, str, Callable[[], None]]  # its words, their pinyin initials, what does it
NOTE = "如 照片12张、会议记录；不写就直接回车"
LATER = timedelta(days=7)
LATE = "上月没办完"
ARRANGING = "activity_for:"  # what follows says for which item, and whether again and again


class Evidence(Prompt):
    """The note that shows an item was done, or another kind of evidence; closed with (what to do, the note so far).

    What to do: 'done', 'other' (another kind), 'who' (somebody else did it); closed with None if left.
    """

    keys = (
        Key(("enter",), "完成", "accept"),
        Key(("f8",), "活动、记录、报道、论文", "other"),
        Key(("f10",), "谁办的", "who"),
        Key(("escape",), "不做了", "cancel"),
    )

    def __init__(self, label: str, text: str, who: str):
        super().__init__(label, text, NOTE)
        self.done_by = who

    def accept(self) -> None:
        self.desk.close(("done", self.edit.text))

    def other(self) -> None:
        self.desk.close(("other", self.edit.text))

    def who(self) -> None:
        self.desk.close(("who", self.edit.text))

    def draw(self, width: int, height: int) -> Picture:
        picture = super().draw(width, height)
        about: Line = [("  办的人：", "label"), (self.done_by or "—", "plain"), ("    佐证：", "label")]
        lines = [picture.lines[0], about, *picture.lines[1:]]
        x, y = picture.caret
        return Picture(lines, (x, y + 1))


def place_of(item: PlanLine) -> tuple[UUID, date]:
    """What an item is known by in a list read afresh: postponed, it is another one, and the cursor stays where it was."""
    return item.id, item.due_on


# ---- done ---------------------------------------------------------------------------------------


def finish_item(context: Context, item_id: UUID, then: Then = None) -> None:
    """Ask on which day an item was done and what shows it: Enter twice is today and a note left empty.

    then: called once it is done; the page beneath is read afresh in any case.
    """
    item = plan_items.line(item_id)
    if item.done_on is not None:
        context.desk.say(f"“{item.title}”已在{item.done_on}完成：改佐证按回车，改回按 F10", "warn")
        return
    who = item.done_by or item.owner or (context.by.name if context.by else "")
    _ask_day_done(context, item, days.today().isoformat(), lambda on: _Finishing(context, item, on, who, then).ask(item.evidence or ""))  # fmt: skip


def _ask_day_done(context: Context, item: PlanLine, text: str, then: Callable[[date], None]) -> None:
    """A day that has not come is asked again, with what was typed."""

    def answered(on: date, typed: str) -> None:
        try:
            when.check_day(on)
        except Refused as refusal:
            _ask_day_done(context, item, typed, then)
            context.desk.say(str(refusal), "error")
        else:
            then(on)

    ask_day(context.desk, f"“{item.title}”哪天办好的", text, answered)


class _Finishing:
    """What has been answered so far of one item's being done."""

    def __init__(self, context: Context, item: PlanLine, on: date, who: str, then: Then):
        self.context, self.desk, self.item, self.on, self.who, self.then = context, context.desk, item, on, who, then  # fmt: skip

    def ask(self, note: str) -> None:
        """Ask for the note; from it other kinds of evidence and who did it are a key away."""

        def answered(answer: tuple[str, str] | None) -> None:
            match answer:
                case ("done", text):
                    kept = text == (self.item.evidence or "")
                    self.write(None if kept else text, "note")
                case ("other", text):
                    self.choose(text)
                case ("who", text):
                    hint = "如 刘老师；几个人用、隔开"
                    self.desk.push(Prompt("谁办的", self.who, hint, longest=30), partial(self.named, text))

        self.desk.push(Evidence(f"{self.item.title}：{days.short(self.on)}办好", note, self.who), answered)

    def named(self, note: str, who: str | None) -> None:
        self.who = self.who if who is None else who
        self.ask(note)

    def choose(self, note: str) -> None:
        """Another kind of evidence than a note."""
        kinds = [code for code in EVIDENCE if code.code != "note"]

        def chosen(at: int | None) -> None:
            match kinds[at].code if at is not None else None:
                case None:
                    self.ask(note)
                case "activity":
                    self.pick(note, "activity", plan_evidence.activities_for(self.item.id), "还没有活动可选：请写说明，或先在日历里记上这次活动")  # fmt: skip
                case "record":
                    self.pick(note, "record", plan_evidence.records_for(self.item.id), "还没有关爱记录可选：请写说明，或先记上这次记录")  # fmt: skip
                case kind:
                    hint = "题目，登在哪里，如 镇简报第3期《柳溪村的爱心妈妈》"
                    self.desk.push(Prompt(EVIDENCE.label(kind), note, hint), partial(self.titled, note, kind))

        self.desk.push(Choose("用什么佐证", [code.label for code in kinds], [code.initials for code in kinds]), chosen)  # fmt: skip

    def titled(self, note: str, kind: str, text: str | None) -> None:
        if text is None:
            self.choose(note)
        elif not text.strip():
            self.choose(note)
            self.desk.say("请写题目，如 镇简报第3期", "error")
        else:
            self.write(text, kind)

    def pick(self, note: str, kind: str, found: Sequence[Proof], none: str) -> None:
        if not found:
            self.ask(note)
            self.desk.say(none, "warn")
            return

        def chosen(at: int | None) -> None:
            if at is None:
                self.choose(note)
            else:
                self.write(found[at].said, kind, found[at].id)

        self.desk.push(Choose(f"选一项{EVIDENCE.label(kind)}", [each.said for each in found]), chosen)

    def write(self, evidence: str | None, kind: str, ref: UUID | None = None) -> None:
        """Put it on file; what is refused is asked again with what was typed."""
        try:
            plan_items.finish(self.item.id, self.on, evidence, self.context.by, kind, ref, self.who or None)
        except TROUBLE as trouble:
            self.ask(evidence or "")
            self.desk.say(str(trouble), "error")
            return
        _done(self.context, f"{self.item.title}：{days.short(self.on)}完成", self.then)


def _done(context: Context, said: str, then: Then) -> None:
    """Read the page beneath afresh, say what was done and how to take it back."""
    context.desk.top.shown()
    if then:
        then()
    context.desk.say(f"{said}，按 Ctrl+Z 可撤销", "good")


def _do(context: Context, work: Callable[[], object], said: str, then: Then) -> bool:
    """Run a verb; whether it was not refused."""
    try:
        work()
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return False
    _done(context, said, then)
    return True


def reopen_item(context: Context, item_id: UUID, then: Then = None) -> None:
    """Ask, then say that an item is not done after all, or is to be done after all."""
    line = plan_items.line(item_id)
    was = f"{days.short(line.done_on)}已完成" if line.done_on else "记了不办"

    def confirmed(yes: bool) -> None:
        if yes:
            said = f"{line.title}：已改回未完成，按 Ctrl+Z 可撤销"
            _do(context, lambda: plan_items.reopen(item_id, context.by), said, then)

    context.desk.push(Confirm(f"“{line.title}”{was}，改回未完成吗？", "改回未完成", "不改"), confirmed)


# ---- postponed, left out --------------------------------------------------------------------------


def put_off_item(context: Context, item_id: UUID, then: Then = None) -> None:
    """Ask to which day an item is postponed, then why; what is refused is asked again where it was typed."""
    item = plan_items.line(item_id)
    wanted = max(item.due_on, days.today()) + LATER

    def dated(due: date, _: str) -> None:
        plan_items.may_put_off(item_id, due)

        def told(why: str) -> None:
            plan_items.put_off(item_id, due, why, context.by)
            _done(context, f"{item.title}：延期到{days.short(due)}", then)

        ask_text(context.desk, "延期的原因", item.put_off or "", told, "如 下雨改期")

    ask_day(context.desk, f"“{item.title}”延期到哪天", wanted.isoformat(), dated)


def drop_item(context: Context, item_id: UUID, then: Then = None) -> None:
    """Ask why an item is not done at all."""
    item = plan_items.line(item_id)

    def told(why: str) -> None:
        plan_items.drop(item_id, why, context.by)
        _done(context, f"{item.title}：不办了", then)

    hint = "如 上级统一办了；记了原因就不再算欠着"
    ask_text(context.desk, f"“{item.title}”为什么不办", item.dropped or "", told, hint)


def carry_item(context: Context, item_id: UUID, then: Then = None) -> None:
    """Ask why an open item of a month past is carried over into this one."""

    def told(why: str) -> None:
        moved = plan_items.carry_over([item_id], context.by, why)
        item = plan_items.line(item_id)
        if moved:
            _done(context, f"{item.title}：结转到{int(item.month[5:])}月", then)
        else:
            context.desk.say(f"“{item.title}”已在这份计划的最后一个月，不能再结转：请办完或记“不办”", "warn")

    ask_text(context.desk, "结转到本月，原因", LATE, told, "原因会写进总结")


# ---- sheets ---------------------------------------------------------------------------------------


def open_item(context: Context, item_id: UUID, draft: Draft | None = None) -> None:
    """Open the sheet of an item."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = plan_items.save(record, values, base, context.by, force)
        return Kept(saved.id, f"已存：{values['title']}{saved.also}，按 Ctrl+Z 可撤销")

    form = Form("plan_item", plan_items.ENTRIES, plan_items.load, save, plan_items.RULES)
    context.desk.push(Sheet(form, "修改计划事项", context.drafts, item_id, draft=draft))


def arrange_item(context: Context, item_id: UUID) -> None:
    """Open the sheet of a new activity for an item, its title, kind and lead filled in; held, it settles the item.

    Of what the plan does every week or month it is asked first whether the later times are put on the calendar too.
    """
    every = plan_evidence.recurs(item_id)
    if every is None:
        _open_arranging(context, item_id, False)
        return
    often = {"week": "每周同一天", "month": "每月同一个周几"}[every]
    ways = ["只安排这一次", f"{often}都排上，到计划结束"]
    context.desk.push(
        Choose("安排成活动", ways),
        lambda at: None if at is None else _open_arranging(context, item_id, at == 1),
    )


def resume_arranging(context: Context, draft: Draft) -> None:
    """Open the sheet a draft was left in."""
    _, item, again = draft.sheet.split(":")
    _open_arranging(context, UUID(item), bool(again), draft)


def _open_arranging(context: Context, item_id: UUID, again: bool, draft: Draft | None = None) -> None:
    item = plan_items.line(item_id)

    def load(record: Any) -> dict[str, Any]:
        return activities.load(record) if record else plan_evidence.proposed(item_id)

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        if record:  # kept already, but for a field that could not be
            saved = activities.save(record, values, base, context.by, force)
        else:
            saved = plan_evidence.arrange(item_id, values, context.by, again)
        on = days.short(values["on_date"])
        more = "，以后各次也排上了" if again else ""
        return Kept(saved.id, f"已安排在{on}：{values['title']}{more}。办完记“已办”，这项就完成了")

    name = f"{ARRANGING}{item_id}:{'again' if again else ''}"
    form = Form(name, activities.ENTRIES, load, save, activities.RULES, clash_notice)
    context.desk.push(ActivitySheet(form, f"安排活动：{item.title}", context.drafts, draft=draft))


def open_plan_of(context: Context, item_id: UUID) -> None:
    """Open the page of the plan an item belongs to, standing on it; the item's sheet for one of the site's own."""
    item = plan_items.line(item_id)
    if item.plan_id is None:
        open_item(context, item_id)
        return
    from tui.screens.work_plan import WorkPlanPage  # which imports this

    page = WorkPlanPage(context, item.plan_id)
    context.desk.push(page)
    page.stand_on(item)


# ---- the menu -------------------------------------------------------------------------------------


def item_moves(context: Context, item_id: UUID, then: Then = None) -> list[Move]:
    """What can be done with an item, for a menu. Raises NotFound."""
    item = plan_items.line(item_id)
    to_do: list[Move] = [
        ("完成", "wc", partial(finish_item, context, item_id, then)),
        ("安排成活动", "ap", partial(arrange_item, context, item_id)),
        ("延期（写原因）", "yq", partial(put_off_item, context, item_id, then)),
        ("不办（写原因）", "bb", partial(drop_item, context, item_id, then)),
    ]
    if (
        item.month < f"{days.today():%Y-%m}" and item.sort != "occasion"
    ):  # a time of what recurs is done or left out
        to_do.insert(2, ("结转到本月", "jz", partial(carry_item, context, item_id, then)))
    back: list[Move] = [("改回未完成" if item.done_on else "还是要办", "gh", partial(reopen_item, context, item_id, then))]  # fmt: skip
    return [
        *(to_do if item.open else back),
        ("修改", "xg", partial(open_item, context, item_id)),
        ("删除", "sc", partial(remove_item, context, item)),
    ]


def item_menu(context: Context, item_id: UUID, then: Then = None) -> None:
    """Offer everything that can be done with an item."""
    ask_action(context.desk, plan_items.line(item_id).title, item_moves(context, item_id, then))


def remove_item(context: Context, item: PlanLine) -> None:
    """Ask before an item is struck out."""
    question = f"删除计划事项“{item.title}”？不打算办的，请用“不办”，总结里会写明原因。"
    ask_removal(context.desk.top, question, lambda: plan_items.remove(item.id, context.by), item.title)
