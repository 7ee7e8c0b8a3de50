"""What the gateway and a worker process say to each other."""

from typing import Literal

import msgspec

What = Literal["photo", "sidecar", "album"]
"""What the file is taken for: a picture, a file beside pictures, or an export's word on a whole folder."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    root: str
    path: str
    """Relative to the root; both as `kernel.paths` writes names."""
    what: What = "photo"


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """No fault of the photo: the preview could not be written."""

    reason: str
