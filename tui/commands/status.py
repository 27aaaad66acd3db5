"""status: the meeting view, once."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from tui.commands import output
from tui.commands.call import Call
from tui.commands.overview import note_clock, some
from tui.commands.parser import add_json

if TYPE_CHECKING:
    from db.overview import Paired
    from db.status import Standing


def status_options(parser: ArgumentParser) -> None:
    """Options of `guanai status`."""
    add_json(parser)
    parser.add_argument("--names", action="store_true", help="写出全名（不写就打码）")
    parser.add_argument(
        "--entry", action="store_true", help="改看录入的效率：每份档案多少键、多少秒、改了几次"
    )


def run_status(asked: Namespace, call: Call) -> int:
    """The meeting view, once; with --entry what entering records took."""
    if asked.entry:
        return _entry_figures(asked, call)
    with call.ledger():
        from db import status

        note_clock()
        seen = status.standing()
        told = status.status(asked.names, seen)
    if asked.json:
        output.document(told)
    else:
        _print(seen, told, asked.names)
    return 0


def _print(seen: "Standing", told: dict[str, Any], names: bool) -> None:
    due, month = seen.due, seen.month
    output.line(f"{seen.site or '未命名'}  {seen.term}  截至 {seen.on}", output.BOLD)
    output.line(f"认定口径：{seen.criterion}")
    output.line(
        f"在册 {seen.registered}  留守 {seen.left_behind}  重点 {seen.focus}  已结对 {seen.paired.children}"
    )
    output.line(
        f"待办：逾期 {due.overdue}  今天 {due.today}  七天内 {due.week}", output.RED if due.overdue else ""
    )
    output.line()
    rows = [(each.name, "-" if each.rate is None else f"{each.rate:.1f}%", f"{each.numerator}/{each.denominator}",
             each.asks or "-", each.short_waiting or each.verdict or "-") for each in seen.targets]  # fmt: skip
    behind = [number for number, each in enumerate(seen.targets) if each.met is False]
    output.table(("目标", "比率", "人数", "目标值", "结果"), rows, behind)
    for each in told["targets"]:
        if each["missing"]:
            lacking = "缺" if each["direction"] == "up" else "有"
            output.line(f"{each['name']}{lacking}：{some(each['missing'])}")
    output.line()
    if seen.late:
        output.table(("逾期归谁", "儿童", "待办", "最久几天"), [
            (each.who(names), each.children, each.duties, each.days_over) for each in seen.late
        ])  # fmt: skip
    else:
        output.line("没有逾期的事。")
    output.line()
    plan = f"，计划完成 {month.plan_done}/{month.plan_total} 项" if month.plan_total else ""
    output.line(
        f"{month.first.month}月：谈心 {month.talks} 次，其他记录 {month.other_records} 次，"
        f"活动 {month.activities} 场（到场 {month.came} 人次）{plan}"
    )
    _print_pairing(seen.paired, told["pairing"])


def _print_pairing(paired: "Paired", told: dict[str, Any]) -> None:
    output.line(
        f"结对：已结对 {paired.children}，没结对 {paired.unpaired}；帮扶人 {paired.helpers} 位，{paired.helping} 位在帮"
    )
    if told["focus_unpaired"]:
        output.line(
            f"重点、无人监护没结对 {len(told['focus_unpaired'])}：{'、'.join(told['focus_unpaired'])}",
            output.RED,
        )
    if told["overloaded"]:
        over = "、".join(
            f"{each['helper']}{each['load']}名（最多{each['capacity']}名）" for each in told["overloaded"]
        )
        output.line(f"帮扶人超过名额 {len(told['overloaded'])}：{over}", output.RED)


def _entry_figures(asked: Namespace, call: Call) -> int:
    with call.ledger():
        from db import doubts, effort

        seen = effort.summary() | {"doubts_open": doubts.open_count()}
    if asked.json:
        output.document(seen)
        return 0
    if seen["users"]:
        rows = [row for who in seen["users"] for row in _figures(who["user"] or "未知", who)]
        output.table(("录入人", "类别", "份数", "平均键数", "键数中位", "平均秒数", "秒数中位", "每份改正", "每小时份数"),
                     [*rows, *_figures("合计", seen["all"])])  # fmt: skip
    else:
        output.line("还没有录入的记录：在录入页存过档案后才有。")
    output.line(f"待核：{seen['doubts_open']} 处")
    return 0


def _figures(who: str, part: dict[str, Any]) -> list[tuple]:
    kinds = (("新建", part["fresh"]), ("修改", part["edited"]))
    return [(who, kind, *figures.values()) for kind, figures in kinds if figures["records"]]
