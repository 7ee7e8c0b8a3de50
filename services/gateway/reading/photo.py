"""What examining a file yields: a photo, the content of a sidecar or album file, or a reason for rejection."""

import msgspec

from services.domain.files.events import ImageImported
from services.domain.photos.properties import PhotoProperty, Region
from services.gateway.sidecars.facts import PictureFacts


class Photo(msgspec.Struct, frozen=True, kw_only=True, tag="photo"):
    """Everything derived from a picture's bytes. Its preview is already stored."""

    facts: ImageImported
    place_at: str | None = None
    """The date according to the path or mtime, if the bytes have none; ISO 8601."""
    place_source: str | None = None

    @property
    def image_id(self) -> str:
        return self.facts.image_id

    def imported(self) -> ImageImported:
        return self.facts


class FileWords(msgspec.Struct, frozen=True, kw_only=True, tag="words"):
    """What a known file says in words: fields of `ImageImported`."""

    description: str | None
    keywords: list[str]
    keyword_paths: list[str]
    people: list[str]
    stars: int | None
    properties: list[PhotoProperty]
    regions: list[Region]
    unread: list[str]


class Rejected(msgspec.Struct, frozen=True, kw_only=True, tag="rejected"):
    """The file can't be shown."""

    reason: str
    """A sentence for the user."""
    size: int
    """Bytes, when it was examined."""
    mtime_ns: int


class NoFile(msgspec.Struct, frozen=True, kw_only=True, tag="gone"):
    """The file is gone, or isn't a file of this root."""


class Said(PictureFacts, frozen=True, kw_only=True, tag="said"):
    """What a sidecar says about its photos."""

    kind: str
    """As in `knowledge.sidecars`."""


class AlbumTitle(msgspec.Struct, frozen=True, kw_only=True, tag="album"):
    """What an export says of the album that a folder is."""

    title: str | None
    """None if it isn't one."""
    created: str | None = None
    """When it was made, as the export writes it."""
    cut: str = ""
    """A sentence for the user, if the title is longer."""


class Large(msgspec.Struct, frozen=True, kw_only=True, tag="large"):
    """A JPEG for the photo's own page."""

    content: bytes


class Beginning(msgspec.Struct, frozen=True, kw_only=True, tag="beginning"):
    """What a copy of a file begins with, in which its orientation is another."""

    content: bytes
    replaces: int
    """Bytes of the original."""


class Copied(msgspec.Struct, frozen=True, kw_only=True, tag="copied"):
    """A film was copied without what its camera says."""

    media_type: str


Answer = Photo | FileWords | Large | Beginning | Copied | Said | AlbumTitle | Rejected | NoFile
