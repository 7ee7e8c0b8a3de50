"""How files begin: which are pictures whatever they are called, and what the others are, in words for the person."""

from typing import Final

HEAD: Final = 4096
"""Bytes that are enough for all of this; a drawing (SVG) may begin with a comment."""

PICTURES: Final = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
    *(b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "),
)
STILLS: Final = (
    *(b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftyphevc", b"ftyphevx"),
    *(b"ftypmif1", b"ftypmsf1", b"ftypavif", b"ftypavis"),
)
"""Of the boxes that films begin with as well."""
BITMAP_HEADERS: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Bytes of a BMP's second header; its signature alone, two letters, is the beginning of many texts."""

NOT_YET: Final = (
    (b"\xff\x0a", "JPEG XL pictures"),
    (b"\0\0\0\x0cJXL ", "JPEG XL pictures"),
    (b"II\xbc\1", "JPEG XR pictures"),
    (b"8BPS", "Photoshop files"),
    (b"gimp xcf", "GIMP files"),
)
OTHERS: Final = ((b"\0\0\1\0", "a program's icon"), (b"%PDF", "a PDF"))
MARKUP: Final = (b"<svg", b"<?xml", b"<!--", b"<!doctype svg")


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is, or was, a picture that is shown. `head`: at least 32 bytes of it."""
    return head.startswith(PICTURES) or head[4:12] in STILLS or _is_webp(head) or _is_bitmap(head)


def not_yet(head: bytes) -> str | None:
    """The reason why a picture of such a kind can't be shown; None for all others."""
    kind = next((kind for start, kind in NOT_YET if head.startswith(start)), None)
    kind = "drawings (SVG)" if kind is None and _is_drawing(head[:HEAD]) else kind
    return None if kind is None else f"Albumen can't show {kind} yet."


def called(content: bytes) -> str:
    """What to say of a file that no decoder takes for its own."""
    if is_picture(content) or content.startswith(b"BM"):
        return "The picture is damaged: its header can't be read."
    if content[4:8] == b"ftyp":
        return "This kind of file (a film, or a picture in a newer format) can't be shown yet."
    if reason := not_yet(content):
        return reason
    for start, what in OTHERS:
        if content.startswith(start):
            return f"This is {what}, not a picture."
    if not content.strip(b"\0"):
        return "The file holds nothing but zeros."
    return "This is not a picture, whatever its name says."


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_bitmap(head: bytes) -> bool:
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BITMAP_HEADERS


def _is_drawing(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(MARKUP) and b"<svg" in text
