"""UUIDv7 (RFC 9562 §5.7): keys that sort by the moment they were made and may travel between villages."""

import os
import struct
import threading
import time
import uuid
from collections.abc import Iterator

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new UUIDv7; within one process each is greater than the one before, even in one millisecond.

    48 bits of milliseconds, then 12 + 62 bits: the first 12 hold the fraction of the millisecond, so that
    the counter is time itself (RFC 9562 §6.2, method 3).
    """
    global _last
    with _lock:
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = ticks
    millis, fraction = ticks >> 12, ticks & 0xFFF
    tail = int.from_bytes(os.urandom(8), "big") & (2**62 - 1)
    return uuid.UUID(int=millis << 80 | 7 << 76 | fraction << 64 | 2 << 62 | tail)


def several(count: int) -> list[uuid.UUID]:
    """New UUIDv7s at once, each greater than the one before."""
    global _last
    with _lock:
        first = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = first + count - 1
    tails = struct.unpack(f"{count}Q", os.urandom(8 * count))
    return [
        uuid.UUID(int=ticks >> 12 << 80 | 7 << 76 | (ticks & 0xFFF) << 64 | 2 << 62 | tail & (2**62 - 1))
        for ticks, tail in enumerate(tails, first)
    ]


def endless() -> Iterator[uuid.UUID]:
    """New UUIDv7s, drawn by the hundred for whoever makes rows by the thousand; they rank by when they were drawn."""
    while True:
        yield from several(100)


def follow(key: uuid.UUID) -> None:
    """See that new keys are greater than this one, though it was made by a clock that was ahead of ours."""
    global _last
    with _lock:
        _last = max(_last, key.int >> 80 << 12 | key.int >> 64 & 0xFFF)
