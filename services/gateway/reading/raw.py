"""RAW files: shown by the JPEG that the camera embedded, and developed only if that is missing or too small.

LibRaw (rawpy) extracts it. It and NumPy are only loaded for the first RAW file, with one thread each: the threads'
stacks and buffers count against a worker's memory limit, and exceed it on machines with many cores.
"""

import io
import os
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from PIL import ExifTags, Image

from services.gateway.reading import pixels, raw_tags, reasons
from services.knowledge.signatures import PLAIN

if TYPE_CHECKING:
    import rawpy

SMALLEST: Final = 480
"""Pixels of the long side; a smaller JPEG is meant for the camera's screen, and the RAW is developed instead."""
LARGEST: Final = 120_000_000
"""Maximum pixels of a sensor to develop: what fits into a worker's memory."""
QUALITY: Final = 95
FLIPS: Final = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's flip -> EXIF orientation."""
DAMAGED: Final = "The RAW file is damaged, or of a camera that isn't known yet ({})."


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    picture: Image.Image
    """Not decoded yet. Has the RAW's EXIF, orientation included, like an ordinary photo."""
    width: int
    """Pixels of the sensor's picture, before rotation."""
    height: int


def opened(content: bytes) -> Raw:
    """Raises pixels.Unshowable, MemoryError. Another kind of picture with a RAW's name is opened as what it is."""
    if not _is_raw(content):
        plain = pixels.opened(content)
        return Raw(picture=plain, width=plain.width, height=plain.height)
    with _loaded(content) as raw:
        sizes = raw.sizes
        jpeg, upright = _shown(raw)
        picture = _with_blocks(pixels.opened(jpeg), content, raw, upright)
        return Raw(picture=picture, width=sizes.width, height=sizes.height)


def undeveloped(content: bytes) -> Image.Image:
    """The same picture for its metadata alone: it is never developed. Raises as `opened`."""
    if not _is_raw(content):
        return pixels.opened(content)
    with _loaded(content) as raw:
        small = _inside(raw)
        return _with_blocks(pixels.opened(small) if small else Image.new("RGB", (1, 1)), content, raw, False)


def _with_blocks(picture: Image.Image, content: bytes, raw: "rawpy.RawPy", upright: bool) -> Image.Image:
    """With the RAW file's EXIF, XMP and IPTC."""
    outer = raw_tags.exif(content)
    picture.info.update(raw_tags.blocks(content, outer))
    picture.info["exif"] = raw_tags.written(_exif(picture, outer, raw, upright))
    picture.getexif().load(picture.info["exif"])
    return picture


def embedded(content: bytes) -> bytes:
    """The JPEG that stands in for the RAW, without its orientation. Raises pixels.Unshowable, MemoryError."""
    with _loaded(content) as raw:
        return _shown(raw)[0]


def _is_raw(content: bytes) -> bool:
    return content[4:12] == b"ftypcrx " or not (content[4:8] == b"ftyp" or content.startswith(PLAIN))


def _loaded(content: bytes) -> "rawpy.RawPy":
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    import rawpy

    raw = rawpy.RawPy()
    try:
        raw.open_buffer(io.BytesIO(content))
    except Exception as error:
        raw.close()
        raise _unshowable(error) from error
    return raw


def _unshowable(error: Exception) -> Exception:
    if type(error).__name__ in ("LibRawUnsufficientMemoryError", "LibRawMemPoolOverflowError"):
        return MemoryError(str(error))
    return pixels.Unshowable(DAMAGED.format(reasons.cause(error)))


def _shown(raw: "rawpy.RawPy") -> tuple[bytes, bool]:
    """A JPEG, and whether it is already upright, as developed ones are."""
    small = _inside(raw)
    if small and max(_size(small)) >= SMALLEST:
        return small, False
    try:
        return _developed(raw), True
    except (pixels.Unshowable, MemoryError):
        if small:
            return small, False
        raise


def _inside(raw: "rawpy.RawPy") -> bytes | None:
    """The embedded picture; None if there is no JPEG or bitmap, or it can't be opened."""
    try:
        thumb = raw.extract_thumb()
        if thumb.format.name == "BITMAP":
            return None if isinstance(thumb.data, bytes) else _jpeg(Image.fromarray(thumb.data))
        return thumb.data if isinstance(thumb.data, bytes) and _size(thumb.data) != (0, 0) else None
    except MemoryError:
        raise
    except Exception:  # missing or damaged: LibRaw has an error for each
        return None


def _size(jpeg: bytes) -> tuple[int, int]:
    try:
        return pixels.opened(jpeg).size
    except pixels.Unshowable:
        return 0, 0


def _developed(raw: "rawpy.RawPy") -> bytes:
    sizes = raw.sizes
    if sizes.raw_width * sizes.raw_height > LARGEST:
        raise pixels.Unshowable(
            f"The RAW file holds no preview, and its {sizes.raw_width} × {sizes.raw_height} pixels are too many to "
            "develop here."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = raw.postprocess(half_size=True, use_camera_wb=True)
    except Exception as error:
        raise _unshowable(error) from error
    colours = array if array.shape[2] == 3 else array[:, :, 0]  # the latter from a monochrome sensor
    return _jpeg(Image.fromarray(colours))


def _jpeg(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.convert("RGB").save(content, "JPEG", quality=QUALITY, subsampling=0)
    return content.getvalue()


def _exif(picture: Image.Image, outer: Image.Exif, raw: "rawpy.RawPy", upright: bool) -> Image.Exif:
    """The JPEG's own if it has a date, else the RAW's (`outer`), else the little that LibRaw knows."""
    try:
        own = raw_tags.kept(picture.getexif())
    except MemoryError:
        raise
    except Exception:  # a damaged block raises nearly anything
        own = Image.Exif()
    best = next((exif for exif in (own, outer) if _dated(exif)), None) or _guessed(raw, own, outer)
    tags = [exif.get(ExifTags.Base.Orientation) for exif in (outer, own)]
    orientations = (*tags, FLIPS.get(raw.sizes.flip, 1))
    orientation = next(value for value in orientations if isinstance(value, int) and 1 <= value <= 8)
    best[ExifTags.Base.Orientation] = 1 if upright else orientation
    return best


def _dated(exif: Image.Exif) -> bool:
    return bool(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal))


def _guessed(raw: "rawpy.RawPy", *sources: Image.Exif) -> Image.Exif:
    """From LibRaw, which also reads maker notes; `sources` take precedence, later ones over earlier ones."""
    base, other = ExifTags.Base, raw.other
    details: dict[int, Any] = {
        base.ISOSpeedRatings: int(other.iso_speed),
        base.ExposureTime: other.shutter_speed,
        base.FNumber: other.aperture,
        base.FocalLength: other.focal_length,
        base.LensModel: raw.lens.model,
    }
    if isinstance(other.timestamp, datetime) and other.timestamp.year > 1980:
        details[base.DateTimeOriginal] = other.timestamp.strftime("%Y:%m:%d %H:%M:%S")
    directories: dict[int, dict[int, Any]] = {
        ExifTags.IFD.Exif: {int(tag): value for tag, value in details.items() if value},
        ExifTags.IFD.GPSInfo: {},
    }
    merged = Image.Exif()
    for exif in sources:
        merged.update({tag: exif[tag] for tag in (base.Make, base.Model) if tag in exif})
        for which, tags in directories.items():
            tags.update(exif.get_ifd(which))
    merged.update({which: tags for which, tags in directories.items() if tags})
    return merged
