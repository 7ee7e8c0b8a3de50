"""EXIF as facts: camera, exposure, place and dates. Whatever a tag holds, it is checked; nonsense is left out."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from PIL import ExifTags, Image

from services.gateway.sidecars import xmp
from services.gateway.sidecars.facts import Unreadable
from services.knowledge.dates import ExifDates

_LONGEST: Final = 200
"""Characters of a text that are kept."""
Base, GPS = ExifTags.Base, ExifTags.GPS
Tags = Mapping[int, Any]
MAIN: Final = (Base.ImageDescription, Base.Make, Base.Model, Base.Orientation)
"""Of a picture's first directory; the others, which may hold millions of numbers, are not decoded."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    dates: ExifDates = ExifDates()
    xmp_taken_at: str | None = None
    description: str | None = None
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


def metadata(picture: Image.Image) -> Metadata:
    """Of EXIF, and of the XMP inside what EXIF does not say. What can't be read is as if it were not there.

    Raises MemoryError only: a photo must not lose its date because of what the ones before it left behind. It gets a
    fresh process, and if that isn't enough, it is listed with that reason.
    """
    found = _exif(picture)
    packet = picture.info.get("xmp")
    if not isinstance(packet, bytes):
        return found
    try:
        said = xmp.read(packet, datetime.now(UTC))
    except Unreadable:
        return found
    place = {} if found.latitude is not None else {"latitude": said.latitude, "longitude": said.longitude}
    return msgspec.structs.replace(
        found, xmp_taken_at=said.taken_at, description=said.description or found.description, **place
    )


def _exif(picture: Image.Image) -> Metadata:
    try:
        exif = picture.getexif()
        main: Tags = {tag: exif[tag] for tag in MAIN if tag in exif}
    except MemoryError:
        raise
    except Exception:  # a damaged block raises nearly anything
        return Metadata()
    details, gps = _block(exif, ExifTags.IFD.Exif), _block(exif, ExifTags.IFD.GPSInfo)
    latitude = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "S", 90)
    longitude = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "W", 180)
    if (
        latitude is None or longitude is None or (latitude, longitude) == (0, 0)
    ):  # 0, 0: a receiver without a fix
        latitude = longitude = None
    iso = _number(details.get(Base.ISOSpeedRatings))
    return Metadata(
        dates=_dates(main, details, gps),
        description=_description(main.get(Base.ImageDescription)),
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
    )


def _block(exif: Image.Exif, which: int) -> Tags:
    try:
        return dict(exif.get_ifd(which))
    except MemoryError:
        raise
    except Exception:  # see above
        return {}


def _dates(main: Tags, details: Tags, gps: Tags) -> ExifDates:
    return ExifDates(
        original=text(details.get(Base.DateTimeOriginal)),
        original_offset=text(details.get(Base.OffsetTimeOriginal)) or text(details.get(Base.OffsetTime)),
        original_fraction=text(details.get(Base.SubsecTimeOriginal)),
        digitized=text(details.get(Base.DateTimeDigitized)),
        digitized_offset=text(details.get(Base.OffsetTimeDigitized)),
        digitized_fraction=text(details.get(Base.SubsecTimeDigitized)),
        gps=_gps_time(gps),
    )


def _gps_time(gps: Tags) -> datetime | None:
    day = re.fullmatch(r"(\d{4})[:-](\d{2})[:-](\d{2})", text(gps.get(GPS.GPSDateStamp)) or "")
    clock = [_number(part) for part in _parts(gps.get(GPS.GPSTimeStamp))]
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
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = value.split("\0")[0].encode("utf-8", "replace").decode("utf-8")
    kept = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return kept[:_LONGEST] or None


CAMERAS_OWN: Final = re.compile(
    r"(olympus|sony|minolta|konica|casio|kodak|samsung|exif_jpeg|default|jpeg|dcim|dsc|img)[\w .-]*|camera|untitled",
    re.I,
)
"""What cameras write where a person's words should be: `OLYMPUS DIGITAL CAMERA`, `SONY DSC`."""


def _description(value: Any) -> str | None:
    found = text(value)
    return None if found is None or CAMERAS_OWN.fullmatch(found) else found


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
    parts = [_share(part) for part in _parts(value)]
    if not parts or len(parts) > 3 or None in parts:
        return None
    degrees = sum(part / 60.0**index for index, part in enumerate(parts) if part is not None)
    if degrees > limit:
        return None
    return round(-degrees if (text(reference) or "").upper() == negative else degrees, 7)


def _share(part: Any) -> float | None:
    """Degrees, minutes or seconds: none is negative, nor has a denominator that was written as if it were."""
    number = _number(part)
    written = getattr(part, "denominator", 1) < 1 << 31
    return number if number is not None and number >= 0 and written else None


def _altitude(gps: Tags) -> float | None:
    metres = _number(gps.get(GPS.GPSAltitude))
    below = gps.get(GPS.GPSAltitudeRef) in (1, b"\x01")
    if metres is None or not -12_000 < metres < 100_000:
        return None
    return round(-metres if below else metres, 1)
