"""A picture's bytes -> a smaller, upright sRGB picture: its preview, or a larger one for its page.

JPEGs are decoded straight to an eighth, quarter or half of their size (libjpeg's scaled DCT), which is what makes
a scan fast; the smallest scale that yields enough pixels is used. JPEG 2000 has its own halving.
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
from services.gateway.reading.blocks import add_of_jp2
from services.knowledge.formats import Kind, decoders

FORMATS: Final = decoders(Kind.PICTURE)
"""No other decoder ever sees a file."""
PREVIEW_SIDE: Final = 512
"""Pixels of the long side."""
ENOUGH: Final = 15 / 16
"""A scaled decode is large enough with this share of the wanted long side: at 4000 / 8 = 500 pixels, the remaining 12
are not worth a quarter-size decode (twice the time)."""
_QUALITY: Final = 90
"""With full chroma, so that the classifier sees nearly the original; smaller files cost accuracy."""
_MOST_PIXELS: Final = 300_000_000
"""A larger picture is treated as a decompression bomb; the largest cameras and panoramas stay below."""
WHITE: Final = (255, 255, 255)

PLUGINS: Final = (
    *(AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Jpeg2KImagePlugin),
    *(JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin),
)
"""Registered on import."""

pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)  # there is a process per core
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # checked here, with our own message


class Unshowable(Exception):
    """The bytes aren't a picture that can be shown; the message tells the user why."""


def opened(content: bytes) -> Image.Image:
    """Reads only the header. Raises Unshowable, MemoryError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            add_of_jp2(picture, content)
    except UnidentifiedImageError:
        raise Unshowable(reasons.refusal(content)) from None
    except MemoryError:
        raise
    except Exception as error:  # decoders raise nearly anything
        raise Unshowable(f"The picture's header is damaged ({_reason(error)}).") from error
    if picture.width * picture.height > _MOST_PIXELS:
        raise Unshowable(
            f"The picture claims {picture.width} × {picture.height} pixels, which is more than can be real."
        )
    return picture


def reduced(picture: Image.Image, orientation: int, side: int = PREVIEW_SIDE) -> Image.Image:
    """RGB, upright, long side at most `side`; the first of several frames or pages. Consumes `picture`.

    Raises Unshowable, MemoryError (libjpeg's too).
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
        text = _reason(error)
        if "broken data" in text and held > sandbox.MEMORY:
            raise MemoryError from error  # Pillow has one message for every failure of libjpeg
        early = "truncat" in text or "premature" in text or "end of" in text.lower()
        reason = "The file ends too early: part of the picture is missing." if early else None
        raise Unshowable(reason or f"The picture is damaged ({text}).") from error
    upright = _upright(small, orientation)
    upright.info = {}  # comments and the like must not end up in saved files
    return upright


def _scale(picture: Image.Image, side: int) -> None:
    """Tell the decoder how small the result may be, if it supports that."""
    enough = max(picture.size) / (side * ENOUGH)
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        scale = next((n for n in (8, 4, 2) if enough >= n), 1)
        picture.draft(None, (picture.width // scale, picture.height // scale))
    elif isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
        picture.reduce = next((n for n in range(_halvings(picture), 0, -1) if enough >= 1 << n), 0)


def _halvings(picture: Jpeg2KImagePlugin.Jpeg2KImageFile) -> int:
    """How many times a JPEG 2000 picture can be halved while decoding, by its COD marker; at most 5."""
    assert picture.fp
    start = picture.fp.tell()
    picture.fp.seek(0)
    head = picture.fp.read(65_536)
    picture.fp.seek(start)
    code = head.find(b"\xff\x52", head.find(b"\xff\x4f\xff\x51"))
    return min(head[code + 9], 5) if 0 < code < len(head) - 9 else 0


def _coefficients(picture: Image.Image) -> int:
    """Bytes that libjpeg may hold for a progressive picture, whatever the scale; others need almost none."""
    progressive = picture.info.get("progressive")
    return picture.width * picture.height * len(picture.getbands()) * 2 if progressive else 0


def _rgb(picture: Image.Image, side: int) -> Image.Image:
    """Shrink before converting colours: fewer pixels to convert."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bit grey and more
        picture = _eight_bits(picture)
    if picture.mode == "1" and "transparency" not in picture.info:
        picture = picture.convert("L")  # black and white shrinks to greys
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
    """Scanners and microscopes store 10 or 12 bits in the low part of 16, which would come out black."""
    grey = picture.convert("F")
    highest = float(grey.getextrema()[1])  # type: ignore[arg-type]
    steps = (1.0,) if picture.mode == "F" else (1023.0, 4095.0, 65535.0)
    most = next((step for step in steps if highest <= step), highest)
    return grey.point(lambda value: value * (255.0 / most)).convert("L")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Unchanged if the profile can't be used: slightly wrong colours are better than no picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return picture
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        result = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return result or picture


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    """By EXIF orientation, 1 to 8. Pillow's transposition reads it from the tag, so set that first."""
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
    """Atomically. Not synced: the next scan recreates a preview lost in a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        picture.save(part, "JPEG", quality=_QUALITY, subsampling=0, exif=b"", icc_profile=None)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120].rstrip(".")
