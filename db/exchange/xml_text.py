"""XML edited as text: what is not touched stays as it was written, prefixes and extensions included."""

import re
from html import unescape
from xml.sax.saxutils import escape

ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']""")
ENCODING = re.compile(r"""(^<\?xml[^>]*?\sencoding\s*=\s*["'])[\w.-]+""")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
# What may not stand in a cell's text as it is: marks of XML, control characters, halves of characters, and _x000D_,
# which a spreadsheet takes for one.
UNSAFE = re.compile(r"[&<>\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def decoded(xml: bytes) -> str:
    """A part's text, whatever its encoding; it will be written as UTF-8. Comments go, CDATA becomes plain text."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = xml.decode("utf-16")
    else:
        said = DECLARED.match(xml.removeprefix(b"\xef\xbb\xbf"))
        text = xml.decode(said[1].decode() if said else "utf-8").removeprefix("\ufeff")
    text = ENCODING.sub(r"\1UTF-8", text, count=1)
    if "<!" in text:
        text = CDATA.sub(lambda found: escape(found[1]), COMMENT.sub("", text))
    return text


def attributes(tag: str) -> dict[str, str]:
    """A tag's attributes by name, as they are meant."""
    return {name: unescape(one or other) for name, one, other in ATTRIBUTE.findall(tag)}


def with_attribute(tag: str, name: str, value: str) -> str:
    """The start tag with one attribute set."""
    said = f'{name}="{escape(value, {chr(34): "&quot;"})}"'
    changed, count = _named(name).subn(lambda _: f" {said}", tag, count=1)
    if count:
        return changed
    end = re.search(r"\s*/?>$", tag).start()
    return f"{tag[:end]} {said}{tag[end:]}"


def without_attribute(tag: str, name: str) -> str:
    """The tag, or its attributes, without one of them."""
    return _named(name).sub("", tag, count=1)


def _named(name: str) -> re.Pattern:
    return re.compile(rf"""\s{re.escape(name)}\s*=\s*(?:"[^"]*"|'[^']*')""")


def legal(text: str) -> str:
    """A text as it stands in a cell: escaped, without what XML cannot hold."""
    if UNSAFE.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return escape(CODED.sub("_x005F_", ILLEGAL.sub("", text)))
    return text
