"""The workbook around the sheets: their order and names, names of areas, the looks of dates, what makes it an xlsx."""

import re
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape

from db.exchange.formulas import renamed
from db.exchange.package import MAIN, SAVE_AS, TYPE_OF_PART, TYPES, Package, Unfit
from db.exchange.xml_text import attributes, with_attribute, without_attribute

LONGEST_NAME = 31
SHEET = re.compile(r"<(?:\w+:)?sheet(?=\s)[^<>]*?/?>")
SHEETS = re.compile(r"(<((?:\w+:)?)sheets(?=[\s>])[^<>]*>)(.*?)(</\2sheets\s*>)", re.DOTALL)
NAMED = re.compile(r"(<((?:\w+:)?)definedName(?=[\s>])[^<>]*>)([^<]*)(</\2definedName\s*>)")
VIEW = re.compile(r"<(?:\w+:)?workbookView(?=[\s/>])[^<>]*>")
CALCULATION = re.compile(r"<(?:\w+:)?calcPr(?=[\s/>])[^<>]*>")
BEFORE_CALCULATION = re.compile(
    r"</(\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)\s*>|<(?:\w+:)?(?:definedNames|externalReferences)\s*/>"
)
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
MACROS = re.compile(r"(?i)(?:^|/)(?:vbaproject\w*\.bin|vbadata\.xml|vbaprojectsignature\w*\.bin)$|^customui/")
SIGNATURES = re.compile(r"(?i)^_xmlsignatures/")
BUILTIN_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@dataclass(slots=True)
class SheetEntry:
    """A sheet's place in the workbook: its name, its part, its tag as it stands, and its number before (None: new)."""

    name: str
    part: str
    tag: str
    was: int | None


class Workbook:
    """A package seen as a workbook; `settle` writes what became of its sheets."""

    def __init__(self, data: bytes):
        """Raises Unfit for what is no xlsx."""
        self.package = Package(data)
        main = next(
            (each["part"] for each in self.package.relations("") if kind_of(each) == "officeDocument"), ""
        )
        if not main.lower().endswith(".xml") or main not in self.package:
            raise Unfit(f"这个文件不是 xlsx 工作簿；{SAVE_AS}")
        self.main = main
        self._text = self._before = self.package.text(main)
        found = SHEETS.search(self._text)
        if not found:
            raise Unfit(f"这个工作簿里没有工作表；{SAVE_AS}")
        parts = {each["Id"]: each for each in self.package.relations(main)}
        self.sheets: list[SheetEntry] = []
        for at, tag in enumerate(SHEET.findall(found[3])):
            said = attributes(tag)
            related = parts.get(next((value for name, value in said.items() if name.endswith(":id")), ""), {})
            if kind_of(related).lower() == "xlmacrosheet":
                raise Unfit(f"这个工作簿里有宏表，填不了；请删掉宏表，{SAVE_AS[1:]}")
            self.sheets.append(SheetEntry(said.get("name", ""), related.get("part", ""), tag, at))
        self.from_1904 = bool(
            re.search(r"""<(?:\w+:)?workbookPr\s[^<>]*date1904\s*=\s*["'](?:1|true)""", self._text)
        )
        self._names: dict[int, str] = {}  # sheets renamed: number before → name before
        self.macros = False

    def sheet(self, name: str) -> SheetEntry:
        """A sheet by its name. Raises Unfit if it is not there."""
        found = next((each for each in self.sheets if each.name.lower() == name.lower()), None)
        if found is None or found.part not in self.package:
            raise Unfit(f"工作簿里没有工作表“{name}”，请核对后再试")
        return found

    def free_name(self, wanted: str, end: str = "") -> str:
        """A sheet's name nobody has, as a spreadsheet allows it: at most 31 characters, no [ ] : * ? / \\ in it."""
        stem = FORBIDDEN.sub(" ", wanted).strip().strip("'") or "表"
        taken = {each.name.lower() for each in self.sheets} | {"history"}
        name, number = f"{stem[: LONGEST_NAME - len(end)]}{end}", 1
        while name.lower() in taken:
            number += 1
            more = f"({number})"
            name = f"{stem[: LONGEST_NAME - len(more)]}{more}"
        return name

    def rename(self, entry: SheetEntry, name: str) -> None:
        """Give a sheet another name."""
        self._names[entry.was] = entry.name
        entry.tag, entry.name = with_attribute(entry.tag, "name", name), name

    def copy_after(self, entry: SheetEntry, source: SheetEntry, name: str) -> SheetEntry:
        """A new sheet behind another, to be like source; its part is for the caller to put."""
        part = self.package.free_name(source.part)
        like = next(each for each in self.package.relations(self.main) if each.get("part") == source.part)
        self.package.put(part, "")
        key = self.package.relate(self.main, part, like["Type"])
        self.package.put_type(part, self.package.content_type(source.part))
        number = 1 + max(int(attributes(each.tag).get("sheetId", 0)) for each in self.sheets)
        holder = next(each for each in attributes(source.tag) if each.endswith(":id"))
        tag = with_attribute(with_attribute(source.tag, "name", name), "sheetId", str(number))
        added = SheetEntry(name, part, with_attribute(tag, holder, key), None)
        self.sheets.insert(self.sheets.index(entry) + 1, added)
        return added

    def grow_print_area(self, entry: SheetEntry, first: int, last: int) -> None:
        """Let a print area that holds the row `first` reach as far as `last`."""

        def reach(found: re.Match) -> str:
            said = attributes(found[1])
            area = re.fullmatch(r"(.*!\$?[A-Z]+\$?)(\d+)(:\$?[A-Z]+\$?)(\d+)", unescape(found[3]))
            mine = said.get("name") == "_xlnm.Print_Area" and said.get("localSheetId") == str(entry.was)
            if not (mine and area and int(area[2]) <= last and first <= int(area[4]) < last):
                return found[0]
            return f"{found[1]}{escape(area[1])}{area[2]}{area[3]}{last}{found[4]}"

        self._text = NAMED.sub(reach, self._text)

    # ── how the sheets came from one another ─────────────────────────────────────────────────────────────

    def settle(self, copies: dict[int, list[SheetEntry]], formulas: bool) -> None:
        """Write the workbook's own part: sheets, names of areas (a copy has its original's), what is worked out on opening."""
        now = {each.was: at for at, each in enumerate(self.sheets) if each.was is not None}

        def name(found: re.Match) -> str:
            opened, _, text, closed = found.groups()
            local = attributes(opened).get("localSheetId")
            text = unescape(text)
            for was, before in self._names.items():
                text = renamed(text, before, self.sheets[now[was]].name)
            if local is None or int(local) not in now:
                return f"{opened}{escape(text)}{closed}"
            mine = self.sheets[now[int(local)]]
            said = [f"{with_attribute(opened, 'localSheetId', str(now[int(local)]))}{escape(text)}{closed}"]
            said += [
                with_attribute(opened, "localSheetId", str(self.sheets.index(each)))
                + escape(renamed(text, mine.name, each.name)) + closed
                for each in copies.get(int(local), [])
            ]  # fmt: skip
            return "".join(said)

        if copies or self._names:
            tags = "".join(each.tag for each in self.sheets)
            self._text = SHEETS.sub(lambda found: f"{found[1]}{tags}{found[4]}", self._text, count=1)
            self._text = NAMED.sub(name, self._text)
            self._text = VIEW.sub(lambda found: _shown(found[0], now), self._text)
        if formulas:
            self._work_out()
        if self._text != self._before:
            self.package.put(self.main, self._text)

    def _work_out(self) -> None:
        if CALCULATION.search(self._text):
            self._text = CALCULATION.sub(
                lambda found: with_attribute(found[0], "fullCalcOnLoad", "1"), self._text
            )
        else:
            *_, last = BEFORE_CALCULATION.finditer(self._text)
            self._text = f'{self._text[: last.end()]}<{last[1] or ""}calcPr fullCalcOnLoad="1"/>{self._text[last.end() :]}'
        for each in self.package.relations(self.main):
            if kind_of(each) == "calcChain":
                self.package.unrelate(self.main, each["part"])
                self.package.drop(each["part"])

    def become_xlsx(self) -> None:
        """Leave out macros (an xlsx has none) and signatures (they would be wrong), and say that it is an xlsx."""
        gone = [name for name in self.package.names() if MACROS.search(name) or SIGNATURES.search(name)]
        self.macros = any(name.lower().endswith("vbaproject.bin") for name in gone)
        for name in gone:
            if MACROS.search(name) and not self.macros:
                continue
            for owner in ("", self.main):
                if any(
                    each.get("part", "").lower() == name.lower() for each in self.package.relations(owner)
                ):
                    self.package.unrelate(owner, name)
            self.package.drop(name)
        if self.package.content_type(self.main) != MAIN:
            self.package.put_type(self.main, MAIN)
        if self.macros:
            types = self.package.text(TYPES)
            self.package.put(
                TYPES, TYPE_OF_PART.sub(lambda found: "" if "vbaProject" in found[0] else found[0], types)
            )

    def date_looks(self) -> set[int]:
        """The numbers of the cell looks that show a number as a day."""
        part = next(
            (each["part"] for each in self.package.relations(self.main) if kind_of(each) == "styles"), ""
        )
        if part not in self.package:
            return set()
        text = self.package.text(part)
        own = {
            int(said["numFmtId"]): said.get("formatCode", "")
            for tag in re.findall(r"<(?:\w+:)?numFmt\s[^<>]*>", text)
            if "numFmtId" in (said := attributes(tag))
        }
        looks = re.search(r"<((?:\w+:)?)cellXfs(?=[\s>]).*?</\1cellXfs\s*>", text, re.DOTALL)
        if not looks:
            return set()
        numbers = [
            int(attributes(tag).get("numFmtId", 0))
            for tag in re.findall(r"<(?:\w+:)?xf(?=[\s/>])[^<>]*>", looks[0])
        ]
        return {at for at, number in enumerate(numbers)
                if (_is_date(own[number]) if number in own else number in BUILTIN_DATES)}  # fmt: skip


def kind_of(relation: dict[str, str]) -> str:
    """What a relation is: worksheet, drawing, image; the same in both kinds of OOXML."""
    return relation.get("Type", "").rpartition("/")[2]


def _is_date(code: str) -> bool:
    plain = LITERAL.sub("", code.split(";")[0]).lower()
    return (
        "y" in plain
        or "d" in plain
        or ("m" in plain and not re.search("[hs0#]", plain))
        or "e" in plain.replace("e+", "").replace("general", "")
    )


def _shown(tag: str, now: dict[int | None, int]) -> str:
    for name in ("activeTab", "firstSheet"):
        said = attributes(tag).get(name)
        if said is not None and int(said) in now:
            tag = with_attribute(tag, name, str(now[int(said)]))
    return tag


def plain_copy(head: str) -> str:
    """A sheet's head as its copy has it: not chosen (both would be typed into at once), no name for macros."""
    head = re.sub(
        r"<(?:\w+:)?sheetView(?=\s)[^<>]*>", lambda found: without_attribute(found[0], "tabSelected"), head
    )
    head = re.sub(
        r"<(?:\w+:)?sheetPr(?=\s)[^<>]*>", lambda found: without_attribute(found[0], "codeName"), head
    )
    return re.sub(
        r"<(?:\w+:)?worksheet(?=\s)[^<>]*>", lambda found: without_attribute(found[0], "xr:uid"), head
    )
