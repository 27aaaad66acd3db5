"""A workbook as the zip of parts it is: parts read, replaced, added and left out, the others kept byte for byte."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname, join, normpath, relpath
from xml.sax.saxutils import escape

from db.exchange.unpack import MAX_UNPACKED
from db.exchange.xml_text import attributes, decoded
from db.values import Refused

SAVE_AS = "请用表格软件打开后另存为 xlsx 再用"
BROKEN = f"这个文件不完整或已损坏；{SAVE_AS}"
RELATION = re.compile(r"<(?:\w+:)?Relationship(?=[\s/>])[^<>]*>(?:\s*</(?:\w+:)?Relationship\s*>)?")
TYPE_OF_PART = re.compile(
    r"<(?:\w+:)?(?:Override|Default)(?=[\s/>])[^<>]*>(?:\s*</(?:\w+:)?(?:Override|Default)\s*>)?"
)
TYPES = "[content_types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class Unfit(Refused):
    """A workbook that cannot be filled; str() is a sentence with the cure."""


class Package:
    """The parts by their names, '/' between folders, no '/' in front; case does not matter."""

    def __init__(self, data: bytes):
        """Raises Unfit for what is no zip, or would unfold without end."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._members = {each.filename.replace("\\", "/").lower(): each for each in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError):
            raise Unfit(f"这个文件不是 xlsx，或已损坏；{SAVE_AS}") from None
        if sum(each.file_size for each in self._members.values()) > MAX_UNPACKED:
            raise Unfit("这个表格文件太大，请只留要填的工作表，另存后再试")
        if any(each.flag_bits & 1 for each in self._members.values()):
            raise Unfit("这个文件加了密码，请用表格软件打开、取消密码后另存再填")
        self._changed: dict[str, bytes | Iterable[str]] = {}
        self._added: dict[str, str] = {}  # name in small letters → name
        self._dropped: set[str] = set()

    def names(self) -> Iterator[str]:
        """The parts there are."""
        yield from (
            each.filename.replace("\\", "/")
            for key, each in self._members.items()
            if key not in self._dropped
        )
        yield from self._added.values()

    def __contains__(self, name: str) -> bool:
        key = name.lower()
        return (key in self._members or key in self._added) and key not in self._dropped

    def read(self, name: str) -> bytes:
        """A part's bytes. Raises Unfit if it is not there or damaged."""
        key = name.lower()
        if key in self._changed:
            return self._changed[key]
        try:
            return self._zip.read(self._members[key])
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
            raise Unfit(BROKEN) from None

    def text(self, name: str) -> str:
        """A part's XML."""
        try:
            return decoded(self.read(name))
        except (UnicodeError, LookupError):
            raise Unfit(f"这个文件里的文字认不出来；{SAVE_AS}") from None

    def put(self, name: str, content: str | Iterable[str]) -> None:
        """Replace or add a part. Pieces of text are made only when the package is written, in the order parts were put."""
        key = name.lower()
        self._changed[key] = content.encode() if isinstance(content, str) else content
        if key not in self._members:
            self._added[key] = name

    def copy(self, source: str, name: str) -> None:
        """Add a part with the bytes of another."""
        self._changed[name.lower()] = self.read(source)
        self._added[name.lower()] = name

    def drop(self, name: str) -> None:
        """Leave a part out, its own relations and its content type with it; who relates to it must be told."""
        self._dropped |= {name.lower(), _relations_of(name).lower()}
        types = self.text(TYPES)
        self.put(TYPES, TYPE_OF_PART.sub(
            lambda found: "" if attributes(found[0]).get("PartName", "").lower() == f"/{name.lower()}" else found[0], types))  # fmt: skip

    def free_name(self, like: str) -> str:
        """A name nobody has: sheet7.xml like sheet1.xml."""
        stem, number, end = re.fullmatch(r"(.*?)(\d*)(\.\w+)", like).groups()
        at = int(number or 1)
        while f"{stem}{at}{end}" in self:
            at += 1
        return f"{stem}{at}{end}"

    # ── relations and content types ──────────────────────────────────────────────────────────────────────

    def relations(self, name: str) -> list[dict[str, str]]:
        """What a part relates to: Id, Type, Target, TargetMode as they stand, and part (its name) if it is one here."""
        held = _relations_of(name)
        if held not in self:
            return []
        found = [attributes(tag) for tag in RELATION.findall(self.text(held))]
        for each in found:
            if each.get("TargetMode") != "External":
                target = each.get("Target", "").replace("\\", "/")
                each["part"] = normpath(join("/", dirname(name), target)).lstrip("/")
        return found

    def relate(self, name: str, part: str, like: str) -> str:
        """Relate a part to another with the type of relation `like`; returns the new Id."""
        held = _relations_of(name)
        text = self.text(held)
        taken = {attributes(tag).get("Id") for tag in RELATION.findall(text)}
        key = next(f"rId{at}" for at in range(len(taken) + 1, 2 * len(taken) + 3) if f"rId{at}" not in taken)
        prefix, end = _inside("Relationships", text)
        target = relpath(part, dirname(name) or ".")
        self.put(
            held,
            f'{text[:end]}<{prefix}Relationship Id="{key}" Type="{like}" Target="{escape(target)}"/>{text[end:]}',
        )
        return key

    def unrelate(self, name: str, part: str) -> None:
        """Take out a part's relations to another."""
        held = _relations_of(name)
        gone = {each["Id"] for each in self.relations(name) if each.get("part", "").lower() == part.lower()}
        self.put(held, RELATION.sub(
            lambda found: "" if attributes(found[0]).get("Id") in gone else found[0], self.text(held)))  # fmt: skip

    def put_relations(self, name: str, relations: list[dict[str, str]]) -> None:
        """The relations of a new part."""
        if relations:
            said = "".join(
                f'<Relationship Id="{each["Id"]}" Type="{each["Type"]}" Target="{escape(each["Target"], {chr(34): "&quot;"})}"'
                + (f' TargetMode="{each["TargetMode"]}"' if "TargetMode" in each else "") + "/>"
                for each in relations)  # fmt: skip
            self.put(_relations_of(name), '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
                     f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{said}</Relationships>')  # fmt: skip

    def content_type(self, name: str) -> str:
        """What kind of part it is; '' if only its ending says so."""
        tags = (attributes(tag) for tag in TYPE_OF_PART.findall(self.text(TYPES)))
        return next(
            (tag["ContentType"] for tag in tags if tag.get("PartName", "").lower() == f"/{name.lower()}"), ""
        )

    def put_type(self, name: str, kind: str) -> None:
        """Say what kind of part it is."""
        types = self.text(TYPES)
        for tag in TYPE_OF_PART.findall(types):
            if attributes(tag).get("PartName", "").lower() == f"/{name.lower()}":
                types = types.replace(tag, "")
        prefix, end = _inside("Types", types)
        self.put(
            TYPES,
            f'{types[:end]}<{prefix}Override PartName="/{escape(name)}" ContentType="{kind}"/>{types[end:]}',
        )

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    def written(self) -> bytes:
        """The zip."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
            for key, member in self._members.items():
                if key in self._dropped or member.is_dir():
                    continue
                info = zipfile.ZipInfo(member.filename.replace("\\", "/"), member.date_time)
                info.compress_type = (
                    member.compress_type
                    if member.compress_type == zipfile.ZIP_STORED
                    else zipfile.ZIP_DEFLATED
                )
                info.external_attr = member.external_attr
                self._write(book, info, key)
            for key, name in self._added.items():
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                self._write(book, info, key)
        return out.getvalue()

    def _write(self, book: zipfile.ZipFile, info: zipfile.ZipInfo, key: str) -> None:
        content = self._changed.get(key)
        if content is None:
            content = self.read(key)
        if isinstance(content, bytes):
            book.writestr(info, content)
            return
        with book.open(info, "w") as part:
            for piece in content:
                part.write(piece.encode())


def _inside(element: str, text: str) -> tuple[str, int]:
    """The prefix of a part's outermost element, and where it ends. Raises Unfit for a part without it."""
    opened, end = re.search(rf"<(\w+:)?{element}(?=[\s/>])", text), text.rfind("</")
    if opened is None or end < 0:
        raise Unfit(BROKEN)
    return opened[1] or "", end


def _relations_of(name: str) -> str:
    return join(dirname(name), "_rels", f"{basename(name)}.rels") if name else "_rels/.rels"
