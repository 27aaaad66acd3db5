"""The terminal as Textual drives it: raw mode, keys in, bytes out, all on the event loop and without threads.

Textual's own driver sends one message per key, asks the terminal questions and reports focus changes; over a slow
line each of these costs. This one hands whole bursts to the program and writes nothing unasked.
"""

import asyncio
import os
import select
import signal
import subprocess
import termios
import tty

from textual import events
from textual.driver import Driver
from textual.geometry import Size

from tui.keys import Event, Keys
from tui.terminal import escape_delay

# other screen, no wrapping at the edge, marked pastes, no cursor; and back
ENTER = "\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?25l"
LEAVE = "\x1b[m\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h"
BLOCK = 65536
SHELL = "/bin/sh"
WATCH = 'read -r _ || { printf %s "$1"; stty sane <&1; }'  # nothing more to read without a word first: the program was killed
TALLEST = 200  # lines of a window grown since the watch began


def wiped(height: int) -> str:
    """What empties every line of the window for a terminal that has no other screen to go back from.

    Line by line: some terminals keep in their scroll-back what is erased all at once.
    """
    return "\x1b[m" + "".join(f"\x1b[{y};1H\x1b[K" for y in range(height, 0, -1))


class TtyDriver(Driver):
    """Drives the terminal on standard input and output."""

    def __init__(self, app, *, debug=False, mouse=False, size=None) -> None:
        super().__init__(app, debug=debug, mouse=False, size=size)
        self.gone = False
        self._keys = Keys()
        self._held: asyncio.TimerHandle | None = None
        self._before: list | None = None
        self._watcher: subprocess.Popen | None = None
        self._measure()

    def _measure(self) -> None:
        try:
            size = os.get_terminal_size(1)
            self._size = (size.columns or 80, size.lines or 24)
        except OSError:
            self._size = (80, 24)

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._before = termios.tcgetattr(0)
        raw = termios.tcgetattr(0)
        raw[tty.IFLAG] &= ~(
            termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP
        )
        raw[tty.OFLAG] &= ~termios.OPOST
        raw[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        raw[tty.CC][termios.VMIN] = 1
        raw[tty.CC][termios.VTIME] = 0
        termios.tcsetattr(0, termios.TCSANOW, raw)
        self.send(ENTER)
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self._loop.add_reader(0, self._read)
        self._send_size()

    def _resized(self) -> None:
        self._app.dragged = True
        self._measure()
        self._send_size()

    def _send_size(self) -> None:
        size = Size(*self._size)
        self._app.post_message(events.Resize(size, size))

    def more_waiting(self) -> bool:
        """Whether more keys have arrived than have been read."""
        return not self.gone and bool(select.select([0], [], [], 0)[0])

    def _read(self) -> None:
        try:
            data = os.read(0, BLOCK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return
        if self._held:
            self._held.cancel()
            self._held = None
        taken = self._keys.feed(data)
        if self._keys.waiting:
            self._held = self._loop.call_later(escape_delay(), self._late)
        self._give(taken)

    def _late(self) -> None:
        self._held = None
        if self.more_waiting():  # the rest is here, we were only slow to read it
            return
        self._give(self._keys.late())

    def _give(self, taken: list[Event]) -> None:
        if taken:
            self._app.take(taken)

    def _hang_up(self) -> None:
        """The line is cut: nothing to read from, nothing to write to."""
        if not self.gone:
            self.gone = True
            self._loop.remove_reader(0)
            self._app.end()

    def write(self, data: str) -> None:
        """What Textual itself would write (its own drawing, the mouse pointer's shape) is not sent."""

    def send(self, text: str) -> None:
        """Send text to the terminal at once; a slow line slows the program down, keys wait meanwhile."""
        data = memoryview(text.encode("utf-8", "replace"))
        while data and not self.gone:
            try:
                data = data[os.write(1, data) :]
            except BlockingIOError:
                select.select([], [1], [], 1)
            except OSError:
                self._hang_up()

    def guard(self, on: bool) -> None:
        """While on, a watcher empties the window and leaves the other screen should the program be killed outright.

        Raises OSError if no watcher can be started.
        """
        if on and self._watcher is None:
            self._watcher = subprocess.Popen(
                [SHELL, "-c", WATCH, "sh", wiped(max(self._size[1], TALLEST)) + LEAVE],
                stdin=subprocess.PIPE, stdout=1, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        elif not on and self._watcher is not None:
            self._watcher.communicate(b"over\n")
            self._watcher = None

    def disable_input(self) -> None:
        if not self.gone:
            self._loop.remove_reader(0)
        self._loop.remove_signal_handler(signal.SIGWINCH)
        if self._held:
            self._held.cancel()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was; keys not yet read are dropped, not left to the shell."""
        self.disable_input()
        self.send(wiped(self._size[1]) + LEAVE)
        self.guard(False)
        try:
            termios.tcflush(0, termios.TCIFLUSH)
            termios.tcsetattr(0, termios.TCSANOW, self._before)
        except termios.error:
            self.gone = True
