"""Bytes to keys: every cut of the stream gives the same keys."""

import random

import pytest

from tui.keys import Garbled, Keys, Pasted, Pressed

STREAM = "a张 \x1b[A\x1bOP\x1b[11~\x1b[[B\x1b[1;5C\r\t\x7f\x13\x1b[200~甲\r\n乙\x1b[A\x1b[201~\x1b[Z\x1bOM\x1b[99~末"
EVENTS = [
    Pressed("a", "a"), Pressed("张", "张"), Pressed("space", " "), Pressed("up"), Pressed("f1"), Pressed("f1"),
    Pressed("f2"), Pressed("ctrl+right"), Pressed("enter"), Pressed("tab"), Pressed("backspace"), Pressed("ctrl+s"),
    Pasted("甲\r\n乙\x1b[A"), Pressed("shift+tab"), Pressed("enter"), Pressed("末", "末"),
]  # fmt: skip


def test_a_stream_of_keys():
    assert Keys().feed(STREAM.encode()) == EVENTS


@pytest.mark.parametrize("seed", range(50))
def test_wherever_the_line_cuts_the_stream(seed):
    chance = random.Random(seed)
    keys, data, events = Keys(), STREAM.encode(), []
    while data:
        n = chance.randrange(1, 7)
        events += keys.feed(data[:n])
        data = data[n:]
    assert events == EVENTS
    assert not keys.waiting


def test_escape_waits_for_more_and_comes_when_nothing_follows():
    keys = Keys()
    assert keys.feed(b"\x1b") == [] and keys.waiting
    assert keys.late() == [Pressed("escape")] and not keys.waiting
    assert keys.feed(b"\x1b[") == [] and keys.late() == [Pressed("escape"), Pressed("[", "[")]


def test_escape_and_the_next_key_in_one_packet_are_two_keys():
    assert Keys().feed(b"\x1ba") == [Pressed("escape"), Pressed("a", "a")]
    assert Keys().feed(b"\x1b\x1b[A") == [Pressed("escape"), Pressed("up")]
    assert Keys().feed(b"\x1b\r") == [Pressed("escape"), Pressed("enter")]


def test_a_paste_is_never_ended_by_waiting():
    keys = Keys()
    assert keys.feed(b"\x1b[200~abc") == [] and not keys.waiting
    assert keys.feed(b"def\x1b[20") == []
    assert keys.feed(b"1~x") == [Pasted("abcdef"), Pressed("x", "x")]


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
def test_garbled_text_is_reported_and_keys_around_it_are_kept(encoding):
    keys = Keys()
    events = keys.feed(b"\x1b[A" + "張三".encode(encoding) + b"\r\x1b[B")
    assert events[0] == Pressed("up") and events[-2:] == [Pressed("enter"), Pressed("down")]
    assert Garbled() in events and not any(isinstance(event, Pressed) and event.char for event in events)
    assert keys.feed("王".encode()) == [Pressed("王", "王")]


def test_half_a_character_takes_nothing_along_that_comes_later():
    for half in (b"\xe5", b"\xe5\xbc"):
        for data, event in (
            ("张".encode(), Pressed("张", "张")),
            (b"a", Pressed("a", "a")),
            (b"\r", Pressed("enter")),
        ):
            keys = Keys()
            assert keys.feed(half) == []
            assert keys.feed(data) == [Garbled(), event]


def test_a_garbled_paste_is_not_pasted():
    pasted = b"\x1b[200~" + "张三".encode("gbk") + b"\x1b[201~"
    assert Keys().feed(pasted + b"a") == [Garbled(), Pressed("a", "a")]
    keys = Keys()
    assert [event for at in range(len(pasted)) for event in keys.feed(pasted[at : at + 1])] == [Garbled()]
