"""What every screen is given: who works, where drafts go, the desk, and the few moves all screens share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import changes
from tui.drafts import Draft, Drafts
from tui.page import Desk
from tui.task import Task

if TYPE_CHECKING:
    from db.children import ChildLine


@dataclass(slots=True)
class Context:
    """by: the user whose changes these are; screens only pass it on."""

    by: Any
    drafts: Drafts
    desk: Desk
    rekey: bool = False  # figures are typed twice and compared (config: entry.rekey)
    templates: Path = Path("报表模板")  # the folder of the users' own templates of reports
    last_child: dict[str, Any] = field(default_factory=dict)  # the one saved before, for 同上 and 同一家

    def open_child(
        self, child_id: Any, at: str | None = None, then: Callable[[Any], None] | None = None
    ) -> None:
        """The child's 档案; with a field's name, its entry sheet standing in that field."""
        from tui.screens.child_entry import child_sheet
        from tui.screens.dossier import Dossier

        page = child_sheet(self, child_id, at) if at else Dossier(self, child_id)
        self.desk.push(page, then)

    def find_child(self, then: Callable[[ChildLine], None]) -> None:
        """Pick a child of the register by name, initials, ID tail or phone tail."""
        from tui.screens.register import FindChild

        self.desk.push(FindChild(), lambda found: then(found) if found is not None else None)

    def resume(self, draft: Draft) -> None:
        """Open the sheet a draft was left in; what kind of sheet it was decides who opens it."""
        from uuid import UUID

        if draft.sheet == "rhythm":  # its record is a code
            from tui.screens.rhythms import rhythm_form

            self.desk.push(rhythm_form(self, draft.record, draft))
            return
        if draft.sheet.startswith("outside:"):  # its record is a term and a school
            from tui.screens.outside_figures import figure_sheet

            self.desk.push(figure_sheet(self, draft.sheet.removeprefix("outside:"), draft.record, draft))
            return
        record = UUID(draft.record) if draft.record else None
        match draft.sheet:
            case "child":
                from tui.screens.child_entry import child_sheet

                self.desk.push(child_sheet(self, record, draft=draft))
            case name if name.startswith("renewal"):
                from tui.screens.child_entry import renewal_sheet

                self.desk.push(renewal_sheet(self, record, draft=draft))
            case "helper":
                from tui.screens.helpers import helper_sheet

                self.desk.push(helper_sheet(self, record, draft))
            case name if name.startswith("record"):
                from tui.widgets.record_form import resume_record

                resume_record(self, draft)
            case name if name.startswith("care_"):
                from tui.screens import care_sheets

                care_sheets.resume(self, draft)
            case name if name.startswith("incident"):
                from tui.screens.incidents import resume_incident

                resume_incident(self, draft)
            case "activity":
                from tui.screens.activity import activity_sheet

                self.desk.push(activity_sheet(self, record, draft=draft))
            case "plan_item":
                from tui.screens.plan_item import open_item

                open_item(self, record, draft)
            case name if name.startswith("activity_for:"):
                from tui.screens.plan_item import resume_arranging

                resume_arranging(self, draft)
            case "member":
                from tui.screens.leading_group import member_sheet

                self.desk.push(member_sheet(self, record, draft))
            case name if name.startswith("meeting_"):
                from tui.screens import meeting_sheets

                meeting_sheets.resume(self, draft)
            case "repeat":
                from tui.screens.repeat import repeat_form

                self.desk.push(repeat_form(self, record, draft))
            case "day_off":
                from tui.screens.days_off import day_sheet

                self.desk.push(day_sheet(self, record, draft))
            case "own_target":
                from tui.screens.own_targets import own_sheet

                self.desk.push(own_sheet(self, record, draft))
            case "own_answer":
                from tui.screens.own_targets import answer_sheet

                self.desk.push(answer_sheet(self, record, draft))
            case "work_plan_summary":
                from tui.screens.plan_summary import summary_sheet

                self.desk.push(summary_sheet(self, record, draft))
            case _:
                self.desk.say(f"请从原处再打开“{draft.title}”，草稿会接上", "info")

    def undo(self) -> None:
        """Show the user's last action and take it back when confirmed."""
        from tui.widgets.dialogs import Confirm

        done = changes.last_action(self.by)
        if done is None:
            self.desk.say("没有可撤销的操作", "warn")
            return

        def confirmed(yes: bool) -> None:
            if yes:
                self.desk.say("正在撤销……", "info")
                self.desk.begin(Task(taking_back(), lambda _: None, taken_back, self.desk.complain))

        def taking_back() -> Iterator[str]:
            yield "drawn first: an import of ten thousand rows takes some seconds"
            changes.undo(done.action, self.by)

        def taken_back() -> None:
            self.desk.top.shown()
            self.desk.say(f"已撤销：{done.label}", "good")

        self.desk.push(
            Confirm(f"撤销您最近的操作：{done.label}（涉及{done.rows}条记录）？", "撤销", "不撤销"), confirmed
        )
