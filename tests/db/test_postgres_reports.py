"""Reports and registers on PostgreSQL: the same answers as in a file."""

from db import demo, registers
from db.reports import making, markdown, periods, templates


def test_all_five_and_the_registers(keeper, tmp_path):
    demo.fill(keeper)
    for template in templates.shipped():
        made = making.made(template, periods.current(template.span), keeper)
        text = markdown.write(made.report)
        assert "{" not in text and "结对率" in text, template.name
    row = next(line for line in text.split("\n") if line.startswith("| 合计"))
    assert row.split("|")[2].strip() == "80"
    for kind in registers.KINDS:
        assert registers.write(kind, tmp_path / f"{kind}.csv", keeper) > 0
