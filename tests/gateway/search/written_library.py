"""A library in which each thing that the queries are about is found in a few photos, and not in the others."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.events import FileAdded, ImageImported
from services.domain.photos.captions import CaptionSet
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.subject import Event
from services.knowledge import taxonomy

TODAY = date(2026, 11, 29)
"""A Sunday."""
QUIET = "2001-01-02"
"""The day of all photos that are about something else than a day."""
DAYS = [
    "2023-07-14", "2023-06-30", "2023-12-25", "2024-01-10", "2016-06-12", "2016-06-05", "2016-06-25", "2016-03-27",
    "2016-05-01", "2014-02-03", "2015-09-09", "2019-12-24", "2019-12-26", "2019-10-05", "2019-10-31", "2019-11-29",
    "2018-12-31", "2019-01-01", "2026-07-10", "2026-08-31", "2026-11-28", "2026-11-29", "2026-11-23", "2026-11-21",
    "2026-11-17", "2026-11-05", "2026-10-12", "2025-12-25", "2025-07-01", "2025-05-05", "2024-05-05", "1995-08-08",
    "1990-01-01", "2022-03-15",
]  # fmt: skip
SPOTS = {"rome": (41.9, 12.5), "vienna": (48.2, 16.37), "paris": (48.86, 2.35), "innsbruck": (47.27, 11.39)}
DECOMPOSED = unicodedata.normalize("NFD", "Frühstück in Łódź")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    day: str = QUIET
    path: str = ""
    categories: tuple[str, ...] = ()
    spot: str = ""
    album: str = ""
    person: str = ""
    keyword: str = ""
    caption: str = ""


def rows() -> Iterator[Row]:
    for category in taxonomy.load().categories.values():
        if category.kind == "category" and category.id not in ("kind-trash", "kind-archived"):
            yield Row(categories=(category.id,))
    yield from (Row(day=day) for day in DAYS)
    for both in (("dog", "cat"), ("dog", "beach"), ("dog", "horse")):
        yield Row(categories=both)
    for day in ("2023-07-14", "2026-07-10"):
        yield from (Row(day=day, categories=(one,)) for one in ("dog", "cat", "beach"))
    yield from (Row(spot=spot) for spot in SPOTS)
    yield Row(day="2019-05-05", spot="rome")
    for person in ("Anna Müller", "Łukasz Żak", "Jürgen Groß"):
        yield Row(person=person)
    yield Row(person="Anna Müller", categories=("dog",))
    for album in ("Müller Hochzeit", "Café Wien", "İstanbul", "日本旅行", DECOMPOSED):
        yield Row(album=album)
    yield Row(path="Straße/a.jpg")
    yield Row(path="CAFÉ Central.jpg")
    yield Row(keyword="walks in the woods")
    yield Row(keyword="harvest festival")
    yield Row(keyword="color", categories=("landscape",))
    yield Row(caption="Ein Ständchen für Großmutter")


def library(root: Path) -> Iterator[Event]:
    for number, row in enumerate(rows()):
        yield from _photo(number, row, root)


def _photo(number: int, row: Row, root: Path) -> Iterator[Event]:
    image = f"{number:032x}"
    spot = SPOTS.get(row.spot)
    where: dict[str, Any] = {"latitude": spot[0], "longitude": spot[1]} if spot else {}
    yield ImageImported(
        image_id=image, format="JPEG", size=1, width=4, height=3, colour="#804020", taken_at=f"{row.day}T12:30:00",
        taken_at_source="exif", **where,
    )  # fmt: skip
    yield FileAdded(
        image_id=image, root=str(root), path=row.path or f"DSC{number:05}.jpg", size=1, mtime_ns=1
    )
    yield from (CategoryAssigned(image_id=image, category_id=one) for one in row.categories)
    if row.album:
        yield AlbumCreated(album_id=f"album{number}", name=row.album)
        yield ImagesAddedToAlbum(album_id=f"album{number}", image_ids=[image])
    if row.person:
        yield PeopleSet(image_ids=[image], people=[row.person], present=True)
    if row.keyword:
        yield KeywordsSet(image_ids=[image], keywords=[row.keyword], present=True)
    if row.caption:
        yield CaptionSet(image_ids=[image], caption=row.caption)
