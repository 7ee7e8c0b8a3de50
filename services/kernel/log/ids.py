"""Ids: random where something new begins, derived where the same thing may be reported twice.

A derived id makes at-least-once delivery exactly-once in effect: the log's UNIQUE(event_id) drops repeats.
"""

import os
import time
from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("6f1d7c1e-4f4c-5a43-9a65-0c1b5a0f7a11")


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits; sorts by creation time."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def derived_id(*parts: object) -> UUID:
    """The same parts give the same id (UUIDv5). Parts are joined by a character that ids can't contain."""
    return uuid5(NAMESPACE, "\x1f".join(map(str, parts)))


def result_id(image_id: str, model_id: str, job_id: str) -> UUID:
    """The id of a job's only possible result for an image, classified or failed."""
    return derived_id(image_id, model_id, job_id, "classified")


def is_image_id(text: str) -> bool:
    """32 lower-case hex digits: safe as a file name."""
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)
