"""The documents say what the program does: its commands, options and keys."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import keys_page
from tui.commands import COMMANDS, parser

TOP = Path(__file__).parent.parent
CLI = (TOP / "docs" / "cli.md").read_text("utf-8")


def options(made: argparse.ArgumentParser) -> set[str]:
    return {name for action in made._actions for name in action.option_strings} - {"-h", "--help"}


def section(command: str) -> str:
    found = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", CLI, re.M | re.S)
    assert found, f"docs/cli.md has no section on {command}"
    return found[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_options_in_the_docs_and_no_others(command):
    usage = section(command).split("```")[1]
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", usage)) == options(parser.command_parser(command))


def test_the_docs_know_no_command_that_is_not_there():
    assert set(re.findall(r"^## (\w+)$", CLI, re.M)) == set(COMMANDS)


def test_the_words_before_a_command_are_in_the_docs():
    for option in options(parser.top_parser()):
        assert f"`{option}" in CLI or f"[{option}" in CLI, option


def test_the_help_lists_every_command():
    text = parser.top_parser().format_help()
    assert all(f"\n  {name}" in text for name in COMMANDS)


def test_the_page_of_keys_is_what_the_screens_say():
    """Run `python tests/keys_page.py` after changing a key."""
    assert keys_page.PAGE.read_text("utf-8") == keys_page.text()


def test_every_letter_key_has_a_twin_without_letters():
    """With a Chinese input method on, letters never arrive."""
    for title, module, name in keys_page.SCREENS:
        keys = keys_page.keys_of(module, name)
        for key in keys:
            if all(len(each) == 1 and each.isalpha() for each in key.names):
                twins = [other for other in keys if other.run == key.run and other is not key]
                assert twins, f"{title}: {key.names} has no twin"


def test_the_readme_names_the_screens_and_links_to_pages_that_exist():
    readme = (TOP / "README.md").read_text("utf-8")
    for link in re.findall(r"\]\(([\w/.]+)\)", readme):
        assert (TOP / link).exists(), link
    for key in ("F2", "F3", "F4", "F5", "F6", "F7", "F9"):
        assert f"| {key} |" in readme


def imported(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code + "\nimport sys; print(*sys.modules, file=sys.stderr)"],
                          capture_output=True, text=True, check=True, cwd=TOP)  # fmt: skip
    return {name.split(".")[0] for name in done.stderr.split()}


def test_a_plain_command_loads_nothing_heavy(tmp_path):
    code = f"""
import sys
sys.argv = ["guanai", "--demo", "--data", {str(tmp_path)!r}, "status"]
from tui.__main__ import main
assert main() == 0
for name in [n for n in sys.modules if n.split(".")[0] == "pypinyin"]:
    del sys.modules[name]  # the demo village's names needed it
"""
    first = imported(code)  # makes the village
    assert "peewee" in first
    again = imported(code.replace('"--demo", ', ""))
    assert not again & {
        "textual",
        "rich",
        "openpyxl",
        "xlsxwriter",
        "python_calamine",
        "pypinyin",
        "psycopg",
        "playhouse",
        "fpdf",
        "fontTools",
        "PIL",
    }


def test_the_ledger_pulls_in_no_textual():
    names = " ".join(
        f"import db.{path.stem};" for path in sorted((TOP / "db").glob("*.py")) if path.stem != "__init__"
    )
    assert not imported(names.replace(";", "\n").replace(" import", "import")) & {"textual", "tui"}
