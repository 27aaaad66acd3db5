"""A terminal for tests: runs a program in a pseudo-terminal and shows what a person would see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
KEYS = {
    "enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "escape": "\x1b", "backspace": "\x7f", "space": " ",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "insert": "\x1b[2~", "delete": "\x1b[3~", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~",
}  # fmt: skip
ANSWERS = {b"\x1b[c": b"\x1b[?64;1;2c", b"\x1b[5n": b"\x1b[0n", b"\x1b[6n": b"\x1b[1;1R"}
# commands with a private marker other than ?, which the emulator would print as text
FOREIGN = re.compile(rb"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class Terminal:
    """A program in a terminal of its own. Use as a context manager: the program is ended with it."""

    def __init__(
        self,
        argv: list[str],
        size: tuple[int, int] = (80, 24),
        env: dict[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.output = b""
        self.status: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            own = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
            kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
            try:  # whatever fails here must not go on as a second run of the tests
                os.chdir(cwd)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
                os.execvpe(argv[0], argv, {**kept, **own, **(env or {})})
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, data: bytes | str) -> None:
        """Write to the program in one go, reading its output meanwhile so that neither side blocks."""
        left = memoryview(data.encode() if isinstance(data, str) else data)
        while left:
            readable, writable, _ = select.select([self.fd], [self.fd], [], 10)
            if readable:
                self._read()
            if writable:
                left = left[os.write(self.fd, left[:2048]) :]

    def key(self, *names: str) -> None:
        """Press keys as xterm sends them; a name of one letter types it."""
        for name in names:
            if name.startswith("ctrl+"):
                self.send(bytes([ord(name[5].upper()) & 0x1F]))
            else:
                self.send(KEYS.get(name, name))

    def wait(self, pattern: str, timeout: float = 10) -> str:
        """Wait until the pattern is on the screen; the screen. Fails with what is to be seen instead."""
        end = time.monotonic() + timeout
        while not re.search(pattern, self.text()):
            assert time.monotonic() < end, f"waited {timeout} s for {pattern!r}; the screen:\n{self.text()}"
            assert self.read(0.05) or self.status is None, f"ended without {pattern!r}:\n{self.text()}"
        return self.text()

    def settle(self, quiet: float = 0.3) -> str:
        """Read until nothing has come for a while; the screen."""
        while self.read(quiet):
            pass
        return self.text()

    def read(self, timeout: float) -> bool:
        """Take in output for at most so long; whether any came."""
        if self.fd < 0 or not select.select([self.fd], [], [], timeout)[0]:
            return False
        return self._read()

    def _read(self) -> bool:
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            self._reap()
            return False
        self.output += data
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self.fd, answer)
        self.stream.feed(FOREIGN.sub(b"", data))
        return True

    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(self.line(y, "") for y in range(self.screen.lines))

    def line(self, y: int, end: str = " ") -> str:
        """One line of the screen, without the blanks at its end.

        The emulator's own way fails where a picture half drawn leaves the second half of a wide character alone.
        """
        row, text, x = self.screen.buffer[y], "", 0
        while x < self.screen.columns:
            text += row[x].data or " "
            x += 1 + (x + 1 < self.screen.columns and not row[x + 1].data)
        return text.rstrip(end) if end else text

    def caret(self) -> tuple[int, int] | None:
        """The cell of the cursor, None when it is hidden."""
        cursor = self.screen.cursor
        return None if cursor.hidden else (cursor.x, cursor.y)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.screen.resize(height, width)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def modes(self) -> list:
        """The line settings of the terminal, as termios gives them."""
        return termios.tcgetattr(self.fd)

    def kill(self, number: int = signal.SIGTERM) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Cut the line, as when an SSH connection is lost."""
        os.close(self.fd)
        self.fd = -1

    def wait_end(self, timeout: float = 10) -> int:
        """Wait for the program to end; its exit status (negative: the signal that killed it)."""
        end = time.monotonic() + timeout
        while self.status is None:
            assert time.monotonic() < end, f"still running after {timeout} s:\n{self.text()}"
            if not self.read(0.02):
                self._reap(os.WNOHANG)
                time.sleep(0.01)
        while self.read(0):
            pass
        return self.status

    def _reap(self, options: int = 0) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """End the program if it still runs."""
        if self.status is None:
            self._reap(os.WNOHANG)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def python(program: str, *args: str, **options: object) -> Terminal:
    """One of our fixture programs in a terminal."""
    return Terminal([sys.executable, str(PROGRAMS / program), *args], **options)
