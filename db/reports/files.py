"""Reports and their templates as files: a report written out, a shipped template copied to be edited."""

from collections.abc import Iterator
from pathlib import Path

from db import export
from db.models import User
from db.reports import making, markdown, templates, word
from db.reports.making import Made
from db.reports.periods import Period
from db.reports.templates import Template
from db.values import Refused

KINDS = (".docx", ".md")


def choose(name: str, folder: Path, told: str | None = None) -> Template:
    """The template of a report. told: a file of the user's, or 自带 for the shipped one in spite of their own.

    Raises Refused: no such report or file, a template that is not as it should be.
    """
    if told and told != templates.OWN:
        found = templates.load(Path(told).expanduser())
        if found.path.suffix.lower() not in templates.KINDS:
            raise Refused(f"模板要是 .toml 或 .docx 文件，收到的是“{told}”")
    else:
        found = templates.find(name, folder, own=told is None)
    return word.read_word(found) if found.word else found


def make(template: Template, period: Period, by: User | None, reveal: bool = False) -> Iterator[str | Made]:
    """A report in steps, as db.reports.making says."""
    return making.make(template, period, by, reveal)


def put(made: Made, template: Template, path: str | Path, ending: str = "") -> None:
    """Write a report to a file only its owner can read, or to standard output ('-', as `ending` says).

    Raises Refused for another ending, without python-docx, for a place that cannot be written to, for the template itself.
    """
    if path != "-" and template.path and Path(path).exists() and template.path.samefile(path):
        raise Refused(f"“{Path(path).name}”就是模板，不能写在它上面，请换一个文件名")
    match ending or Path(path).suffix.lower():
        case ".docx":
            export.put(path, word.write(made, template))
        case ".md":
            export.put(path, markdown.write(made.report).encode())
        case other:
            raise Refused(f"报表存不成“{other}”，请写成 .docx 或 .md")


def copy(name: str, path: str | Path, ending: str = "") -> None:
    """A shipped template to be edited: as TOML with its comments, or as a docx with the placeholders in its text."""
    template = next((each for each in templates.shipped() if each.name == name), None)
    if template is None:
        names = "、".join(each.name for each in templates.shipped())
        raise Refused(f"没有“{name}”这份自带的报表，可选：{names}")
    match ending or Path(path).suffix.lower():
        case ".toml":
            data = template.text.encode()
        case ".docx":
            data = word.as_docx(template)
        case other:
            raise Refused(f"模板存不成“{other}”，请写成 .toml（改文字和结构）或 .docx（在 Word 里改）")
    export.put(path, data)
    if path != "-" and _shared(Path(path).parent):
        Path(path).chmod(0o660)  # nobody's data is in it: colleagues use it too


def _shared(folder: Path) -> bool:
    """Whether several logins keep a folder (2770)."""
    return folder.stat().st_mode & 0o2020 == 0o2020


def new_file(name: str, folder: Path, ending: str = ".toml") -> Path:
    """Where a copy of a template goes in the users' folder, made for them if it is not there: shared as the ledger's is.

    Raises Refused where it cannot be made, and if a file of that name is there.
    """
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
            if _shared(folder.parent):
                folder.chmod(0o2770)
    except OSError as error:
        raise Refused(
            f"建不了文件夹 {folder}，请检查权限，或用 guanai config reports.folder 另指一个"
        ) from error
    path = folder / f"{name}{ending}"
    if path.exists():
        raise Refused(f"{path} 已经有了：直接改它，或先改个名字")
    return path
