"""`guanai`: with a command, that command; without one, the program."""

import gc
import sys
from argparse import Namespace

# Importing makes much and drops little: the usual threshold costs a tenth of the start.
gc.set_threshold(100_000)


def main() -> int:
    """The entry of the installed program; its exit status."""
    from tui import cli

    asked = cli.read(sys.argv[1:])
    if asked.command:
        status = cli.run(asked)
        gc.freeze()  # or Python would look through everything it loaded once more before it ends: 12 ms
        return status
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
