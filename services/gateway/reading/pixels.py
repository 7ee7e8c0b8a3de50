"""Bytes of a picture -> the same upright, smaller and in sRGB: its preview, or a larger one for its page.

JPEGs are decoded straight to an eighth, quarter or half of their size (libjpeg's scaled DCT), which is what makes
a scan fast; the scale is the smallest that still gives the pixels that are wanted. JPEG 2000 has halves of its own.
"""

import io
import os
import warnings
from pathlib import Path
from typing import Final

import pillow_heif
from PIL import (  # the plugins by name: Pillow would load forty
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from services.gateway.reading import reasons, sandbox
from services.knowledge.formats import Kind, decoders

FORMATS: Final = decoders(Kind.PICTURE)
"""No other decoder ever sees a file."""
PREVIEW_SIDE: Final = 512
"""Pixels of the long side."""
ENOUGH: Final = 15 / 16
"""A scaled decode whose long side has this share of the pixels that are wanted is taken as it is: 4000 / 8 = 500 is
not worth the quarter-size decode (twice the time) that 512 would need."""
_QUALITY: Final = 90
"""With full chroma: what the classifier sees differs little from the original (smaller files cost accuracy)."""
_MOST_PIXELS: Final = 300_000_000
"""A larger picture is taken for a decompression bomb; the largest cameras and panoramas stay below."""
WHITE: Final = (255, 255, 255)

PLUGINS: Final = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
"""Registered by their import."""

pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)  # there is a process per core
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # checked here, with a message of ours


class Unshowable(Exception):
    """The bytes are no picture that can be shown; the message is the reason for the person."""


def opened(content: bytes) -> Image.Image:
    """Its header only. Raises Unshowable, MemoryError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise Unshowable(reasons.refusal(content)) from None
    except MemoryError:
        raise
    except Exception as error:  # decoders raise nearly anything
        raise Unshowable(f"The picture's header is damaged ({_said(error)}).") from error
    if picture.width * picture.height > _MOST_PIXELS:
        raise Unshowable(
            f"The picture claims {picture.width} × {picture.height} pixels, which is more than can be real."
        )
    return picture


def reduced(picture: Image.Image, orientation: int, side: int = PREVIEW_SIDE) -> Image.Image:
    """RGB, upright, long side at most `side`; of several frames or pages the first. `picture` is used up.

    Raises Unshowable, MemoryError (of libjpeg as well).
    """
    held = _coefficients(picture)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _scale(picture, side)
            picture.load()
            small = _rgb(picture, side)
    except MemoryError:
        raise
    except Exception as error:
        text = _said(error)
        if "broken data" in text and held > sandbox.MEMORY:
            raise MemoryError from error  # Pillow has one message for all that libjpeg gives up on
        early = "truncat" in text or "premature" in text or "end of" in text.lower()
        reason = "The file ends too early: part of the picture is missing." if early else None
        raise Unshowable(reason or f"The picture is damaged ({text}).") from error
    upright = _upright(small, orientation)
    upright.info = {}  # comments and the like must not travel into what is made of it
    return upright


def _scale(picture: Image.Image, side: int) -> None:
    """Tells the decoder how small it may be, where it can."""
    enough = max(picture.size) / (side * ENOUGH)
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        scale = next((n for n in (8, 4, 2) if enough >= n), 1)
        picture.draft(None, (picture.width // scale, picture.height // scale))
    elif isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
        picture.reduce = next((n for n in range(_halvings(picture), 0, -1) if enough >= 1 << n), 0)


def _halvings(picture: Jpeg2KImagePlugin.Jpeg2KImageFile) -> int:
    """How often a JPEG 2000 picture can be halved before it is decoded, by its COD marker; at most 5."""
    assert picture.fp
    start = picture.fp.tell()
    picture.fp.seek(0)
    head = picture.fp.read(65_536)
    picture.fp.seek(start)
    code = head.find(b"\xff\x52", head.find(b"\xff\x4f\xff\x51"))
    return min(head[code + 9], 5) if 0 < code < len(head) - 9 else 0


def _coefficients(picture: Image.Image) -> int:
    """Bytes at most that libjpeg holds for a progressive picture, whatever the scale; others need next to none."""
    if not picture.info.get("progressive"):
        return 0
    return picture.width * picture.height * len(picture.getbands()) * 2


def _rgb(picture: Image.Image, side: int) -> Image.Image:
    """Small first, then colours: less to convert."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bit grey and more
        picture = _eight_bits(picture)
    if picture.mode == "1" and "transparency" not in picture.info:
        picture = picture.convert("L")  # made smaller, black and white give greys
    if picture.mode == "P" or (picture.mode in ("1", "L") and "transparency" in picture.info):
        picture = picture.convert("RGBA")
    if max(picture.size) > side:
        picture.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if profile:
        picture = _in_srgb(picture, profile)
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        picture = picture.convert("RGBA")
        on_white = Image.new("RGB", picture.size, WHITE)
        on_white.paste(picture, mask=picture.getchannel("A"))
        return on_white
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Scanners and microscopes keep 10 or 12 bits in the lower part of 16: those would all be black."""
    grey = picture.convert("F")
    highest = float(grey.getextrema()[1])  # type: ignore[arg-type]
    steps = (1.0,) if picture.mode == "F" else (1023.0, 4095.0, 65535.0)
    most = next((step for step in steps if highest <= step), highest)
    return grey.point(lambda value: value * (255.0 / most)).convert("L")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """As it is when the profile can't be used: colours a little off are better than no picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return picture
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    """By EXIF's orientation, 1 to 8; Pillow's transposition does it from the tag, which stays with no one here."""
    if orientation == 1:
        return picture
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(picture)


def colour(picture: Image.Image) -> str:
    """The mean colour, `#rrggbb`."""
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def store(picture: Image.Image, path: Path) -> None:
    """Whole or not at all. Not synced: a preview that a power cut takes is made again by the next scan."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        picture.save(part, "JPEG", quality=_QUALITY, subsampling=0, exif=b"", icc_profile=None)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120].rstrip(".")
