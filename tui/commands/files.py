"""import: registers, calendars and hand-over files in."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from db.values import Refused
from tui.commands import output
from tui.commands.call import Call
from tui.commands.parser import add_json

if TYPE_CHECKING:
    from db.exchange.outcome import Outcome
    from db.exchange.reader import Source

KINDS = ("children", "helpers", "records", "pairings")


def import_options(parser: ArgumentParser) -> None:
    """Options of `guanai import`."""
    parser.add_argument(
        "file", metavar="FILE", help="xlsx、xls、csv 登记表，转出文件，或 ics 日历；- 为标准输入"
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND",
                        help="children 儿童、helpers 帮扶人、records 记录、pairings 结对；不写就按表头认")  # fmt: skip
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
