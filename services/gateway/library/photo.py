"""What one look at a file gives: a photo, or the reason why it is none."""

import msgspec

from services.kernel.events import ImageImported


class Photo(msgspec.Struct, frozen=True, kw_only=True, tag="photo"):
    """All that is told of a picture's bytes. The preview is in its place when one of these arrives."""

    facts: ImageImported

    @property
    def image_id(self) -> str:
        return self.facts.image_id

    def imported(self) -> ImageImported:
        return self.facts


class Rejected(msgspec.Struct, frozen=True, kw_only=True, tag="rejected"):
    """The file can't be shown."""

    reason: str
    """A sentence for the person."""
    size: int
    """Bytes, as it was when it was looked at."""
    mtime_ns: int


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="gone"):
    """The file is not there any more, or it is not a file of this root."""


Answer = Photo | Rejected | Gone
