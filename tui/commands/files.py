"""import and export: registers in, registers out."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from db.values import Refused
from tui.commands import output
from tui.commands.call import Call
from tui.commands.parser import add_json

if TYPE_CHECKING:
    from db.exchange.outcome import Outcome

KINDS = ("children", "helpers", "records", "pairings")
LEVELS = {"error": "未录入", "warning": "请核对"}


def import_options(parser: ArgumentParser) -> None:
    """Options of `guanai import`."""
    parser.add_argument("file", metavar="FILE", help="xlsx、xls、csv 文件；- 为标准输入")
    parser.add_argument("--kind", choices=KINDS, metavar="KIND",
                        help="children 儿童、helpers 帮扶人、records 记录、pairings 结对；不写就按表头认")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    parser.add_argument("--report", metavar="OUT.xlsx", help="把有问题的行连同原因另存一份")
    add_json(parser)


def run_import(asked: Namespace, call: Call) -> int:
    """Load a register; 1 if any row needs a person."""
    with call.ledger(create=True):
        from db import site
        from db.exchange import register

        opened = register.open_register(asked.file, asked.kind)
        by = None if asked.dry_run else call.user()
        outcome = register.take(opened, dry_run=asked.dry_run, by=by)
        if asked.report:
            from db.exchange.report import write_report

            write_report(opened, outcome, asked.report)
        set_up = site.is_set_up()
    if asked.json:
        output.document(outcome.as_json())
    else:
        _print(outcome, asked)
    if not set_up and not asked.dry_run:
        output.note(
            "台账还没设单位，暂按默认设置导入；请运行 guanai init --site 单位名称，如 guanai init --site 柳溪村"
        )
    return 1 if outcome.problems else 0


def _print(outcome: "Outcome", asked: Namespace) -> None:
    from db.exchange.outcome import KINDS as NAMES

    done = "若导入，将" if asked.dry_run else ""
    output.line(
        f"{NAMES[outcome.kind]}：共 {outcome.rows} 行，{done}新增 {outcome.created}，更新 {outcome.updated}，"
        f"未变 {outcome.unchanged}，跳过 {outcome.skipped}",
        output.BOLD,
    )
    if outcome.unmapped:
        output.line(f"没有用上的栏目：{'、'.join(outcome.unmapped)}")
    for each in outcome.problems:
        where = f"第{each.row}行" if each.row else "全表"
        column = f"“{each.column}”" if each.column else ""
        colour = output.RED if each.level == "error" else ""
        output.line(f"{where}{column}（{LEVELS[each.level]}）：{each.message}", colour)
    if asked.report:
        output.note(f"有问题的行已另存到 {asked.report}")


def export_options(parser: ArgumentParser) -> None:
    """Options of `guanai export`."""
    parser.add_argument("what", choices=("children",), metavar="KIND", help="children 儿童登记表")
    parser.add_argument(
        "-o", dest="out", required=True, metavar="OUT.xlsx", help="写到哪个文件；- 为标准输出"
    )


def run_export(asked: Namespace, call: Call) -> int:
    """Every child's sheet as a workbook that our own import reads back."""
    if asked.out == "-":
        binary_output()
    elif Path(asked.out).suffix.lower() != ".xlsx":
        raise Refused(f"“{asked.out}”要以 .xlsx 结尾，请改文件名")
    with call.ledger():
        from db import export

        rows = export.children(asked.out, by=call.user())
    output.note(
        f"已导出 {rows} 名儿童"
        + ("" if asked.out == "-" else f"到 {asked.out}，内有完整身份证号，请妥善保管")
    )
    return 0


def binary_output() -> BinaryIO:
    """Standard output for a file's bytes. Raises Refused if it is a terminal."""
    if sys.stdout.isatty():
        raise Refused(
            "-o - 会把文件内容直接打到屏幕上；请写文件名，或接到别的命令，如 | ssh 主机 'cat > 文件'"
        )
    return sys.stdout.buffer
