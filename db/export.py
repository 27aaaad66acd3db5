"""Files out: the register of children, which our own import reads back unchanged; how any file is put in place."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import peewee

from db import days, settings, site
from db.child_fields import ENTRIES
from db.child_sheet import load_many
from db.children import BATCH, keys
from db.errors import reason
from db.models import User
from db.spec import Spec, mask, show
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
BESIDE = ".guanai-"  # how the name of a file begins that takes another one's place at once
COLUMNS = sorted(ENTRIES, key=lambda entry: entry.name != "name")  # the name stands first


def children(path: str, reveal: bool = True, by: User | None = None, find: str = "", ending: str = "") -> int:
    """Write every found child's sheet of this term to an xlsx or csv file (0600), or to standard output if path is '-'.

    A title, a line with day, criterion and who made it, then one row a child; what is not known stays blank,
    every cell is text. Returns how many children. Raises Refused if the file can't be written.
    """
    from db import registers

    here = site.site()
    columns = [
        registers.column(entry.spec)._replace(width=WIDE.get(entry.name) or WIDTHS.get(entry.spec.kind, 12))
        for entry in COLUMNS
    ]
    table = registers.Table(
        f"{here.name if here else ''}农村留守儿童基本情况登记表", columns, _rows(reveal, find)
    )
    data, rows = registers.packed(table, by, ending or Path(path).suffix.lower() or ".xlsx")
    put(path, data)
    return rows


def _rows(reveal: bool, find: str) -> Iterator[list[str | None]]:
    for batch in peewee.chunked(keys(find), BATCH):
        for values in load_many(batch):
            yield [_shown(entry.spec, values[entry.name], reveal) for entry in COLUMNS]


def _shown(spec: Spec, value: Any, reveal: bool) -> str | None:
    if value is None:
        return None
    return show(spec, value) if reveal else mask(spec, show(spec, value))


def about(by: User | None) -> str:
    """The line every register bears: day, term, criterion, who made it."""
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


def private_folder(path: Path) -> None:
    """A folder for its owner alone, made if it is not there. Raises Refused with the cure."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        raise Refused(f"“{path}”是文件，不是文件夹，请换一个名字") from None
    except FileNotFoundError:
        raise Refused(f"没有“{path.parent}”这个文件夹，请先建好，或换一个位置") from None
    except OSError as error:
        raise Refused(f"建不了文件夹“{path}”（{reason(error)}），请换一个位置") from error


def write_private(path: Path, data: bytes) -> None:
    """Put a whole file in place, readable by its owner alone; a failure leaves the old one as it was.

    Raises Refused with the cure.
    """
    try:
        beside = _written_beside(path.parent, data)
        try:
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


def _written_beside(folder: Path, data: bytes) -> str:
    """A new whole file (0600) in the folder; its path. While it is written it has no name, where the system can do that:
    a program that is killed leaves nothing of it behind."""
    try:
        with open(os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600), "wb") as file:
            _through(file, data)
            beside = str(folder / f"{BESIDE}{token_hex(8)}")
            os.link(f"/proc/self/fd/{file.fileno()}", beside, src_dir_fd=file.fileno())
            return beside
    except (AttributeError, OSError):  # not here; what is wrong with the folder or the disk shows below too
        handle, beside = tempfile.mkstemp(prefix=BESIDE, dir=folder)
    try:
        with open(handle, "wb") as file:
            _through(file, data)
    except BaseException:
        os.unlink(beside)
        raise
    return beside


def _through(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
