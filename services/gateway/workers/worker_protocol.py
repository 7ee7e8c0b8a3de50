"""Messages between the gateway, a worker process, and its decoder."""

from typing import Literal, NamedTuple

import msgspec

from services.gateway.imports.contract import Told
from services.gateway.reading.photo import (
    AlbumTitle,
    Answer,
    Beginning,
    Copied,
    FileWords,
    Large,
    Photo,
    Rejected,
    Said,
)
from services.knowledge.rotations import NONE

FilmCopy = Literal["film", "video"]
"""What to make of a film; as `paths.COPIES`."""
What = Literal[
    "photo",
    "words",
    "medium",
    "large",
    "whole",
    "rotated",
    "oriented",
    "film",
    "video",
    "sidecar",
    "album",
    "import",
    "confinement",
]
"""What to read: a photo, its words alone, its larger renditions up to all pixels, a preview to rotate, the beginning of
a rotated copy, a film to copy or to code as every browser plays it, a sidecar, an album's title, another program's
file to import; or how far the decoder is confined, without a file."""


class Limits(NamedTuple):
    """Of a decoder."""

    limit_s: float
    """Processor time per photo, seconds."""
    wall_s: float
    """Seconds by the clock."""
    memory: int
    """Bytes beyond those of the program itself."""


class FilmSpan(NamedTuple):
    """Of a film inside a photo."""

    offset: int
    """Bytes before it."""
    size: int
    """Bytes."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    """From the gateway to a worker."""

    root: str
    path: str
    """Relative to the root; both as `kernel.paths` writes names."""
    what: What | Literal["members"] = "photo"
    """`members`: to list an archive, which is the root; no decoder is asked."""
    film: FilmSpan | None = None
    """Which part of the file to copy; None for all of it."""
    target: str = ""
    """The file to write the copy of a film into, which exists and is ours."""
    rotation: int = NONE
    """What a person has done to a picture (`knowledge.rotations`)."""


class Task(msgspec.Struct, frozen=True, array_like=True):
    """From a worker to its decoder, with the file's descriptor."""

    what: What
    path: str
    """For its date and suffix; nothing is opened by it."""
    size: int
    """Bytes, when it was opened."""
    mtime_ns: int
    image_id: str
    """Of a photo; empty for others."""
    film: FilmSpan | None = None
    rotation: int = NONE


class Part(msgspec.Struct, frozen=True, tag="part"):
    """Of a film's copy, before the answer proper: a decoder can write no file."""

    position: int
    """Bytes before it."""
    content: bytes


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """Not the photo's fault: the preview, or the copy of a film, couldn't be written."""

    reason: str


class OutOfMemory(msgspec.Struct, frozen=True, tag="out of memory"):
    """Nothing else is to blame: it was the first photo of its process."""


class Lacking(msgspec.Struct, frozen=True, tag="lacking"):
    """The decoder would have had to load these modules and couldn't: to be asked again, with them loaded."""

    modules: list[str]


class Confinement(msgspec.Struct, frozen=True, tag="confinement"):
    """What confines a decoder, by its own attempts."""

    missing: list[str] = []
    """Means that this computer lacks or doesn't allow (`reading.sandbox`)."""
    open: list[str] = []
    """Ways out that it found (`workers.attempts`); empty is how it should be."""


class Listed(msgspec.Struct, frozen=True, tag="listed"):
    """The list of an archive's members is on the shelf."""


Decoded = Answer | Told | Part | Failed | OutOfMemory | Lacking | Confinement
"""What a decoder answers."""
Answered = Answer | Told | Failed | OutOfMemory | Confinement | Listed
"""What a worker answers."""
Reply = (
    Photo
    | FileWords
    | Large
    | Beginning
    | Copied
    | Said
    | AlbumTitle
    | Told
    | Rejected
    | Confinement
    | Listed
)
"""What is passed on to those who ask a pool: no fault of the worker or of the machine."""
