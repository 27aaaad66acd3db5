"""The national school roll's own import sheet (全国中小学学籍 学生基本信息), written from the ledger: its headings in their
order, in the words it takes. What the ledger does not know stays blank for the school to fill in."""

import io
from collections.abc import Iterator

from db import dossier
from db.exchange import asking, facts
from db.exchange.grid import Heading
from db.exchange.looks import Manner, NoChoice, look
from db.exchange.plan import Progress
from db.export import put
from db.models import User
from db.register import Wanted, keys
from db.values import Refused

# The headings with the words the system takes, where it takes no others.
OF_CHILD = (
    "学校标识码", "姓名", "性别{男|女}", "出生日期(YYYYMMDD)", "出生地行政区划代码", "籍贯", "民族", "国籍/地区", "身份证件类型", "港澳台侨外",
    "健康状况{健康|一般或较弱|重病|慢性病|残疾}", "政治面貌", "身份证件号", "户口性质{农业户口|非农业户口}", "户口所在地行政区划", "班号", "入学年月", "入学方式",
    "就读方式{走读|住校}", "现住址", "通信地址", "家庭地址", "联系电话", "邮政编码", "是否独生子女", "是否受过学前教育",
    "是否留守儿童{非留守儿童|单亲留守儿童|双亲留守儿童}", "是否需要申请资助", "是否享受一补", "是否孤儿", "是否烈士或优抚子女", "上下学距离", "上下学方式",
    "是否需要乘坐校车", "曾用名", "身份证件有效期", "血型", "特长", "学籍辅号", "班内学号", "学生来源", "电子信箱", "主页地址", "残疾类型", "是否由政府购买学位",
    "随班就读",
)  # fmt: skip
OF_MEMBER = (
    "姓名", "关系", "关系说明", "现住址", "户口所在地行政区划", "联系电话", "是否监护人{是|否}", "身份证件类型", "身份证件号", "民族", "工作单位", "职务",
)  # fmt: skip
LAST = ("是否进城务工人员随迁子女",)
ASKED = (*OF_CHILD, *(f"成员{n}{text}" for n in (1, 2) for text in OF_MEMBER), *LAST)
SHEET = "学生基本信息"
STEP = 200


def write(path: str, find: str | Wanted, by: User | None) -> Iterator[Progress]:
    """Write the children found who are at school (xlsx, 0600) as the school roll imports them; the last step tells how many.

    Every such child on the register, 留守 or not. Raises Refused if nobody is found or it can't be written.
    """
    import xlsxwriter

    wanted = find if isinstance(find, Wanted) else Wanted(find)
    ids = keys(wanted)
    if not ids:
        raise Refused("没有找到儿童，请换个条件，或先登记、导入")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    page, text = book.add_worksheet(SHEET), book.add_format({"num_format": "@"})
    headings = [Heading(at, asked) for at, asked in enumerate(ASKED)]
    page.set_column(0, len(headings) - 1, 14, text)
    for heading in headings:
        page.write_string(0, heading.column, heading.text.partition("{")[0].partition("(")[0], text)
    page.freeze_panes(1, 2)
    told = asking.ask(headings, "children").targets
    columns = [
        (at, facts.getter(target), look(target, headings[at], Manner()))
        for at, target in enumerate(told)
        if target
    ]
    lines = facts.form_lines(by.name if by else None)
    row = 0
    for done, answers in enumerate(facts.of_children(ids, lines), 1):
        if answers.survey.get("schooling") not in dossier.AT_SCHOOL:
            continue
        row += 1
        for at, ask, written in columns:
            try:
                value = written(ask(answers))
            except NoChoice:  # 户口性质 其他: the system has no word for it
                continue
            if value is not None:
                page.write_string(row, at, str(value), text)
        if done % STEP == 0:
            yield Progress("写学籍表", done, len(ids))
    book.close()
    if not row:
        raise Refused("找到的儿童里没有在小学、初中、高中、中职就读的，请先填就学情况")
    put(path, out.getvalue())
    yield Progress("写学籍表", row, row)
