"""A small village and blank forms, for the tests that fill one from the other."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from db.exchange import importing, reader, register
from db.exchange.filling import Filling
from db.exchange.reader import Sheet
from db.values import check_digit

BOY, GIRL = (digits + check_digit(digits) for digits in ("34050520150308011", "34050520121102012"))
CHILDREN = [
    ["姓名", "性别", "出生日期", "身份证号", "现住址", "村民组", "身体情况", "患病类型", "就读学校", "年级", "班级", "是否寄宿", "父亲姓名",
     "父亲务工地点", "父亲电话", "母亲姓名", "母亲务工地点", "监护人姓名", "监护人关系", "监护人电话",
     "父母一方外出、另一方无监护能力", "无监护能力"],
    ["张浩宇", "男", "2015-03-08", BOY, "柳溪村一组1号", "一组", "慢性病", "哮喘", "柳溪小学", "三年级", "1班", "是",
     "张建国", "广东省深圳市", "19900000001", "李兰", "上海市", "张德福", "祖父", "19900000002", "否", None],
    ["李小雨", "女", "2012-11-02", GIRL, "柳溪村二组7号", "二组", "一般", None, "青石中学", "七年级", "2班", "否",
     "李强", "江苏省苏州市", "19900000003", "王芳", "在家", "王芳", "母亲", "19900000004", "是", "母亲"],
    ["陈思远", "男", "2016-5", None, "柳溪村二组9号", "二组", "健康", None, "柳溪小学", "二年级", None, "否",
     "陈刚", "在家", None, "赵敏", "在家", "赵敏", "母亲", None, "否", None],
]  # fmt: skip


def understood(*rows: list, kind: str | None = None):
    return register.understand("测试", [Sheet("S", [list(row) for row in rows])], kind)


@pytest.fixture
def village(user):
    """Three children, two of them 留守, two helpers, a pairing and two records."""
    importing.take(understood(*CHILDREN), by=user)
    helpers = (
        ["姓名", "身份", "单位及职务", "联系电话"],
        ["刘老师", "教师", "柳溪小学", "19900000011"],
        ["周强", "党员", "柳溪村", "19900000012"],
    )
    importing.take(understood(*helpers), by=user)
    importing.take(understood(["儿童姓名", "帮扶人", "结对日期"], ["张浩宇", "刘老师", "2026-9-1"]), by=user)
    talks = (
        ["时间", "谈心对象", "谈话人", "谈话内容"],
        ["2026-9-3", "张浩宇", "刘老师", "想念父母"],
        ["2026-9-5", "李小雨", "周强", "学习很好"],
    )
    importing.take(understood(*talks), by=user)
    return user


@pytest.fixture
def blank(tmp_path):
    """A blank workbook made of rows; then(sheet) may dress it."""

    def making(*rows: list, name: str = "空表.xlsx", then=lambda sheet: None) -> str:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        then(book.active)
        book.save(tmp_path / name)
        return str(tmp_path / name)

    return making


def filled(form: Filling, user, out: str = "填好.xlsx", **told) -> list[list]:
    """The rows of the filled copy's first sheet."""
    form.choose(**told)
    path = Path(form.path).parent / out
    for _ in form.write(path, user):
        pass
    return reader.read(str(path)).sheets[0].rows


def column(rows: list[list], heading: str, head: int = 0) -> list:
    at = rows[head].index(heading)
    return [row[at] if at < len(row) else None for row in rows[head + 1 :]]
