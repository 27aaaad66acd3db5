"""What the tests of the child's sheet share: a family, putting a child on file, reading one back. All invented."""

from db import child_sheet, children

PARENTS = {
    "father_name": "张强", "father_whereabouts": "away", "father_place": "广东省深圳市", "father_phone": "19900001234",
    "mother_name": "李秀", "mother_whereabouts": "away", "guardian_relation": "61", "guardian_name": "张大",
    "guardian_phone": "19900001235", "village_group": "一组", "address": "青石镇柳溪村一组5号", "school": "柳溪小学",
    "ethnicity": "01", "registered": True, "income": "work",
}  # fmt: skip
OWN = ("name", "id_number", "birth_date", "sex")


def put(by, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | values, base, by=by).child_id


def sheet_of(name):
    (line,) = children.page(0, 10, name)
    return child_sheet.load(line.id)
