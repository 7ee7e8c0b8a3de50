"""What is found in a photo folder. The gateway gets it from the process that looks there, and needs no more of that."""

from typing import Final

import msgspec

from services.domain.files.passed import PassedKind

IGNORE_FILE: Final = ".albumenignore"
NOTHING_HERE: Final = ".nomedia"
"""Android's marker for a folder that no album shows, including everything below it."""


class Found(msgspec.Struct, frozen=True):
    path: str
    """Relative to the root, separated by `/`, as `kernel.paths` writes names."""
    size: int
    """Bytes."""
    mtime_ns: int
    ctime_ns: int | None = None
    inode: int | None = None
    """Of a file with several names (hard links)."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Problem(msgspec.Struct, frozen=True, tag="problem"):
    """A folder that can't be read: the library keeps its photos."""

    path: str
    """Relative to the root; empty for the root itself."""
    reason: str


class LeftOut(msgspec.Struct, frozen=True, tag="left out"):
    """A folder in which another program keeps its thumbnails, trash and the like (`knowledge.programs`)."""

    path: str
    """Relative to the root."""


class Passed(msgspec.Struct, frozen=True, tag="passed"):
    """A link, git-annex file or archive in which photos may be, but not for this scan; or another program's file."""

    path: str
    """Relative to the root."""
    kind: PassedKind


class Unused(msgspec.Struct, frozen=True, tag="unused"):
    """An ignore file that can't be read, and has no effect."""

    folder: str
    """Relative to the root; empty for the root itself."""
    reason: str


class ArchiveRead(msgspec.Struct, frozen=True, tag="archive"):
    """An archive is there, and was read as far as it can be (`archives.py`)."""

    file: Found
    """Its path is empty if it is the root; of one beside the root it begins with `../`."""
    trouble: str = ""
    """What is wrong with it, as a sentence."""
    whole: bool = True
    """False: it has photos that are not listed, perhaps."""
    anew: bool = True
    """False: nothing has changed since an earlier scan could not read it."""
