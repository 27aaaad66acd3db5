"""`guanai`: with a command, that command; without one, the program."""

import gc
import sys
from argparse import Namespace

gc.set_threshold(
    100_000
)  # importing makes much and drops little: the usual threshold costs a tenth of the start


def main() -> int:
    """The entry of the installed program; its exit status."""
    gc.set_threshold(
        50_000
    )  # what is loaded at the start stays: looking through it again and again costs 10 ms
    from tui import cli

    asked = cli.read(sys.argv[1:])
    if asked.command:
        return cli.run(asked)
    return _open_program(asked)


def _open_program(asked: Namespace) -> int:
    from tui import cli, terminal

    if reason := terminal.unfit():
        terminal.complain(reason)
        return cli.WRONG_USE
    try:
        call = cli.make_call(asked)
        terminal.prepare(call.config.get("terminal.escape_wait") or None, call.config.get("terminal.colour"))
        with call.ledger(create=True) as place:
            from tui.start import start

            return start(place, call.config)
    except Exception as error:
        return cli.explain(error)


if __name__ == "__main__":
    sys.exit(main())
