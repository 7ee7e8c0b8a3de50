"""Facts from EXIF: camera, exposure, place and dates; `words.py` has its words. Every value is validated, and nonsense
left out."""

import math
import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from PIL import ExifTags, Image

from services.domain.photos.properties import PhotoProperty, Region
from services.gateway.containers import exif_structure
from services.gateway.containers.charsets import tag_text
from services.gateway.containers.iptc import Iptc
from services.gateway.reading import apple, unread
from services.gateway.reading.blocks import (
    exif_block,
    extended_xmp,
    has_broken_profile,
    iptc,
    text_date,
    xmp_packet,
)
from services.gateway.reading.directories import Tags, directories
from services.gateway.reading.embedded_xmp import embedded_facts
from services.gateway.reading.words import TAGS, words
from services.gateway.sidecars.facts import PictureFacts
from services.knowledge.dates import ExifDates, OtherDates, Taken, as_taken

_LONGEST: Final = 200
"""Maximum characters of a text."""
Base, GPS = ExifTags.Base, ExifTags.GPS
MAIN: Final = (
    *(Base.Make, Base.Model, Base.Orientation, Base.DateTime),
    *(Base.Software, Base.ProcessingSoftware),
    *TAGS,
)
"""Tags decoded from the first directory; others may hold millions of numbers."""

SCANNERS: Final = (1, 2, b"\x01", b"\x02")
"""EXIF's FileSource of scanners for film and for prints."""

_PROGRAMS: Final = re.compile(rb"""(?:x:xmptk=["']|xmp:CreatorTool(?:=["']|>))([^"'<]{1,200})""")
"""In an XMP packet, which need not be well-formed for this."""
_SEARCHED: Final = 100_000
"""Bytes of the packet."""
_MOST_PROGRAMS: Final = 4


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    dates: ExifDates = ExifDates()
    others: OtherDates = OtherDates()
    description: str | None = None
    keywords: list[str] = []
    keyword_paths: list[str] = []
    people: list[str] = []
    stars: int | None = None
    properties: list[PhotoProperty] = []
    regions: list[Region] = []
    unread: list[str] = []
    orientation: int = 1
    camera_make: str | None = None
    camera_model: str | None = None
    lens: str | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    iso: int | None = None
    focal_mm: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    software: list[str] = []
    """Programs that wrote it, each once."""
    content_identifier: str | None = None
    """Apple's, of a live photo."""


def metadata(picture: Image.Image) -> Metadata:
    """From EXIF, supplemented by embedded XMP. What can't be read counts as absent, and is listed in `unread`.

    Raises only MemoryError: a photo must not lose its date because earlier ones used up the memory. It is retried in
    a fresh process, and if that isn't enough, rejected for that reason.
    """
    # First: texts behind a PNG's pixels are known only then.
    main, details, gps, big = directories(picture, MAIN)
    facts = _exif(main, details, gps)
    packet = xmp_packet(picture)
    extra = embedded_facts(packet, extended_xmp(picture, packet) if packet else b"")
    archive = iptc(picture)
    programs = [picture.info.get("Software"), *_PROGRAMS.findall((packet or b"")[:_SEARCHED])]
    software = [*dict.fromkeys([*facts.software, *(one for one in map(text, programs) if one)])]
    place = {} if facts.latitude is not None else {"latitude": extra.latitude, "longitude": extra.longitude}
    own = words(picture, main, details, archive, extra, big=big)
    return msgspec.structs.replace(
        facts,
        others=_others(extra, archive, picture),
        software=software[:_MOST_PROGRAMS],
        **own._replace(unread=[*own.unread, *_unread(picture, archive)])._asdict(),
        **place,
    )


def _unread(picture: Image.Image, archive: Iptc) -> list[str]:
    """Of all blocks but XMP."""
    block = picture.info.get("exif") or exif_block(picture)
    broken = {
        unread.NO_EXIF: isinstance(block, bytes) and not exif_structure.is_complete(block),
        unread.NO_IPTC: not archive.is_whole,
        unread.NO_TEXTS: has_broken_profile(picture),
    }
    sentences = [*picture.info.get(unread.KEY, ()), *(one for one, applies in broken.items() if applies)]
    return list(dict.fromkeys(sentences))


def _others(extra: PictureFacts, archive: Iptc, picture: Image.Image) -> OtherDates:
    by_xmp = (Taken(extra.taken_at, "xmp"),) if extra.taken_at else ()
    created, digitized = ((), by_xmp) if extra.digitized else (by_xmp, ())
    return OtherDates(
        created=(*created, *as_taken(archive.created, "iptc")),
        digitized=(
            *digitized,
            *as_taken(archive.digitized, "iptc"),
            *as_taken(text_date(picture), "text"),
        ),
    )


def _exif(main: Tags, details: Tags, gps: Tags) -> Metadata:
    latitude = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "S", 90)
    longitude = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "W", 180)
    if None in (latitude, longitude) or (latitude, longitude) == (0, 0):  # 0, 0: a receiver without a fix
        latitude = longitude = None
    iso = _number(details.get(Base.ISOSpeedRatings))
    return Metadata(
        dates=_dates(main, details, gps),
        orientation=_orientation(main.get(Base.Orientation)),
        camera_make=text(main.get(Base.Make)),
        camera_model=text(main.get(Base.Model)),
        lens=text(details.get(Base.LensModel)),
        f_number=_positive(details.get(Base.FNumber)),
        exposure_s=_positive(details.get(Base.ExposureTime)),
        iso=int(iso) if iso and 0 < iso < 10_000_000 else None,
        focal_mm=_positive(details.get(Base.FocalLength)),
        latitude=latitude,
        longitude=longitude,
        altitude_m=_altitude(gps),
        software=[
            name
            for tag in (Base.Software, Base.ProcessingSoftware)
            if (name := text(main.get(tag))) is not None
        ],
        content_identifier=apple.in_note(details.get(Base.MakerNote)),
    )


def _dates(main: Tags, details: Tags, gps: Tags) -> ExifDates:
    return ExifDates(
        original=text(details.get(Base.DateTimeOriginal)),
        original_offset=text(details.get(Base.OffsetTimeOriginal)) or text(details.get(Base.OffsetTime)),
        original_fraction=text(details.get(Base.SubsecTimeOriginal)),
        digitized=text(details.get(Base.DateTimeDigitized)),
        digitized_offset=text(details.get(Base.OffsetTimeDigitized)),
        digitized_fraction=text(details.get(Base.SubsecTimeDigitized)),
        gps=_gps_time(gps),
        modified=text(main.get(Base.DateTime)),
        scanned=details.get(Base.FileSource) in SCANNERS,
    )


def _gps_time(gps: Tags) -> datetime | None:
    day = re.fullmatch(r"(\d{4})[:-](\d{2})[:-](\d{2})", text(gps.get(GPS.GPSDateStamp)) or "")
    clock = [_number(part) for part in _known(_parts(gps.get(GPS.GPSTimeStamp)))]
    if not day or len(clock) != 3:
        return None
    try:
        year, month, date = map(int, day.groups())
        hour, minute, second = (int(part) for part in clock if part is not None)
        return datetime(year, month, date, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def text(value: Any) -> str | None:
    """Without control characters and padding; None when nothing is left."""
    value = tag_text(value)
    if value is None:
        return None
    value = value.encode("utf-8", "replace").decode("utf-8")
    kept = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return kept[:_LONGEST] or None


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else ()


def _number(value: Any) -> float | None:
    if isinstance(value, tuple | list):
        value = value[0] if value else None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _positive(value: Any) -> float | None:
    number = _number(value)
    return round(number, 6) if number and 0 < number < 1e6 else None


def _orientation(value: Any) -> int:
    number = int(_number(value) or 1)
    return number if 1 <= number <= 8 else 1


def _degrees(value: Any, reference: Any, negative: str, limit: float) -> float | None:
    parts = [_share(part) for part in _known(_parts(value))]
    if not parts or len(parts) > 3 or None in parts:
        return None
    degrees = sum(part / 60.0**index for index, part in enumerate(parts) if part is not None)
    if degrees > limit:
        return None
    return round(-degrees if (text(reference) or "").upper() == negative else degrees, 7)


def _known(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """With 0 for seconds whose denominator is 0, which means unknown (EXIF 2.32, 4.6.2); and for such minutes where the
    degrees have a fraction."""
    unknown = [getattr(part, "denominator", 1) == 0 for part in parts]
    if len(parts) == 3 and unknown == [False, False, True]:
        return (*parts[:2], 0)
    if len(parts) == 3 and unknown == [False, True, True] and (_number(parts[0]) or 0) % 1:
        return (parts[0], 0, 0)
    return parts


def _share(part: Any) -> float | None:
    """Degrees, minutes or seconds; None if negative, or if the denominator is a negative number stored as unsigned."""
    number = _number(part)
    positive = getattr(part, "denominator", 1) < 1 << 31
    return number if number is not None and number >= 0 and positive else None


def _altitude(gps: Tags) -> float | None:
    metres = _number(gps.get(GPS.GPSAltitude))
    below = gps.get(GPS.GPSAltitudeRef) in (1, b"\x01")
    if metres is None or not -12_000 < metres < 100_000:
        return None
    return round(-metres if below else metres, 1)
