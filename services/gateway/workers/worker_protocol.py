"""What the gateway and a worker process say to each other."""

from typing import Literal

import msgspec

What = Literal["photo", "large", "sidecar", "album"]
"""What is wanted of it: what a picture is, its larger rendition, what a sidecar or an album's file says."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    root: str
    path: str
    """Relative to the root; both as `kernel.paths` writes names."""
    what: What = "photo"


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """No fault of the photo: the preview could not be written."""

    reason: str
