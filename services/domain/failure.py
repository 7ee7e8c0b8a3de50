"""Failures, as seen by the commands that deal with them."""

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """A file or folder that can't be read, or a photo that a model could not classify."""

    kind: str
    """`file`, `folder` or `image`."""
    root: str | None
    path: str | None
    """Relative to `root`."""
    image_id: str | None
    model_id: str | None
