"""Examines a file in a worker process: reads its bytes once and derives everything from them."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from blake3 import blake3
from PIL import Image

from services.domain.files.events import ImageImported
from services.gateway.reading import film, large, pixels, raw, reasons
from services.gateway.reading.colours import is_grey
from services.gateway.reading.content import NotThere, Unusable, file_of, format_of, read_all
from services.gateway.reading.film_frames import frames
from services.gateway.reading.fingerprint import of_film
from services.gateway.reading.metadata import Metadata, metadata
from services.gateway.reading.motion import Motion, motion
from services.gateway.reading.phash import phash
from services.gateway.reading.photo import Answer, Large, NoFile, Photo, Rejected
from services.kernel.paths import preview_path
from services.knowledge.dates import Taken, last_change, of_bytes, of_place
from services.knowledge.formats import Format, Kind, names
from services.knowledge.suffixes import name_of

_LARGEST: Final = 500_000_000
"""Bytes; no personal picture is larger."""
ID_BYTES: Final = 16
FACTS: Final = (
    *("camera_make", "camera_model", "lens", "f_number", "exposure_s", "iso", "focal_mm"),
    *("latitude", "longitude", "altitude_m", "description", "keywords", "keyword_paths", "people", "stars"),
    *("software", "content_identifier"),
)
"""Copied from the metadata unchanged."""


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a picture or video."""

    image_id: str
    format: str
    size: int
    """Bytes."""
    width: int
    """Upright."""
    height: int
    small: Image.Image
    metadata: Metadata
    taken: Taken | None
    frames: int = 1
    duration_s: float | None = None
    motion: Motion | None = None
    cut_off: bool = False


def look(root: str, path: str, previews: Path) -> Answer:
    """Read the file and store its preview. Raises OSError when the preview can't be written, which isn't the photo's
    fault, and MemoryError."""
    mtime_ns = size = 0
    try:
        with file_of(root, path) as (file, stat):
            size, mtime_ns = stat.st_size, stat.st_mtime_ns
            row = format_of(file, path)
            name = name_of(row, path.rpartition("/")[2]) if row else ""
            poster = None
            if row and row.kind is Kind.FILM:
                image_id = of_film(file, size)
                file.seek(0)
                poster = film.poster(file)
            else:
                content = _showable(row, file, stat)
        if poster:
            return _photo(_film(poster, name, image_id, size, previews), path, mtime_ns)
        return _photo(_picture(content, name, previews), path, mtime_ns)
    except NotThere:
        return NoFile()
    except Unusable as error:
        return Rejected(reason=str(error), size=error.size, mtime_ns=error.mtime_ns)
    except pixels.Unshowable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)


def _showable(row: Format | None, file: BinaryIO, stat: os.stat_result) -> bytes:
    """A picture's bytes. Raises Unusable, or pixels.Unshowable if its format rules it out, however large it is."""
    if row and (reason := reasons.not_yet(row)):
        raise pixels.Unshowable(reason)
    return read_all(file, stat, _LARGEST)


def enlarge(root: str, path: str) -> Large | NoFile | Rejected:
    try:
        with file_of(root, path) as (file, stat):
            row = format_of(file, path)
            if stat.st_size > _LARGEST and not (row and row.kind is Kind.FILM):
                return NoFile()
            return Large(content=large.enlarged_from(file, row))
    except NotThere:
        return NoFile()
    except (Unusable, pixels.Unshowable) as error:
        return Rejected(reason=str(error), size=0, mtime_ns=0)


def _photo(seen: _Seen, path: str, mtime_ns: int) -> Photo:
    now = datetime.now(UTC)
    changed = last_change(seen.metadata.dates, now)
    place = None if seen.taken else of_place(path, mtime_ns, now, changed)
    when = seen.taken or place
    assert when is not None
    copied: dict[str, Any] = {name: getattr(seen.metadata, name) for name in FACTS}
    facts = ImageImported(
        image_id=seen.image_id,
        format=seen.format,
        size=seen.size,
        width=seen.width,
        height=seen.height,
        colour=pixels.colour(seen.small),
        taken_at=when.at,
        taken_at_source=when.source,
        orientation=seen.metadata.orientation,
        phash=phash(seen.small),
        grey=is_grey(seen.small),
        frames=seen.frames,
        duration_s=seen.motion.seconds if seen.motion else seen.duration_s,
        film_offset=seen.motion.offset if seen.motion else None,
        film_size=seen.motion.size if seen.motion else None,
        cut_off=seen.cut_off,
        **copied,
    )
    return Photo(facts=facts, place_at=place and place.at, place_source=place and place.source)


def _picture(content: bytes, name: str, previews: Path) -> _Seen:
    """`name`: of its format, as far as it is known."""
    image_id = blake3(content).hexdigest(length=ID_BYTES)
    if name in names(Kind.RAW):
        developed = raw.opened(content)
        picture, kind = developed.picture, name
        tags = metadata(picture)
        width, height = developed.width, developed.height
        if tags.orientation >= 5:
            width, height = height, width
    else:
        picture = pixels.opened(content)
        tags, kind = metadata(picture), picture.format or ""
        width, height = pixels.upright_size(picture, tags.orientation)
    count, cut_off = frames(picture, content), pixels.is_cut_off(picture)
    small = _preview(picture, tags.orientation, preview_path(previews, image_id))
    return _Seen(
        image_id=image_id,
        format=kind,
        size=len(content),
        width=width,
        height=height,
        small=small,
        metadata=tags,
        taken=of_bytes(tags.dates, tags.others, datetime.now(UTC)),
        frames=count,
        motion=motion(content),
        cut_off=cut_off,
    )


def _film(video: film.Film, name: str, image_id: str, size: int, previews: Path) -> _Seen:
    return _Seen(
        image_id=image_id,
        format=name,
        size=size,
        width=video.width,
        height=video.height,
        small=_preview(video.image, 1, preview_path(previews, image_id)),
        metadata=Metadata(
            latitude=video.latitude,
            longitude=video.longitude,
            content_identifier=video.content_identifier,
        ),
        taken=Taken(video.taken_at, "film") if video.taken_at else None,
        duration_s=video.duration_s or 0.0,
    )


def _preview(picture: Image.Image, orientation: int, path: Path) -> Image.Image:
    """The stored one of the same bytes, or a new one."""
    try:
        with Image.open(path, formats=("JPEG",)) as preview:
            return preview.convert("RGB")
    except OSError:  # none yet, or a damaged one
        small = pixels.reduced(picture, orientation)
        pixels.store(small, path)
        return small
