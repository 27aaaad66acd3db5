"""A long piece of work done in small steps between keys, so that the screen answers meanwhile."""

from collections.abc import Callable, Iterator
from contextvars import copy_context
from time import monotonic, sleep
from typing import Any

from db.changes import Stale
from db.errors import LedgerError
from db.values import Refused

SLICE = 0.04  # seconds of work between two looks at the keyboard
END = object()
PAUSE = 0.02  # seconds until a step that had to wait is tried again


class Task:
    """Steps (an iterator; a step that yields None had to wait) and who is told: of each step, of the end, of a failure.

    Dropped with `cancel`, the steps get to undo what they had begun.
    """

    def __init__(
        self, steps: Iterator[Any], told: Callable[[Any], None], ended: Callable[[], None],
        failed: Callable[[str], None],
    ):  # fmt: skip
        self._steps, self._told, self._ended, self._failed = steps, told, ended, failed
        self._context = copy_context()  # what the steps set holds from one slice to the next
        self.over = False

    def go_on(self) -> float | None:
        """Work for a slice of time; seconds to wait before the next one, None when there is none."""
        until = monotonic() + SLICE
        while not self.over and monotonic() < until:
            try:
                step = self._context.run(next, self._steps, END)
                if step is END:
                    self.over = True
                    self._ended()
                elif step is None:
                    return PAUSE
                else:
                    self._told(step)
            except (Refused, LedgerError, Stale) as error:
                self.over = True
                self._failed(str(error))
        return None if self.over else 0.0

    def cancel(self) -> None:
        """Stop; what was begun is undone."""
        if not self.over:
            self.over = True
            self._context.run(self._steps.close)


def work_off(task: Task) -> None:
    """Do all of it at once: where there is no event loop to come back to."""
    while (wait := task.go_on()) is not None:
        sleep(wait)
