"""Where in an export the sidecar of each photo file lies. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from services.gateway.queries.images import File
from services.kernel.paths import one_spelling
from services.knowledge.archives import archive_of
from services.knowledge.sidecars import SIDECARS

_SUFFIX: Final = next(one.suffix for one in SIDECARS if one.kind == "xmp")
PHOTOS: Final = "albumen.jsonl"
ALBUMS: Final = "albumen-albums.jsonl"
CATEGORY_LIST: Final = "albumen-categories.jsonl"
LISTS: Final = (PHOTOS, ALBUMS, CATEGORY_LIST)
_TOP: Final = "photos"
"""The mirror of the root of a disk, which has no name."""
_DIGITS: Final = 8


def mirrors(roots: Iterable[str]) -> dict[str, str]:
    """Root -> the folder of the export that mirrors it: its name, with a digest of its path where several have it, or
    one of the lists has."""
    names = {root: _name(root) for root in roots}
    same = Counter(map(one_spelling, (*names.values(), *LISTS)))
    return {
        root: f"{name}-{hashlib.sha256(root.encode()).hexdigest()[:_DIGITS]}"
        if same[one_spelling(name)] > 1
        else name
        for root, name in names.items()
    }


def _name(root: str) -> str:
    name = PurePosixPath(root).name
    return _TOP if name in ("", "..") else name


def sidecar_name(name: str) -> str:
    """Of a photo's file: `IMG.jpg.xmp`, so that `IMG.jpg` and `IMG.png` each have their own."""
    return f"{name}{_SUFFIX}"


def others(name: str) -> tuple[str, ...]:
    """Names by which other programs find the same photo's sidecar."""
    stem = PurePosixPath(name).stem
    return f"{stem}{_SUFFIX}", f"{stem}{_SUFFIX.upper()}", f"{name}{_SUFFIX.upper()}"


def in_archive(file: File) -> bool:
    """Nothing can be written beside it."""
    return bool(archive_of(file.path))
