"""What a meeting takes along: the page to hand out, the targets as a chart."""

from pathlib import Path

from db import days, targets_chart
from db.printing import handout
from tui.context import Context
from tui.widgets.ask import ask_file
from tui.widgets.dialogs import Choose

KINDS = {".docx": "存成 Word 文件（docx）", ".html": "存成网页，用浏览器或 WPS 打开就能打印"}


def save_handout(context: Context) -> None:
    """Ask as what and where, and write the page to hand out."""

    def write(path: Path) -> str:
        handout.to_file(path, context.by)
        return f"讲稿已存到 {path}，姓名都已打码"

    def chosen(at: int | None) -> None:
        if at is not None:
            path = Path.cwd() / f"会议讲稿-{days.today():%Y%m%d}{list(KINDS)[at]}"
            ask_file(context.desk, "讲稿存到文件", path, write)

    context.desk.push(Choose("一页讲稿", list(KINDS.values())), chosen)


def save_chart(context: Context) -> None:
    """Ask where, and write the targets pursued with their chart."""

    def write(path: Path) -> str:
        count = targets_chart.to_file(path, context.by)
        return f"已存 {count} 项目标和图表到 {path}"

    ask_file(context.desk, "目标图表存到文件", Path.cwd() / f"目标图表-{days.today():%Y%m%d}.xlsx", write)
