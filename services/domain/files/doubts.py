"""Inheritances of earlier versions: any new content of a path inherited, also that of another picture."""

from collections.abc import Sequence
from typing import ClassVar, Final

from services.domain.erasure import Erasure
from services.domain.files.events import FileEvent, ScanEvent
from services.domain.subject import Event, Known, Section, event_of
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Sentence, Spoken

STREAM: Final = "inheritances"


class InheritanceDoubted(FileEvent, frozen=True, kw_only=True):
    """The photo inherited from another picture at its path, of which it is no edit. `Undo` with this event's id takes
    that back."""

    TYPE: ClassVar[str] = "inheritance_doubted"
    STREAM: ClassVar[str] = STREAM
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    previous_image_id: str
    positions: list[int]
    """The events by which it inherited, in order …"""
    streams: list[str]
    """… and their streams."""

    def photos(self) -> Sequence[str]:
        return [self.image_id, self.previous_image_id]

    def without(self, erasure: Erasure) -> Event | None:
        return None if {self.image_id, self.previous_image_id} & erasure.images else self

    def line(self) -> Spoken:
        return Sentence(
            "An earlier version of Albumen gave %(path)s what you had given another photo with that name",
            path=self.path,
        )


class InheritancesChecked(ScanEvent, frozen=True, kw_only=True):
    """All earlier inheritances were checked; it happens once."""

    TYPE: ClassVar[str] = "inheritances_checked"
    STREAM: ClassVar[str] = STREAM
    doubted: int

    def line(self) -> Spoken:
        return Sentence("Checked what photos have inherited")


async def doubts(known: Known) -> dict[str, InheritanceDoubted]:
    """All that were recorded, by event id."""
    rows = {str(row.event_id): event_of(row) for row in await known.stream(STREAM)}
    return {id_: event for id_, event in rows.items() if isinstance(event, InheritanceDoubted)}


async def inheritance_rows(known: Known, doubt: InheritanceDoubted) -> list[Envelope]:
    """The events by which the photo inherited, in order."""
    streams = [await known.stream(name) for name in doubt.streams]
    rows = [row for stream in streams for row in stream if row.position in doubt.positions]
    return sorted(rows, key=lambda row: row.position)
