"""The least a Textual program can be: what ours is measured against."""

from textual.app import App
from textual.widgets import Static


class Bare(App):
    ENABLE_COMMAND_PALETTE = False

    def compose(self):
        yield Static("READY")


Bare().run(mouse=False)
