"""The plain commands: read the command line, run one command, end with its exit status.

0 done; 1 done with problems in the data; 2 wrong use; 3 the ledger could not be opened or written.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from db import config, days
from db.values import Refused, typed_path
from tui.commands import COMMANDS, output, parser
from tui.commands.call import Call

DONE, PROBLEMS, WRONG_USE, NO_LEDGER, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: Sequence[str]) -> int:
    """Run one plain command; its exit status."""
    try:
        asked = read(argv)
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else WRONG_USE
    return run(asked)


def read(argv: Sequence[str]) -> Namespace:
    """What stands before the command (data, config, demo) and the command with its own words."""
    output.prepare(colour=True)
    return parser.top_parser().parse_args(argv)


def run(asked: Namespace) -> int:
    """Run the command that was asked for and turn what goes wrong into a sentence and an exit status."""
    try:
        status = _run(asked)
        sys.stdout.flush()
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has seen enough
        return DONE
    except Exception as error:
        return explain(error)
    return status


def _run(asked: Namespace) -> int:
    name, *words = asked.command
    if name not in COMMANDS:
        output.note(_unknown(name))
        return WRONG_USE
    own = parser.command_parser(name).parse_args(words)
    call = make_call(asked, must_exist=name != "config")
    return parser.runner(name)(own, call)


def make_call(asked: Namespace, must_exist: bool = True) -> Call:
    """The ledger and settings asked for. Raises Refused for settings that are not there or not right."""
    try:
        days.today()
    except ValueError:
        raise Refused(
            f"环境变量 GUANAI_TODAY 要写成 2026-09-10 这样，现在是“{os.environ['GUANAI_TODAY']}”"
        ) from None
    told = asked.config
    if (
        must_exist
        and told is not None
        and told != parser.told("GUANAI_CONFIG")
        and not typed_path(told).exists()
    ):
        raise Refused(f"找不到设置文件 {told}，请核对 --config 后面的文件名")
    settings = config.load(told)
    output.prepare(settings.get("terminal.colour"))
    return Call(asked.data, settings, asked.demo)


def explain(error: Exception) -> int:
    """Say what went wrong and what to do; the exit status. Raises what is a fault of the program itself."""
    if isinstance(error, Refused):
        output.note(str(error))
        return WRONG_USE
    from db.changes import Stale
    from db.errors import DATABASE_ERRORS, LedgerError, translate

    if isinstance(error, (*DATABASE_ERRORS, OSError)):
        error = translate(error)
    if isinstance(error, LedgerError | Stale):
        output.note(str(error))
        return NO_LEDGER
    raise error


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    hint = f"是不是 {near[0]}？" if near else ""
    return f"没有“{name}”这个命令。{hint}可用的命令：{'、'.join(COMMANDS)}。用 guanai --help 看说明。"
