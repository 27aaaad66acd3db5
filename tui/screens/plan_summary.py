"""The 总结 of a plan: written from a draft, printed, saved as a file."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from db import days, plan_summary, work_plans
from db.printing import papers, printer, summaries
from tui.context import Context
from tui.drafts import Draft
from tui.task import Task
from tui.widgets.ask import ask_file
from tui.widgets.dialogs import Choose
from tui.widgets.sheet import Form, Kept, Sheet

KINDS = {
    ".html": "存成网页，用浏览器或 WPS 打开就能打印",
    ".pdf": "存成 PDF",
    ".txt": "存成纯文本",
    ".md": "存成 Markdown",
}


class Summing(Sheet):
    """The sheet of a plan's summary; one not written yet stands there as drafted."""

    def __init__(self, drafted: str, *about: Any, **more: Any):
        self.drafted = drafted
        super().__init__(*about, **more)

    def given(self) -> dict[str, tuple[Any, str]]:
        return {"summary": (self.drafted, "")} if self.drafted else {}


def summary_sheet(context: Context, plan_id: UUID, draft: Draft | None = None, drafted: str = "") -> Sheet:
    """The sheet of a plan's summary. drafted: what stands there where nothing was written yet."""

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = plan_summary.save(record, values, base, context.by, force)
        return Kept(saved.id, f"总结已存{saved.also}，按 Ctrl+Z 可撤销")

    form = Form("work_plan_summary", plan_summary.ENTRIES, plan_summary.load, save)
    title = f"总结：{work_plans.state(plan_id).title}"
    return Summing(drafted, form, title, context.drafts, plan_id, draft=draft)


def write_summary(context: Context, plan_id: UUID) -> None:
    """Open the editor on a plan's summary, drafted first where there is none yet."""
    drafted: list[str] = []

    def drafting() -> Iterator[str]:
        yield "drawn first: a year of a big register takes some seconds"
        drafted.append(plan_summary.draft(plan_id))

    def open_sheet() -> None:
        sheet = summary_sheet(context, plan_id, drafted="".join(drafted))
        context.desk.say("")
        context.desk.push(sheet)
        sheet.write_at_once(0)

    if plan_summary.load(plan_id)["summary"]:
        open_sheet()
    else:
        context.desk.say("正在按台账起草……", "info")
        context.desk.begin(Task(drafting(), lambda _: None, open_sheet, context.desk.complain))


def ask_summary(context: Context, plan_id: UUID) -> None:
    """Ask whether a plan's summary is to be printed or written to a file, and as which."""
    desk, name, title = context.desk, printer.printer(), work_plans.state(plan_id).title
    if not plan_summary.load(plan_id)["summary"]:
        desk.say("还没有总结：先按 F8 起草一份，存好再打印", "warn")
        return
    ways = [(None, f"打印到 {name}")] if name else []
    ways += list(KINDS.items())

    def chosen(at: int | None) -> None:
        match ways[at][0] if at is not None else "":
            case None:
                steps = papers.to_printer(summaries.paper(plan_id, context.by), name)
                ended = partial(desk.say, f"总结已交给打印机 {name}", "good")
                desk.begin(Task(steps, lambda _: None, ended, desk.complain))
            case "":
                return
            case kind:
                path = Path.cwd() / f"{title.replace('/', '_')}总结-{days.today():%Y%m%d}{kind}"
                ask_file(desk, "存到文件", path, partial(write, context))

    def write(context: Context, path: Path) -> str:
        summaries.to_file(plan_id, path, context.by)
        return f"总结已存到 {path}"

    desk.push(Choose("总结", [said for _, said in ways]), chosen)
