"""One look at a file beside pictures, inside a worker process: a sidecar of Takeout or XMP, or an album's title."""

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from services.gateway.library import takeout, xmp
from services.gateway.library.content import NotThere, Unusable, file_content
from services.gateway.library.photo import AlbumTitle, NoFile, Rejected, Said
from services.gateway.library.sidecar_facts import NotASidecar, Unreadable

LARGEST: Final = 4_000_000
"""Bytes; what one photo's sidecar never has."""


def read_beside(
    root: str, path: str, what: Literal["sidecar", "album"]
) -> Said | AlbumTitle | Rejected | NoFile:
    try:
        content, seen = file_content(root, path, LARGEST)
    except NotThere:
        return NoFile()
    except Unusable as error:
        return Rejected(reason=str(error), size=error.size, mtime_ns=error.mtime_ns)
    if what == "album":
        return AlbumTitle(title=takeout.album_title(content))
    try:
        return _said(path, content)
    except NotASidecar:
        return NoFile()
    except Unreadable as error:
        return Rejected(reason=str(error), size=seen.st_size, mtime_ns=seen.st_mtime_ns)


def _said(path: str, content: bytes) -> Said:
    """Raises NotASidecar and Unreadable."""
    kind: Literal["takeout", "xmp"] = "xmp" if path.lower().endswith(".xmp") else "takeout"
    now = datetime.now(UTC)
    found = xmp.read(content, now) if kind == "xmp" else takeout.read(content, now)
    known = msgspec.structs.asdict(found)
    return Said(kind=kind, **{name: known[name] for name in Said.__struct_fields__ if name in known})
