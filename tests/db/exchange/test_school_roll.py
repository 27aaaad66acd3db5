"""The school roll's own import sheet: its headings, its words, and what comes back from it."""

import json

import pytest
from made import REGISTERS

from db import children, site, store
from db.exchange import importing, reader, register, school_roll
from db.values import Refused

SHARED = (
    "name", "sex", "birth_date", "id_number", "ethnicity", "address", "boarding", "health", "hukou_kind",
)  # fmt: skip


def listed() -> dict:
    return {
        each["id_number"]: {name: each[name] for name in SHARED}
        for each in children.listing(reveal=True)
        if each["id_number"]
    }


def test_the_headings_are_the_systems_own_in_their_order(user, take, tmp_path):
    take(["姓名", "出生日期", "就学情况"], ["张三", "2015-03-08", "小学"])
    list(school_roll.write(str(tmp_path / "学籍.xlsx"), "", user))
    forms = json.loads((REGISTERS / "forms.json").read_text("utf-8"))
    assert (
        reader.read(str(tmp_path / "学籍.xlsx")).sheets[0].rows[0] == forms["xueji_import_sheet"]["columns"]
    )


def test_who_is_at_school_goes_out_and_comes_back_the_same(user, tmp_path):
    importing.take(register.open_register(str(REGISTERS / "02-学籍导出.xlsx")), by=user)
    path = str(tmp_path / "学籍.xlsx")
    *_, last = school_roll.write(path, "", user)
    before = listed()
    store.close()
    store.open_ledger(tmp_path / "empty")
    importing.take(register.open_register(path), by=site.user("other", "张"))
    assert last.of == children.count() > 20
    assert listed() == {number: row for number, row in before.items() if number in listed()}


def test_its_words_are_used_and_what_is_not_known_stays_blank(user, take, tmp_path):
    take(["姓名", "出生日期", "就学情况", "父亲姓名", "父亲去向", "母亲姓名", "母亲去向", "是否寄宿"], ["张三", "2015-03-08", "小学", "张大", "外出", "李梅", "外出", "是"], ["李四", "2022-03-08", "未入园", "李大", "外出", "王梅", "外出", None])  # fmt: skip
    list(school_roll.write(str(tmp_path / "学籍.xlsx"), "", user))
    head, *rows = reader.read(str(tmp_path / "学籍.xlsx")).sheets[0].rows
    assert [row[head.index("姓名")] for row in rows] == ["张三"]
    told = dict(zip(head, rows[0], strict=False))
    assert (told["出生日期"], told["就读方式"], told["是否留守儿童"], told["成员1关系"]) == (
        "20150308",
        "住校",
        "双亲留守儿童",
        "父亲",
    )
    assert told["学校标识码"] is None and told["籍贯"] is None and told["身份证件类型"] is None


def test_nobody_at_school_is_said(user, take, tmp_path):
    with pytest.raises(Refused, match="没有找到儿童"):
        list(school_roll.write(str(tmp_path / "学籍.xlsx"), "", user))
    take(["姓名", "出生日期", "就学情况"], ["李四", "2022-03-08", "未入园"])
    with pytest.raises(Refused, match="没有在小学"):
        list(school_roll.write(str(tmp_path / "学籍.xlsx"), "", user))
    assert not (tmp_path / "学籍.xlsx").exists()
