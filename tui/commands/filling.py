"""fill: a blank form filled from the ledger."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.commands import output
from tui.commands.call import Call
from tui.commands.parser import add_json

if TYPE_CHECKING:
    from db.exchange.filling import Filling


def fill_options(parser: ArgumentParser) -> None:
    """Options of `guanai fill`."""
    parser.add_argument("template", metavar="TEMPLATE", help="空白表：xlsx、xls、csv、docx")
    parser.add_argument("-o", dest="out", required=True, metavar="OUT", help="填好的表写到哪个文件；一人一张的表可写文件夹，一人一个文件")  # fmt: skip
    parser.add_argument("--who", choices=("left-behind", "all", "focus"), metavar="WHO",
                        help="填谁：left-behind 留守儿童、all 全部在册儿童、focus 重点对象；不写按上次，没有上次就是留守儿童")  # fmt: skip
    parser.add_argument("--find", nargs="+", default=[], metavar="TEXT",
                        help="其中只要这些：姓名、村民组、学校、拼音首字母、身份证或电话末几位")  # fmt: skip
    parser.add_argument("--kind", choices=("children", "helpers", "records", "pairings"), metavar="KIND",
                        help="一行填什么：children 儿童、helpers 帮扶人、records 记录、pairings 结对；不写就按表头认")  # fmt: skip
    parser.add_argument("--columns", metavar="A,B", help="只填这些栏，写表头，用逗号隔开；不写就填认得的全部")
    add_json(parser)


def run_fill(asked: Namespace, call: Call) -> int:
    """Fill a form; 1 if a cell of it needs a person."""
    with call.ledger():
        from db.exchange.card_filling import CardFilling
        from db.exchange.filling import open_form

        form = open_form(asked.template, asked.kind)
        form.choose(**_chosen(asked))
        each = {"each": True} if isinstance(form, CardFilling) and Path(asked.out).is_dir() else {}
        asked.out = _with_ending(asked.out, form.ending)
        with output.progress() as progress:
            for step in form.write(asked.out, call.user(), **each):
                progress(step)
    if asked.json:
        output.document(_as_json(form))
    else:
        _print(form, asked.out)
    return 1 if form.result.problems else 0


def _with_ending(out: str, ending: str) -> str:
    """A name without an ending, or with that of an old form (xls), gets its own, unless such a file is there already."""
    path = Path(out)
    if path.is_dir() or path.suffix.lower() not in ("", ".xls"):
        return out
    named = path.with_suffix(ending)
    return out if named.exists() else str(named)


def _chosen(asked: Namespace) -> dict[str, Any]:
    from db.register import Wanted

    told: dict[str, Any] = {"wanted": Wanted(" ".join(asked.find))}
    if asked.who:
        told["who"] = asked.who
    if asked.columns:
        told["columns"] = [
            each.strip() for each in asked.columns.replace("，", ",").split(",") if each.strip()
        ]
    return told


def _as_json(form: "Filling") -> dict[str, Any]:
    done = form.result
    return {
        "who": form.choices.who,
        "parts": [
            {
                "sheet": part.sheet, "kind": part.kind,
                "columns": [
                    {"heading": heading.text, "group": heading.group, "target": target}
                    for heading, target in zip(part.headings, part.targets, strict=True)
                ],
            }
            for part in form.parts
        ],
        "rows": done.rows, "pages": done.pages, "blank": done.blank, "lacking": done.lacking,
        "notes": [*form.notes, *(each for each in done.notes if each not in form.notes)], "problems": done.problems,
    }  # fmt: skip


def _print(form: "Filling", out: str) -> None:
    done = form.result
    for part in form.parts:
        told = [heading.text for heading, target in zip(part.headings, part.targets, strict=True) if target]
        where = f"工作表“{part.sheet}”，" if part.sheet and len(form.parts) > 1 else ""
        output.line(f"{where}{part.called}：{len(part.headings)}栏，认得{len(told)}栏", output.BOLD)
    if form.copies:
        output.line(f"{form.each_is}；不对就加 --kind 写明")
    if unmapped := list(dict.fromkeys(heading.text for heading in form.unmapped)):
        output.line(f"认不得、留空的栏：{'、'.join(unmapped)}")
    asked = {heading.text for heading in form.unmapped}
    if empty := [each for each in done.blank if each not in asked]:
        output.line(f"台账里没有、留空的栏：{'、'.join(empty)}")
    if done.lacking:
        output.line(f"有空格的栏：{'、'.join(f'{name}缺{many}' for name, many in done.lacking.items())}")
    for note in dict.fromkeys([*form.notes, *done.notes]):
        output.line(note)
    for problem in done.problems:
        output.line(problem, output.RED)
    pages = f"，共{done.pages}页" if done.pages > 1 and not form.copies else ""
    output.note(
        f"已填 {done.rows} {'份' if form.copies else '行'}{pages}，写到 {out}，内有完整身份证号，请妥善保管"
    )
