"""Formulas moved as a spreadsheet moves them: relative references go along, $-ed ones stay."""

import re

# A piece of a formula: a text or a quoted sheet (not looked into), a structured reference, a function or name, a reference.
PIECE = re.compile(
    r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[[^\]]*\]'
    r"|(?<![\w.$])(?P<c1>\$?)(?P<col>[A-Za-z]{1,3})(?P<c2>\$?)(?P<row>\d{1,7})(?![\w(.!])"
    r"|(?<![\w.$])(?P<d1>\$?)(?P<from>\d{1,7}):(?P<d2>\$?)(?P<to>\d{1,7})(?![\w(.!])"
    r"|[\w.]+"
)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def letters(column: int) -> str:
    """A column's letters, from 0: A, B … AA."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def column_of(said: str) -> int:
    """The column, from 0, that letters name."""
    number = 0
    for letter in said.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def moved(formula: str, rows: int, columns: int = 0) -> str:
    """A formula as it reads so many rows further down and columns further right; beyond the sheet it reads #REF!."""

    def piece(found: re.Match) -> str:
        if found["col"]:
            row, column = int(found["row"]), column_of(found["col"])
            row += 0 if found["c2"] else rows
            column += 0 if found["c1"] else columns
            if not (0 < row <= LAST_ROW and 0 <= column < LAST_COLUMN):
                return "#REF!"
            return f"{found['c1']}{letters(column)}{found['c2']}{row}"
        if found["from"]:
            first, last = (
                int(found[end]) + (0 if found[mark] else rows) for mark, end in (("d1", "from"), ("d2", "to"))
            )
            return f"{found['d1']}{first}:{found['d2']}{last}"
        return found[0]

    return PIECE.sub(piece, formula)


def renamed(formula: str, old: str, new: str) -> str:
    """A formula with a sheet's name replaced."""
    quoted = "'" + old.replace("'", "''") + "'!"
    plain = rf"(?<![\w.'\]!]){re.escape(old)}!"
    into = "'" + new.replace("'", "''") + "'!"
    texts = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(
        text if at % 2 else re.sub(plain, lambda _: into, text.replace(quoted, into), flags=re.IGNORECASE)
        for at, text in enumerate(texts)
    )
