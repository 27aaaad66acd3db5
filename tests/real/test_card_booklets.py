"""Booklets of one-child forms opened by a real office program: as many pages as forms, the words there."""

import io
import re
import subprocess

from docx import Document
from docx.shared import Cm

from db.exchange.docx_fill import WordForm
from db.exchange.xlsx_fill import booklet
from tests.db.exchange.card_forms import CONTACT, VISIT, as_docx, as_xlsx, saved

PAGE = re.compile(rb"/Type\s*/Page[^s]")


def whole_page() -> bytes:
    """A form that fills its page to the last line, with a head."""
    document = Document(io.BytesIO(as_docx(VISIT, head="柳溪村")))
    for at, row in enumerate(document.tables[0].rows):
        row.height = Cm(0.8 if at < 4 else 2.7)
    document.add_paragraph()
    return saved(document)


def test_a_booklet_of_three_has_three_times_the_pages(tmp_path):
    """Two pages of a form of two pages, too: each copy begins on a page of its own."""
    forms = {"card": as_docx(CONTACT, ("一、基本情况",)), "whole": whole_page(), "two": as_docx(VISIT * 7)}
    files = {f"{name}.docx": data for name, data in forms.items()}
    pages = [("", {(2, 1): name}) for name in ("张浩宇", "李雨涵", "王一鸣")]
    files |= {f"{name}3.docx": WordForm(data, name).booklet(pages) for name, data in forms.items()}
    files["sheet.xlsx"] = as_xlsx(CONTACT)
    files["sheet3.xlsx"] = booklet(
        files["sheet.xlsx"], "表", [(name, {(2, 1): name}) for name in ("甲", "乙", "丙")]
    )
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", tmp_path, *(tmp_path / name for name in files)], capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    counts = {each.stem: len(PAGE.findall(each.read_bytes())) for each in tmp_path.glob("*.pdf")}
    assert counts.keys() == {name.split(".")[0] for name in files}
    assert counts["card"] == counts["whole"] == 1 and counts["two"] > 1
    for name in ("card", "whole", "two", "sheet"):
        assert counts[f"{name}3"] == 3 * counts[name]
