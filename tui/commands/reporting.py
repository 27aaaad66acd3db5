"""What `guanai export` writes for those above: reports, their templates, and registers."""

from argparse import Namespace

from tui.commands.call import Call

USUAL = "月报"


def report(asked: Namespace, call: Call) -> str:
    """A report, docx or Markdown, of the period told or the one that runs."""
    with call.ledger() as place:
        from db.reports import files, periods

        template = files.choose(asked.name or USUAL, call.config.report_folder(place), asked.template)
        period = periods.read(asked.period) if asked.period else periods.current(template.span)
        steps = list(files.make(template, period, call.user(), asked.reveal))
        files.put(steps[-1], template, asked.out, ".md" if asked.out == "-" else "")
    return f"已写{period.called}的{template.name}{{where}}"


def template(asked: Namespace, call: Call) -> str:
    """A shipped template to be edited."""
    from db.reports import files

    name = asked.name or USUAL
    files.copy(name, asked.out, ".toml" if asked.out == "-" else "")
    with call.ledger() as place:
        folder = call.config.report_folder(place)
    return f"已写{name}的模板{{where}}：改好放进 {folder}，下次就用它"


def register(asked: Namespace, call: Call) -> str:
    """A register of helpers, records, pairings or activities."""
    with call.ledger():
        from db import registers

        ending = ".xlsx" if asked.out == "-" else ""
        rows = registers.write(asked.what, asked.out, call.user(), " ".join(asked.find), ending)
    unit = {"helpers": "名帮扶人", "records": "条记录", "pairings": "对结对", "activities": "项活动"}[
        asked.what
    ]
    full = "" if asked.out == "-" or asked.what == "activities" else "，内有完整号码，请妥善保管"
    return f"已导出 {rows} {unit}{{where}}{full}"
