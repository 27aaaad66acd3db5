"""LibreOffice opens every report we write, in one call, and finds in it what we wrote."""

import shutil
import subprocess

import pytest

from db import demo, site, store
from db.reports import files, making, periods, templates

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="报表没有用 LibreOffice 打开：没装 soffice")
def test_all_five_reports_open_in_libreoffice(tmp_path, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "ledger")
    try:
        by = site.user("wangxiao", "王晓")
        demo.fill(by)
        for at, template in enumerate(templates.shipped()):
            made = making.made(template, periods.current(template.span), by)
            files.put(made, template, tmp_path / f"r{at}.docx")
        files.copy("月报", tmp_path / "edit.docx")
        own = files.choose("", tmp_path, str(tmp_path / "edit.docx"))
        files.put(making.made(own, periods.current("month"), by), own, tmp_path / "r5.docx")
    finally:
        store.close()
    names = [f"r{at}" for at in range(6)]
    for kind in ("pdf", "txt:Text (encoded):UTF8"):
        subprocess.run(
            [OFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", kind, "--outdir", str(tmp_path),
             *(str(tmp_path / f"{name}.docx") for name in names)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    for name in names:
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        text = (tmp_path / f"{name}.txt").read_text("utf-8")
        assert "柳溪村" in text and "口径说明" in text and "结对率" in text and "{" not in text, name
