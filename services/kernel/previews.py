"""Stored previews, checked whenever they are read: a power cut, a full disk or another program may have left anything
in their place, and browsers keep what they are given for a year.

Each carries a mark, a comment segment (ISO/IEC 10918-1, B.2.4.5) after the JFIF header: whose preview it is, and the
hash of all the rest. Those of earlier versions have none; they must at least begin as Pillow writes them and end.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from blake3 import blake3

from services.kernel.paths import preview_path

PREVIEW_SIDE: Final = 512
"""Pixels of the long side; a smaller picture keeps its size."""
_JFIF: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_HEADER: Final = 20
"""Bytes up to the end of the JFIF segment."""
_END: Final = b"\xff\xd9"
_MARK: Final = b"\xff\xfe\x00\x2aalbumen\x01"
"""The segment's marker, its length (42), and what tells it from other comments."""
_ID: Final = 16
_MARKED: Final = _HEADER + len(_MARK) + 2 * _ID
_TABLES: Final = slice(_HEADER, _HEADER + 2 * 69)
_TABLES_DIGEST: Final = "19386b86abed2b665a6d5016886f53a4"
"""Of the quantisation tables of quality 90: what earlier versions' previews begin with."""


def marked(jpeg: bytes, image_id: str) -> bytes:
    """With its mark. Raises ValueError if it is no whole JPEG with a JFIF header."""
    if not (jpeg.startswith(_JFIF) and jpeg.endswith(_END)):
        raise ValueError("This is no whole JPEG.")
    owner = bytes.fromhex(image_id)
    return jpeg[:_HEADER] + _MARK + owner + _digest(owner, jpeg) + jpeg[_HEADER:]


def unmarked(content: bytes) -> bytes:
    """For strangers: the mark identifies the original."""
    return content[:_HEADER] + content[_MARKED:] if content.startswith(_MARK, _HEADER) else content


def is_whole(content: bytes, image_id: str) -> bool:
    """Whether it is this image's preview, complete."""
    if not (content.startswith(_JFIF) and content.endswith(_END)):
        return False
    if content.startswith(_MARK, _HEADER):
        owner, digest = content[_MARKED - 2 * _ID : _MARKED - _ID], content[_MARKED - _ID : _MARKED]
        return owner.hex() == image_id and digest == _digest(owner, content[:_HEADER] + content[_MARKED:])
    return blake3(content[_TABLES]).hexdigest(length=_ID) == _TABLES_DIGEST


def load(previews: Path, image_id: str) -> bytes | None:
    """The preview; None if there is none or it must be made again."""
    try:
        content = preview_path(previews, image_id).read_bytes()
    except OSError:
        return None
    return content if is_whole(content, image_id) else None


def store(previews: Path, image_id: str, content: bytes) -> None:
    """Puts a marked one in its place. Not synced: its readers see whether it is whole. Raises OSError."""
    path = preview_path(previews, image_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _digest(owner: bytes, jpeg: bytes) -> bytes:
    """`jpeg`: as it is without a mark."""
    return blake3(owner + jpeg).digest(length=_ID)
