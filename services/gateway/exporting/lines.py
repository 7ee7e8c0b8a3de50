"""What is known of a photo, an album or a category, as one line of JSON (fields: `docs/export.md`). Pure."""

from typing import Any, Final

import msgspec

from services.domain.photos.faces import stored_size
from services.domain.photos.properties import Region
from services.gateway.queries.exported import (
    AlbumOf,
    Correction,
    Decision,
    ExportedAlbum,
    ExportedCategory,
    ExportedPhoto,
)
from services.gateway.queries.images import Label
from services.gateway.queries.properties import Value, first_values
from services.knowledge.rotations import NONE

VERSION: Final = 1
MARK: Final = b'{"albumen":'
"""How each line begins."""
_NAMES: Final = ("keywords", "people")
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class FileLine(msgspec.Struct, frozen=True):
    root: str
    path: str
    """Below the root."""
    size: int
    missing: bool


class UserLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What people said themselves; what is left out they did not say."""

    title: str | None = None
    """Empty: none, whatever the file says; likewise the caption."""
    caption: str | None = None
    rating: int | None = None
    keywords: dict[str, bool] = {}
    """Keyword -> whether the photo has it, whatever the file says."""
    people: dict[str, bool] = {}
    place: str | None = None
    """Latitude and longitude, separated by a comma."""
    date: Correction | None = None
    categories: list[Decision] = []
    others: dict[str, Any] = {}
    """Further remarks by their field."""


class PhotoLine(msgspec.Struct, frozen=True, kw_only=True):
    albumen: int
    library: str
    id: str
    files: list[FileLine]
    format: str
    size: int
    width: int
    """Of the upright picture as the file has it, whichever way people have rotated it; likewise height and regions."""
    height: int
    orientation: int
    taken_at: str
    taken_at_source: str
    title: str | None
    caption: str | None
    rating: int | None
    """-1 to 5; null: nobody rated it."""
    favorite: bool
    archived: bool
    binned: bool
    hidden: bool
    keywords: list[str]
    keyword_paths: list[str]
    people: list[str]
    regions: list[Region]
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    city: str | None
    country: str | None
    headline: str | None
    label: str | None
    creator: str | None
    copyright: str | None
    albums: list[AlbumOf]
    categories: list[Label]
    camera_make: str | None
    camera_model: str | None
    lens: str | None
    f_number: float | None
    exposure_s: float | None
    iso: int | None
    focal_mm: float | None
    duration_s: float | None
    properties: dict[str, list[Value]]
    user: UserLine


def photo_line(photo: ExportedPhoto, library: str) -> bytes:
    image, notes, values = photo.image, photo.annotations, first_values(photo.properties)
    width, height = stored_size(NONE, image.width, image.height, image.rotation)
    locality = photo.locality if photo.locality and photo.locality.code else None  # none at sea
    line = PhotoLine(
        albumen=VERSION,
        library=library,
        id=image.image_id,
        files=[
            FileLine(one.root, "/".join(filter(None, (one.folder, one.name))), one.size, one.missing)
            for one in photo.files
        ],
        format=image.format,
        size=image.size,
        width=width,
        height=height,
        orientation=image.orientation,
        taken_at=image.taken_at,
        taken_at_source=image.taken_at_source,
        title=notes.title,
        caption=photo.caption,
        rating=photo.stars,
        favorite=notes.favorite,
        archived=notes.archived,
        binned=notes.trashed,
        hidden=photo.hidden,
        keywords=notes.keywords,
        keyword_paths=photo.keyword_paths,
        people=notes.people,
        regions=photo.regions,
        latitude=notes.latitude,
        longitude=notes.longitude,
        altitude_m=notes.altitude_m,
        city=values["city"] or (locality.city if locality else None),
        country=values["country"] or (locality.country if locality else None),
        headline=values["headline"],
        label=values["label"],
        creator=values["creator"],
        copyright=values["copyright"],
        albums=photo.albums,
        categories=photo.labels,
        camera_make=image.camera_make,
        camera_model=image.camera_model,
        lens=image.lens,
        f_number=image.f_number,
        exposure_s=image.exposure_s,
        iso=image.iso,
        focal_mm=image.focal_mm,
        duration_s=image.duration_s,
        properties=photo.properties,
        user=_user(photo),
    )
    return _encode(line)


def _user(photo: ExportedPhoto) -> UserLine:
    single = {field: value for field, item, value in photo.remarks if not item}
    names = {
        name: {item: bool(value) for field, item, value in photo.remarks if field == name} for name in _NAMES
    }
    return UserLine(
        title=single.pop("title", None),
        caption=single.pop("caption", None),
        rating=single.pop("rating", None),
        place=single.pop("place", None),
        keywords=names["keywords"],
        people=names["people"],
        date=photo.correction,
        categories=photo.decisions,
        others=single,
    )


def list_line(one: ExportedAlbum | ExportedCategory) -> bytes:
    return _encode({"albumen": VERSION, **msgspec.structs.asdict(one)})
