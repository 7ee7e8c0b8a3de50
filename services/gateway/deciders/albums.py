"""Albums: what a command does to one. Pure: values in, values out."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from services.gateway.deciders.errors import NotFound, Outdated, Refused
from services.kernel import commands as c
from services.kernel import events as e
from services.knowledge import ranks

OWN: Final = "album"
"""The order by hand."""
START: Final = "start"


class Album(msgspec.Struct, frozen=True):
    name: str
    images: dict[str, str] = {}
    """Image -> what sorts it (`ranks.py`). Not changed in place."""
    deleted: bool = False
    q: str | None = None
    """The search of a smart one."""
    description: str = ""
    cover: str | None = None
    sort: str | None = None
    """In which it opens, where that was said."""
    at: dict[str, int] = {}
    """What was changed -> the position of the event that did it last. `order` is the order by hand."""
    into: str | None = None
    """The album that it was merged into."""

    def in_order(self) -> list[str]:
        return sorted(self.images, key=self.images.__getitem__)

    @property
    def latest(self) -> int:
        """The position of the last event about it."""
        return max(self.at.values(), default=0)


AlbumCommand = (
    c.CreateAlbum
    | c.RenameAlbum
    | c.DescribeAlbum
    | c.SetCover
    | c.SetAlbumOrder
    | c.SetAlbumSearch
    | c.DeleteAlbum
    | c.RestoreAlbum
    | c.AddToAlbum
    | c.RemoveFromAlbum
    | c.ReorderAlbum
)


def stream(album_id: str) -> str:
    return f"album-{album_id}"


def evolve(album: Album | None, event: e.Event, position: int = 0) -> Album | None:
    """`position`: of the event in the log."""
    if isinstance(event, e.AlbumCreated):
        created = album or Album(event.name)
        at = {**created.at, "made": position, "name": position, "q": position}
        return msgspec.structs.replace(created, name=event.name, q=event.q, deleted=False, at=at)
    if album is None:
        return None
    now = msgspec.structs.replace
    match event:
        case e.AlbumRenamed(name=name):
            album = now(album, name=name, at={**album.at, "name": position})
        case e.AlbumDescribed(description=description):
            album = now(album, description=description, at={**album.at, "description": position})
        case e.AlbumCoverSet(image_id=image):
            album = now(album, cover=image, at={**album.at, "cover": position})
        case e.AlbumOrderSet(order=order):
            album = now(album, sort=order, at={**album.at, "sort": position})
        case e.AlbumSearchSet(q=q):
            album = now(album, q=q, at={**album.at, "q": position})
        case e.AlbumDeleted(into_id=into):
            album = now(album, deleted=True, into=into, at={**album.at, "made": position})
        case e.AlbumRestored():
            album = now(album, deleted=False, into=None, at={**album.at, "made": position})
        case e.ImagesAddedToAlbum(image_ids=ids):
            new = {image: ranks.added(position, place) for place, image in enumerate(ids)}
            album = now(album, images={**new, **album.images}, at={**album.at, "images": position})
        case e.ImagesRemovedFromAlbum(image_ids=ids):
            gone = set(ids)
            left = {image: rank for image, rank in album.images.items() if image not in gone}
            album = now(album, images=left, at={**album.at, "images": position})
        case e.AlbumReordered(image_ids=ids, ranks=words):
            moved = {image: word for image, word in zip(ids, words, strict=False) if image in album.images}
            album = now(album, images={**album.images, **moved}, at={**album.at, "order": position})
    return album


def decide(command: AlbumCommand, album: Album | None, album_id: str) -> list[e.Event]:
    """Nothing when it is so already. Raises NotFound when the album is not there (any more), Outdated when somebody
    else changed the same thing since the person looked, Refused for photos by hand in a smart one."""
    if isinstance(command, c.CreateAlbum):
        return _created(command, album_id)
    if album is None:
        raise NotFound("There is no such album.", "album_id")
    if isinstance(command, c.RestoreAlbum):
        return [e.AlbumRestored(album_id=album_id)] if album.deleted else []
    if isinstance(command, c.DeleteAlbum) and album.deleted:
        return []
    if album.deleted:
        raise NotFound("The album “%(name)s” was deleted. Restore it first.", "album_id", name=album.name)
    if album.q is not None and isinstance(command, c.AddToAlbum | c.RemoveFromAlbum | c.ReorderAlbum):
        raise Refused(
            "“%(name)s” is a smart album: it shows what its search finds, so photos are neither put into it nor "
            "taken out.",
            "album_id",
            name=album.name,
        )
    if decided := _changed(command, album, album_id):
        told(command, album)
    return decided


def _created(command: c.CreateAlbum, album_id: str) -> list[e.Event]:
    q = command.q.strip() if command.q else None
    if q and command.images:
        raise Refused("An album shows either a search or the photos that were put into it.", "images")
    created: list[e.Event] = [e.AlbumCreated(album_id=album_id, name=command.name.strip(), q=q)]
    if command.images:
        created.append(e.ImagesAddedToAlbum(album_id=album_id, image_ids=_once(command.images)))
    return created


def _changed(command: AlbumCommand, album: Album, album_id: str) -> list[e.Event]:
    match command:
        case c.RenameAlbum(name=name) if name.strip() != album.name:
            return [e.AlbumRenamed(album_id=album_id, name=name.strip())]
        case c.DescribeAlbum(description=said):
            said = said.replace("\r\n", "\n").strip()
            same = said == album.description
            return [] if same else [e.AlbumDescribed(album_id=album_id, description=said)]
        case c.SetCover(image=image) if image != album.cover:
            if image is not None and album.q is None and image not in album.images:
                raise Refused("The cover is one of the album’s photos, and this one isn’t in it.", "image")
            return [e.AlbumCoverSet(album_id=album_id, image_id=image)]
        case c.SetAlbumOrder(order=order):
            if order == OWN and album.q is not None:
                raise Refused("A smart album has no order by hand.", "order")
            same = order == (album.sort or (OWN if album.q is None else "-taken_at"))
            return [] if same else [e.AlbumOrderSet(album_id=album_id, order=order)]
        case c.SetAlbumSearch(q=q):
            if album.q is None:
                raise Refused("“%(name)s” shows the photos that were put into it.", "q", name=album.name)
            return [] if q.strip() == album.q else [e.AlbumSearchSet(album_id=album_id, q=q.strip())]
        case c.DeleteAlbum():
            return [e.AlbumDeleted(album_id=album_id)]
        case c.AddToAlbum(images=images):
            new = [image for image in _once(images) if image not in album.images]
            return [e.ImagesAddedToAlbum(album_id=album_id, image_ids=new)] if new else []
        case c.RemoveFromAlbum(images=images):
            gone = [image for image in _once(images) if image in album.images]
            return [e.ImagesRemovedFromAlbum(album_id=album_id, image_ids=gone)] if gone else []
        case c.ReorderAlbum():
            return _reordered(command, album, album_id)
    return []


def _reordered(command: c.ReorderAlbum, album: Album, album_id: str) -> list[e.Event]:
    moved = [image for image in _once(command.images) if image in album.images]
    if not moved:
        raise Refused("These photos are not in the album any more.", "images")
    start = command.before == START
    if command.before is not None and not start and command.before not in album.images:
        raise Refused("The photo that they were to stand before is not in the album any more.", "before")
    order = album.in_order()
    moving = set(moved)
    place = 0 if start else order.index(command.before) if command.before is not None else len(order)
    behind = next((image for image in order[place:] if image not in moving), None)
    ahead = next((image for image in reversed(order[:place]) if image not in moving), None)
    wanted = [*([ahead] if ahead else []), *moved, *([behind] if behind else [])]
    places = {image: n for n, image in enumerate(order)}
    if all(places[b] == places[a] + 1 for a, b in pairwise(wanted)):
        return []
    words = ranks.between(
        album.images[ahead] if ahead else "",
        album.images[behind] if behind else ranks.end(album.latest),
        len(moved),
        album.latest,
    )
    return [e.AlbumReordered(album_id=album_id, image_ids=moved, ranks=words)]


def told(command: AlbumCommand, album: Album) -> None:
    """Raises Outdated when what the command changes was changed by somebody since it was last seen."""
    seen = getattr(command, "seen", None)
    if seen is None:
        return
    at = album.at.get
    match command:
        case c.RenameAlbum() if at("name", 0) > seen:
            raise Outdated("Meanwhile the album was renamed to “%(now)s”.", "name", now=album.name)
        case c.DescribeAlbum() if at("description", 0) > seen:
            if not album.description:
                raise Outdated("Meanwhile the description was taken away.", "description")
            raise Outdated(
                "Meanwhile the description was changed to: %(now)s", "description", now=album.description
            )
        case c.SetCover() if at("cover", 0) > seen:
            raise Outdated("Meanwhile another photo was made the cover.", "image")
        case c.SetAlbumOrder() if at("sort", 0) > seen:
            raise Outdated("Meanwhile another order was chosen for the album.", "order")
        case c.SetAlbumSearch() if at("q", 0) > seen:
            raise Outdated("Meanwhile the album’s search was changed to: %(now)s", "q", now=album.q)
        case c.ReorderAlbum() if at("order", 0) > seen:
            raise Outdated("Meanwhile the album was put in another order.", "before")
        case c.DeleteAlbum() if album.latest > seen:
            raise Outdated("Meanwhile the album “%(now)s” was changed.", "album_id", now=album.name)


def merge(
    album_id: str, album: Album | None, into_id: str, into: Album | None
) -> tuple[list[e.Event], list[e.Event]]:
    """Events of the other, and of the one that goes. Nothing when that was done before."""
    if album is None:
        raise NotFound("There is no such album.", "album_id")
    if into is None:
        raise NotFound("There is no such album.", "into")
    if album.deleted and album.into == into_id:
        return [], []
    for one, field in ((album, "album_id"), (into, "into")):
        if one.deleted:
            raise NotFound("The album “%(name)s” was deleted. Restore it first.", field, name=one.name)
        if one.q is not None:
            raise Refused(
                "“%(name)s” is a smart album: make it an album of the photos that it shows first.",
                field,
                name=one.name,
            )
    if album_id == into_id:
        raise Refused("An album can’t be merged with itself.", "into")
    new = [image for image in album.in_order() if image not in into.images]
    added: list[e.Event] = [e.ImagesAddedToAlbum(album_id=into_id, image_ids=new)] if new else []
    return added, [e.AlbumDeleted(album_id=album_id, into_id=into_id)]


def duplicate(
    command: c.DuplicateAlbum, album: Album | None, album_id: str, shown: Sequence[str]
) -> list[e.Event]:
    """`album_id`: of the new one. `shown`: what a smart album shows now, where it is to be frozen."""
    if album is None:
        raise NotFound("There is no such album.", "album_id")
    if album.deleted:
        raise NotFound("The album “%(name)s” was deleted. Restore it first.", "album_id", name=album.name)
    name = command.name.strip() if command.name else f"{album.name[:198]} 2"
    frozen = command.frozen and album.q is not None
    images = list(shown) if frozen else album.in_order()
    made: list[e.Event] = [e.AlbumCreated(album_id=album_id, name=name, q=None if frozen else album.q)]
    if images:
        made.append(e.ImagesAddedToAlbum(album_id=album_id, image_ids=images))
    if album.description:
        made.append(e.AlbumDescribed(album_id=album_id, description=album.description))
    if album.sort:
        made.append(e.AlbumOrderSet(album_id=album_id, order=album.sort))
    if album.cover and (not frozen or album.cover in images):
        made.append(e.AlbumCoverSet(album_id=album_id, image_id=album.cover))
    return made


def _once(images: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(images))
