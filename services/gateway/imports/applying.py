"""Says what follows from an import, by the commands that a person would give: one for all photos of which the same is
said. They are attributed to the import by their correlation id, and so are their events."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from services.domain.albums.album import ALBUM, Album
from services.domain.albums.album import stream as album_stream
from services.domain.albums.commands import CreateAlbum, RestoreAlbum, album_of
from services.domain.albums.contents import AddToAlbum
from services.domain.categories.category import Category
from services.domain.categories.category import stream as category_stream
from services.domain.categories.commands import CreateCategory, RestoreCategory
from services.domain.categories.decisions import AssignCategory, RejectCategory
from services.domain.categories.tree import CATEGORY, category_of
from services.domain.photos.bin import MoveToBin, RestoreFromBin
from services.domain.photos.captions import SetCaption, SetTitle
from services.domain.photos.dates import DATE, CorrectDate
from services.domain.photos.faces import SetFace
from services.domain.photos.favorite import SetFavorite
from services.domain.photos.hiding import HIDDEN, HideImages
from services.domain.photos.keywords import AddKeywords, RemoveKeywords
from services.domain.photos.people import AddPeople, RemovePeople
from services.domain.photos.places import SetPlace
from services.domain.photos.rating import SetRating
from services.domain.photos.remark import RemarkCommand
from services.domain.photos.rotation import SetRotation
from services.domain.subject import Command, Decision, Refused
from services.gateway.imports.whose import Whose
from services.gateway.imports.wishes import Wish
from services.gateway.write.dispatch import records
from services.gateway.write.reads import Reads
from services.kernel.log.codec import encode
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id
from services.knowledge.taxonomy import Kind

TOO_MUCH: Final = "It says something that Albumen can’t hold."
Wishes = Mapping[Wish, Sequence[str]]
"""What is to be said -> of which photos."""
_COMMANDS: Final[Mapping[str, Callable[[Wish], tuple[type[Command], dict[str, Any]]]]] = {
    "title": lambda wish: (SetTitle, {"title": wish.value}),
    "caption": lambda wish: (SetCaption, {"caption": wish.value}),
    "rating": lambda wish: (SetRating, {"rating": wish.value}),
    "rotation": lambda wish: (SetRotation, {"rotation": wish.value}),
    "favorite": lambda wish: (SetFavorite, {"favorite": wish.value}),
    "trashed": lambda wish: (MoveToBin if wish.value else RestoreFromBin, {}),
    CATEGORY: lambda wish: (
        AssignCategory if wish.value else RejectCategory,
        {"category_id": wish.item},
    ),
    HIDDEN: lambda wish: (HideImages, {}),
    "keywords": lambda wish: (
        AddKeywords if wish.value else RemoveKeywords,
        {"keywords": [wish.item]},
    ),
    "people": lambda wish: (AddPeople if wish.value else RemovePeople, {"people": [wish.item]}),
    "face": lambda wish: (SetFace, _face(str(wish.value))),
    "place": lambda wish: (SetPlace, _point(str(wish.value))),
    DATE: lambda wish: (CorrectDate, {"taken_at": wish.value}),
}


def _point(value: str) -> dict[str, float]:
    latitude, _, longitude = value.partition(",")
    return {"latitude": float(latitude), "longitude": float(longitude)}


def _face(value: str) -> dict[str, Any]:
    face: dict[str, Any] = msgspec.json.decode(value)
    return {"person": face.pop("name"), **face}


def command_of(wish: Wish, images: Sequence[str]) -> Command:
    """Raises msgspec.ValidationError for what no person could say either."""
    kind, fields = _COMMANDS[wish.field](wish)
    return msgspec.convert({"images": list(images), **fields}, kind)


class Applying:
    """Of one import."""

    def __init__(self, events: Log, reads: Reads, whose: Whose, job_id: UUID) -> None:
        self._log, self._reads, self._whose, self._job = events, reads, whose, job_id
        self.refused: list[tuple[str, str]] = []
        """(image id, why), of what no person could say either."""

    async def apply(self, wishes: Wishes, expected: Mapping[str, int]) -> None:
        """Raises Conflict, with nothing said but albums, if somebody has said something else meanwhile. `expected`:
        versions of streams."""
        rows: list[Record] = []
        for wish, images in wishes.items():
            if wish.field != ALBUM:
                rows += await self._rows(wish, images)
        if rows:
            streams = {row.stream for row in rows}
            rests_on = {stream: version for stream, version in expected.items() if stream in streams}
            await self._log.append(rows, rests_on)

    async def apply_albums(self, wishes: Wishes, named: Mapping[str, str]) -> None:
        """`named`: albums that there are, name -> id. Raises Conflict."""
        for wish, images in wishes.items():
            if wish.field == ALBUM:
                try:
                    await self.album(wish.item, images, named)
                except (Refused, msgspec.ValidationError) as error:
                    self.refused += [(image, why(error)) for image in images[:1]]

    async def made_category(self, name: str, kind: Kind = "category") -> str | None:
        """The id of the category or group that an import made of a person's own with this name, whatever it is called
        since, or else of a new one; None if there can't be one, or a person deleted it. Raises Conflict."""
        making = derived_id(f"imported {kind}", name)
        reads = self._reads.of(making)
        own, _ = await category_of(reads, reads.new_id)
        try:
            if own is None:
                await self.give(msgspec.convert({"name": name, "kind": kind}, CreateCategory), making)
            elif own.deleted:
                if self._whose.is_deleted(category_stream(reads.new_id)):
                    return None
                await self.give(RestoreCategory(category_id=reads.new_id))
        except (Refused, msgspec.ValidationError):
            return None
        return reads.new_id

    async def category(self, category_id: str) -> Category | None:
        """As it is now."""
        return (await category_of(self._reads.of(self._job), category_id))[0]

    async def _rows(self, wish: Wish, images: Sequence[str]) -> list[Record]:
        try:
            command = command_of(wish, images)
            id_ = derived_id(self._job, command.TYPE, encode(command).decode())
            if isinstance(
                command, RemarkCommand
            ):  # as `decide`, without asking once more whether they are there
                decision = Decision(command.remarks(list(images)))
            else:
                decision = await command.decide(self._reads.of(id_))
        except (Refused, msgspec.ValidationError) as error:
            self.refused += [(image, why(error)) for image in images]
            return []
        return records(command, id_, decision, self._job) if decision.events else []

    async def album(self, name: str, images: Sequence[str], named: Mapping[str, str]) -> str | None:
        """Put photos into the album that an import made for this name, whatever it is called since; else into one of
        this name; else into a new one. Returns its id if an import made it. Raises Conflict, Refused, and
        msgspec.ValidationError."""
        making = derived_id("imported album", name)
        reads = self._reads.of(making)
        own, _ = await album_of(reads, reads.new_id)
        album_id = reads.new_id if own else named.get(name)
        if album_id is None:
            create = msgspec.convert({"name": name, "images": list(images)}, CreateAlbum)
            await self.give(create, making)
            return reads.new_id
        if own and not await self._restored(album_id, own):
            return None
        new = [image for image in images if self._whose.is_free(image, ALBUM, album_id)]
        if new:
            await self.give(AddToAlbum(album_id=album_id, images=new))
        return album_id if own else None

    async def smart_album(self, name: str, query: str) -> str | None:
        """The id of the one that an import made for this name, or else of a new one; None if a person deleted it.
        Raises like `album`."""
        making = derived_id("imported smart album", name)
        reads = self._reads.of(making)
        own, _ = await album_of(reads, reads.new_id)
        if own is None:
            await self.give(msgspec.convert({"name": name, "q": query}, CreateAlbum), making)
        return reads.new_id if own is None or await self._restored(reads.new_id, own) else None

    async def _restored(self, album_id: str, album: Album) -> bool:
        """Whether it is there, after an import that had made it was taken back. False if a person deleted it."""
        if album.deleted:
            if self._whose.is_deleted(album_stream(album_id)):
                return False
            await self.give(RestoreAlbum(album_id=album_id))
        return True

    async def give(self, command: Command, id_: UUID | None = None) -> None:
        """At once: the next command for the album rests on it."""
        id_ = id_ or derived_id(self._job, command.TYPE, encode(command).decode())
        decision = await command.decide(self._reads.of(id_))
        if decision.events:
            await self._log.append(records(command, id_, decision, self._job), decision.rests_on)


def why(error: Exception) -> str:
    return str(error) if isinstance(error, Refused) else TOO_MUCH
