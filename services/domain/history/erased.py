"""What stands in the log in place of facts about photos that were forgotten for good, and that it happened.

No id and no hash of a forgotten photo is kept, not even a salted one. It would only serve to leave the photo out if it
were found again, and a list of such hashes tells whoever has the log and a picture that this picture was in it. So a
file that is still in a photo folder is imported again: whoever forgets it is told to move it away first.
"""

from collections.abc import Iterable
from typing import ClassVar, cast
from uuid import uuid4

import msgspec

from services.domain.erasure import Erasure
from services.domain.files.events import FileEvent, FileMoved, FileReplaced
from services.domain.subject import Command, Event, InStream, Section
from services.kernel.log import codec
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Plural, Sentence, Spoken


class Erased(Event, frozen=True, kw_only=True):
    """An event that was about nothing but forgotten photos. It keeps its position, its time and its cause, so that
    positions have no gaps and the command that caused it can still be undone for other photos."""

    TYPE: ClassVar[str] = "erased"
    STREAM: ClassVar[str] = "erased"
    UNDOABLE: ClassVar[bool] = True

    def undo(self, stream: InStream) -> list[Event]:
        return []

    def line(self) -> Spoken:
        return Sentence("About a photo that was forgotten for good")


class PhotosErased(Event, frozen=True, kw_only=True):
    """Photos were forgotten for good: every earlier event and command was rewritten without them."""

    TYPE: ClassVar[str] = "photos_erased"
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    count: int

    def line(self) -> Spoken:
        return Plural(
            "%(num)s photo was forgotten for good", "%(num)s photos were forgotten for good", self.count
        )


class Whereabouts:
    """Where each photo has lain, from the first event to the last."""

    def __init__(self) -> None:
        self._places: dict[str, set[tuple[str, str]]] = {}
        self.latest: dict[tuple[str, str], str] = {}
        """Place -> the photo that an event last mentioned there."""
        self.versions: dict[str, set[str]] = {}
        """Photo -> those whose file it replaced, or that replaced its file."""

    def see(self, event: Event) -> None:
        if not isinstance(event, FileEvent):
            return
        places = self._places.setdefault(event.image_id, set())
        places.add((event.root, event.path))
        self.latest[event.root, event.path] = event.image_id
        if isinstance(event, FileMoved):
            places.add((event.from_root, event.from_path))
        if isinstance(event, FileReplaced):
            self.versions.setdefault(event.image_id, set()).add(event.previous_image_id)
            self.versions.setdefault(event.previous_image_id, set()).add(event.image_id)

    def of(self, image: str) -> set[tuple[str, str]]:
        return self._places.get(image, set())

    def beside(self, images: Iterable[str]) -> set[str]:
        """Other photos under the same name in the same folder, but for the suffix: a live photo's film, a RAW file."""
        erased = set(images)
        stems = {_stem(place) for image in erased for place in self.of(image)}
        return {image for place, image in self.latest.items() if _stem(place) in stems} - erased

    def erasure(self, images: Iterable[str]) -> Erasure:
        """Of these photos, with the files and folders that never held another."""
        erased = frozenset(images)
        theirs = {place for image in erased for place in _with_folders(self.of(image))}
        others = (places for image, places in self._places.items() if image not in erased)
        return Erasure(erased, frozenset(theirs.difference(*map(_with_folders, others))))


def _stem(place: tuple[str, str]) -> tuple[str, str]:
    root, path = place
    folder, _, name = path.rpartition("/")
    return root, f"{folder}/{name.partition('.')[0]}"


def _with_folders(places: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    result: set[tuple[str, str]] = set()
    for root, path in places:
        while path and (root, path) not in result:
            result.add((root, path))
            path = path.rpartition("/")[0]
    return result


def rewritten(row: Envelope, erasure: Erasure) -> Envelope:
    """The row without the forgotten photos; itself if it says nothing of them. Its version in the stream may have to be
    counted anew. A row that can't be decoded is erased if its text names one of them."""
    try:
        decoded = codec.decode_command(row.type, row.data) if row.kind == "C" else row.event()
    except (codec.UnknownEvent, codec.BrokenEvent):
        return _erased(row) if _names(row, erasure) else row
    message = cast(Command | Event, decoded)
    rest = message.without(erasure)
    if rest is message or rest == message:
        return row
    if rest is None:
        return _erased(row)
    return msgspec.structs.replace(
        row,
        event_id=row.event_id if row.kind == "C" else uuid4(),
        type=rest.TYPE,
        schema_version=rest.VERSION,
        data=codec.encode(rest).decode(),
    )


def _erased(row: Envelope) -> Envelope:
    """Its id was often derived from the photo's, so it gets another."""
    return msgspec.structs.replace(
        row,
        event_id=uuid4(),
        stream=Erased.STREAM,
        kind="E",
        type=Erased.TYPE,
        schema_version=Erased.VERSION,
        data="{}",
    )


def _names(row: Envelope, erasure: Erasure) -> bool:
    names = {*erasure.images, *(path.rpartition("/")[2] for _, path in erasure.places)}
    return any(name in f"{row.stream} {row.data}" for name in names)
