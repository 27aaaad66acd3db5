"""Load a register into the ledger: look at what it would do, then take it in as one action.

seen = preview("名册.xlsx")          # an Outcome; nothing is written
done = load("名册.xlsx", by=user)    # the same, written; undo takes all of it back
"""

from collections.abc import Callable

from db.exchange.outcome import Outcome
from db.exchange.plan import Plan, Progress
from db.exchange.register import Register, open_register
from db.models import User


def preview(source: str, kind: str | None = None) -> Outcome:
    """What loading the register would do. Writes nothing at all."""
    return load(source, kind, dry_run=True)


def load(source: str, kind: str | None = None, dry_run: bool = False, by: User | None = None) -> Outcome:
    """Load a register file into the ledger as one action, and say what became of each row.

    Raises BadFile for a file that cannot be read as a register, LedgerError for a ledger that cannot be written.
    """
    return take(open_register(source, kind), dry_run=dry_run, by=by)


def take(
    register: Register, dry_run: bool = False, by: User | None = None,
    progress: Callable[[Progress], None] = lambda step: None,
) -> Outcome:  # fmt: skip
    """Take an opened register into the ledger; dry_run only says what would become of each row.

    progress: called now and then with how far it is.
    """
    plan = Plan(register)
    for step in plan.make():
        progress(step)
    if not dry_run:
        for step in plan.write(by):
            progress(step)
    return plan.outcome
