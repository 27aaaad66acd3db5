"""An old xls as an xlsx of the same looks, so that it can be filled: `python -m db.exchange.xls_looks MEMORY SECONDS`.

xlrd tells values and looks, not formulas (their results come instead) nor pictures; what it leaves out of the page
setup is read from the records themselves ([MS-XLS] 2.4). A stranger's file is opened in a child process with limits.
"""

import io
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from db.values import Refused

MEMORY, SECONDS = 512 * 2**20, 16  # the child's own limits
MAX_CELLS = 2_000_000
NOTE = "旧式 xls 已转成 xlsx 填写：公式只留下算好的结果，图片和图表没有带过来"
UNREAD = "这个 xls 文件读不出来，请用表格软件打开后另存为 xlsx 再用"
HORIZONTAL = ("", "left", "center", "right", "fill", "justify", "center_across", "distributed")
VERTICAL = ("top", "vcenter", "bottom", "vjustify", "vdistributed")
SIDES = ("left", "right", "top", "bottom")
STACKED = 255  # a rotation: the characters below one another
# Records of a sheet.
BEGIN, END, SETUP, FIT, HEADER, FOOTER, ACROSS, DOWN, PROTECT = (
    0x809,
    0x0A,
    0xA1,
    0x81,
    0x14,
    0x15,
    0x83,
    0x84,
    0x12,
)
MARGINS = {0x26: "left", 0x27: "right", 0x28: "top", 0x29: "bottom"}
PRINT_AREA, PRINT_TITLES = "Print_Area", "Print_Titles"  # names that are built in


@lru_cache(maxsize=1)  # of a form: read first, written afterwards
def to_xlsx(data: bytes) -> bytes:
    """The workbook as xlsx; what could not be kept, NOTE says. Raises Refused with the cure."""
    home = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "db.exchange.xls_looks", str(MEMORY), str(SECONDS)],
            input=data, capture_output=True, timeout=SECONDS + 5, check=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        raise Refused(UNREAD) from None
    return done.stdout


def converted(data: bytes) -> bytes:
    """The same, here and now. Raises what xlrd raises."""
    import xlrd
    import xlsxwriter

    book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "date_1904": bool(book.datemode),
    }) as into:  # fmt: skip
        look = cache(lambda index: into.add_format(_look(book, book.xf_list[index])))
        for at in range(book.nsheets):
            sheet = book.sheet_by_index(at)
            if sheet.nrows * sheet.ncols > MAX_CELLS:
                raise ValueError("too many cells")
            page = into.add_worksheet(sheet.name)
            _measure(sheet, page, look)
            _write(sheet, page, look)
            _set_up(book, at, page)
            if sheet.visibility:
                page.hide() if sheet.visibility == 1 else page.very_hidden()
    return out.getvalue()


def _look(book: Any, xf: Any) -> dict[str, Any]:
    font, lines, fill, place = book.font_list[xf.font_index], xf.border, xf.background, xf.alignment
    said = {
        "font_name": font.name, "font_size": font.height / 20, "bold": font.bold or font.weight >= 600,
        "italic": bool(font.italic), "font_strikeout": bool(font.struck_out), "font_script": font.escapement,
        "underline": {1: 1, 2: 2, 0x21: 33, 0x22: 34}.get(font.underline_type, 0),
        "num_format": book.format_map[xf.format_key].format_str,
        "align": HORIZONTAL[place.hor_align], "valign": VERTICAL[min(place.vert_align, 4)],
        "text_wrap": bool(place.text_wrapped), "shrink": bool(place.shrink_to_fit), "indent": place.indent_level,
        "rotation": _rotation(place.rotation), "pattern": fill.fill_pattern,
        "locked": bool(xf.protection.cell_locked), "hidden": bool(xf.protection.formula_hidden),
    }  # fmt: skip
    colours = {
        "font_color": font.colour_index,
        "fg_color": fill.pattern_colour_index,
        "bg_color": fill.background_colour_index,
    }
    for side in SIDES:
        said[side] = getattr(lines, f"{side}_line_style")
        colours[f"{side}_color"] = getattr(lines, f"{side}_colour_index")
    for name, index in colours.items():
        if rgb := book.colour_map.get(index):
            said[name] = "#{:02X}{:02X}{:02X}".format(*rgb)
    return {name: value for name, value in said.items() if value or name == "locked"}


def _rotation(degrees: int) -> int:
    if degrees == STACKED:
        return 270  # what XlsxWriter calls it
    return degrees if degrees <= 90 else 90 - degrees


def _measure(sheet: Any, page: Any, look: Any) -> None:
    if sheet.standardwidth or sheet.defcolwidth:
        page.set_column(0, 16_383, _width(sheet.standardwidth) if sheet.standardwidth else sheet.defcolwidth)
    for column, said in sheet.colinfo_map.items():
        page.set_column(
            column, column, _width(said.width), look(said.xf_index), {"hidden": bool(said.hidden)}
        )
    if sheet.default_row_height and sheet.default_row_height_mismatch:
        page.set_default_row(sheet.default_row_height / 20)
    for row, said in sheet.rowinfo_map.items():
        own = look(said.xf_index) if said.has_default_xf_index else None
        height = said.height / 20 if said.height_mismatch or said.height != sheet.default_row_height else None
        if own or height or said.hidden:
            page.set_row(row, height, own, {"hidden": bool(said.hidden)})
    if sheet.panes_are_frozen:
        page.freeze_panes(sheet.horz_split_pos, sheet.vert_split_pos)
    if not sheet.show_grid_lines:
        page.hide_gridlines(2)


def _width(units: int) -> float:
    """A column's width in characters, from 1/256 of one with the padding in it."""
    return max(units / 256 - 0.71, 0)


def _write(sheet: Any, page: Any, look: Any) -> None:
    import xlrd

    taken: set[tuple[int, int]] = set()
    for top, bottom, left, right in sheet.merged_cells:
        area = {(row, column) for row in range(top, bottom) for column in range(left, right)}
        if len(area) > 1 and not area & taken:
            taken |= area
            page.merge_range(top, left, bottom - 1, right - 1, "")
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            if cell.ctype == xlrd.XL_CELL_EMPTY:
                continue
            own = look(cell.xf_index)
            match cell.ctype:
                case xlrd.XL_CELL_TEXT:
                    page.write_string(row, column, cell.value, own)
                case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
                    page.write_number(row, column, cell.value, own)
                case xlrd.XL_CELL_BOOLEAN:
                    page.write_boolean(row, column, bool(cell.value), own)
                case xlrd.XL_CELL_ERROR:
                    page.write_string(row, column, xlrd.error_text_from_code.get(cell.value, "#N/A"), own)
                case _:
                    page.write_blank(row, column, None, own)


# ── the page, which xlrd does not tell ───────────────────────────────────────────────────────────────────


def _records(book: Any, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet, without those of charts in it."""
    position, depth = book._sh_abs_posn[at], 0
    while position + 4 <= len(book.mem):
        kind, length = struct.unpack_from("<HH", book.mem, position)
        body = bytes(book.mem[position + 4 : position + 4 + length])
        position += 4 + length
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, body


def _set_up(book: Any, at: int, page: Any) -> None:
    margins: dict[str, float] = {}
    fits = False
    for kind, body in _records(book, at):
        if kind in MARGINS and len(body) >= 8:
            margins[MARGINS[kind]] = struct.unpack_from("<d", body)[0]
        elif kind == FIT and len(body) >= 2:
            fits = bool(struct.unpack_from("<H", body)[0] & 0x100)
        elif kind == PROTECT and body[:2] == b"\1\0":
            page.protect()
        elif kind == ACROSS and body[:2] == b"\1\0":
            page.center_horizontally()
        elif kind == DOWN and body[:2] == b"\1\0":
            page.center_vertically()
        elif kind in (HEADER, FOOTER) and (text := _words(book, body)):
            page.set_header(text) if kind == HEADER else page.set_footer(text)
        elif kind == SETUP and len(body) >= 12:
            paper, scale, _, width, height, options = struct.unpack_from("<6H", body)
            if not options & 4:  # else nothing of it was ever set
                page.set_paper(paper)
                page.set_portrait() if options & 2 else page.set_landscape()
                if fits:
                    page.fit_to_pages(width, height)
                elif 10 <= scale <= 400:
                    page.set_print_scale(scale)
    if all(0 <= each < 20 for each in margins.values()):
        page.set_margins(**margins)
    for name in book.name_obj_list:
        if name.builtin and name.scope == at and name.name in (PRINT_AREA, PRINT_TITLES):
            for ref in getattr(name.result, "value", None) or ():
                _named(page, name.name, *ref.coords[2:])


def _named(page: Any, name: str, top: int, bottom: int, left: int, right: int) -> None:
    if name == PRINT_AREA:
        page.print_area(top, left, bottom - 1, right - 1)
    elif right - left >= 256:
        page.repeat_rows(top, bottom - 1)
    else:
        page.repeat_columns(left, right - 1)


def _words(book: Any, body: bytes) -> str:
    if book.biff_version < 80:
        return body[1:].decode(book.encoding or "gb18030", "replace")
    if len(body) < 4:
        return ""
    count, wide = struct.unpack_from("<HB", body)
    return body[3:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")[:count]


def _main(memory: int, seconds: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(converted(sys.stdin.buffer.read()))


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))
