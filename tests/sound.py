"""What would make a spreadsheet program offer to repair a workbook (ECMA-376 parts 1 and 2), found without one."""

import io
import re
import zipfile
from collections import Counter
from itertools import combinations
from posixpath import basename, dirname, join, normpath
from xml.etree import ElementTree

ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
PLACE = re.compile(r"([A-Z]{1,3})(\d+)")
RELATION = re.compile(r"\{[^}]*officeDocument(?:/2006)?/relationships\}")


def complaints(data: bytes) -> list[str]:
    """Everything wrong with an xlsx's package, workbook and sheets; [] if a program opens it without a word."""
    book = zipfile.ZipFile(io.BytesIO(data))
    names = book.namelist()
    found = [
        f"twice in the zip: {name}" for name, times in Counter(map(str.lower, names)).items() if times > 1
    ]
    found += [f"damaged: {book.testzip()}"] if book.testzip() else []
    trees = {}
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                trees[name] = ElementTree.fromstring(book.read(name))
            except ElementTree.ParseError as error:
                found.append(f"{name}: {error}")
    if found:
        return found
    return found + list(_types(names, trees)) + list(_relations(names, trees)) + list(_book(trees))


def _tag(element) -> str:
    return element.tag.rpartition("}")[2]


def _types(names, trees):
    defaults, own = set(), Counter()
    for each in trees["[Content_Types].xml"]:
        if _tag(each) == "Default":
            defaults.add(each.get("Extension").lower())
        else:
            own[each.get("PartName").lstrip("/").lower()] += 1
            if "macroEnabled" in each.get("ContentType") or "vbaProject" in each.get("ContentType"):
                yield f"macros in an xlsx: {each.get('PartName')}"
    there = {name.lower() for name in names}
    yield from (f"a type for no part: {name}" for name in own if name not in there)
    yield from (f"two types: {name}" for name, times in own.items() if times > 1)
    for name in there - {"[content_types].xml"}:
        if name not in own and name.rpartition(".")[2] not in defaults:
            yield f"no type: {name}"


def _links(name, trees) -> dict[str, str]:
    """The parts a part relates to by Id; '' for what is elsewhere."""
    held = join(dirname(name), "_rels", basename(name) + ".rels")
    return {
        each.get("Id"): "" if each.get("TargetMode") == "External"
        else normpath(join("/", dirname(name), each.get("Target"))).lstrip("/")
        for each in trees.get(held, ())
    }  # fmt: skip


def _relations(names, trees):
    there = {name.lower() for name in names}
    holders = Counter()
    for held, tree in trees.items():
        if not held.endswith(".rels"):
            continue
        ids = Counter(each.get("Id") for each in tree)
        yield from (f"{held}: {key} twice" for key, times in ids.items() if times > 1)
        owner = normpath(join(dirname(dirname(held)), basename(held)[:-5])).lstrip("./")
        if owner and owner.lower() not in there:
            yield f"relations of no part: {held}"
        for target in _links(owner, trees).values():
            if target and target.lower() not in there:
                yield f"{held}: nothing at {target}"
            if re.search(r"(drawings|tables|comments)\d*/?[^/]*\.(xml|vml)$", target):
                holders[target] += 1
    yield from (f"two parts hold {name}" for name, times in holders.items() if times > 1)
    for name, tree in trees.items():
        links = _links(name, trees)
        for each in tree.iter():
            for attribute, value in each.attrib.items():
                if RELATION.match(attribute) and value and value not in links:
                    yield f"{name}: no relation {value}"


def _book(trees):
    main = next(
        _links("", trees)[each.get("Id")]
        for each in trees["_rels/.rels"]
        if each.get("Type").endswith("/officeDocument")
    )
    book, links = trees[main], _links(main, trees)
    sheets = [each for each in book.iter() if _tag(each) == "sheet"]
    names = [each.get("name") for each in sheets]
    for name in names:
        if not 0 < len(name) < 32 or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'":
            yield f"a sheet's name: {name}"
    yield from (f"two sheets {name}" for name, times in Counter(map(str.lower, names)).items() if times > 1)
    if len({each.get("sheetId") for each in sheets}) < len(sheets):
        yield "two sheets of one number"
    if all(each.get("state", "visible") != "visible" for each in sheets):
        yield "no sheet to see"
    defined = Counter()
    for each in book.iter():
        if _tag(each) == "definedName":
            defined[each.get("name").lower(), each.get("localSheetId")] += 1
            if int(each.get("localSheetId", 0)) >= len(sheets):
                yield f"{each.get('name')} of no sheet"
            for one, other in re.findall(r"'((?:[^']|'')+)'!|([\w.()]+)!", each.text or ""):
                if (one.replace("''", "'") or other) not in names:
                    yield f"{each.get('name')}: no sheet {one or other}"
        if _tag(each) == "workbookView" and int(each.get("activeTab", 0)) >= len(sheets):
            yield "no sheet to begin with"
    yield from (f"two names {name}" for name, times in defined.items() if times > 1)
    looks = next((len(list(each)) for part, tree in trees.items() if part.endswith("styles.xml")
                  for each in tree if _tag(each) == "cellXfs"), 1)  # fmt: skip
    chosen = 0
    for sheet in sheets:
        part = next(links[value] for key, value in sheet.attrib.items() if RELATION.match(key))
        tree = trees[part]
        chosen += any(
            each.get("tabSelected") in ("1", "true") for each in tree.iter() if _tag(each) == "sheetView"
        )
        yield from (f"{sheet.get('name')}: {each}" for each in _sheet(tree, looks))
    if chosen > 1:
        yield "several sheets chosen at once"


def _sheet(tree, looks):
    order = [ORDER.index(_tag(each)) for each in tree if _tag(each) in ORDER]
    if order != sorted(order):
        yield "elements out of order"
    shared, wanted, last = set(), set(), 0
    for row in next(each for each in tree if _tag(each) == "sheetData"):
        number = int(row.get("r", last + 1))
        if not last < number <= 1_048_576:
            yield f"row {number} after {last}"
        last, column = number, 0
        for cell in row:
            if _tag(cell) != "c":
                continue
            place = PLACE.fullmatch(cell.get("r", "")) if cell.get("r") else None
            at = _column(place[1]) if place else column + 1
            if (place and int(place[2]) != number) or at <= column or at > 16_384:
                yield f"cell {cell.get('r')} in row {number} after column {column}"
            column = at
            yield from (f"{cell.get('r')}: {each}" for each in _cell(cell, looks, shared, wanted))
    yield from (f"no shared formula {key}" for key in wanted - shared)
    yield from _merges(tree)


def _cell(cell, looks, shared, wanted):
    kinds = [_tag(each) for each in cell]
    if cell.get("t") == "inlineStr" and "is" not in kinds and kinds:
        yield "no text"
    if "is" in kinds and cell.get("t") != "inlineStr":
        yield "text in a number"
    if not 0 <= int(cell.get("s", 0)) < looks:
        yield f"look {cell.get('s')}"
    if kinds != [kind for kind in ("f", "v", "is", "extLst") if kind in kinds]:
        yield f"holds {kinds}"
    for each in cell:
        if _tag(each) == "v" and cell.get("t", "n") == "n":
            float(each.text)
        if _tag(each) == "f" and each.get("t") == "shared":
            (shared if each.text else wanted).add(each.get("si"))


def _merges(tree):
    for held in tree:
        if _tag(held) != "mergeCells":
            continue
        if held.get("count") not in (None, str(len(held))):
            yield f"{held.get('count')} merges said, {len(held)} there"
        areas = []
        for each in held:
            (left, top), (right, bottom) = (
                PLACE.fullmatch(place).groups() for place in each.get("ref").split(":")
            )
            areas.append((int(top), _column(left), int(bottom), _column(right)))
        areas.sort()
        for one, other in combinations(areas, 2):
            if other[0] > one[2]:
                continue
            if one[1] <= other[3] and other[1] <= one[3]:
                yield f"merges overlap: {one} {other}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
