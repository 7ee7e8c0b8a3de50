"""Magic bytes: what a file really is, whatever its name."""

from typing import Final, Literal

from services.knowledge.formats import DNG, FORMATS, SVG, TIFF, Format, Kind
from services.knowledge.suffixes import by_name

HEAD: Final = 4096
"""Bytes sufficient for all checks here; a drawing (SVG) may begin with a comment."""
SHORT: Final = 512
"""Sufficient for all but drawings."""
_DNG_VERSION: Final = b"\x12\xc6", b"\xc6\x12"
"""The tag that makes a TIFF a DNG (DNG 1.7, page 22), in little and big endian."""
PLAIN: Final = tuple(
    start
    for row in FORMATS
    if row.kind is Kind.PICTURE and row is not TIFF
    for signature in row.begins
    if (start := signature.get(0))
)
"""Beginnings of pictures that no RAW file shares: those are TIFFs, or use boxes."""
_MARKUP: Final = (b"<svg", b"<?xml", b"<!--", b"<!doctype svg")
_BEGINNINGS: Final = tuple(
    sorted(
        ((tuple(one.items()), row) for row in FORMATS for one in row.begins),
        key=lambda beginning: -sum(len(part) for _, part in beginning[0]),
    )
)
"""The longest first: a RAW file's is a TIFF's and more."""
_BOXES: Final = b"ftyp"


def by_content(head: bytes) -> Format | None:
    """`head`: at least the first SHORT bytes of the file, if it has that many."""
    for signature, row in _BEGINNINGS:
        if all(head.startswith(part, at) for at, part in signature):
            return row
    return SVG if _is_drawing(head[:HEAD]) else None


def identified(name: str, head: bytes) -> Format | None:
    """What a file is. Its first bytes decide; its suffix only where they leave it open: most RAW files are TIFFs, one
    kind of container has several suffixes, and some files begin like nothing that is known. `head`: as `by_content`."""
    suggested, held = by_name(name), by_content(head)
    if held is None and suggested is not None and suggested.kind is Kind.NOT_YET:
        return None  # all of these begin like one
    if held is None or suggested is None or held is suggested:
        row = held or suggested
    else:
        row = suggested if _leaves_open(held, suggested) else held
    return DNG if row is TIFF and _has_dng_version(head) else row


def is_media(name: str, head: bytes) -> bool:
    """Whether a file without a suffix, or with one that says nothing, is, or was, one that can be shown."""
    held, suggested = by_content(head), by_name(name)
    if suggested is not None and suggested.shared:
        return held is not None and identified(name, head) is suggested
    return held is not None and held.kind in (Kind.PICTURE, Kind.RAW, Kind.FILM)


def _leaves_open(held: Format, suggested: Format) -> bool:
    if suggested.kind is Kind.RAW:
        return held is TIFF or held.kind is Kind.RAW
    if suggested.kind is Kind.FILM:
        return held.kind is Kind.FILM and held.decoders == suggested.decoders
    newer = held.begins[0].get(4) == _BOXES  # a brand that our table does not have
    return newer and any(one.get(4, b"").startswith(_BOXES) for one in suggested.begins)


def _has_dng_version(head: bytes) -> bool:
    """Whether the first directory of a TIFF, as far as `head` goes, has the tag."""
    order: Literal["little", "big"] = "little" if head.startswith(b"II") else "big"
    start = int.from_bytes(head[4:8], order)
    count = int.from_bytes(head[start : start + 2], order)
    tags = (head[at : at + 2] for at in range(start + 2, min(start + 2 + 12 * count, len(head) - 1), 12))
    return any(tag == _DNG_VERSION[order == "big"] for tag in tags)


def _is_drawing(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(_MARKUP) and b"<svg" in text
