"""One-child forms drawn as real ones are: '<' is merged with the cell at its left, '^' with the one above, '' is blank."""

import io
import struct
import zlib

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

CONTACT = [
    ["留守儿童联系卡", "<", "<", "<", "<", "<"],
    ["姓　名", "", "性 别", "□男 □女", "出生年月", ""],
    ["民族", "", "就读学校", "", "班级：", ""],
    ["家庭住址", "", "<", "<", "联系电话（必填）", ""],
    ["父亲情况", "姓名", "", "联系电话", "", "照片"],
    ["^", "务工地点", "", "工作单位", "", "^"],
    ["母亲情况", "姓名", "", "联系电话", "", "^"],
    ["^", "务工地点", "", "工作单位", "", "^"],
    ["监护人", "姓名", "", "与儿童关系", "", "<"],
    ["^", "年龄", "   岁", "电话", "", "<"],
    ["^", "职业", "", "身体状况", "", "<"],
    ["家庭成员", "称谓", "姓名", "年龄", "电话", "工作单位"],
    ["^", "", "", "", "", ""],
    ["^", "", "", "", "", ""],
    ["^", "", "", "", "", ""],
    ["备注", "", "<", "<", "<", "<"],
    ["填表人：", "", "填表日期：    年  月  日", "<", "审核人（签字）", ""],
]
REGISTRATION = [  # 农村留守儿童基本情况登记表 on one page
    ["农村留守儿童基本情况登记表", "<", "<", "<", "<", "<"],
    ["填报单位（盖章）：", "<", "<", "填报日期：      年   月   日", "<", "<"],
    ["姓名", "", "性别", "", "民族", ""],
    ["出生日期", "", "公民身份证号码", "", "<", "<"],
    ["户籍所在地", "", "<", "<", "是否登记户口", "□是 □否"],
    ["现居住地", "", "<", "<", "是否学校寄宿", "是□ 否□"],
    ["身体情况", "□健康 □残疾 □患病", "<", "<", "残疾类别及等级", ""],
    ["就学情况", "□幼儿园 □未入园 □小学 □初中 □高中 □中职 □辍学 □不在学", "<", "<", "<", "<"],
    ["父亲姓名", "", "出生日期", "", "联系电话", ""],
    ["务工地点", "", "<", "身份证号", "", "<"],
    ["母亲姓名", "", "出生日期", "", "联系电话", ""],
    ["务工地点", "", "<", "身份证号", "", "<"],
    ["父母双方同时外出", "（ ）是 （ ）否", "<", "父母一方外出、另一方无监护能力", "（ ）是 （ ）否", "<"],
    ["委托监护人姓名", "", "与被监护人关系", "", "受委托监护人电话", ""],
    ["监护类型", "□无人监护 □父或母无监护能力 □监护情况一般 □监护情况较好", "<", "<", "<", "<"],
    ["家庭经济来源", "□打工收入 □种养殖业 □政府救助 □亲朋接济 □其他", "<", "<", "<", "<"],
    ["单位负责人（签名）：", "<", "复核人（签名）：", "<", "填表人（签名）：", "<"],
]
TALK = [
    ["谈心记录卡", "<", "<", "<"],
    ["时间", "", "地点", ""],
    ["谈话对象", "", "班级", ""],
    ["谈话人", "", "谈话缘由", ""],
    ["谈话内容", "", "<", "<"],
    ["后续措施", "", "<", "<"],
]
VISIT = [  # forms.json, home_visit
    ["留守儿童家访手记表", "<", "<", "<"],
    ["家访时间", "", "家访教师", ""],
    ["孩子姓名", "", "年龄", ""],
    ["所属班级", "", "监护人信息", ""],
    *(
        [label, "", "<", "<"]
        for label in ("家庭住址", "家庭成员情况", "生活环境", "孩子表现", "教育需求", "家长反馈", "后续计划")
    ),
]
PAIRING = [
    ["留守儿童结对帮扶登记表", "<", "<", "<"],
    ["帮扶人姓名", "", "单位及职务", ""],
    ["联系电话", "", "结对时间", ""],
    ["儿童姓名", "", "性别", ""],
    ["出生日期", "", "就读学校及年级", ""],
    ["监护人", "", "电话", ""],
    ["帮扶需求", "", "<", "<"],
    ["帮扶措施", "", "<", "<"],
]
RISK = [  # forms.json, qianxi_risk_form: its head; the rest is judged by hand
    ["黔西县农村留守儿童风险等级评估表", "<", "<", "<"],
    ["评估对象：", "<", "评估人：", "<"],
    ["参与：", "<", "复核：", "<"],
    ["评估项目", "评估内容", "评分标准", "得分"],
    ["家庭监护", "父母外出情况", "双方外出20分，一方外出10分", ""],
    ["^", "监护人年龄", "65岁以上15分", ""],
    ["风险等级", "", "评估时间", ""],
]
PERSONS = [
    ["留守儿童家庭情况卡", "<", "<", "<"],
    ["姓名：", "", "性别：", ""],
    ["项目", "父亲", "母亲", "监护人"],
    ["姓名", "", "", ""],
    ["联系电话", "", "", ""],
    ["务工地点", "", "", ""],
]
SIDE_BY_SIDE = [
    ["留守儿童情况卡", "<", "<", "<"],
    ["姓名", "", "现住址", ""],
    ["父亲", "<", "母亲", "<"],
    ["姓名", "", "姓名", ""],
    ["电话", "", "电话", ""],
    ["身份证号", "", "身份证号", ""],
]
IN_LINES = [
    "留守儿童基本情况卡",
    "姓名：________ 性别：□男 □女  民族：______ 年龄：___岁",
    "出生日期：    年  月  日    是否寄宿：（ ）是 （ ）否",
    "家庭住址____________________ 联系电话_______________",
    "特长爱好：画画",
]


def drawn(form: list[list[str]]) -> tuple[list[list[str | None]], list[tuple[int, int, int, int]]]:
    """A drawing as rows of cells (None for blank) and merged ranges."""
    corners: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(form):
        for column, text in enumerate(line):
            above, left = (row - 1, column), (row, column - 1)
            corners[row, column] = (
                corners[above if text == "^" else left] if text in ("<", "^") else (row, column)
            )
    areas = {corner: max(each for each, of in corners.items() if of == corner) for corner in corners.values()}
    rows = [[None if text in ("<", "^", "") else text for text in line] for line in form]
    return rows, [(*first, *last) for first, last in areas.items() if first != last]


def as_xlsx(form: list[list[str]], name: str = "表") -> bytes:
    """The drawing as a workbook with borders, a bold title and a print area."""
    book = Workbook()
    page = book.active
    page.title = name
    rows, merged = drawn(form)
    line = Side(style="thin")
    for row, cells in enumerate(rows, 1):
        for column, text in enumerate(cells, 1):
            cell = page.cell(row, column, text)
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for top, left, bottom, right in merged:
        page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    page["A1"].font = Font(bold=True, size=16)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_docx(form: list[list[str]], above: tuple[str, ...] = (), head: str = "") -> bytes:
    """The drawing as a table of a Word file, with lines above it and words in the page's head."""
    document = Document()
    if head:
        document.sections[0].header.paragraphs[0].text = head
    for text in above:
        document.add_paragraph(text)
    rows, merged = drawn(form)
    table = document.add_table(len(rows), len(rows[0]), "Table Grid") if form else None
    for top, left, bottom, right in merged:
        table.cell(top, left).merge(table.cell(bottom, right))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if text:
                cell = table.cell(row, column)
                cell.text = ""
                cell.paragraphs[0].add_run(text).bold = True
    return saved(document)


def saved(document) -> bytes:
    """A document's bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_picture() -> bytes:
    """A PNG of one dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )
