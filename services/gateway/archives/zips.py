"""Zip archives (PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5): the list at their end, and a member's bytes.

Python's `zipfile` gives up an archive for one name that is not UTF-8, and reads a list of any size; an archive of a
stranger has to do no worse than lose a member.
"""

import struct
import time
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from services.gateway.archives.listing import (
    BOMB,
    CUT_OFF,
    ENCRYPTED,
    LINK,
    MOST_MEMBERS,
    ODD_METHOD,
    TOO_MANY,
    VOLUMES,
    WHOLLY_ENCRYPTED,
    Listing,
    Member,
    Members,
    Unlistable,
    not_listed,
)
from services.gateway.archives.streams import RAW, ByteSource, Damaged, Inflating, Stretch
from services.kernel.paths import to_text
from services.knowledge.signatures import SHORT
from services.knowledge.suffixes import needs_look

_END: Final = struct.Struct("<4s4H2IH")
"""End of central directory record (4.3.16), without its comment."""
_LOCATOR: Final = struct.Struct("<4sIQI")
"""Where the zip64 one is (4.3.15), just before."""
_END_64: Final = struct.Struct("<4sQ2H2I4Q")
"""The zip64 record (4.3.14)."""
_ENTRY: Final = struct.Struct("<4s6H3I5H2I")
"""A member in the central directory (4.3.12), without names."""
_LOCAL: Final = struct.Struct("<4s5H3I2H")
"""Before a member's content (4.3.7)."""
_FIRST_VOLUME: Final = b"PK\7\x08"
"""Before the first member of an archive in several volumes (8.5.3)."""
_LIST_ENCRYPTED: Final = 62
"""Version that is needed to read an encrypted central directory (4.4.3.2)."""
_LARGEST_COMMENT: Final = 65_535
_LARGEST_LIST: Final = 64 << 20
"""Bytes of the central directory."""
_FULL_16: Final = 0xFFFF
_FULL_32: Final = 0xFFFFFFFF
_UTF_8: Final = 1 << 11
_ENCRYPTED: Final = 1 | 1 << 6 | 1 << 13
"""Flags (4.4.4)."""
_STORED: Final = 0
_DEFLATED: Final = 8
_UNIX: Final = 3
"""Made by (4.4.2): the upper half of the external attributes is the file's mode."""
_FAT: Final = 0
_KIND: Final = 0o170000
_LINK: Final = 0o120000
_FILES: Final = (0, 0o100000)
_ZIP64: Final = 0x0001
_NTFS: Final = 0x000A
_UNIX_TIME: Final = 0x5455
"""Info-ZIP's extended timestamp."""
_NAME: Final = 0x7075
"""Info-ZIP's Unicode path."""
_FROM_1601_S: Final = 11_644_473_600


class _Entry(NamedTuple):
    """A member, as the central directory has it."""

    made_by: int
    flags: int
    method: int
    clock: int
    day: int
    crc: int
    packed: int
    size: int
    attributes: int
    place: int
    name: bytes
    extra: dict[int, bytes]


def read_list(archive: ByteSource, size: int) -> Listing:
    """`size`: the archive's, in bytes. Raises Unlistable, OSError."""
    directory, before, count = _directory(archive, size)
    if count > MOST_MEMBERS:
        raise Unlistable(TOO_MANY)
    members, packed, number = Members(size), 0, 0
    for entry in _entries(directory):
        number += 1
        packed += entry.packed
        if packed > size:
            raise Unlistable(BOMB)  # members that share their bytes
        if member := _member(archive, entry, before, size):
            members.add(member)
    return members.listing(whole=number == count)


def _directory(archive: ByteSource, size: int) -> tuple[bytes, int, int]:
    """The central directory, how many bytes stand before what it calls the beginning, and its number of members."""
    start = max(0, size - _LARGEST_COMMENT - _END.size)
    tail = archive.read_at(start, size - start)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise _without_list(archive.read_at(0, 8))
    _, disk, first, _, count, length, offset, _ = _END.unpack_from(tail, at)
    end = start + at
    wide = archive.read_at(end - _LOCATOR.size, _LOCATOR.size) if end >= _LOCATOR.size else b""
    if wide.startswith(b"PK\6\7") and (_FULL_16 in (count, disk, first) or _FULL_32 in (length, offset)):
        end, disk, count, length, offset = _directory_64(archive, wide, end)
    if disk:
        raise Unlistable(VOLUMES)
    before = end - length - offset
    if before < 0 or length > size:
        raise Unlistable(CUT_OFF)
    if length > _LARGEST_LIST:
        raise Unlistable(TOO_MANY)
    return archive.read_at(before + offset, length), before, count


def _without_list(head: bytes) -> Unlistable:
    """`head`: the first bytes of an archive without a list at its end."""
    if head.startswith(_FIRST_VOLUME):
        return Unlistable(VOLUMES)
    return Unlistable(CUT_OFF) if head.startswith(b"PK\3\4") else not_listed(head)


def _directory_64(archive: ByteSource, wide: bytes, end: int) -> tuple[int, int, int, int, int]:
    """Where the central directory ends; its disk, number of members, length and offset."""
    at = _LOCATOR.unpack(wide)[2]
    for place in (
        at,
        end - _LOCATOR.size - _END_64.size,
    ):  # the second, if something stands before the archive
        record = archive.read_at(place, _END_64.size) if place >= 0 else b""
        if len(record) == _END_64.size and record.startswith(b"PK\6\6"):
            _, _, _, needed, disk, _, _, count, length, offset = _END_64.unpack(record)
            if needed >= _LIST_ENCRYPTED:
                raise Unlistable(WHOLLY_ENCRYPTED)
            return place, disk, count, length, offset
    raise Unlistable(CUT_OFF)


def _entries(directory: bytes) -> Iterator[_Entry]:
    """As far as they make sense."""
    at = 0
    while at + _ENTRY.size <= len(directory) and directory.startswith(b"PK\1\2", at):
        fields = _ENTRY.unpack_from(directory, at)
        _, made_by, _, flags, method, clock, day, crc, packed, size, *rest = fields
        name_length, extra_length, comment_length, _, _, attributes, place = rest
        at += _ENTRY.size
        name = directory[at : at + name_length]
        extra = _extra(directory[at + name_length : at + name_length + extra_length])
        at += name_length + extra_length + comment_length
        if at > len(directory):
            return
        size, packed, place = _widened(extra.get(_ZIP64, b""), size, packed, place)
        yield _Entry(
            made_by >> 8, flags, method, clock, day, crc, packed, size, attributes, place, name, extra
        )


def _extra(content: bytes) -> dict[int, bytes]:
    fields, at = {}, 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<2H", content, at)
        fields[kind] = content[at + 4 : at + 4 + length]
        at += 4 + length
    return fields


def _widened(extra: bytes, *values: int) -> Iterator[int]:
    """Those of the values that need more than 32 bits stand in the extra field (4.5.3)."""
    at = 0
    for value in values:
        if value == _FULL_32 and at + 8 <= len(extra):
            value = int.from_bytes(extra[at : at + 8], "little")
            at += 8
        yield value


def _member(archive: ByteSource, entry: _Entry, before: int, size: int) -> Member | None:
    """None for a folder."""
    name = _name(entry)
    kind = (entry.attributes >> 16) & _KIND if entry.made_by == _UNIX else 0
    if name.endswith("/") or kind not in (*_FILES, _LINK):
        return None
    refusal = ""
    if kind == _LINK:
        refusal = LINK
    elif entry.flags & _ENCRYPTED:
        refusal = ENCRYPTED
    elif entry.method not in (_STORED, _DEFLATED) or (entry.method == _STORED and entry.size != entry.packed):
        refusal = ODD_METHOD.format(entry.method)
    member = Member(
        to_text(name),
        entry.size,
        _time_ns(entry),
        "stored" if entry.method == _STORED else "deflated",
        before + entry.place,
        entry.packed,
        entry.crc,
        refusal=refusal,
    )
    if refusal or not needs_look(name.rpartition("/")[2]):
        return member
    return replace(member, head=_head(archive, member))


def _head(archive: ByteSource, member: Member) -> bytes:
    try:
        content, start = unpacked(archive, member)
        return content.read_at(start, min(SHORT, member.size))
    except Damaged:
        return b""


def unpacked(archive: ByteSource, member: Member) -> tuple[ByteSource, int]:
    """What holds the member's content, from which byte on. Raises Damaged, OSError."""
    local = archive.read_at(member.place, _LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
        raise Damaged("it is not where the list says")
    *_, name_length, extra_length = _LOCAL.unpack(local)
    start = member.place + _LOCAL.size + name_length + extra_length
    if member.how == "stored":
        return archive, start
    return Inflating(Stretch(archive, start, member.packed), RAW), 0


def _name(entry: _Entry) -> str:
    """As bytes that are not UTF-8 are decoded everywhere (PEP 383); without a mark, in the alphabet of DOS."""
    raw, unicode = entry.name, entry.extra.get(_NAME, b"")
    if unicode[:5] == b"\1" + zlib.crc32(raw).to_bytes(4, "little"):
        raw = unicode[5:]
        name = raw.decode("utf-8", "surrogateescape")
    elif entry.flags & _UTF_8:
        name = raw.decode("utf-8", "surrogateescape")
    else:
        try:
            name = raw.decode("utf-8")  # macOS and others leave out the mark
        except UnicodeDecodeError:
            name = raw.decode("cp437")
    if "\\" in name and "/" not in name and entry.made_by == _FAT:
        name = name.replace("\\", "/")  # of programs for Windows
    return name


def _time_ns(entry: _Entry) -> int:
    unix, ntfs = entry.extra.get(_UNIX_TIME, b""), entry.extra.get(_NTFS, b"")
    if len(unix) >= 5 and unix[0] & 1:
        return int.from_bytes(unix[1:5], "little", signed=True) * 1_000_000_000
    if len(ntfs) >= 16 and ntfs[4:8] == b"\1\0\x18\0":
        return int.from_bytes(ntfs[8:16], "little") * 100 - _FROM_1601_S * 1_000_000_000
    year, month, day = 1980 + (entry.day >> 9), entry.day >> 5 & 15, entry.day & 31
    hour, minute, second = entry.clock >> 11, entry.clock >> 5 & 63, 2 * (entry.clock & 31)
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59))
        return int(time.mktime(local.timetuple())) * 1_000_000_000
    except (ValueError, OverflowError):
        return 0
