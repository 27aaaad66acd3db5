"""export: registers, paper, tables and calendars out of the ledger. Each kind stands in KINDS with what writes it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from db.values import Refused
from tui.commands import output
from tui.commands.call import Call

WHO = {"left-behind": "left_behind", "all": "registered"}


class Kind(NamedTuple):
    """A kind of export: what it is called, the endings its file may have, and what writes it.

    write(asked, call) opens the ledger, writes to asked.out and gives the sentence that says what was done, with {where}
    for '到 FILE' ('' on standard output). takes: which of OPTIONS say something to it.
    """

    about: str
    endings: tuple[str, ...]
    write: Callable[[Namespace, Call], str]
    takes: tuple[str, ...] = ()


class Option(NamedTuple):
    """An option that only some kinds take: how it is read, and what it is for."""

    about: str
    reading: dict[str, Any] = {}


class Step(NamedTuple):
    """How far a piece of work is."""

    what: str
    done: int
    of: int


def export_options(parser: ArgumentParser) -> None:
    """Options of `guanai export`."""
    about = "、".join(
        f"{name} {kind.about}（{'、'.join(ending[1:] for ending in kind.endings)}）"
        for name, kind in KINDS.items()
    )
    parser.add_argument("what", choices=tuple(KINDS), metavar="KIND", help=about)
    parser.add_argument("-o", dest="out", required=True, metavar="FILE", help="写到哪个文件；- 为标准输出")
    for name, option in OPTIONS.items():
        parser.add_argument(f"--{name}", help=option.about, **option.reading)


def run_export(asked: Namespace, call: Call) -> int:
    """Something out of the ledger into a file, or to standard output."""
    kind = KINDS[asked.what]
    if asked.out == "-":
        output.binary()
    elif Path(asked.out).suffix.lower() not in kind.endings:
        raise Refused(f"“{asked.out}”要以 {' 或 '.join(kind.endings)} 结尾，请改文件名")
    unused = [f"--{name}" for name in OPTIONS if getattr(asked, name) and name not in kind.takes]
    if unused:
        raise Refused(f"导出{kind.about}不用 {'、'.join(unused)}，请去掉再导出")
    said = kind.write(asked, call)
    output.note(said.replace("{where}", "" if asked.out == "-" else f"到 {asked.out}"))
    return 0


def _children(asked: Namespace, call: Call) -> str:
    with call.ledger():
        from db import export

        rows = export.children(asked.out, by=call.user(), find=" ".join(asked.find))
    return f"已导出 {rows} 名儿童{{where}}{_full(asked)}"


def _full(asked: Namespace) -> str:
    return "" if asked.out == "-" else "，内有完整身份证号，请妥善保管"


def _cards(asked: Namespace, call: Call) -> str:
    return _print_to_file(asked, call, "联系卡")


def _files(asked: Namespace, call: Call) -> str:
    return _print_to_file(asked, call, "档案")


def _print_to_file(asked: Namespace, call: Call, called: str) -> str:
    with call.ledger():
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
    return f"已导出 {done} 名儿童的{called}{{where}}{_full(asked) if asked.reveal else ''}"


def _hand_over(asked: Namespace, call: Call) -> str:
    if not asked.find:
        raise Refused("请写出转出谁，如 guanai export handover --find 张浩宇 -o 张浩宇-转出.json")
    with call.ledger():
        from db import children
        from db.exchange import handover

        count = handover.write([children.named(each) for each in asked.find], asked.out, call.user())
    return f"已写 {count} 名儿童的转出文件{{where}}，内有完整档案，请妥善交给接收的单位"


def _calendar(asked: Namespace, call: Call) -> str:
    with call.ledger():
        from db.exchange import ics

        count = ics.write(asked.out, None, None, call.user())
    return f"已导出 {count} 项活动{{where}}"


def _sums(asked: Namespace, call: Call) -> str:
    with call.ledger():
        from db import cross_sums_files

        ending = ".xlsx" if asked.out == "-" else ""
        counted = cross_sums_files.to_file(
            asked.out, WHO[asked.who or "left-behind"], asked.by or "group", call.user(), ending
        )
    return f"已汇总 {counted} 名儿童{{where}}"


def _handout(asked: Namespace, call: Call) -> str:
    with call.ledger():
        from db.printing import handout

        handout.to_file(asked.out, call.user(), ".docx" if asked.out == "-" else "")
    return "已写会议讲稿{where}，姓名都已打码"


def _targets(asked: Namespace, call: Call) -> str:
    with call.ledger():
        from db import targets_chart

        count = targets_chart.to_file(asked.out, call.user())
    return f"已导出 {count} 项目标和图表{{where}}"


def _difference(asked: Namespace, call: Call) -> str:
    with call.ledger():
        from db import reported

        to = reported.named(asked.to) if asked.to else reported.USUAL
        comparison = reported.Comparison(to, everybody=asked.who == "all")
        with output.progress() as progress:
            for step in comparison.steps():
                progress(step)
            for step in reported.write(comparison, asked.out, call.user()):
                progress(step)
    kinds = "、".join(f"{name}{comparison.count(kind)}" for kind, name in reported.KINDS.items())
    return f"已把 {len(comparison.found)} 名儿童要报给{to}的差异写出{{where}}（{kinds}）{_full(asked)}"


OPTIONS = {
    "find": Option(
        "只要这些：姓名、拼音首字母、身份证或电话末几位；handover 写每名的姓名、身份证号或编号",
        {"nargs": "+", "default": [], "metavar": "TEXT"},
    ),
    "reveal": Option("联系卡、档案里写全身份证号（登记表总是写全）", {"action": "store_true"}),
    "who": Option("算谁：left-behind 留守儿童（不写就是）、all 全部登记儿童",
                  {"choices": tuple(WHO), "metavar": "WHO"}),
    "to": Option("报给哪个系统，不写就是全国儿童福利信息系统", {"metavar": "SYSTEM"}),
    "by": Option("按什么汇总：group 村民组（不写就是）、school 学校", {"choices": ("group", "school"), "metavar": "BY"}),
}  # fmt: skip
KINDS = {
    "children": Kind("儿童登记表", (".xlsx",), _children, ("find", "reveal")),
    "cards": Kind("联系卡", (".html",), _cards, ("find", "reveal")),
    "files": Kind("档案", (".html",), _files, ("find", "reveal")),
    "handover": Kind("转出文件", (".json",), _hand_over, ("find",)),
    "calendar": Kind("活动日历", (".ics",), _calendar),
    "sums": Kind("汇总表", (".xlsx", ".csv", ".json", ".html"), _sums, ("who", "by")),
    "handout": Kind("会议讲稿", (".docx", ".html"), _handout),
    "targets": Kind("目标图表", (".xlsx",), _targets),
    "difference": Kind("与上次上报的差异", (".xlsx",), _difference, ("who", "to")),
}
