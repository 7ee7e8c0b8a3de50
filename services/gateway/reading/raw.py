"""RAW files, shown by the JPEG that the camera put inside; developed by us only where there is none of any use.

LibRaw (rawpy) finds it. It and NumPy are loaded with the first RAW file only, with one thread each: a thread's stack
and buffers count against what a worker may have, on machines with many cores more than all of it.
"""

import io
import os
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from PIL import ExifTags, Image

from services.gateway.reading import pixels, raw_tags
from services.knowledge.signatures import PLAIN

if TYPE_CHECKING:
    import rawpy

SMALLEST: Final = 480
"""Pixels of the long side; a smaller JPEG inside is for the camera's own screen, and the RAW is developed."""
LARGEST: Final = 120_000_000
"""Pixels of a sensor that is developed: what fits into a worker's memory."""
QUALITY: Final = 95
FLIPS: Final = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's words for EXIF's orientations."""
DAMAGED: Final = "The RAW file is damaged, or of a camera that isn't known yet ({})."


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    picture: Image.Image
    """Not decoded yet. Its EXIF is the RAW's, orientation included, as if it were an ordinary photo."""
    width: int
    """Pixels of the sensor's picture, before it is turned upright."""
    height: int


def opened(content: bytes) -> Raw:
    """Raises pixels.Unshowable, MemoryError. A picture of another kind with a RAW's name is opened as what it is."""
    if not _is_raw(content):
        return _plain(content)
    with _loaded(content) as raw:
        sizes = raw.sizes
        jpeg, upright = _shown(raw)
        picture = pixels.opened(jpeg)
        picture.info["exif"] = _exif(picture, content, raw, upright).tobytes()
        picture.getexif().load(picture.info["exif"])
        return Raw(picture=picture, width=sizes.width, height=sizes.height)


def embedded(content: bytes) -> bytes:
    """The JPEG by which the RAW is shown, without its orientation. Raises pixels.Unshowable, MemoryError."""
    with _loaded(content) as raw:
        return _shown(raw)[0]


def _is_raw(content: bytes) -> bool:
    boxes = content[4:8] == b"ftyp"
    return content[4:12] == b"ftypcrx " or not (boxes or content.startswith(PLAIN))


def _plain(content: bytes) -> Raw:
    picture = pixels.opened(content)
    return Raw(picture=picture, width=picture.width, height=picture.height)


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
    said = str(error.args[0] if error.args else error)
    if error.args and isinstance(error.args[0], bytes):
        said = error.args[0].decode("ascii", "replace")
    return pixels.Unshowable(DAMAGED.format(said[:120].rstrip(".") or type(error).__name__))


def _shown(raw: "rawpy.RawPy") -> tuple[bytes, bool]:
    """A JPEG, and whether it stands upright already, as those do that LibRaw develops."""
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
    """None where there is no JPEG or bitmap, or one that can't be opened."""
    try:
        found = raw.extract_thumb()
        if found.format.name == "BITMAP":
            return None if isinstance(found.data, bytes) else _jpeg(Image.fromarray(found.data))
        return found.data if isinstance(found.data, bytes) and _size(found.data) != (0, 0) else None
    except MemoryError:
        raise
    except Exception:  # none inside, or a damaged one: LibRaw has an error for each
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
    return _jpeg(
        Image.fromarray(array if array.shape[2] == 3 else array[:, :, 0])
    )  # a sensor without colours


def _jpeg(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.convert("RGB").save(content, "JPEG", quality=QUALITY, subsampling=0)
    return content.getvalue()


def _exif(picture: Image.Image, content: bytes, raw: "rawpy.RawPy", upright: bool) -> Image.Exif:
    """The JPEG's own where it says when it was taken, else the RAW's, else the little that LibRaw knows."""
    try:
        own = raw_tags.kept(picture.getexif())
    except MemoryError:
        raise
    except Exception:  # a damaged block raises nearly anything
        own = Image.Exif()
    outer = raw_tags.exif(content)
    found = next((exif for exif in (own, outer) if _dated(exif)), None) or _guessed(raw, own, outer)
    turned = [exif.get(ExifTags.Base.Orientation) for exif in (outer, own)]
    turned.append(FLIPS.get(raw.sizes.flip, 1))
    orientation = next(value for value in turned if isinstance(value, int) and 1 <= value <= 8)
    found[ExifTags.Base.Orientation] = 1 if upright else orientation
    return found


def _dated(exif: Image.Exif) -> bool:
    return bool(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal))


def _guessed(raw: "rawpy.RawPy", *known: Image.Exif) -> Image.Exif:
    """LibRaw reads makers' own notes as well; what is `known` from tags comes first, the last of all."""
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
    found: dict[int, dict[int, Any]] = {
        ExifTags.IFD.Exif: {int(tag): value for tag, value in details.items() if value},
        ExifTags.IFD.GPSInfo: {},
    }
    made = Image.Exif()
    for exif in known:
        made.update({tag: exif[tag] for tag in (base.Make, base.Model) if tag in exif})
        for which, tags in found.items():
            tags.update(exif.get_ifd(which))
    made.update({which: tags for which, tags in found.items() if tags})
    return made
