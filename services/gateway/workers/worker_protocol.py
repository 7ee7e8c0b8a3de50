"""Messages between the gateway and a worker process."""

from typing import Literal

import msgspec

What = Literal["photo", "large", "sidecar", "album"]
"""What to read: a photo, its larger rendition, a sidecar, or an album's title."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    root: str
    path: str
    """Relative to the root; both as `kernel.paths` writes names."""
    what: What = "photo"


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """Not the photo's fault: the preview couldn't be written."""

    reason: str


class OutOfMemory(msgspec.Struct, frozen=True, tag="out of memory"):
    """Nothing else is to blame: it was the first photo of its process."""
