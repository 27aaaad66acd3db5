"""The program in the terminal: Textual's event loop around the desk."""

import asyncio
import signal
from collections import deque
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult

from tui.driver import TtyDriver
from tui.keys import Event, Garbled, Pasted, Pressed
from tui.page import Desk
from tui.task import Task
from tui.terminal import complain
from tui.widgets.canvas import Canvas

NOT_UTF8 = "收到的不是 UTF-8 文字，请把 PuTTY 的字符集改为 UTF-8"
SOON = 0.005  # seconds in which the screen is drawn before slow work begins
LOOKED = 0.7  # seconds without a key after which somebody is taken to have seen that something failed
QUIT = Pressed("ctrl+q", None)
AT_ONCE = [Pressed(key, None) for key in ("ctrl+s", "escape")]  # tried again, or given up
PATIENCE = 0.1  # seconds that a burst of keys may put off drawing


def _is_command(event: Event) -> bool:
    """Whether a key moves or does something on purpose; while others wait, text alone does not go past them."""
    return (
        isinstance(event, Pressed) and event.char is None and event.key not in ("enter", "tab", "backspace")
    )


class GuanaiApp(App[int]):
    """Hands every key to the desk at once and draws once per burst."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []

    def __init__(self, desk: Desk, log: Path | None = None) -> None:
        super().__init__(driver_class=TtyDriver)
        self.desk = desk
        self.log_path = log
        self.failed = False
        self.canvas = Canvas()
        self._stale_since: float | None = None
        self._held_at = 0.0
        self.dragged = False  # whether the window was given another size since it was drawn
        desk.redraw = self.redraw
        desk.begin = self.begin
        desk.guard = self.guard

    def compose(self) -> ComposeResult:
        yield self.canvas

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.end)
        self.redraw()

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes go straight to the desk, never through a widget's queue."""
        if isinstance(event, events.Key):
            char = event.character if event.is_printable else None
            self.take([Pressed("space" if char == " " else char or event.key, char)])
        elif isinstance(event, events.Paste):
            self.take([Pasted(event.text)])
        else:
            await super().on_event(event)
            if isinstance(event, events.Resize):
                if self.dragged:  # smaller and back at once it has the old size, not the old content
                    self.canvas.painter.forget()
                    self.dragged = False
                self.redraw()

    def take(self, taken: list[Event]) -> None:
        """Hand a burst of keys to the desk."""
        try:
            looked = self.desk.stopped and self._loop.time() - self._held_at > LOOKED
            if looked and (not self.desk.waiting or _is_command(taken[0])):
                self.desk.stopped = False
            coming, drawn = deque(taken), self._loop.time()
            while coming and not self.desk.done and not self.failed:
                event = coming.popleft()
                if isinstance(event, Garbled):
                    continue
                if self.desk.stopped and event != QUIT and (self.desk.waiting or event not in AT_ONCE):
                    self.desk.waiting.append(event)
                elif isinstance(event, Pasted):
                    self.desk.paste(event.text)
                elif event.key == "ctrl+l":
                    self.canvas.painter.forget()
                else:
                    self.desk.press(event.key, event.char)
                coming.extendleft(reversed(self.desk.resumed))
                self.desk.resumed = []
                if coming and self._loop.time() - drawn > PATIENCE:  # a long burst is seen being worked off
                    self._show()
                    drawn = self._loop.time()
            if self.desk.stopped:
                self._held_at = self._loop.time()
            if Garbled() in taken:  # said last: the next key takes a sentence away
                said, _ = self.desk.message
                self.desk.say("。".join(filter(None, (NOT_UTF8, said))), "error")
        except Exception as error:
            self.fail(error)
        self.redraw()

    def begin(self, task: Task) -> None:
        """Work on something slow between keys, after what is on the desk now has been drawn."""
        self.redraw()
        self._loop.call_later(SOON, self._go_on, task)

    def _go_on(self, task: Task) -> None:
        if self.failed or self.desk.done:
            return
        try:
            wait = task.go_on()
        except Exception as error:
            self.fail(error)
            return
        self.redraw()
        if wait is not None:
            self._loop.call_later(wait, self._go_on, task)

    def guard(self, on: bool) -> None:
        """Whether what is on the screen must not stay there should the program be killed. Raises OSError: it can't be seen to."""
        if not self.is_headless:
            self._driver.guard(on)

    def redraw(self) -> None:
        """Draw before long; many calls in a row draw once."""
        if self._stale_since is None and self._loop:
            self._stale_since = self._loop.time()
            self._loop.call_soon(self._draw)

    def _draw(self) -> None:
        if self._stale_since is None or self.failed:
            return
        waited = self._loop.time() - self._stale_since
        if waited < PATIENCE and not self.is_headless and self._driver.more_waiting():
            self._loop.call_soon(self._draw)
            return
        self._stale_since = None
        if self.desk.done:
            self.exit(0)
            return
        try:
            self._show()
        except Exception as error:
            self.fail(error)

    def _show(self) -> None:
        self.canvas.show(self.desk.draw(*self.size))

    def end(self) -> None:
        """The line is cut or the machine goes down: put everything typed into safety and leave."""
        try:
            self.desk.shutdown()
        except Exception as error:
            self.fail(error)
        self.exit(0)

    def fail(self, error: Exception) -> None:
        """A fault of the program: note where, save what was typed, leave."""
        if self.failed:
            return
        self.failed = True
        self._note(error)
        try:
            self.desk.shutdown()
        except Exception as second:
            self._note(second)
        self.exit(1)

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print a traceback with the values of variables, children's data among them."""
        self._exception = error
        self.fail(error)

    def _note(self, error: BaseException) -> None:
        """Write down where it happened, without the message: that may hold a child's data."""
        if not self.log_path:
            return
        import traceback

        lines = [
            f"{type(error).__module__}.{type(error).__qualname__}\n",
            *traceback.format_tb(error.__traceback__),
        ]
        cause = error.__cause__ or error.__context__
        if cause:
            lines += [f"from {type(cause).__qualname__}\n", *traceback.format_tb(cause.__traceback__)]
        self.log_path.touch(mode=0o600)
        with self.log_path.open("a", encoding="utf-8") as file:
            file.writelines(lines)


def run(desk: Desk, log: Path | None = None) -> int:
    """Show the desk until it is left; the exit status. Faults are noted in the log file."""
    app = GuanaiApp(desk, log)
    status = app.run(mouse=False)
    if app.failed:
        where = f"，经过记在 {log}" if log else ""
        complain(f"程序出错，已经退出；已输入的内容都已保留，再次运行即可接着做{where}")
        return 1
    return status or 0
