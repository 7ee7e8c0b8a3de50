"""Lists of the copies that the script of the duplicates page has removed: a scan that reads one doesn't take their
absence for that of a disk.

A list has two parts. The first names the files that the script may remove; Albumen writes it into the script and signs
it (HMAC-SHA256, RFC 2104) with a key that never leaves the data folder. The second is what the script adds while it
runs, a line for each: the number of the file that it has just removed, from 1, and at last `end`. So the second part
can only point to files in the first, and a script that stopped halfway accounts for that half.

Everything is ASCII with one item per line, whatever the files' names are: the first part stands in a shell script.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

import msgspec

from services.domain.files.events import ScanEvent
from services.domain.subject import Section
from services.domain.words import StoredReason
from services.kernel.sentence import Explained, Plural, Sentence, Spoken

VALID_DAYS: Final = 30
"""How long after it was made a script's list is believed; the script itself works for ever."""
LARGEST_LIST: Final = 64 * 2**20
"""Bytes of a list: a quarter of a million files with long names."""
END: Final = b"end"
_TITLE: Final = "albumen removed copies 1"
_SIGNATURE: Final = b"\nsignature "
_NUMBER: Final = re.compile(rb"[1-9][0-9]{0,8}")
_DAY_US: Final = 86_400_000_000


class RemovableCopy(msgspec.Struct, frozen=True, array_like=True):
    path: str
    """Full path, as spelled in the log."""
    image_id: str
    size: int
    """Bytes."""


class RemovalPlan(msgspec.Struct, frozen=True):
    """What a script may remove."""

    id: str
    made_us: int
    """Microseconds since 1970."""
    files: Sequence[RemovableCopy]


class RemovalRun(NamedTuple):
    """What a script has removed so far."""

    plan: RemovalPlan
    numbers: frozenset[int]
    """Of files, from 1."""
    ended: bool


class BadRemovals(Explained):
    """A list that is not believed. The message says why."""


class CopiesRemoved(ScanEvent, frozen=True, kw_only=True):
    """A scan has read what a script removed. None of these numbers is believed again."""

    TYPE: ClassVar[str] = "copies_removed"
    STREAM: ClassVar[str] = "removals-{self.list_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    list_id: str
    numbers: list[int]
    """Of the list's files that are missing now, from 1."""
    last: bool = False
    """The list was deleted."""

    def line(self) -> Spoken:
        return Plural(
            "The script has removed %(num)s copy", "The script has removed %(num)s copies", len(self.numbers)
        )

    def idle(self) -> bool:
        return not self.numbers


class RemovalsIgnored(ScanEvent, frozen=True, kw_only=True):
    """A list was deleted without being believed."""

    TYPE: ClassVar[str] = "removals_ignored"
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    name: str
    """Of its file."""
    reason: str
    """A sentence for the user."""

    def line(self) -> Spoken:
        return Sentence("A list of removed copies was ignored. %(reason)s", reason=StoredReason(self.reason))


def signed(plan: RemovalPlan, key: bytes) -> bytes:
    """The first part of a list."""
    head = [_TITLE, json.dumps([plan.id, plan.made_us])]
    head += [json.dumps([one.path, one.image_id, one.size]) for one in plan.files]
    text = "\n".join(head).encode("ascii")
    return text + _SIGNATURE + _signature(text, key) + b"\n"


def believed(content: bytes, key: bytes, now_us: int) -> RemovalRun:
    """Raises BadRemovals."""
    text, _, rest = content.partition(_SIGNATURE)
    signature, complete, progress = rest.partition(b"\n")
    if not complete or not hmac.compare_digest(signature, _signature(text, key)):
        raise BadRemovals("It was changed, is incomplete, or was not written by this Albumen.")
    plan = _plan(text)
    if now_us - plan.made_us > VALID_DAYS * _DAY_US:
        raise BadRemovals("It is of a script that is older than %(days)s days.", days=VALID_DAYS)
    *lines, _ = progress.split(b"\n")  # after the last line break is what was being written
    numbers = frozenset(_number(line, len(plan.files)) for line in lines if line != END)
    return RemovalRun(plan, numbers, END in lines)


def _plan(text: bytes) -> RemovalPlan:
    try:
        title, about, *files = text.split(b"\n")
        if title != _TITLE.encode():
            raise ValueError(title)
        list_id, made_us = msgspec.json.decode(about, type=tuple[str, int])
        copies = [msgspec.json.decode(line, type=RemovableCopy) for line in files]
    except (ValueError, msgspec.MsgspecError) as error:  # signed, but by another version
        raise BadRemovals("It was changed, is incomplete, or was not written by this Albumen.") from error
    return RemovalPlan(list_id, made_us, copies)


def _number(line: bytes, most: int) -> int:
    if not _NUMBER.fullmatch(line) or int(line) > most:
        raise BadRemovals("It was changed, is incomplete, or was not written by this Albumen.")
    return int(line)


def _signature(text: bytes, key: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).hexdigest().encode()
