"""The one widget of the program: it shows the desk's picture over the whole window."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.ink import PALETTE
from tui.page import Picture
from tui.paint import Painter, row_of


class Canvas(Widget, can_focus=True):
    """Shows a picture. In a terminal it sends the changed cells itself; without one (in tests) Textual renders it."""

    DEFAULT_CSS = "Canvas { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.picture = Picture()
        self.painter = Painter()

    def show(self, picture: Picture) -> None:
        """Bring the screen to this picture."""
        self.picture = picture
        driver = self.app._driver
        if driver is None or driver.is_headless:
            self.refresh()
            return
        data = self.painter.paint(picture, *self.app.size)
        if data:
            driver.send(data)

    def render_line(self, y: int) -> Strip:
        """One line for Textual's own renderer."""
        line = self.picture.lines[y] if y < len(self.picture.lines) else []
        cells = row_of(line, self.size.width)
        return Strip([Segment(char, Style.parse(PALETTE[style] or "none")) for char, style in cells if char])
