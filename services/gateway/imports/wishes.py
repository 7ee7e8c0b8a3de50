"""What follows from records for photos: what is not so already, and where no person has the last word."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from services.domain.albums.album import ALBUM
from services.domain.categories.tree import CATEGORY
from services.domain.photos.dates import DATE
from services.domain.photos.faces import FaceSet
from services.domain.photos.hiding import HIDDEN
from services.domain.photos.keywords import SEPARATOR, plain_keywords
from services.domain.photos.remark import WHOLE, plain_names
from services.gateway.imports.contract import ImportRecord
from services.gateway.imports.matching import same_clock
from services.gateway.imports.whose import Whose
from services.gateway.queries.imports import KnownPhoto
from services.gateway.sidecars.facts import PictureFacts
from services.knowledge.rotations import ROTATIONS, compose, inverse, is_known
from services.knowledge.stated import DAY, MONTH, YEAR

_NEAR: Final = 0.0005
"""Degrees: about 50 m."""
_REJECTED: Final = -1
_ARCHIVED: Final = "kind-archived"


class Wish(NamedTuple):
    field: str
    """As in `Event.respects`."""
    item: str
    value: str | int | bool


def planned(
    pairs: Sequence[tuple[ImportRecord, str]],
    photos: Mapping[str, KnownPhoto],
    categories: Mapping[str, str],
    whose: Whose,
) -> dict[Wish, list[str]]:
    """What is to be said -> of which photos. `pairs`: records with their photos' ids; of two records that say something
    else of one photo, the first counts. `photos`: by id, those in the library. `categories`: id by id, and by name."""
    first: dict[tuple[str, str, str], Wish] = {}
    plan: dict[Wish, dict[str, None]] = {}
    for record, image in pairs:
        for wish in _all(record, photos[image], categories) if image in photos else ():
            if not whose.is_free(image, wish.field, wish.item):
                continue
            if wish.field == "keywords" and whose.is_persons(
                image, wish.field, wish.item.rpartition(SEPARATOR)[2]
            ):
                continue  # they have a word on the keyword, wherever it stands
            if first.setdefault((image, wish.field, wish.item), wish) == wish:
                plan.setdefault(wish, {})[image] = None
    return {wish: list(images) for wish, images in plan.items()}


def _all(record: ImportRecord, photo: KnownPhoto, categories: Mapping[str, str]) -> Iterator[Wish]:
    yield from _texts(record, photo)
    yield from _marks(record, photo)
    yield from _taken_away(record, photo)
    yield from _categories(record, photo, categories)
    yield from _names(record, photo)
    yield from _faces(record, photo)
    if (rotation := _rotation(record, photo)) not in (0, photo.rotation):
        yield Wish("rotation", WHOLE, rotation)
    facts = record.facts
    if (place := _elsewhere(photo.place, facts)) is not None:
        yield Wish("place", WHOLE, place)
    if facts.taken_at and not _same_date(facts.taken_at, facts.taken_stated, photo.taken_at):
        yield Wish(DATE, WHOLE, _as_stated(facts.taken_at, facts.taken_stated))


def _texts(record: ImportRecord, photo: KnownPhoto) -> Iterator[Wish]:
    title = " ".join((record.title or "").split())
    caption = (record.facts.description or "").strip()
    if title and title != photo.title:
        yield Wish("title", WHOLE, title)
    if caption and caption not in (photo.caption, title):
        yield Wish("caption", WHOLE, caption)


def _rotation(record: ImportRecord, photo: KnownPhoto) -> int:
    """What is done to the upright picture, by what it says; 0: that isn't certain."""
    if record.rotation or not photo.still:
        return record.rotation if photo.still else 0
    if record.orientation not in ROTATIONS or record.size not in (None, photo.size):
        return 0
    if not is_known(photo.orientation, photo.format):
        return 0
    return compose(inverse(photo.orientation), record.orientation)


def _categories(record: ImportRecord, photo: KnownPhoto, categories: Mapping[str, str]) -> Iterator[Wish]:
    if record.facts.archived and not photo.archived:
        yield Wish(CATEGORY, _ARCHIVED, True)
    for id_, name, assigned in record.categories:
        category = id_ if id_ in categories else categories.get(name, id_)
        if photo.decisions.get(category) is not assigned:
            yield Wish(CATEGORY, category, assigned)


def _marks(record: ImportRecord, photo: KnownPhoto) -> Iterator[Wish]:
    facts, stars = record.facts, record.facts.stars or 0
    if stars > 0 and stars != photo.stars:
        yield Wish("rating", WHOLE, stars)
    if record.favorite and not (photo.favorite or photo.judged):
        yield Wish("favorite", WHOLE, True)
    if (facts.trashed or stars == _REJECTED) and not (photo.binned or photo.sorted_out):
        yield Wish("trashed", WHOLE, True)
    if record.hidden and not photo.hidden:
        yield Wish(HIDDEN, WHOLE, True)


def _taken_away(record: ImportRecord, photo: KnownPhoto) -> Iterator[Wish]:
    """What the file says and nobody has judged here."""
    is_archived = photo.archived and _ARCHIVED not in photo.decisions
    wishes = {
        "title": (photo.title, Wish("title", WHOLE, "")),
        "caption": (photo.caption, Wish("caption", WHOLE, "")),
        "rating": (photo.stars, Wish("rating", WHOLE, 0)),
        "favorite": (photo.favorite and not photo.judged, Wish("favorite", WHOLE, False)),
        "trashed": (photo.binned and not photo.sorted_out, Wish("trashed", WHOLE, False)),
        "archived": (is_archived, Wish(CATEGORY, _ARCHIVED, False)),
    }
    yield from (wish for field, (there, wish) in wishes.items() if there and field in record.without)


def _names(record: ImportRecord, photo: KnownPhoto) -> Iterator[Wish]:
    for name in _keywords(record.facts):
        if name not in photo.keywords | photo.keyword_paths | photo.listed:
            yield Wish("keywords", name, True)
    for name in plain_names(record.facts.people):
        if name not in photo.people:
            yield Wish("people", name, True)
    yield from (Wish("keywords", name, False) for name in record.not_keywords if name in photo.keywords)
    yield from (Wish("people", name, False) for name in record.not_people if name in photo.people)
    yield from (Wish(ALBUM, album, True) for album in plain_names(record.albums))


def _keywords(facts: PictureFacts) -> Iterator[str]:
    """Those with what they stand below, which says that, too; and the others."""
    paths = plain_keywords(facts.keyword_paths)
    levels = {level for path in paths for level in path.split(SEPARATOR)}
    yield from paths
    yield from (name for name in plain_names(facts.keywords) if name not in levels)


def _faces(record: ImportRecord, photo: KnownPhoto) -> Iterator[Wish]:
    """Unless the file marks the person somewhere already."""
    for region in record.facts.regions:
        face = FaceSet(image_ids=[], person=region.name, face=region).value()
        if photo.faces.get(region.name, "") not in (None, face):
            yield Wish("face", region.name, face or "")


def _elsewhere(place: tuple[float, float] | None, facts: PictureFacts) -> str | None:
    """The position that they give, unless it is the place."""
    if facts.latitude is None or facts.longitude is None:
        return None
    if place and abs(place[0] - facts.latitude) < _NEAR and abs(place[1] - facts.longitude) < _NEAR:
        return None
    return f"{facts.latitude:.6f},{facts.longitude:.6f}"


def _same_date(taken_at: str, digits: int, shown: str) -> bool:
    """To the extent that the record states one."""
    if digits in (YEAR, MONTH, DAY):
        return taken_at[:digits] == shown[:digits]
    return same_clock(taken_at, shown)


def _as_stated(taken_at: str, digits: int) -> str:
    return taken_at[:digits] if digits in (YEAR, MONTH, DAY) else taken_at
