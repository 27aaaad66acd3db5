"""The roster reads only what it shows and never loses its cursor."""

import pytest

from tui.ink import cells
from tui.widgets.roster import Roster


def roster(size: int, height: int = 10) -> tuple[Roster, list[tuple[int, int]]]:
    reads: list[tuple[int, int]] = []

    def page(offset: int, limit: int) -> list[int]:
        reads.append((offset, limit))
        return list(range(offset, min(offset + limit, size)))

    made = Roster(lambda: size, page, lambda item, width, here: [(f"{'>' if here else ' '}{item}", "plain")])
    made.draw(20, height)
    return made, reads


def shown(made: Roster, height: int = 10) -> list[str]:
    return ["".join(text for text, _ in line) for line in made.draw(20, height)]


def test_only_the_window_is_read():
    made, reads = roster(100_000)
    made.press("end")
    assert shown(made)[-1] == ">99999"
    assert sum(limit for _, limit in reads) <= 40


def test_moving_inside_the_window_reads_nothing_more():
    made, reads = roster(100)
    before = len(reads)
    for _ in range(9):
        made.press("down")
    shown(made)
    assert len(reads) == before and made.current() == 9


def test_at_the_edge_the_list_moves_half_a_page():
    made, _ = roster(100)
    for _ in range(10):
        made.press("down")
    assert made.current() == 10 and made.top == 6


def test_pages_and_ends_hold_the_cursor_inside():
    made, _ = roster(25)
    for key, want in (
        ("pagedown", 10),
        ("pagedown", 20),
        ("pagedown", 24),
        ("down", 24),
        ("home", 0),
        ("up", 0),
        ("end", 24),
    ):
        made.press(key)
        assert made.current() == want, key
        assert f">{want}" in shown(made)


def test_an_empty_list_says_so_and_has_no_current():
    made, _ = roster(0)
    assert made.current() is None and "没有记录" in shown(made)[0]
    made.press("down")
    assert made.current() is None


def test_a_list_that_shrank_holds_the_cursor_inside():
    items = list(range(30))
    made = Roster.of(items, lambda item, width, here: [(str(item), "plain")])
    made.draw(20, 10)
    made.press("end")
    del items[5:]
    made.refresh()
    assert made.current() == 4


def test_a_smaller_window_keeps_the_cursor_in_sight():
    made, _ = roster(100, 20)
    made.go(19)
    assert any(line.startswith(">19") for line in shown(made, 5))


def shrinking(size: int) -> tuple[Roster, list[int]]:
    """A roster over a list that others shorten without its being counted again."""
    items = list(range(size))
    made = Roster(
        lambda: len(items),
        lambda at, n: items[at : at + n],
        lambda item, width, here: [(f"{'>' if here else ' '}{item}", "plain")],
    )
    made.draw(20, 10)
    return made, items


def test_rows_struck_out_by_others_end_the_list_earlier():
    made, items = shrinking(100)
    del items[15:]
    made.press("pagedown")
    made.press("pagedown")
    assert made.current() == 14
    assert shown(made)[-1] == ">14" and len(made) == 15


def test_a_list_struck_out_as_a_whole_is_empty():
    made, items = shrinking(100)
    items.clear()
    made.press("end")
    assert made.current() is None
    assert shown(made)[0].strip() == "没有记录" and len(made) == 0


def listed(*items: str, empty: str = "") -> Roster:
    return Roster.of(items, lambda item, width, here: [(f"{'>' if here else ' '}{item}", "plain")], empty)


def test_a_list_read_afresh_keeps_the_cursor_on_its_item_and_in_its_line():
    before = listed(*"abcdefghij")
    before.draw(20, 4)
    before.go(6)
    after = listed("new", *"abcdefghij")
    after.follow(before, str)
    assert after.current() == "g" and shown(after, 4) == [" d", " e", " f", ">g"] == shown(before, 4)


@pytest.mark.parametrize(("left", "stands_on"), [("abcdfg", "f"), ("abcdg", "g"), ("ab", "b"), ("", None)])
def test_a_cursor_whose_item_is_gone_stands_on_the_next_one_still_there(left, stands_on):
    before = listed(*"abcdefg")
    before.draw(20, 3)
    before.go(4)
    after = listed(*left)
    after.follow(before, str)
    assert after.current() == stands_on
    assert stands_on is None or f">{stands_on}" in shown(after, 3)


def test_a_long_sentence_about_an_empty_list_is_read_to_its_end():
    said = "还没有2027年的安排：国务院公布后在这里按 Ins 添加，或按 F10 从文件读入"
    lines = ["".join(text for text, _ in line) for line in listed(empty=said).draw(60, 5)]
    assert "".join(lines).replace(" ", "") == said.replace(" ", "") and all(
        cells(line) <= 60 for line in lines
    )
