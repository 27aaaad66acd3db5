"""list and show: what is on file."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from tui.commands import output
from tui.commands.call import Call
from tui.commands.parser import add_json

Rows = list[dict[str, Any]]
COLUMNS = {
    "children": {"name": "姓名", "sex": "性别", "birth_date": "出生日期", "id_number": "身份证号", "village_group": "村民组",
                 "school": "学校", "grade": "年级", "left_behind": "留守", "focus": "重点", "dossier_complete": "档案完整"},
    "helpers": {"name": "姓名", "kind": "身份", "unit": "单位及职务", "phone": "电话", "village_group": "村民组",
                "capacity": "可帮", "load": "在帮"},
    "pairings": {"child": "儿童", "helper": "帮扶人", "kind": "类型", "since": "开始", "until": "结束",
                 "ended_because": "结束原因"},
    "records": {"on_date": "日期", "kind": "类别", "child": "儿童", "helper": "帮扶人", "place": "地点", "reason": "缘由",
                "content": "内容"},
    "activities": {"on_date": "日期", "starts": "开始", "title": "名称", "kind": "类别", "place": "地点", "lead": "负责人",
                   "present": "到场", "listed": "点名"},
}  # fmt: skip
DOSSIER = {
    "name": "姓名", "sex": "性别", "birth_date": "出生日期", "id_number": "身份证号", "ethnicity": "民族",
    "registered": "登记户口", "hukou_kind": "户口性质", "hukou_address": "户籍地址", "village_group": "村民组", "address": "现住址", "schooling": "就学情况", "school": "学校",
    "grade": "年级", "class_no": "班级", "boarding": "寄宿", "health": "健康状况", "study_level": "学习情况", "guardianship": "监护情况", "no_guardian": "无人监护",
    "income": "家庭经济来源", "aid": "救助帮扶", "needs": "需求", "left_behind": "留守",
    "whereabouts": "谁外出", "focus": "重点", "father": "父亲", "mother": "母亲", "guardian": "监护人", "relatives": "其他家人",
    "surveyed_on": "摸底日期", "dossier_complete": "档案完整", "left_on": "退出登记", "gaps": "待补",
}  # fmt: skip
AWAY = {"both": "父母双方", "father": "父亲", "mother": "母亲", "none": "无人外出"}
UNKNOWN = "未采集"


def list_options(parser: ArgumentParser) -> None:
    """Options of `guanai list`."""
    parser.add_argument("what", choices=tuple(COLUMNS), metavar="KIND",
                        help="children 儿童、helpers 帮扶人、pairings 结对、records 记录、activities 活动")  # fmt: skip
    parser.add_argument("--find", default="", metavar="TEXT", help="姓名、拼音首字母、身份证或电话末几位")
    parser.add_argument("--left", action="store_true", help="列儿童时连同已退出登记的")
    parser.add_argument("--reveal", action="store_true", help="写出完整的身份证号和电话")
    add_json(parser)


def run_list(asked: Namespace, call: Call) -> int:
    """What is on file of one kind."""
    with call.ledger():
        found = _listing(asked.what, asked.left)(asked.find, asked.reveal)
    if asked.json:
        output.document(found)
        return 0
    columns = COLUMNS[asked.what]
    if found:
        output.table(list(columns.values()), [[each.get(key) for key in columns] for each in found])
    output.note(f"共 {len(found)} 条" if found else "没有找到")
    return 0


def _listing(what: str, left: bool) -> Callable[[str, bool], Rows]:
    match what:
        case "children":
            from db import children

            return lambda find, reveal: children.listing(
                children.Wanted(find, left="any" if left else ""), reveal
            )
        case "helpers":
            from db import helpers

            return helpers.listing
        case "pairings":
            from db import pairing

            return lambda find, _: pairing.listing(find)
        case "records":
            from db import care

            return lambda find, _: care.record_listing(find)
        case _:
            from db import activities

            return lambda find, _: activities.listing(find)


def show_options(parser: ArgumentParser) -> None:
    """Options of `guanai show`."""
    parser.add_argument("who", metavar="NAME", help="儿童的姓名、身份证号或编号")
    parser.add_argument("--reveal", action="store_true", help="写出完整的身份证号和电话")
    add_json(parser)


def run_show(asked: Namespace, call: Call) -> int:
    """One child's dossier."""
    with call.ledger():
        from db import children

        child = children.show(asked.who, asked.reveal)
    if asked.json:
        output.document(child)
        return 0
    width = max(map(output.cells, DOSSIER.values()))
    for key, label in DOSSIER.items():
        output.line(f"{label}{' ' * (width - output.cells(label))}  {_told(key, child.get(key))}")
    return 0


def _told(key: str, value: Any) -> str:
    if key == "gaps":
        return output.said(value) or "无"
    if key == "left_on":
        return value or "没有，在册"
    if value is None or value == "":
        return UNKNOWN
    if key == "whereabouts":
        return AWAY[value]
    if key == "relatives":
        return "；".join(_told("", each) for each in value) or "无"
    if isinstance(value, dict):
        parts = (
            value["name"] or f"姓名{UNKNOWN}",
            value["relation"],
            value["phone"],
            value["workplace"],
            value["id_number"],
        )
        return "  ".join(part for part in parts if part)
    return output.said(value) or "无"
