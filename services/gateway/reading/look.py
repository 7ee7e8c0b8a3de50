"""Examines a file in a decoder: everything is derived from its bytes."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

import msgspec
from PIL import Image

from services.domain.files.events import ImageImported
from services.gateway.reading import film, film_copy, large, pixels, raw
from services.gateway.reading.colours import is_grey
from services.gateway.reading.content import format_of, unreadable
from services.gateway.reading.film_frames import frames
from services.gateway.reading.metadata import Metadata, metadata
from services.gateway.reading.motion import Motion, motion
from services.gateway.reading.oriented import HEAD_BYTES, oriented
from services.gateway.reading.phash import phash
from services.gateway.reading.photo import Beginning, Copied, Large, Photo, Rejected
from services.kernel.paths import Size
from services.knowledge import facts_version
from services.knowledge.dates import Taken, last_change, of_bytes, of_place
from services.knowledge.formats import Kind, names
from services.knowledge.rotations import NONE
from services.knowledge.suffixes import name_of

FACTS: Final = (
    *("camera_make", "camera_model", "lens", "f_number", "exposure_s", "iso", "focal_mm"),
    *("latitude", "longitude", "altitude_m", "description", "keywords", "keyword_paths", "people", "stars"),
    *("properties", "regions", "unread"),
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


def look(
    file: BinaryIO, path: str, image_id: str, size: int, mtime_ns: int, preview: BinaryIO
) -> Photo | Rejected:
    """What an open file has to say. `path`: for its date and suffix. `preview`: an open file with the preview, or an
    empty one, into which it is written.

    Raises OSError when it can't be written, which isn't the photo's fault, and MemoryError.
    """
    try:
        row = format_of(file, path)
        name = name_of(row, path.rpartition("/")[2]) if row else ""
        poster, content = None, b""
        if row and row.kind is Kind.FILM:
            poster = film.poster(file)
        else:
            content = file.read(size)
    except OSError as error:
        return Rejected(reason=unreadable(error), size=size, mtime_ns=mtime_ns)
    except pixels.Unshowable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)
    try:
        if poster:
            return _photo(_film(poster, name, image_id, size, preview), path, mtime_ns)
        return _photo(_picture(content, name, image_id, preview), path, mtime_ns)
    except pixels.Unshowable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)


def enlarge(file: BinaryIO, path: str, rotation: int = NONE, size: Size = "large") -> Large | Rejected:
    """`size`: as of `large.enlarged`."""
    try:
        return Large(content=large.enlarged_from(file, format_of(file, path), rotation, size))
    except (OSError, pixels.Unshowable) as error:
        return Rejected(
            reason=unreadable(error) if isinstance(error, OSError) else str(error), size=0, mtime_ns=0
        )


def rotate(preview: BinaryIO, rotation: int) -> Large | Rejected:
    """A preview of a photo as a person has rotated it."""
    try:
        return Large(content=large.rotated_preview(preview.read(), rotation))
    except (OSError, pixels.Unshowable) as error:
        return Rejected(reason=str(error), size=0, mtime_ns=0)


def orient(file: BinaryIO, rotation: int) -> Beginning | Rejected:
    """For a copy of a JPEG that says how a person has rotated it."""
    try:
        beginning = oriented(file.read(HEAD_BYTES), rotation)
    except OSError as error:
        return Rejected(reason=unreadable(error), size=0, mtime_ns=0)
    return beginning or Rejected(reason="The file can't say how it is rotated.", size=0, mtime_ns=0)


def copy_film(
    source: film_copy.Excerpt,
    output: film_copy.Output,
    make: Callable[[film_copy.Excerpt, film_copy.Output], str],
) -> Copied | Rejected:
    """`make`: writes it, and returns its media type."""
    try:
        return Copied(media_type=make(source, output))
    except (OSError, pixels.Unshowable) as error:
        reason = unreadable(error) if isinstance(error, OSError) else str(error)
        return Rejected(reason=reason, size=0, mtime_ns=0)


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
        facts=facts_version.CURRENT,
        **copied,
    )
    return Photo(facts=facts, place_at=place and place.at, place_source=place and place.source)


def _picture(content: bytes, name: str, image_id: str, preview: BinaryIO) -> _Seen:
    """`name`: of its format, as far as it is known."""
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
    small = _preview(picture, tags.orientation, preview)
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


def _film(video: film.Film, name: str, image_id: str, size: int, preview: BinaryIO) -> _Seen:
    return _Seen(
        image_id=image_id,
        format=name,
        size=size,
        width=video.width,
        height=video.height,
        small=_preview(video.image, 1, preview),
        metadata=Metadata(
            latitude=video.latitude,
            longitude=video.longitude,
            content_identifier=video.content_identifier,
            **video.words._asdict(),
        ),
        taken=Taken(video.taken_at, "film") if video.taken_at else None,
        duration_s=video.duration_s or 0.0,
    )


def _preview(picture: Image.Image, orientation: int, preview: BinaryIO) -> Image.Image:
    """That of the same bytes, if there is one already, or a new one."""
    if content := preview.read():
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as kept:
            return kept.convert("RGB")
    small = pixels.reduced(picture, orientation)
    preview.write(pixels.as_preview(small))
    return small
