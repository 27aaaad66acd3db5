"""Cells as somebody else would have written them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from shapes import Form

from db import values
from db.exchange import aliases
from db.vocab import ETHNICITY

NUMERALS = "一二三四五六七八九"


def rewrite_cells(form: Form, rng: Random) -> None:
    """Each cell in another shape of those people use; an empty one with a dash."""
    for each in form.columns:
        spec = aliases.spec_of(each.target) if each.target else None
        write = WRITERS.get(each.target) or (spec and WRITERS.get(spec.kind))
        if write:
            each.cells = [cell if cell is None else rng.choice(write(str(cell))) for cell in each.cells]
        if spec:
            nothing = [None, None, "—", "/", "--", "  "]
            each.cells = [rng.choice(nothing) if cell is None else cell for cell in each.cells]


def _dates(text: str) -> list[Any]:
    try:
        told = values.partial_date(text)
    except values.Refused:
        return [text]
    year, month, *rest = told.split("-")
    y, m = int(year), int(month)
    if not rest:
        as_number = [] if m in (1, 10) else [float(f"{y}.{m}")]  # 2015.1 may be either
        return [
            f"{y}.{m}", f"{y}-{m}", f"{y}年{m}月", f"{year}{month}", f"{y}/{m}", f"{year}.{month}", int(year + month), f"{y}.{m}月", *as_number,
        ]  # fmt: skip
    day = date.fromisoformat(told)
    serial, d = (day - date(1899, 12, 30)) // timedelta(days=1), day.day
    return [
        told, f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{day:%Y%m%d}", int(f"{day:%Y%m%d}"), float(f"{day:%Y%m%d}"), f"{y}/{m}/{d}", serial,
        float(serial), serial + 0.5, str(serial), day, datetime(y, m, d), f"{told} 00:00:00", f"{y}．{m}．{d}", f"{y}。{m}。{d}",
        f"{y} 年 {m} 月 {d} 日", f"{y}-{m}-{d} ", f"{y}年{m}月{d}号",
    ]  # fmt: skip


def _ids(text: str) -> list[str]:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in text)
    blanks = f"{text[:6]} {text[6:14]} {text[14:]}"
    return [text, text.lower(), wide, wide.lower(), blanks, f" {text} ", f"'{text}", f"{text[:6]}-{text[6:]}"]


def _phones(text: str) -> list[Any]:
    text = text.removesuffix(".0")
    return [
        text, int(text), float(text), f"{text}.0", f"{text[:3]}-{text[3:7]}-{text[7:]}", f"{text[:3]} {text[3:7]} {text[7:]}", f"+86{text}",
        f"+86 {text}", f"86-{text}", f"0086{text}", f"（+86）{text}", f"{text[:3]}—{text[3:]}",
    ]  # fmt: skip


def _flags(text: str) -> list[Any]:
    if text in ("是", "住校"):
        return ["是", "有", "√", "1", 1, 1.0, "Y", "y", True, "✓", " 是 "]
    return ["否", "无", "×", "0", 0.0, "N", "不是", "没有", False, "否 "]


def _peoples(text: str) -> list[Any]:
    code = ETHNICITY.find(text)
    return [text, text.removesuffix("族"), code, str(int(code)), float(code), int(code), f"{text[:-1]} 族"]


def _choices(text: str) -> list[str]:
    return [mark.join(text.split(",")) for mark in (",", "、", "，", ";", "；", "/", " ", "和", "\n")]


def _classes(text: str) -> list[str]:
    year, _, number = text.partition("年级")
    digit = NUMERALS.index(year) + 1
    if not number:
        return [text, f"{digit}年级", f"{year} 年级"]
    return [text, f"{year}（1）班", f"{digit}年级1班", f"{year}年级(1)班", f"{digit}年级 1班", f"{year}(1)班"]


def _grades(text: str) -> list[Any]:
    number = NUMERALS.index(text[0]) + 1
    other = f"小学{text}" if number < 7 else f"初中{NUMERALS[number - 7]}年级"
    short = f"小{text[0]}" if number < 7 else f"初{NUMERALS[number - 7]}"
    return [text, f"{number}年级", number, float(number), str(number), text[0], other, short]


def _schools(text: str) -> list[str]:
    school, year = values.grade(text)
    if not year:
        return [text, f" {text}"]
    digit = f"{NUMERALS.index(year[0]) + 1}年级"
    return [
        text,
        f"{school} {year}",
        f"{school}{digit}",
        f"{school}/{year}",
        f"{school}，{year}",
        f"{school}（{year}）",
    ]


WRITERS: dict[str | None, Callable[[str], list[Any]]] = {
    "partial": _dates, "day": _dates, "id": _ids, "phone": _phones, "flag": _flags, "codes": _choices,
    "child.ethnicity": _peoples, "survey.class_no": _classes, "survey.grade": _grades, "said.school_grade": _schools,
    "child.sex": lambda text: ["男", "男性", "1", 1.0, " 男"] if text == "男" else ["女", "女性", "2", 2.0, "女 "],
    "helper.sex": lambda text: ["男", "1", 1.0] if text == "男" else ["女", "2", 2.0],
    "name": lambda text: [text, " ".join(text), "　".join(text), f" {text}", f"{text} "],
    "number": lambda text: [float(text), int(float(text)), f"{int(float(text))}{'人' if float(text) < 9 else '岁'}"],
    "code": lambda text: [text, f" {text}"], "text": lambda text: [text, f" {text} "],
}  # fmt: skip
