"""The entry sheet of a child: what is asked of the ledger while it is filled, and how it is saved."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db import child_sheet as sheet_verbs
from db import children, doubts, leaving, lookalikes, presence, renewal, site
from db.child_fields import ALIKE, SHARED
from db.child_rules import ChildRules
from db.errors import LedgerError
from db.impossible import refused_by_ledger
from db.in_ledger import in_ledger
from db.merging import differences_typed
from db.spec import UNKNOWN
from tui.context import Context
from tui.drafts import Draft
from tui.page import Key
from tui.screens.leaving import return_child
from tui.widgets.answers import SAME, Offer, as_text
from tui.widgets.rekey import Figure, Rekey
from tui.widgets.sheet import Form, Kept, Sheet

NEW = "新增儿童"
TYPED_TWICE = {"id", "phone"}  # kinds that are typed again where that is set, and the birth date
TELLING = (
    "id_number", "name", "sex", "birth_date", "village_group", "address", "phone", "guardian_relation",
    *(f"{who}_{what}" for who in ("father", "mother", "guardian") for what in ("name", "phone", "id")),
)  # fmt: skip
HIDDEN = ("up", "ctrl+n", "ctrl+k", "f10")


class ChildSheet(Sheet):
    """One child being entered or edited; new children are entered in a row."""

    kind = "child"
    keys = (
        *Sheet.keys[:2],
        Key(("ctrl+t",), "写长文", "write_notes", show=False),
        Key(("ctrl+d",), "同上", "nothing"),
        Key(("f8",), "同一家", "share"),
        Key(("escape",), "离开", "leave"),
        Key(("ctrl+e",), "核对", "nothing"),
        Key(("f1",), "说明", "explain"),
        *(key._replace(show=False) for key in Sheet.keys if key.names[0] in HIDDEN),
        Key(("ctrl+o",), "看疑似重复的档案", "look_at_alike", show=False),
    )

    def __init__(
        self, context: Context, child_id: UUID | None, at: str | None = None, draft: Draft | None = None,
        sibling_of: UUID | None = None,
    ):  # fmt: skip
        self.context, self.child_rules = context, ChildRules()
        self.apart: tuple[UUID, ...] = ()
        self._here: UUID | None = None
        form = Form(
            self.kind,
            sheet_verbs.ENTRIES,
            sheet_verbs.load,
            self.save,
            self.child_rules.rules(),
            another=True,
        )
        self._family = sheet_verbs.load(sibling_of) if sibling_of else {}
        super().__init__(form, self.title_of(child_id), context.drafts, child_id, at, draft)
        if sibling_of:
            self.session.previous, self.session.sibling, self._family = self._family, True, {}
            self.title = f"{NEW}：{self.session.previous['name']}的兄弟姐妹"

    def title_of(self, child_id: UUID | None) -> str:
        """What the sheet is called."""
        return f"修改：{children.live(child_id).name}" if child_id else NEW

    # ---- opening and closing

    def given(self) -> dict[str, tuple[Any, str]]:
        shared = SHARED if self._family else ()
        return {name: (self._family[name], SAME) for name in shared if name not in ALIKE}

    def _begin(self, draft: Draft | None = None) -> None:
        if self.record is None and not self.previous:
            self.previous = self.context.last_child
        super()._begin(draft)
        self.apart = ()
        self._asked_about, self._alike = [], []
        self._agreed: dict[str, str] = {}  # figures that have been typed twice
        if self.record:
            answers = self.session.answers
            answers.confirmed = doubts.settled(self.record)
            drafted = self.taken_up.texts if self.taken_up else {}
            for name, text in doubts.refused(self.record).items():
                if answers.value(name) is None and not answers.texts[name] and name not in drafted:
                    answers.restore({name: text}, answers.base_texts, None)
                    answers.opened[name] = answers.texts[name]
                    self.session.see(name)
            answers.check()
        self._arrive()

    def _arrive(self) -> None:
        """Tell who else has this record open, and let others be told."""
        self._depart()
        if self.record:
            try:
                others = presence.open_by(presence.arrive(self.record, self.context.by))
            except LedgerError as error:
                others = str(error)
            else:
                self._here = self.record
            self.opening = "；".join(filter(None, (others, self.opening)))

    def _depart(self) -> None:
        if self._here:
            try:
                presence.depart(self._here, self.context.by)
            except LedgerError:
                pass  # the note is forgotten in its time: nothing hangs on it
            self._here = None

    def flush(self) -> None:
        super().flush()
        self._depart()

    # ---- keys

    def press(self, key: str, char: str | None) -> bool:
        if key in ("f8", "ctrl+o"):
            return self.shortcut(key, char)
        return super().press(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "share" and not self.session.previous:
            return "刚录完一名再按 F8，沿用同一家的内容；别家的兄弟姐妹请到他的档案里加"
        return super().why_off(key)

    def share(self) -> None:
        """F8: this child is of the family of the one before."""
        name = self.session.previous.get("name")
        taken = self.session.share()
        self.desk.say(f"已沿用{name}家的内容，不同的按 ↑ 回去改" if taken else "没有可沿用的空项了", "info")

    # ---- what the ledger says meanwhile

    def look(self) -> str:
        values = self.session.answers.typed_values()
        told = [values[name] for name in TELLING]
        if told != self._asked_about:  # most fields say nothing about who it is
            self.session.answers.told(in_ledger(values, self.record), refused_by_ledger(values, self.record))
            self._alike = lookalikes.similar(values, besides=self.record, apart=self.apart)
            self._asked_about = told
        alike = [each for each in self._alike if each.id not in self.apart]
        if not alike:
            return ""
        best, more = alike[0], f"，另有{len(alike) - 1}人" if len(alike) > 1 else ""
        return f"{'登记册里已有' if best.sure else '疑似重复'}：{best.told}{more}。Ctrl+O 看是不是同一人"

    def look_at_alike(self) -> None:
        """Ctrl+O: the children on file who may be this one."""
        from tui.screens.merging import Alike

        values = self.session.answers.values()
        self.desk.push(Alike(self.context, values, self.record, self.apart), self._settled)

    def _settled(self, settled: Any) -> None:
        if settled is None:
            return
        self.apart = settled.apart
        if settled.kept and self.record is None:
            self._go_on_in(settled.kept)
            if leaving.standing(settled.kept):
                return_child(self.context, settled.kept)
        self._look()

    def _go_on_in(self, child_id: UUID) -> None:
        """What has been typed belongs to a child on file: it fills the gaps there, and is offered where it differs.

        Nothing of the draft is given up before the other record is on the sheet.
        """
        typed, apart, done = self.session.answers, self.apart, self.draft
        told = {
            name: value
            for name, value in typed.values().items()
            if typed.texts[name] != typed.base_texts[name]
        }
        found = differences_typed(told, child_id)
        title = self.title_of(child_id)
        self.record, self.title = child_id, title
        self._begin()
        answers = self.session.answers
        along: dict[str, dict[str, str]] = defaultdict(dict)
        for each in found:
            text = as_text(answers.specs[each.name], each.theirs)
            if each.goes_with:
                along[each.goes_with][each.name] = text
            elif not each.asked:
                self.session.retype(each.name, text)
        for each in found:
            if each.asked and not each.goes_with:
                text = as_text(answers.specs[each.name], each.theirs)
                answers.offers[each.name] = Offer(
                    f"刚录的是“{text or UNKNOWN}”", text, along=along[each.name]
                )
        for name in typed.held:
            if not answers.texts[name]:
                self.session.retype(name, typed.texts[name])
            else:
                answers.offers[name] = Offer(f"刚录的“{typed.texts[name]}”没能收下", typed.texts[name])
        self.apart = apart
        done.discard()
        self.desk.say(
            "已转到在册的档案：空着的已补上，不同的按 Ctrl+E 逐个看、Ctrl+K 采用刚录的，再存盘", "info"
        )

    # ---- saving

    def _save(self, force: frozenset[str]) -> None:
        self._look()  # at what was typed since: the field may not have been left
        figures = self._to_type_again() if self.context.rekey and self.session.answers.value("name") else []
        if not figures:
            super()._save(force)
            return

        def compared(corrected: dict[str, str] | None) -> None:
            if corrected is not None:
                answers = self.session.answers
                answers.correct(corrected)
                self.session.see(self.session.name)
                self._agreed |= {figure.name: answers.texts[figure.name] for figure in figures}
                self._save(force)
                self.session.hold_enter()

        self.desk.push(Rekey(figures), compared)

    def _to_type_again(self) -> list[Figure]:
        """Figures typed on this sheet and not yet compared, in its order: what was derived or taken over was not typed."""
        answers = self.session.answers
        return [
            Figure(name, spec, answers.texts[name])
            for name, spec in answers.specs.items()
            if (spec.kind in TYPED_TWICE or name == "birth_date")
            and answers.texts[name] not in ("", answers.opened[name], self._agreed.get(name))
            and name not in answers.marks
            and name not in answers.held
        ]

    def save(self, record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        """The form's save."""
        try:
            saved = self.write(record, values, base, force)
        except sheet_verbs.Taken:
            self.session.go_to("id_number")
            raise
        self.child_rules.learn(values)
        said = f"已存：{values['name']}{saved.also}"
        answers = self.session.answers
        if held := "、".join(answers.specs[name].label for name in answers.held):
            said += f"，{held}没收下"
        try:
            said += self._still_open(saved.child_id)
        except LedgerError:
            pass  # it is saved, whatever cannot be read now
        return Kept(saved.child_id, said)

    def _still_open(self, child_id: UUID) -> str:
        waiting, lacks = doubts.open_count(child_id), children.gaps(child_id)
        said = f"，{waiting}项待核" if waiting else ""
        if children.lines([child_id])[0].left_behind is None:
            said += "，是否留守未定（看父母去向、在家一方有无监护能力）"
        if not lacks:
            return said + "，建档齐全"
        return said + f"，待补：{'、'.join(lacks[:4])}{'等' if len(lacks) > 4 else ''}"

    def write(self, record: Any, values: dict, base: dict, force: frozenset[str]) -> sheet_verbs.Saved:
        """Write the sheet by its verb."""
        return sheet_verbs.save(record, values, base, self.context.by, force, self.work())

    def work(self) -> sheet_verbs.Work:
        """What the user confirmed, and what the record took to enter."""
        session = self.session
        answers = session.answers
        held = {name: (answers.texts[name], why) for name, why in answers.held.items()}
        return sheet_verbs.Work(
            answers.confirmed, self.apart, held, session.keys, self.seconds, session.corrections
        )

    def keeps(self, held: Mapping[str, str]) -> bool:
        return all(self.session.answers.base[name] is None for name in held)

    def saved(self, kept: Kept) -> None:
        self._depart()
        self.context.last_child = self.session.answers.values()
        super().saved(kept)


class RenewalSheet(ChildSheet):
    """A child's survey of a new term: last term's answers stand, the others are walked; then comes the next child.

    group: the village group that is being gone through, None for all.
    """

    keys = (
        ChildSheet.keys[0],
        Key(("ctrl+s",), "其余不变，存盘", "nothing"),
        *(key for key in ChildSheet.keys[2:] if key.run != "share"),
    )

    def __init__(
        self, context: Context, child_id: UUID, group: str | None = None, draft: Draft | None = None
    ):
        self.group = group
        self.kind = f"renewal:{site.term().code}"
        super().__init__(context, child_id, draft=draft)

    def _begin(self, draft: Draft | None = None) -> None:
        of_another_term = draft is not None and draft.sheet != self.kind
        if of_another_term:
            draft.texts.pop("surveyed_on", None)  # what was found then is no survey of now
        super()._begin(draft)
        if of_another_term:
            term = draft.sheet.partition(":")[2]
            self.opening = f"这份草稿是{term}学期留下的：请逐项核对，与现在不符的改过再存"

    def title_of(self, child_id: UUID | None) -> str:
        return f"新学期更新：{children.live(child_id).name}"

    def given(self) -> dict[str, tuple[Any, str]]:
        carried = renewal.carried(self.record)
        return {name: (value, carried.marks.get(name, "")) for name, value in carried.values.items()}

    def write(self, record: Any, values: dict, base: dict, force: frozenset[str]) -> sheet_verbs.Saved:
        return renewal.save(record, values, base, self.context.by, force, self.work())

    def in_a_row(self) -> bool:
        return True

    def saved(self, kept: Kept) -> None:
        following = renewal.next_child(self.record, self.group)
        self.draft.discard()
        self.desk.resume()
        if following in (None, self.record):
            self._depart()
            self.desk.close(kept.record)
            done = "这里都更新完了，可按 F10 看变更表" if following is None else "摸底日期空着，还算没摸底"
            self.desk.say(f"{kept.said}。{done}", "good")
            return
        self.previous = self.session.answers.values()
        try:
            self.record, self.title, self.view.top, self.first = following, self.title_of(following), 0, True
            self._begin()
        except LedgerError as error:  # half of one child must not meet half of another
            self._depart()
            self.desk.close(kept.record)
            self.desk.complain(f"{kept.said}。下一名打不开：{error}")
            return
        self.desk.say(kept.said + "。接着是下一名，Esc 结束", "good")


def child_sheet(
    context: Context, child_id: Any, at: str | None = None, draft: Draft | None = None
) -> ChildSheet:
    """The entry sheet of a child, or of a new one."""
    return ChildSheet(context, child_id, at, draft)


def sibling_sheet(context: Context, child_id: UUID) -> ChildSheet:
    """The entry sheet of a new child of the same family."""
    return ChildSheet(context, None, sibling_of=child_id)


def renewal_sheet(
    context: Context, child_id: UUID, group: str | None = None, draft: Draft | None = None
) -> RenewalSheet:
    """The sheet of a child in a new term; saved, it goes on to the next child of the group (None: of all)."""
    return RenewalSheet(context, child_id, group, draft)
