"""backup, restore, check: that nothing is lost."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from db.values import Refused, typed_path
from tui.commands import output
from tui.commands.call import Call


def backup_options(parser: ArgumentParser) -> None:
    """Options of `guanai backup`."""
    parser.add_argument(
        "-o", dest="out", metavar="FILE", help="写到哪个文件；- 为标准输出；不写就存进备份文件夹"
    )


def run_backup(asked: Namespace, call: Call) -> int:
    """Copy the ledger into one checked file."""
    with call.ledger() as place:
        from db import backup

        if isinstance(place, str):
            raise Refused("台账在 PostgreSQL 上，请让管理员用 pg_dump 备份")
        if asked.out == "-":
            stream = output.binary()
            with tempfile.TemporaryDirectory(prefix="guanai-") as work:
                made = backup.make(Path(work))
                with made.open("rb") as file:
                    shutil.copyfileobj(file, stream)
            stream.flush()
            return 0
        folder = call.config.backup_folder(place)
        made = backup.make(folder, Path(asked.out) if asked.out else None)
        gone = [] if asked.out else backup.thin_out(folder, call.config.get("backup.keep"))
    output.line(f"已备份到 {made}（{made.stat().st_size / 2**20:.1f} MB，已核对完好）")
    if gone:
        output.note(f"备份满{call.config.get('backup.keep')}份，已删去最早的{len(gone)}份")
    return 0


def restore_options(parser: ArgumentParser) -> None:
    """Options of `guanai restore`."""
    parser.add_argument("file", metavar="FILE", help="guanai backup 写出的文件；- 为标准输入")


def run_restore(asked: Namespace, call: Call) -> int:
    """Put a backup in the ledger's place, keeping a copy of what stood there."""
    place = call.place
    if call.demo:
        raise Refused("演示村不用恢复；要恢复真台账，请去掉 --demo")
    if isinstance(place, str):
        raise Refused("台账在 PostgreSQL 上，请让管理员用 pg_restore 恢复")
    from db import backup

    shared = call.config.shared(place)
    if asked.file == "-":
        with tempfile.TemporaryDirectory(prefix="guanai-") as work:
            came = Path(work) / "stdin.db"
            with came.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
            if not came.stat().st_size:
                raise Refused(
                    "标准输入是空的，请检查前一个命令，如 ssh 旧电脑 guanai backup -o - | guanai restore -"
                )
            kept = backup.restore(came, place, shared)
    else:
        kept = backup.restore(typed_path(asked.file), place, shared)
    output.line(f"已恢复到 {place}")
    if kept:
        output.line(f"原来的台账另存为 {kept}")
    return 0


def check_options(parser: ArgumentParser) -> None:
    """`guanai check` has no options."""


def run_check(asked: Namespace, call: Call) -> int:
    """Whether the ledger's file and its derived columns are sound."""
    with call.ledger() as place:
        from db import backup

        found = backup.troubles()
    for trouble in found:
        output.line(trouble, output.RED)
    if not found:
        output.line(f"台账完好：{_public(place)}", output.GREEN)
    return 1 if found else 0


def _public(place: Path | str) -> str:
    """The ledger's place without a password."""
    if isinstance(place, Path):
        return str(place)
    from urllib.parse import urlsplit

    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
