"""What a scanner answers to a `ScanFile`, as a message on the results queue. No event is made of it by itself: it takes
the place of what a worker process here would have read."""

from typing import Annotated, ClassVar, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from services.gateway.reading.photo import Photo
from services.kernel.log.ids import is_image_id

LONGEST_REASON: Final = 500
"""Characters."""
LARGEST_ANSWER: Final = 1 << 20
"""Bytes: the facts of a photo are a few kilobytes, and a bus carries no contents."""
_LARGEST_NUMBER: Final = 2**63 - 1
"""That the read tables hold."""


class Unread(msgspec.Struct, frozen=True, kw_only=True, tag="unread"):
    """The gateway has to read the file itself. Also of a file that the scanner could open and not read: how much time
    and memory a photo may take is up to the gateway's computer."""

    reason: Annotated[str, Meta(max_length=LONGEST_REASON)]
    absent: bool = False
    """The scanner doesn't have this file, or has another in its place: so it is with others of its folder, perhaps."""


class FileScanned(msgspec.Struct, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_scanned"
    VERSION: ClassVar[int] = 1

    request_id: UUID
    """Of the message with the `ScanFile`."""
    outcome: Photo | Unread
    """A photo's preview is with the gateway already."""


def is_believable(photo: Photo, size: int) -> bool:
    """Whether it can be what a decoder reads of a file of this size, in bytes: as its answer, it must be for this file,
    and its numbers such as MessagePack and the tables hold."""
    try:
        packed = msgspec.msgpack.encode(photo)
    except OverflowError:
        return False
    fits = len(packed) <= LARGEST_ANSWER and all(
        abs(number) <= _LARGEST_NUMBER for number in _numbers(msgspec.msgpack.decode(packed))
    )
    return fits and is_image_id(photo.image_id) and photo.facts.size == size and not photo.facts.again


def _numbers(value: object) -> list[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for part in value for number in _numbers(part)]
    return [value] if isinstance(value, int) else []
