"""A blank form filled from a ledger on PostgreSQL: the same rows as from a file."""

from datetime import date

from openpyxl import Workbook, load_workbook

from db import care, changes, child_sheet
from db.exchange.filling import open_form
from db.models import Helper, Pairing


def test_rows_of_every_kind_and_what_is_remembered(keeper, tmp_path):
    base = child_sheet.load(None)
    child = child_sheet.save(
        None, base | {"name": "张浩宇", "guardian_relation": "61", "guardian_name": "张大"}, base, keeper
    ).id
    care.record(keeper, child_id=child, on_date=date(2026, 9, 9), by_name="刘老师", content="想家")
    with changes.action("准备", None) as act:
        helper = act.insert(Helper, name="刘老师", kind="teacher")
        act.insert(Pairing, child=child, helper=helper, kind="teacher", since=date(2026, 9, 1))
    rows = {
        "children": (["姓名", "监护人姓名", "监护人关系"], ["张浩宇", "张大", "祖父"]),
        "helpers": (["姓名", "身份", "已帮扶人数"], ["刘老师", "教师", 1]),
        "records": (["时间", "谈心对象", "谈话内容"], ["2026-09-09", "张浩宇", "想家"]),
        "pairings": (["儿童姓名", "帮扶人", "结对日期"], ["张浩宇", "刘老师", "2026-09-01"]),
    }
    for kind, (head, expected) in rows.items():
        book = Workbook()
        book.active.append(head)
        book.save(tmp_path / f"{kind}.xlsx")
        form = open_form(str(tmp_path / f"{kind}.xlsx"))
        form.choose(who="all", order="school")
        form.remember()
        for _ in form.write(tmp_path / "好.xlsx", keeper):
            pass
        assert [cell.value for cell in load_workbook(tmp_path / "好.xlsx").active[2]] == expected, kind
        assert open_form(str(tmp_path / f"{kind}.xlsx")).choices.order == "school"
