"""What an archive holds, as it was read once. Names are checked when a list is made: a member's name is the path of a
file below the archive, whatever the archive said."""

import re
from typing import Final, Literal

import msgspec

from services.knowledge.archives import begins_as_archive

MOST_MEMBERS: Final = 200_000
LARGEST_PATH: Final = 4_000
"""Bytes of a member's name, with its folders."""
_DEEPEST: Final = 64
"""Parts of it."""
_LARGEST_NAME: Final = 255
"""Bytes of each part of it, as of any file's name."""
_DRIVE: Final = re.compile(r"[A-Za-z]:")
ODD_NAMES: Final = (
    "Some members of the archive are passed over: their names are no names of files, or are there twice ({})."
)
CUT_OFF: Final = (
    "The archive is damaged or cut off: some or all of its members can't be read. Copy or download it again."
)
TOO_MANY: Final = f"The archive has more than {MOST_MEMBERS} members: unpack it to see its photos."
BOMB: Final = "The archive claims to hold far more than can be real."
VOLUMES: Final = "The archive is one of several volumes: unpack it to see its photos."
OTHER_KIND: Final = "The archive is of another kind than its name says: unpack it to see its photos."
WHOLLY_ENCRYPTED: Final = "The archive is encrypted: unpack it to see its photos."
NO_ARCHIVE: Final = "This is not an archive, whatever its name says."

ENCRYPTED: Final = "It is encrypted in its archive: unpack it to see it here."
ODD_METHOD: Final = "It is packed in its archive in a way that can't be read ({}): unpack it to see it here."
LINK: Final = "It is only a link in its archive: unpack it to see it here."
MEMBER_DAMAGED: Final = "It is damaged in its archive, or the archive is cut off."

RATIO: Final = 200
"""An archive that claims to hold more than this many times its own size …"""
HARMLESS: Final = 2_000_000_000
"""… and more than so many bytes is made to do harm."""

How = Literal["stored", "deflated", "tar", "tgz"]


class Member(msgspec.Struct, frozen=True, array_like=True, gc=False):
    name: str
    """Path inside the archive, separated by `/`, as `kernel.paths` writes names."""
    size: int
    """Bytes, unpacked."""
    mtime_ns: int
    how: How
    place: int
    """Bytes of the archive before its local header; in a tar before its content, in the unpacked stream."""
    packed: int = 0
    """Bytes in the archive; in a zip."""
    crc: int = 0
    """CRC-32 of the content; in a zip."""
    head: bytes = b""
    """First bytes, if its name says nothing."""
    refusal: str = ""
    """Why it can't be read, as a sentence; empty if it can."""


class Listing(msgspec.Struct, frozen=True, array_like=True):
    members: list[Member]
    """Files only, each name once, in the archive's order."""
    trouble: str = ""
    """What is wrong with the archive as a whole, as a sentence."""
    whole: bool = True
    """False: there may be members that are not listed."""


class Unlistable(Exception):
    """Nothing of the archive can be read. The message tells the person why."""


def not_listed(head: bytes) -> Unlistable:
    """Of a file that is no archive of the kind that its name says. `head`: its first bytes."""
    return Unlistable(OTHER_KIND if begins_as_archive(head) else NO_ARCHIVE)


def is_name(name: str) -> bool:
    """Whether it is the path of a file below a folder: relative, without `..`, neither too long nor too deep."""
    if (
        not name
        or "\0" in name
        or _DRIVE.match(name)
        or len(name.encode("utf-8", "surrogateescape")) > LARGEST_PATH
    ):
        return False
    parts = name.split("/")
    return len(parts) <= _DEEPEST and all(
        part not in ("", ".", "..") and len(part.encode("utf-8", "surrogateescape")) <= _LARGEST_NAME
        for part in parts
    )


class Members:
    """Collects members while an archive is read. Of two with one name the last counts, as it does for who unpacks."""

    def __init__(self, size: int) -> None:
        """`size`: the archive's, in bytes."""
        self._most = max(RATIO * size, HARMLESS)
        self._rows: dict[str, Member] = {}
        self._odd = ""
        self._total = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, member: Member) -> None:
        """Raises Unlistable."""
        if not is_name(member.name) or member.name in self._rows:
            self._odd = self._odd or member.name or "/"
        if is_name(member.name):
            self._rows.pop(member.name, None)
            self._rows[member.name] = member
        self._total += member.size
        if self._total > self._most:
            raise Unlistable(BOMB)
        if len(self._rows) > MOST_MEMBERS:
            raise Unlistable(TOO_MANY)

    def listing(self, whole: bool = True) -> Listing:
        odd = ODD_NAMES.format(_short(self._odd)) if self._odd else ""
        return Listing(list(self._rows.values()), odd if whole else CUT_OFF, whole)


def _short(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else "�" for letter in name)
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
