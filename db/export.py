"""Registers out: a workbook that our own import reads back unchanged."""

import io
import os
import sys
import tempfile
from pathlib import Path

import peewee

from db import days, settings, site
from db.child_fields import ENTRIES
from db.child_sheet import load_many
from db.children import BATCH, keys
from db.errors import reason
from db.models import User
from db.spec import mask, show
from db.values import Refused, typed_path
from db.vocab import CRITERION

WIDTHS = {"id": 21, "phone": 14, "partial": 12, "day": 12, "notes": 30, "name": 10, "flag": 10}
WIDE = {
    "address": 28,
    "hukou_address": 28,
    "guardian_address": 28,
    "school": 18,
    "father_place": 18,
    "mother_place": 18,
}
COLUMNS = sorted(ENTRIES, key=lambda entry: entry.name != "name")  # the name stands first


def children(path: str, reveal: bool = True, by: User | None = None, find: str = "") -> int:
    """Write every found child's sheet of this term to an xlsx file (0600), or to standard output if path is '-'.

    A title, a line with day, criterion and who made it, then one row a child; what is not known stays blank,
    every cell is text. Returns how many children. Raises Refused if the file can't be written.
    """
    data, rows = _workbook(reveal, by, find)
    put(path, data)
    return rows


def _workbook(reveal: bool, by: User | None, find: str) -> tuple[bytes, int]:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    page = book.add_worksheet("儿童")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    here = site.site()
    page.write_string(0, 0, f"{here.name if here else ''}农村留守儿童基本情况登记表", bold)
    page.write_string(1, 0, _about(by))
    for at, entry in enumerate(COLUMNS):
        page.set_column(at, at, WIDE.get(entry.name) or WIDTHS.get(entry.spec.kind, 12), text)
        page.write_string(2, at, entry.spec.label, bold)
    page.freeze_panes(3, 1)
    rows = 0
    ids = keys(find)
    for batch in peewee.chunked(ids, BATCH):
        for values in load_many(batch):
            for at, entry in enumerate(COLUMNS):
                if values[entry.name] is not None:
                    shown = show(entry.spec, values[entry.name])
                    page.write_string(3 + rows, at, shown if reveal else mask(entry.spec, shown), text)
            rows += 1
    book.close()
    return out.getvalue(), rows


def _about(by: User | None) -> str:
    made = f"　制表：{by.name}" if by and by.name else ""
    term, criterion = site.term().code, CRITERION.label(settings.get("criterion"))
    return f"填报日期：{days.today().isoformat()}　学期：{term}　认定口径：{criterion}{made}"


def put(path: str | Path, data: bytes) -> None:
    """Write a whole file as `write_private` does, or to standard output if path is '-'."""
    if path == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_private(typed_path(path), data)


def write_private(path: Path, data: bytes) -> None:
    """Put a whole file in place, readable by its owner alone; a failure leaves the old one as it was.

    Raises Refused with the cure.
    """
    try:
        handle, beside = tempfile.mkstemp(prefix=".guanai-", dir=path.parent)  # made 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except FileNotFoundError:
        raise Refused(f"没有“{path.parent}”这个文件夹，请先建好，或换一个位置") from None
    except PermissionError:
        raise Refused(f"没有权限写“{path}”，请换到自己的文件夹") from None
    except OSError as error:
        raise Refused(f"写不了“{path}”（{reason(error)}），请换一个位置或清出空间再试") from error
