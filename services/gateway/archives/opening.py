"""Members of archives as files: found by a path that leads into an archive, and read where they lie or written out.

A path leads into an archive if a part of it is a file: `takeout-001.zip/Takeout/a.jpg`. A folder of that name is a
folder.
"""

import os
import stat
import tempfile
import zlib
from typing import BinaryIO, Final, NamedTuple

from services.gateway.archives import tars, zips
from services.gateway.archives.listing import MEMBER_DAMAGED, OTHER_KIND, Member, Unlistable
from services.gateway.archives.shelf import Contents, Shelf
from services.gateway.archives.streams import GZIP, ByteSource, Damaged, Disk, Inflating, Reader
from services.gateway.sidecars.takeout_parts import common
from services.kernel.paths import from_text
from services.knowledge.archives import GZIP_MAGIC, begins_as_archive, is_readable

_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 64 << 20
"""Bytes of a member that is written out into memory; a larger one is, without a name, on the disk of the previews."""


class NoMember(Exception):
    """There is no such archive, or no such member in it."""


class Refused(Exception):
    """The member can't be read. The message tells the person why."""

    def __init__(self, reason: str, member: Member) -> None:
        super().__init__(reason)
        self.member = member


class NoRoom(Exception):
    """Not the archive's fault: what was unpacked can't be written. The message is the system's."""


class Inside(NamedTuple):
    """Where a path leads."""

    archive: str
    """A real path."""
    name: str
    """The member's, as `kernel.paths` writes names; empty for the archive itself."""


def inside(root: str, path: str) -> Inside | None:
    """Both as `kernel.paths` writes names. None if the path leads into no archive below the root, or which is it. From
    a part of an export that is the root, `../` leads to the others."""
    top = os.path.realpath(from_text(root))
    if is_readable(os.path.basename(top)) and _is_file(top):  # noqa: PTH119  names may not be UTF-8
        return _beside(top, path) if path.startswith("../") else Inside(top, path)
    parts = path.split("/")
    for depth, part in enumerate(parts, 1):
        if not is_readable(part):
            continue
        place = os.path.realpath(os.path.join(top, from_text("/".join(parts[:depth]))))  # noqa: PTH118
        if place.startswith(top.rstrip("/") + "/") and _is_file(place):
            return Inside(place, "/".join(parts[depth:]))
    return None


def _beside(top: str, path: str) -> Inside | None:
    """Into another part of the export of which `top` is one."""
    _, other, name = path.split("/", 2)
    folder, own = os.path.split(top)
    place = os.path.join(folder, from_text(other))  # noqa: PTH118  as above
    if common(from_text(other)) != common(own) or not is_readable(other) or not _is_file(place):
        return None
    return Inside(place, name)


def _is_file(place: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(place).st_mode)  # noqa: PTH116
    except OSError:
        return False


def _opened(place: str) -> tuple[int, os.stat_result]:
    """Raises NoMember, OSError."""
    file = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC)
    seen = os.fstat(file)
    if stat.S_ISREG(seen.st_mode):
        return file, seen
    os.close(file)
    raise NoMember


def contents_of(place: str, shelf: Shelf) -> Contents:
    """What an archive holds, read now if that is not known. Raises Unlistable, NoMember, OSError, NoRoom."""
    file, seen = _opened(place)
    try:
        return shelf.contents(seen) or _listed_anew(Disk(file), seen, place, shelf)
    finally:
        os.close(file)


def _listed_anew(archive: Disk, seen: os.stat_result, place: str, shelf: Shelf) -> Contents:
    try:
        if place.lower().endswith(".zip"):
            listing = zips.read_list(archive, seen.st_size)
        elif place.lower().endswith(".tar"):
            listing = tars.read_list(archive, False, seen.st_size)
        elif not (head := archive.read_at(0, 8)).startswith(GZIP_MAGIC) and begins_as_archive(head):
            raise Unlistable(OTHER_KIND)
        else:
            listing = tars.read_list(Inflating(archive, GZIP), True, seen.st_size)
    except Damaged as error:
        raise Unlistable(MEMBER_DAMAGED) from error
    try:
        return shelf.put(seen, listing)
    except OSError as error:
        raise NoRoom(error.strerror or str(error)) from error


def open_member(where: Inside, shelf: Shelf, lists: bool = False) -> tuple[Reader, Member]:
    """A member, to be read where it lies; its size is what the archive says. `lists`: read the archive's list if it is
    not on the shelf. Raises NoMember, Refused, Unlistable, OSError, NoRoom; Damaged while it is read."""
    file, seen = _opened(where.archive)
    try:
        contents = shelf.contents(seen)
        if contents is None and lists:
            contents = _listed_anew(Disk(file), seen, where.archive, shelf)
        member = contents.by_name.get(where.name) if contents else None
        if contents is None or member is None:
            raise NoMember
        if member.refusal:
            raise Refused(member.refusal, member)
        try:
            source, start = _unpacked(Disk(file), member, contents)
        except Damaged as error:
            raise Refused(MEMBER_DAMAGED, member) from error
    except BaseException:
        os.close(file)
        raise
    return Reader(source, start, member.size), member


def _unpacked(archive: ByteSource, member: Member, contents: Contents) -> tuple[ByteSource, int]:
    match member.how:
        case "tar":
            return archive, member.place
        case "tgz":
            return Inflating(archive, GZIP, contents.waypoints), member.place
        case _:
            return zips.unpacked(archive, member)


def written_out(where: Inside, shelf: Shelf, largest: int, too_large: str) -> BinaryIO:
    """A member as a file of its own, without a name, at its start; with the member's time. `largest`: bytes;
    `too_large`: why a larger one is refused. Raises as `open_member`, which reads the list if need be."""
    reader, member = open_member(where, shelf, lists=True)
    with reader:
        if member.size > largest:
            raise Refused(too_large, member)
        try:
            file = _nameless(member, shelf)
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from error
        try:
            _copy(reader, member, file)
            os.utime(file, ns=(member.mtime_ns, member.mtime_ns))
            os.lseek(file, 0, os.SEEK_SET)
        except BaseException:
            os.close(file)
            raise
    return os.fdopen(file, "rb")


def _nameless(member: Member, shelf: Shelf) -> int:
    """A descriptor, to read and write."""
    if member.size <= _IN_MEMORY and hasattr(os, "memfd_create"):
        return os.memfd_create("member")
    shelf.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=shelf.folder) as file:
        return os.dup(file.fileno())


def _copy(reader: Reader, member: Member, file: int) -> None:
    """Raises Refused, OSError, NoRoom."""
    rest, crc = member.size, 0
    while rest:
        try:
            chunk = reader.read(min(_CHUNK, rest))
        except Damaged as error:
            raise Refused(MEMBER_DAMAGED, member) from error
        if not chunk:
            raise Refused(MEMBER_DAMAGED, member)
        rest -= len(chunk)
        crc = zlib.crc32(chunk, crc)
        try:
            while chunk:
                chunk = chunk[os.write(file, chunk) :]
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from error
    if member.how in ("stored", "deflated") and crc != member.crc:
        raise Refused(MEMBER_DAMAGED, member)
