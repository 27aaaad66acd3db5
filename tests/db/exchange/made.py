"""The village's registers, and workbooks no spreadsheet program would write."""

import io
import zipfile
from pathlib import Path

from db.exchange import reader

REGISTERS = Path(__file__).parents[2] / "registers"
FORM, HELPERS, TALKS = (str(REGISTERS / name) for name in
                        ("01-基本情况登记表.xlsx", "05-帮扶人员名册.xlsx", "06-谈心记录.xlsx"))  # fmt: skip

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
LINK = f'<Relationship Id="{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
HEADED = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
SHARED = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def sheet_xml(rows: str, doctype: str = "", after: str = "") -> str:
    """A worksheet of rows as they stand in its XML."""
    return f'<?xml version="1.0"?>{doctype}<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>'


def strings_xml(strings: str, doctype: str = "") -> str:
    """The shared strings of a workbook."""
    return f'<?xml version="1.0"?>{doctype}<sst {MAIN}>{strings}</sst>'


def book_xml(*attributes: str, doctype: str = "") -> str:
    """A workbook's list of sheets, one for each of the attributes: 'name="S" state="hidden"'."""
    sheets = "".join(f'<sheet {each} sheetId="{at}" r:id="r{at}"/>' for at, each in enumerate(attributes, 1))
    return f'<?xml version="1.0"?>{doctype}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def made_book(*sheets: str, book: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    """An xlsx of sheets named S1, S2 …; more: further members of the zip, or others in place of its own."""
    names = [f"worksheets/sheet{at}.xml" for at in range(1, len(sheets) + 1)]
    links = "".join(LINK.format(f"r{at}", "worksheet", name) for at, name in enumerate(names, 1))
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": LINKS.format(LINK.format("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book or book_xml(*(f'name="S{at}"' for at in range(1, len(sheets) + 1))),
        "xl/_rels/workbook.xml.rels": LINKS.format(links + LINK.format("s", "sharedStrings", "sharedStrings.xml")),
        "xl/sharedStrings.xml": strings_xml("<si><t>姓名</t></si>"),
    } | {f"xl/{name}": sheet for name, sheet in zip(names, sheets, strict=True)}  # fmt: skip
    return zipped(members | (more or {}))


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return file.getvalue()


def one_cell_book(where: str, text: str = "远") -> bytes:
    """An xlsx of one heading and one more cell, anywhere."""
    return made_book(sheet_xml(f'{HEADED}<row><c r="{where}" t="inlineStr"><is><t>{text}</t></is></c></row>'))


def read_as(folder: Path, name: str, data: bytes | str) -> reader.Source:
    """What the reader makes of a file of that name."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return reader.read(str(path))


def refusal(folder: Path, name: str, data: bytes | str) -> str:
    """The sentence with which a file of that name is refused: one, of what happened and what to do."""
    try:
        read_as(folder, name, data)
    except reader.BadFile as bad:
        said = str(bad)
        assert f"“{name}”" in said
        assert "请" in said, "no cure"
        assert not {"\n", "{", "}"} & set(said)
        return said
    raise AssertionError(f"{name} was read")
