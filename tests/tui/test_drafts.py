"""Drafts survive whatever kills the program."""

import json
import os
import stat

import pytest

from tui.drafts import Drafts


def test_nothing_is_written_before_the_first_change(tmp_path):
    drafts = Drafts(tmp_path / "drafts")
    drafts.begin("child", None, "新增儿童", {})
    assert not drafts.folder.exists() and drafts.left() == []


def test_a_draft_is_found_with_field_and_caret_once_its_sheet_is_gone(tmp_path):
    drafts = Drafts(tmp_path)
    file = drafts.begin("child", "abc", "修改：张三", {"name": "张三"})
    file.change("name", "张", 1)
    file.change("name", "张四", 2)
    file.change("phone", "1990", 4)
    assert drafts.left() == []  # still open
    file.keep()
    (draft,) = drafts.left("child", "abc")
    assert draft.texts == {"name": "张四", "phone": "1990"}
    assert (draft.at, draft.caret, draft.base, draft.title) == ("phone", 4, {"name": "张三"}, "修改：张三")
    assert drafts.left("child", None) == []


def test_a_draft_is_private_and_a_discarded_one_is_gone(tmp_path):
    drafts = Drafts(tmp_path / "drafts")
    file = drafts.begin("child", None, "新增儿童", {})
    file.change("name", "张", 1)
    (path,) = drafts.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(drafts.folder.stat().st_mode) == 0o700
    file.discard()
    assert list(drafts.folder.iterdir()) == []


def test_a_line_cut_off_in_the_middle_costs_only_itself(tmp_path):
    drafts = Drafts(tmp_path)
    file = drafts.begin("child", None, "新增儿童", {})
    file.change("name", "张", 1)
    file.keep()
    (path,) = tmp_path.iterdir()
    with path.open("ab") as out:
        out.write('["name", "张三'.encode())
    (draft,) = drafts.left()
    assert draft.texts == {"name": "张"}
    file = drafts.resume(draft)
    file.change("phone", "1990", 4)
    file.keep()
    assert drafts.left()[0].texts == {"name": "张", "phone": "1990"}


def test_a_resumed_draft_goes_on_in_the_same_file(tmp_path):
    drafts = Drafts(tmp_path)
    file = drafts.begin("child", None, "新增儿童", {})
    file.change("name", "张", 1)
    file.keep()
    file = drafts.resume(drafts.left()[0])
    assert drafts.left() == []
    file.change("name", "张三", 2)
    file.keep()
    assert drafts.left()[0].texts == {"name": "张三"}


def test_two_programs_of_one_user_keep_two_drafts(tmp_path):
    drafts = Drafts(tmp_path)
    one, two = (drafts.begin("child", None, "新增儿童", {}) for _ in range(2))
    one.change("name", "甲", 1)
    two.change("name", "乙", 1)
    one.keep()
    assert [draft.texts["name"] for draft in drafts.left()] == ["甲"]
    two.keep()
    assert {draft.texts["name"] for draft in drafts.left()} == {"甲", "乙"}


@pytest.fixture
def full_disk(monkeypatch):
    """A disk that takes only half of a line while it is full."""
    write, full = os.write, [True]
    monkeypatch.setattr(
        "tui.drafts.os.write", lambda out, data: write(out, data[: len(data) // 2] if full[0] else data)
    )
    return full


def test_what_a_full_disk_would_not_take_is_written_with_the_next_change_it_takes(tmp_path, full_disk):
    full_disk[0] = False
    file = Drafts(tmp_path).begin("child", None, "新增儿童", {})
    file.change("name", "张", 1)
    full_disk[0] = True
    for name, text in (("phone", "1990"), ("note", "备注"), ("phone", "19900001234")):
        with pytest.raises(OSError, match="No space"):
            file.change(name, text, len(text))
    full_disk[0] = False
    file.change("name", "张三", 2)
    file.keep()
    (path,) = tmp_path.iterdir()
    assert len([json.loads(line) for line in path.read_text("utf-8").splitlines()]) == 5, "no half line"
    (draft,) = Drafts(tmp_path).left()
    assert draft.texts == {"name": "张三", "phone": "19900001234", "note": "备注"}
    assert (draft.at, draft.caret) == ("name", 2)


def test_a_field_gone_back_to_on_a_full_disk_is_where_the_caret_stood(tmp_path, full_disk):
    file = Drafts(tmp_path).begin("child", None, "新增儿童", {})
    for name, text in (("name", "张"), ("phone", "1990")):
        with pytest.raises(OSError):
            file.change(name, text, len(text))
    full_disk[0] = False
    file.change("name", "张三", 2)
    file.keep()
    assert Drafts(tmp_path).left()[0].at == "name"


def test_drafts_come_in_the_order_they_were_left(tmp_path):
    drafts = Drafts(tmp_path)
    for name in "甲乙丙":
        file = drafts.begin("child", None, "新增儿童", {})
        file.change("name", name, 1)
        file.keep()
    by_name = sorted(tmp_path.iterdir())
    for age, path in enumerate(by_name):
        os.utime(path, (1000 - age, 1000 - age))
    assert [draft.path for draft in drafts.left()] == by_name[::-1]
