"""What one look at a file gives: a photo, what a file beside photos says, or the reason why it is neither."""

import msgspec

from services.domain.files.events import ImageImported


class Photo(msgspec.Struct, frozen=True, kw_only=True, tag="photo"):
    """All that is told of a picture's bytes. The preview is in its place when one of these arrives."""

    facts: ImageImported
    place_at: str | None = None
    """What the place where it was seen says of its date, when the bytes say nothing; ISO 8601."""
    place_source: str | None = None

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


class NoFile(msgspec.Struct, frozen=True, kw_only=True, tag="gone"):
    """The file is not there any more, or it is not a file of this root."""


class Said(msgspec.Struct, frozen=True, kw_only=True, tag="said"):
    """What a sidecar says of its photos."""

    kind: str
    """Of `knowledge.sidecars`."""
    taken_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    favorite: bool = False
    archived: bool = False
    trashed: bool = False
    people: list[str] = []
    keywords: list[str] = []


class AlbumTitle(msgspec.Struct, frozen=True, kw_only=True, tag="album"):
    """What an export says of a whole folder; None: it is no album."""

    title: str | None


class Large(msgspec.Struct, frozen=True, kw_only=True, tag="large"):
    """A JPEG for the photo's own page."""

    content: bytes


Answer = Photo | Large | Said | AlbumTitle | Rejected | NoFile
