"""Text that may be kept: controls and invisible marks go, widths become one."""

import pytest

from db.initials import initials
from db.text import clean, normal, squeeze


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("张\x1b[2J三", "张[2J三"),
        ("张\x9b三", "张三"),
        ("‮三张⁦", "三张"),
        ("张​三﻿", "张三"),
        ("_x001B_[2J", "[2J"),
        ("_x00_x001B_1B_", ""),
        ("_x00\u200b1B_", ""),
        ("\ud800张", "张"),
        ("上\r\n下", "上 下"),
        ("甲\t乙", "甲 乙"),
        ("[/red] 是普通的字", "[/red] 是普通的字"),
    ],
)
def test_clean_takes_out_what_a_terminal_would_obey(raw, kept):
    assert clean(raw) == kept


def test_lines_are_kept_only_where_asked():
    assert clean("上\r\n下\u2028末", lines=True) == "上\n下\n末"
    assert "\n" not in clean("上\n下")


def test_full_width_and_blanks():
    assert normal("　１２３Ｘ ") == "123X"
    assert squeeze("张　浩 宇") == "张浩宇"
    assert normal("＿ｘ００１Ｂ＿") == ""  # the escape in full-width letters


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张浩宇", "zhy"), ("曾诗涵", "zsh"), ("单国庆", "sgq"), ("解花", "xh"), ("仇欣怡", "qxy"), ("查文博", "zwb"),
        ("区景行", "ojx"), ("朴智恩", "pze"), ("盖海", "gh"), ("尹平", "yp"), ("尉迟恭", "ycg"), ("单于", "sy"), ("翟亮", "zl"),
        ("Bob Lee", "bob lee"), ("阿依古丽·买买提", "ayglmmt"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_initials(name, expected):
    assert initials(name) == expected
