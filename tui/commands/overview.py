"""targets, due: where things stand, one by one."""

from argparse import ArgumentParser, Namespace
from typing import Any

from tui.commands import output
from tui.commands.call import Call
from tui.commands.parser import add_json, day_count

PARTS = (
    "group",
    "class",
    "school",
    "helper",
)  # db.targets.DIMENSIONS, without loading the ledger for the help


def note_clock() -> None:
    """Say so if the clock has been set back."""
    from db import when

    if why := when.set_back():
        output.note(why)


def targets_options(parser: ArgumentParser) -> None:
    """Options of `guanai targets`."""
    add_json(parser)
    parser.add_argument("--term", metavar="TERM", help="学期，如 2026秋；不写就是本学期")
    parser.add_argument(
        "--by", choices=PARTS, help="分开看：group 村民组，class 班级，school 学校，helper 帮扶人"
    )


def run_targets(asked: Namespace, call: Call) -> int:
    """The targets with their rates, and who is missing."""
    with call.ledger():
        from db import targets

        found = [targets.as_json(target) for target in targets.hidden(targets.targets(asked.term))]
        for target in found if asked.by else ():
            target["parts"] = _parts(target, asked)
    if asked.json:
        output.document(found)
        return 0
    _print_targets(found)
    for target in found:
        output.line()
        output.line(f"{target['name']}：{target['definition']}")
        for said in (target["waiting"], target["outside"]):
            if said:
                output.line(f"  {said}")
        if target["missing"] and target["in_force"]:  # of what nobody pursues that is no news
            output.line(f"  {_who(target)} {len(target['missing'])} 人：{some(target['missing'], 20)}")
        if target.get("parts"):
            rows = [(part["label"], *_figures_of(part)) for part in target["parts"]]
            output.table(("", "比率", "人数", "结果"), rows, _behind(target["parts"]))
    return 0


def _parts(target: dict[str, Any], asked: Namespace) -> list[dict[str, Any]]:
    from db import targets

    found = targets.by(target["code"], asked.by, asked.term)
    return [{name: value for name, value in part._asdict().items() if name != "value"} for part in found]


def due_options(parser: ArgumentParser) -> None:
    """Options of `guanai due`."""
    add_json(parser)
    parser.add_argument("--days", type=day_count, default=7, metavar="DAYS", help="往后看几天（默认 7）")


def run_due(asked: Namespace, call: Call) -> int:
    """What is overdue, may be done by now or is due within some days, risk first."""
    with call.ledger():
        from db import days, duties

        note_clock()
        found = duties.page(days.today(), days=asked.days)
    if asked.json:
        output.document([duties.as_json(duty) for duty in found])
        return 0
    if not found:
        output.line(f"没有逾期、可办或{asked.days}天内到期的事。")
        return 0
    rows = [(_when(duty.days_over), duty.child or "本单位", duty.label, duty.due_by, duty.helper, duty.village_group,
             "重点" if duty.focus else None) for duty in found]  # fmt: skip
    late = [number for number, duty in enumerate(found) if duty.days_over > 0]
    output.table(("期限", "儿童", "事项", "应在", "帮扶人", "村民组", "重点"), rows, late)
    return 0


def _when(days_over: int) -> str:
    if days_over > 0:
        return f"逾期{days_over}天"
    return "今天" if days_over == 0 else f"还有{-days_over}天"


def _print_targets(targets: list[dict[str, Any]]) -> None:
    rows = [
        (each["name"], *_figures_of(each)[:2], each["asks"] or "-", _figures_of(each)[2]) for each in targets
    ]
    output.table(("目标", "比率", "人数", "目标值", "结果"), rows, _behind(targets))


def _figures_of(each: dict[str, Any]) -> tuple[str, str, str]:
    rate = "-" if each["rate"] is None else f"{each['rate']:.1f}%"
    said = "待补" if each.get("waiting") else {True: "达标", False: "未达标", None: "-"}[each["met"]]
    return rate, f"{each['numerator']}/{each['denominator']}", said


def _behind(found: list[dict[str, Any]]) -> list[int]:
    return [number for number, each in enumerate(found) if each["met"] is False]


def _who(target: dict[str, Any]) -> str:
    """What the children listed are: those a rate lacks, or those to be looked at for one to be kept low."""
    return "缺" if target["direction"] == "up" else "名单"


def some(missing: list[dict[str, Any]], most: int = 8) -> str:
    """Who is missing: the first of them, and how many."""
    names = "、".join(each["name"] for each in missing[:most])
    return names + (f" 等{len(missing)}人" if len(missing) > most else "")
