"""UUIDv7."""

import threading
import time
from uuid import RFC_4122

from db.ids import endless, several, uuid7


def test_version_and_variant():
    for _ in range(100):
        made = uuid7()
        assert (made.version, made.variant) == (7, RFC_4122)


def test_the_first_48_bits_are_the_time_in_milliseconds():
    before = time.time_ns() // 1_000_000
    made = uuid7().int >> 80
    assert before - 1 <= made <= time.time_ns() // 1_000_000 + 1


def test_each_is_greater_than_the_one_before():
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert [each.bytes for each in made] == sorted(each.bytes for each in made)
    assert len(set(made)) == len(made)


def test_those_drawn_at_once_are_in_order_and_before_the_next():
    before, made, after = uuid7(), several(5000), uuid7()
    assert [before, *made, after] == sorted({before, *made, after})
    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}
    drawn = [key for key, _ in zip(endless(), range(250), strict=False)]
    assert drawn == sorted(set(drawn)) and several(0) == []


def test_a_clock_set_back_does_not_go_back(monkeypatch):
    first = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert uuid7() > first


def test_threads_never_make_the_same():
    made, lock = [], threading.Lock()

    def make():
        own = [uuid7() for _ in range(2000)]
        with lock:
            made.extend(own)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 16_000
