"""Magic bytes: what a file really is, whatever its name."""

from typing import Final

from services.knowledge.formats import FORMATS, SVG, TIFF, Format, Kind

HEAD: Final = 4096
"""Bytes sufficient for all checks here; a drawing (SVG) may begin with a comment."""
SHORT: Final = 32
"""Sufficient for all but drawings."""
PLAIN: Final = tuple(
    start
    for row in FORMATS
    if row.kind is Kind.PICTURE and row is not TIFF
    for signature in row.begins
    if (start := signature.get(0))
)
"""Beginnings of pictures that no RAW file shares: those are TIFFs, or use boxes."""
_MARKUP: Final = (b"<svg", b"<?xml", b"<!--", b"<!doctype svg")
_BEGINNINGS: Final = tuple((tuple(one.items()), row) for row in FORMATS for one in row.begins)


def by_content(head: bytes) -> Format | None:
    """`head`: at least the first SHORT bytes of the file, if it has that many."""
    for signature, row in _BEGINNINGS:
        if all(head.startswith(part, at) for at, part in signature):
            return row
    return SVG if _is_drawing(head[:HEAD]) else None


def is_picture(head: bytes) -> bool:
    """Whether a file beginning like this is, or was, a picture that can be shown."""
    row = by_content(head)
    return row is not None and row.kind is Kind.PICTURE


def _is_drawing(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(_MARKUP) and b"<svg" in text
