"""A plain Textual form with everything on that makes it light: what an entry's answer time is measured against."""

from textual.app import App
from textual.containers import VerticalScroll
from textual.widgets import Footer, Header, Input


class Form(App):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [("f2", "save", "保存"), ("f10", "quit", "退出")]

    def compose(self):
        yield Header()
        with VerticalScroll(can_focus=False):
            for number in range(1, 21):
                field = Input(placeholder=f"字段{number:02d} READY", compact=True)
                field.cursor_blink = False
                yield field
        yield Footer()


Form(ansi_color=True).run(mouse=False)
