"""import and export: registers and calendars in and out."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from db.values import Refused
from tui.commands import output
from tui.commands.call import Call
from tui.commands.parser import add_json

if TYPE_CHECKING:
    from db.exchange.outcome import Outcome
    from db.exchange.reader import Source

KINDS = ("children", "helpers", "records", "pairings", "scores", "attendance")


class Step(NamedTuple):
    """How far a piece of work is."""

    what: str
    done: int
    of: int


def import_options(parser: ArgumentParser) -> None:
    """Options of `guanai import`."""
    parser.add_argument(
        "file", metavar="FILE", help="xlsx、xls、csv 登记表，转出文件，或 ics 日历；- 为标准输入"
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND",
                        help="children 儿童、helpers 帮扶人、records 记录、pairings 结对、scores 成绩、attendance 点名；不写就按表头认")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    parser.add_argument("--date", metavar="DAY",
                        help="这份表是哪天填的，如 2026-09-10；表里写着的不用说，写错了的可以用它改")  # fmt: skip
    parser.add_argument(
        "--report", metavar="OUT.xlsx", help="把原表另存一份，有问题的格子涂色并写明原因，改好可再导"
    )
    add_json(parser)


def run_import(asked: Namespace, call: Call) -> int:
    """Load a register; 1 if any row needs a person."""
    unwritten = None
    if asked.report:
        from db.exchange.report import report_path, write_report

        report_path(asked.report, asked.file)  # said before anything is taken in
    with call.ledger(create=True):
        from db import site
        from db.exchange import importing, reader, register

        source = reader.read(asked.file)
        if source.kind == "handed":
            return _take_over(source, asked, call)
        if source.kind == "calendar":
            return _take_calendar(source, asked, call)
        opened = register.open_register(source, asked.kind, asked.date)
        by = None if asked.dry_run else call.user()
        with output.progress() as progress:
            outcome = importing.take(opened, dry_run=asked.dry_run, by=by, progress=progress)
        if asked.report:
            try:
                written = write_report(
                    opened.source, outcome.problems, opened.heads, asked.report, outcome.keys
                )
            except Refused as refused:
                unwritten = refused
        set_up = site.is_set_up()
    if asked.json:
        output.document(outcome.as_json())
    else:
        _print(outcome, asked)
    if unwritten:
        done = "" if asked.dry_run else "表已导入，"
        raise Refused(f"{done}问题表没有存成：{unwritten}")
    if asked.report:
        as_it_was = "" if written.as_it_was else "；原表的格式保留不了，只写了内容"
        output.note(f"原表已另存到 {asked.report}，标出{written.rows}行{as_it_was}；改好后再导入这份即可")
    if not set_up and not asked.dry_run:
        output.note(
            "台账还没设单位，暂按默认设置导入；请运行 guanai init --site 单位名称，如 guanai init --site 柳溪村"
        )
    return 1 if outcome.problems else 0


def _take_over(source: "Source", asked: Namespace, call: Call) -> int:
    """Take in a hand-over file; 1 if a child needs a person."""
    from db.exchange.handover import understand
    from db.exchange.taking_over import BECAME, TakingOver

    if asked.kind or asked.date or asked.report:
        raise Refused("这是转出文件，不用 --kind、--date、--report，请去掉再导入")
    coming = TakingOver(understand(source))
    if asked.dry_run:
        coming.preview()
    else:
        coming.take(call.user())
    if asked.json:
        output.document(coming.outcome().as_json())
    else:
        output.line(
            f"{coming.handed.place}{coming.handed.made_on}的转出文件，共{len(coming.arrivals)}名儿童",
            output.BOLD,
        )
        for each in coming.arrivals:
            said = "若导入，" if asked.dry_run else ""
            output.line(f"{each.name}（{each.about}）：{said}{BECAME[each.became]}。{each.holds}")
            if each.why:
                output.line(f"  {each.why}", output.RED)
        if any(each.became == "asked" for each in coming.arrivals):
            output.note("要问的没有导入，请在程序里按 F7 导入这份文件再选定")
    return 1 if any(each.why for each in coming.arrivals) else 0


def _take_calendar(source: "Source", asked: Namespace, call: Call) -> int:
    """Put a calendar file's events on the calendar; 1 if one of them needs a person."""
    from db.exchange.ics_in import Coming

    if asked.kind or asked.date or asked.report:
        raise Refused("这是日历文件，不用 --kind、--date、--report，请去掉再导入")
    coming = Coming(source)
    if asked.dry_run:
        coming.preview()
    else:
        coming.take(call.user())
    outcome = coming.outcome()
    if asked.json:
        output.document(outcome.as_json())
    else:
        _print(outcome, asked)
    return 1 if outcome.problems else 0


def _print(outcome: "Outcome", asked: Namespace) -> None:
    done = "若导入，将" if asked.dry_run else ""
    if outcome.seen:
        output.line(f"这份表{outcome.seen}导入过：已录入的行不再改动，只补上次没能录入的行")
    for part in outcome.sheets or [outcome]:
        sheet = f"工作表“{part.sheet}”，" if part.sheet else ""
        output.line(f"{sheet}{_counts(part, done)}", output.BOLD)
        if unused := [each for each in part.unmapped if each not in part.empty]:
            output.line(f"没有用上的栏目：{'、'.join(unused)}")
    if len(outcome.sheets) > 1:
        output.line(f"合计 {outcome.rows} 行，{done}新增 {outcome.created}，更新 {outcome.updated}，"
                    f"未变 {outcome.unchanged}，跳过 {outcome.skipped}", output.BOLD)  # fmt: skip
    from db.exchange.outcome import LEVELS

    filled = sum(edit.old is None for edit in outcome.changes)
    for edit in outcome.changes:
        if edit.old is None:
            continue
        row = "项" if outcome.kind == "activities" else "行"
        where = f"{edit.sheet}第{edit.row}{row}"
        output.line(f"{where} {edit.name} {edit.field}：{edit.old} → {edit.new or '清空'}")
    if filled:
        output.line(f"补上空缺 {filled} 处（--json 里逐处列出）")
    for each in outcome.problems:
        row = "项" if outcome.kind == "activities" else "行"
        where = f"第{each.row}{row}" if each.row else "全表"
        column = f"“{each.column}”" if each.column else ""
        colour = output.RED if each.level == "error" else ""
        output.line(f"{each.sheet}{where}{column}（{LEVELS[each.level]}）：{each.message}", colour)
    if any("没有写日期" in each.message for each in outcome.problems):
        output.note(
            "这份表没有写填表日期：只补空缺，与台账不同的没有改；要按它更新，请加 --date，如 --date 2026-09-10"
        )


def _counts(part: "Outcome", done: str) -> str:
    from db.exchange.outcome import KINDS as NAMES

    name, row = ("活动", "项") if part.kind == "activities" else (NAMES[part.kind], "行")
    return (
        f"{name}：共 {part.rows} {row}，{done}新增 {part.created}，更新 {part.updated}，"
        f"未变 {part.unchanged}，跳过 {part.skipped}"
    )


def export_options(parser: ArgumentParser) -> None:
    """Options of `guanai export`."""
    parser.add_argument("what", choices=("children", "cards", "files", "handover", "calendar"), metavar="KIND",
                        help="children 儿童登记表（xlsx）、cards 联系卡、files 档案（html）、handover 转出文件（json）、"
                        "calendar 活动日历（ics）")  # fmt: skip
    parser.add_argument("-o", dest="out", required=True, metavar="FILE", help="写到哪个文件；- 为标准输出")
    parser.add_argument("--find", nargs="+", default=[], metavar="TEXT",
                        help="只要这些：姓名、拼音首字母、身份证或电话末几位；handover 写每名的姓名、身份证号或编号")  # fmt: skip
    parser.add_argument("--reveal", action="store_true", help="联系卡、档案里写全身份证号（登记表总是写全）")


def run_export(asked: Namespace, call: Call) -> int:
    """Registers and paper out: a workbook that our own import reads back, a page to print, a file for another ledger."""
    ending = {"children": ".xlsx", "handover": ".json", "calendar": ".ics"}.get(asked.what, ".html")
    if asked.out == "-":
        binary_output()
    elif Path(asked.out).suffix.lower() != ending:
        raise Refused(f"“{asked.out}”要以 {ending} 结尾，请改文件名")
    if asked.what == "handover":
        return _hand_over(asked, call)
    if asked.what == "calendar":
        return _write_calendar(asked, call)
    with call.ledger():
        if asked.what == "children":
            from db import export

            rows = export.children(asked.out, by=call.user(), find=" ".join(asked.find))
        else:
            rows = _print_to_file(asked, call)
    where = "" if asked.out == "-" else f"到 {asked.out}"
    full = "，内有完整身份证号，请妥善保管" if where and (asked.what == "children" or asked.reveal) else ""
    named = {"children": "儿童", "cards": "儿童的联系卡", "files": "儿童的档案"}[asked.what]
    output.note(f"已导出 {rows} 名{named}{where}{full}")
    return 0


def _hand_over(asked: Namespace, call: Call) -> int:
    if not asked.find:
        raise Refused("请写出转出谁，如 guanai export handover --find 张浩宇 -o 张浩宇-转出.json")
    with call.ledger():
        from db import children
        from db.exchange import handover

        count = handover.write([children.named(each) for each in asked.find], asked.out, call.user())
    where = "" if asked.out == "-" else f"到 {asked.out}"
    output.note(f"已写 {count} 名儿童的转出文件{where}，内有完整档案，请妥善交给接收的单位")
    return 0


def _write_calendar(asked: Namespace, call: Call) -> int:
    if asked.find or asked.reveal:
        raise Refused("活动日历里没有儿童，不用 --find、--reveal，请去掉再导出")
    with call.ledger():
        from db.exchange import ics

        count = ics.write(asked.out, None, None, call.user())
    where = "" if asked.out == "-" else f"到 {asked.out}"
    output.note(f"已导出 {count} 项活动{where}")
    return 0


def _print_to_file(asked: Namespace, call: Call) -> int:
    from db import children
    from db.printing import printed

    ids = children.keys(" ".join(asked.find))
    if not ids:
        raise Refused(
            "没有找到儿童，请换个 --find 再试" if asked.find else "台账里还没有儿童，请先登记或导入"
        )
    what = printed.CARD if asked.what == "cards" else printed.FILE
    done = 0
    with output.progress() as progress:
        for done in printed.to_file(printed.Job(what, ids, asked.reveal), asked.out, call.user()):
            progress(Step("准备", done, len(ids)))
    return done


def binary_output() -> BinaryIO:
    """Standard output for a file's bytes. Raises Refused if it is a terminal."""
    if sys.stdout.isatty():
        raise Refused(
            "-o - 会把文件内容直接打到屏幕上；请写文件名，或接到别的命令，如 | ssh 主机 'cat > 文件'"
        )
    return sys.stdout.buffer
