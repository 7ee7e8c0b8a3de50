"""Photos by their content, where a program gives a digest of it: digiKam's `uniqueHash` (version 2) is the MD5 of a
file's first and last 100 kB, so a photo is found that lies elsewhere under another name by now.

Source: digiKam's `DImg::createUniqueHashV2`.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from services.gateway.queries.imports import PlacedFile
from services.kernel.paths import from_text

_END: Final = 100 * 1024
"""Bytes of the file's beginning, and of its end; a shorter one is read twice."""


def ends_digest(path: Path) -> str:
    """Hex. Raises OSError. Blocks."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        size = min(os.fstat(file.fileno()).st_size, _END)
        digest.update(file.read(size))
        file.seek(-size, os.SEEK_END)
        digest.update(file.read(size))
    return digest.hexdigest()


def by_digest(wanted: Mapping[str, int], files: Iterable[PlacedFile]) -> dict[str, list[str]]:
    """Digest -> ids of the photos that have it. `wanted`: digest -> the file's size. What can't be read, and members of
    archives, are passed over. Blocks."""
    sizes = set(wanted.values())
    photos: dict[str, dict[str, None]] = {}
    for file in files:
        if file.size not in sizes:
            continue
        try:
            digest = ends_digest(Path(from_text(file.root), from_text(file.folder), from_text(file.name)))
        except OSError:
            continue
        if wanted.get(digest) == file.size:
            photos.setdefault(digest, {})[file.image_id] = None
    return {digest: list(images) for digest, images in photos.items()}
