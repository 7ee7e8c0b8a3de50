"""Share links: an album that people without a password may look at.

A link's secret is never in the log, only its SHA-256: whoever reads the log can't open the link. Its password, if it
has one, is kept beside the log (`gateway/access/keyring.py`).
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from services.domain.albums.album import stream
from services.domain.albums.commands import AlbumCommand, album_of, existing, standing
from services.domain.fields import SHA256, Id
from services.domain.subject import (
    Actor,
    Decision,
    Event,
    InStream,
    Known,
    NotFound,
    Recorded,
    Section,
    recorded,
)
from services.kernel.sentence import Plural, Sentence, Spoken

SecretHash = Annotated[str, Meta(pattern=SHA256, description="SHA-256 of the secret, in hex.")]
Label = Annotated[str, Meta(max_length=100)]
ExpiryUs = Annotated[int, Meta(ge=0, le=2**62)]
"""Microseconds since 1970, UTC."""


class SharingEvent(Event, frozen=True, kw_only=True):
    """In the stream of its album, whose state it doesn't change."""

    STREAM: ClassVar[str] = "album-{self.album_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("albums",)
    album_id: str
    link_id: str


class AlbumShared(SharingEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_shared"
    SHARES: ClassVar[bool] = True
    UNDOABLE: ClassVar[bool] = True
    secret_hash: str
    label: str = ""
    """Whom it is for, in the owner's words."""
    expires_us: int | None = None
    downloads: bool = False
    protected: bool = False
    """It has a password of its own."""

    def undo(self, stream: InStream) -> list[Event]:
        after = [event for _, event in stream.after]
        revoked = any(isinstance(one, AlbumUnshared) and one.link_id == self.link_id for one in after)
        return [] if revoked else [AlbumUnshared(album_id=self.album_id, link_id=self.link_id)]

    def line(self) -> Spoken:
        if self.label:
            return Sentence("Album shared by a link, for %(label)s", label=self.label)
        return Sentence("Album shared by a link")


class AlbumUnshared(SharingEvent, frozen=True, kw_only=True):
    """The link is dead for good."""

    TYPE: ClassVar[str] = "album_unshared"

    def line(self) -> Spoken:
        return Sentence("A share link of the album was revoked")


class SharedAlbumVisited(SharingEvent, frozen=True, kw_only=True):
    """Appended once an hour at most for each link, so that visitors can't fill the log."""

    TYPE: ClassVar[str] = "shared_album_visited"
    ACTOR: ClassVar[Actor] = "visitor"
    visits: int
    """Since the event before."""

    def line(self) -> Spoken:
        return Plural(
            "The shared album was opened %(num)s time",
            "The shared album was opened %(num)s times",
            self.visits,
        )


class ShareAlbum(AlbumCommand, frozen=True, kw_only=True):
    """The page makes the secret and shows it once; a program makes its own, of 128 random bits or more."""

    TYPE: ClassVar[str] = "share_album"
    NAME: ClassVar[str] = "share-album"
    album_id: Id
    secret_hash: SecretHash
    label: Label = ""
    expires_us: ExpiryUs | None = None
    downloads: bool = False
    protected: bool = False

    async def decide(self, known: Known) -> Decision:
        album, version = await album_of(known, self.album_id)
        standing(album)
        event = AlbumShared(
            album_id=self.album_id,
            link_id=known.new_id,
            secret_hash=self.secret_hash,
            label=" ".join(self.label.split()),
            expires_us=self.expires_us,
            downloads=self.downloads,
            protected=self.protected,
        )
        return Decision([event], {stream(self.album_id): version})

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Album shared")


class UnshareAlbum(AlbumCommand, frozen=True, kw_only=True):
    """Revokes a link."""

    TYPE: ClassVar[str] = "unshare_album"
    NAME: ClassVar[str] = "unshare-album"
    album_id: Id
    link_id: Id

    async def decide(self, known: Known) -> Decision:
        rows = await known.stream(stream(self.album_id))
        existing((await album_of(known, self.album_id))[0])
        return Decision(
            self.decided(recorded(rows)), {stream(self.album_id): rows[-1].version if rows else 0}
        )

    def decided(self, events: Sequence[Recorded]) -> list[Event]:
        """`events`: of the album. Empty if it was already revoked. Raises NotFound."""
        own = [event for _, event in events if getattr(event, "link_id", None) == self.link_id]
        if not any(isinstance(event, AlbumShared) for event in own):
            raise NotFound("There is no such share link.", "link_id")
        if any(isinstance(event, AlbumUnshared) for event in own):
            return []
        return [AlbumUnshared(album_id=self.album_id, link_id=self.link_id)]

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The link no longer works")
