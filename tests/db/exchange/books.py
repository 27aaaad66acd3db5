"""Workbooks for the report, and how two of them are compared: everything but our marks is as it was."""

from datetime import date, datetime

from made import REGISTERS
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from db.exchange.outcome import Problem
from db.exchange.report import REASONS

SCHOOL, ROLL, CARDS = (
    str(REGISTERS / name) for name in ("02-学籍导出.xlsx", "03-花名册.xls", "04-联系卡.csv")
)
RED, YELLOW = "FFFFC9C7", "FFFFF3B5"
WRONG = "校验位不对，请照户口簿核对"


def wrong(row: int, at: int | None, sheet: str, column: str = "身份证号") -> Problem:
    return Problem(row, column, "3405**", "error", WRONG, sheet, at)


def doubtful(row: int, at: int | None, sheet: str, column: str = "电话") -> Problem:
    return Problem(row, column, "199", "warning", "与上一行相同", sheet, at)


def the_whole(sheet: str) -> Problem:
    return Problem(0, "", "", "warning", "工作表“旧表”没有导入", sheet, None)


def look(cell) -> tuple:
    """All that can be seen of a cell and done with it."""
    note = cell.comment and (cell.comment.text, cell.comment.author)
    style = cell.font, cell.fill, cell.border, cell.alignment, cell.protection
    link = cell.hyperlink and cell.hyperlink.target
    return cell.value, cell.data_type, cell.number_format, *map(repr, style), link, note


def looks(sheet, but: set[str] = frozenset()) -> dict[str, tuple]:
    """The looks of the cells that hold anything or look like anything, but for some."""
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.coordinate not in but)
    return {cell.coordinate: look(cell) for cell in cells if cell.value is not None or cell.has_style}


def frame(sheet, but: str = "") -> dict:
    """What a sheet is beside its cells; but: a column left out."""
    return {
        "merged": {str(each) for each in sheet.merged_cells.ranges},
        "widths": {at: (each.width, each.hidden, each.min, each.max)
                   for at, each in sheet.column_dimensions.items() if at != but},
        "heights": {at: (each.height, each.hidden) for at, each in sheet.row_dimensions.items()},
        "frozen": sheet.freeze_panes, "filter": sheet.auto_filter.ref, "printed": sheet.print_area,
        "repeated": sheet.print_title_rows, "landscape": sheet.page_setup.orientation, "state": sheet.sheet_state,
        "choices": sorted((str(each.sqref), each.type, each.formula1) for each in sheet.data_validations.dataValidation),
        "rules": [(str(area.sqref), rule.operator, rule.formula, rule.dxf.fill)
                  for area in sheet.conditional_formatting for rule in area.rules],
    }  # fmt: skip


def opened(file) -> Workbook:
    return load_workbook(file, rich_text=True)


def column_of(sheet, row: int) -> str:
    """The letter of the column whose heading in that row is ours."""
    (cell,) = (cell for cell in sheet[row] if cell.value == REASONS)
    return cell.column_letter


def rich_book() -> Workbook:
    """A workbook with everything a village office puts into one."""
    book = Workbook()
    sheet = book.active
    sheet.title = "登记表"
    sheet.append(["柳溪村登记表"])
    sheet.append(["序号", "姓名", "身份证号", "电话", "出生日期", "年龄", "备注"])
    sheet.append(
        [1, "张三", "340505201503080012", "19900000001", date(2015, 3, 8), '=DATEDIF(E3,TODAY(),"Y")', None]
    )
    sheet.append([2, "李四", 340505201503080000, None, 20150308, "=A4+1", "同上"])
    sheet.append([3, "王五", "340505201503080013", "19900000003", datetime(2016, 1, 2, 8, 30), "=F4", None])
    sheet.append([])
    sheet.append(["填表人：王晓"])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A7:G7")
    sheet.merge_cells("D4:D5")
    sheet["A1"].font, sheet["A1"].alignment = Font("黑体", 18, bold=True), Alignment("center", "center")
    for cell in sheet[2]:
        cell.border, cell.fill = Border(bottom=Side("thin")), PatternFill("solid", fgColor="FFDDEBF7")
    sheet["C3"].number_format = "@"
    sheet["E3"].number_format = 'yyyy"年"m"月"'
    sheet["E4"].number_format = "yyyy-mm-dd"  # a day typed in without its dashes: 20150308 days after 1899
    sheet["G3"].value = CellRichText("见", TextBlock(InlineFont(b=True), "低保证"))
    sheet["B5"].hyperlink = "https://example.org/"
    sheet["C5"].comment = Comment("户口簿已看", "王晓")
    sheet.column_dimensions["C"].width, sheet.row_dimensions[1].height = 24.5, 40
    sheet.column_dimensions["F"].hidden, sheet.row_dimensions[5].hidden = True, True
    sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_area = "C3", "A2:G5", "A1:G7"
    sheet.print_title_rows, sheet.page_setup.orientation = "2:2", "landscape"
    choices = DataValidation("list", "=字典!$A$1:$A$2", allow_blank=True)
    choices.add("G3:G100")
    sheet.add_data_validation(choices)
    sheet.conditional_formatting.add(
        "F3:F5", CellIsRule("greaterThan", ["16"], fill=PatternFill(bgColor="FFFF0000"))
    )
    words = book.create_sheet("字典")
    words.append(["低保"])
    words.append(["特困"])
    words.sheet_state = "hidden"
    return book
