"""An argument parser that speaks Chinese, and the options that stand before any command."""

import argparse
import os
import sys
from collections.abc import Callable
from gettext import ngettext
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from tui.commands import COMMANDS
from tui.commands.call import Call

# argparse's own sentences, as Python 3.11 to 3.14 say them.
SAID = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示这段说明",
    "show program's version number and exit": "显示版本",
    "expected one argument": "后面要跟一个值",
    "expected at least one argument": "后面至少要跟一个值",
    "expected at most one argument": "后面最多跟一个值",
    "the following arguments are required: %s": "缺少：%s",
    "unrecognized arguments: %s": "不认识：%s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s %(message)s",
    "invalid %(type)s value: %(value)r": "的值不对：%(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能是 %(value)r，可选：%(choices)s",
    "not allowed with argument %s": "不能与 %s 同用",
    "ignored explicit argument %r": "后面不跟值，收到的是 %r",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确，可能是 %(matches)s",
}


def _chinese(text: str) -> str:
    return SAID.get(text, text)


def _chinese_count(one: str, many: str, count: int) -> str:
    return f"后面要跟{count}个值" if many.startswith("expected %s") else ngettext(one, many, count)


class Parser(argparse.ArgumentParser):
    """Argument parser with Chinese help and errors; a wrong use ends with status 2."""

    def __init__(self, **options: object):
        argparse._, argparse.ngettext = _chinese, _chinese_count  # the only way argparse offers
        super().__init__(allow_abbrev=False, formatter_class=_Help, **options)

    def format_help(self) -> str:
        """The help, its section titles ending as Chinese ones do."""
        return super().format_help().replace("选项:\n", "选项：\n").replace("参数:\n", "参数：\n")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how the command is used."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：{message}。用 {self.prog} --help 看说明。\n")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=26, width=100)


def day_count(text: str) -> int:
    """A whole number of days, from 0."""
    if not text.isdecimal() or int(text) > 36500:
        raise argparse.ArgumentTypeError(f"要写天数（0到36500的整数），收到的是“{text}”")
    return int(text)


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option that all commands with a document share."""
    parser.add_argument("--json", action="store_true", help="只输出一份JSON，供其他程序读")


def top_parser() -> Parser:
    """The parser of what stands before the command; the rest is left to the command's own."""
    width = max(len(name) for name in COMMANDS)
    listed = "\n".join(f"  {name:{width}}  {purpose}" for name, (_, purpose) in COMMANDS.items())
    parser = Parser(
        prog="guanai",
        usage="guanai [--data DIR] [--config FILE] [--demo] [命令 …]",
        description="关爱台账：管好留守儿童关爱工作的全年计划。不带命令就打开程序。",
        epilog=f"命令：\n{listed}\n\n用 guanai 命令 --help 看各命令的说明。退出状态：0 完成，1 完成但数据有问题，"
        "2 用法不对，3 台账打不开或写不了。",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", default=told("GUANAI_DATA"),
                        help="台账所在的文件夹（也可用环境变量 GUANAI_DATA）")  # fmt: skip
    parser.add_argument("--config", type=Path, metavar="FILE", default=told("GUANAI_CONFIG"),
                        help="本机设置文件（也可用环境变量 GUANAI_CONFIG）")  # fmt: skip
    parser.add_argument("--demo", action="store_true",
                        help="用虚构的柳溪村试用，退出后不留；与 --data 同用则建在那里并保留")  # fmt: skip
    parser.add_argument("--version", action=_Version, help="显示版本")
    parser.add_argument("command", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


class _Version(argparse.Action):
    """Show the program's version, looked up only when somebody asks."""

    def __init__(self, option_strings: list[str], dest: str, **options: object):
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"guanai {version('guanai')}")
        parser.exit()


def told(name: str) -> Path | None:
    """The path an environment variable names."""
    value = os.environ.get(name)
    return Path(value) if value else None


def _module(name: str) -> ModuleType:
    """The module that runs a command."""
    return import_module(f"tui.commands.{COMMANDS[name][0]}")


def runner(name: str) -> Callable[[argparse.Namespace, Call], int]:
    """The function that runs a command."""
    return getattr(_module(name), f"run_{name}")


def command_parser(name: str) -> Parser:
    """The parser of one command's own options."""
    parser = Parser(prog=f"guanai {name}", description=COMMANDS[name][1])
    getattr(_module(name), f"{name}_options")(parser)
    return parser
