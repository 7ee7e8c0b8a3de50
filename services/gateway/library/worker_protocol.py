"""What the gateway and a worker process say to each other."""

import msgspec


class Request(msgspec.Struct, frozen=True, array_like=True):
    root: str
    path: str
    """Relative to the root; both as `kernel.paths` writes names."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """No fault of the photo: the preview could not be written."""

    reason: str
