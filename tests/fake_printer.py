"""A printing system of our own on PATH: it writes down what it is given; and a Chinese font, made on the spot."""

import re
import zlib
from pathlib import Path

FOUND = "#!/bin/sh\n"
LEVELS = (*range(0xB0, 0xD8), *range(0xD8, 0xF8))  # GB 2312's rows of characters


class Machine:
    """The commands of one machine: lp and lpstat with or without a printer, fc-list with or without a font."""

    def __init__(self, folder: Path, monkeypatch):
        self.bin, self.taken = folder / "bin", folder / "taken"
        self.bin.mkdir()
        monkeypatch.setenv("PATH", f"{self.bin}:/usr/bin:/bin")
        self.command("fc-list", "exit 0")
        self.command("lpstat", "exit 1")
        self.command("lp", "echo 'lp: no printer' >&2; exit 1")

    def command(self, name: str, does: str) -> None:
        """Put a command on PATH."""
        path = self.bin / name
        path.write_text(FOUND + does + "\n")
        path.chmod(0o755)

    def printer(self, name: str = "HP-1020", default: bool = True) -> None:
        """There is a printer; it takes everything and keeps what it was told."""
        first = f"system default destination: {name}" if default else "no system default destination"
        self.command("lpstat", f'[ "$1" = -d ] && echo "{first}" || echo {name}')
        self.command(
            "lp",
            f'echo "$@" >> {self.taken}.words; cat > {self.taken}; echo "request id is {name}-1 (1 file(s))"',
        )

    def broken(self) -> None:
        """The printer refuses whatever it gets."""
        self.command("lp", "cat > /dev/null; echo 'lp: Destination is not accepting jobs.' >&2; exit 1")

    def font(self, path: Path) -> None:
        """There is a Chinese font, and a bold one beside it."""
        self.command("fc-list", f"printf '200\\t0\\tBold SC\\t/no/bold.ttf\\n80\\t0\\tBoxes\\t{path}\\n'")

    @property
    def words(self) -> str:
        """What lp was called with."""
        return Path(f"{self.taken}.words").read_text()

    @property
    def text(self) -> str:
        """The text of the PDF that was printed."""
        return pdf_text(self.taken.read_bytes())


def make_font(path: Path) -> Path:
    """A font with a glyph for each character of GB 2312 and ASCII, all of them alike."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    chars = [chr(n) for n in range(0x20, 0x7F)] + list("，。：；！？（）《》、“”　")
    chars += [bytes((row, cell)).decode("gb2312", "ignore") for row in LEVELS for cell in range(0xA1, 0xFF)]
    names = {f"u{ord(char):04X}": ord(char) for char in chars if len(char) == 1}
    pen = TTGlyphPen(None)
    for at, point in enumerate(((0, 0), (0, 800), (800, 800), (800, 0))):
        (pen.lineTo if at else pen.moveTo)(point)
    pen.closePath()
    box = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", *names])
    made.setupCharacterMap({code: name for name, code in names.items()})
    made.setupGlyf(dict.fromkeys([".notdef", *names], box))
    made.setupHorizontalMetrics(
        {name: (500 if names.get(name, 999) < 128 else 1000, 0) for name in (".notdef", *names)}
    )
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    made.setupPost()
    made.save(path)
    return path


def pdf_text(data: bytes) -> str:
    """What can be read in a PDF of ours, a line a text."""
    streams = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            streams.append(zlib.decompress(found[1]))
        except zlib.error:
            streams.append(found[1])
    chars = {}
    for stream in streams:
        for glyph, code in (
            re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n", stream) if b"beginbfchar" in stream else ()
        ):
            chars[int(glyph, 16)] = chr(int(code, 16))
    lines = []
    for stream in streams:
        for shown in re.findall(rb"\((.*?)(?<!\\)\) Tj", stream, re.S):
            raw = re.sub(rb"\\(.)", lambda m: {b"r": b"\r", b"n": b"\n"}.get(m[1], m[1]), shown, flags=re.S)
            pairs = zip(raw[::2], raw[1::2], strict=True)
            lines.append("".join(chars.get(high * 256 + low, "?") for high, low in pairs))
    return "\n".join(lines)
