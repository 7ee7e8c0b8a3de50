"""Bytes of a picture -> its upright preview, small and in sRGB.

JPEGs are decoded straight to an eighth, quarter or half of their size (libjpeg's scaled DCT), which is what makes
a scan fast; the scale is the smallest that still gives a preview's pixels.
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
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from services.gateway.library import sandbox
from services.gateway.library.formats import FORMATS

PREVIEW_SIDE: Final = 512
"""Pixels of the long side."""
ENOUGH: Final = 480
"""A scaled decode whose long side has so many pixels is the preview as it is: 4000 / 8 = 500 is not worth the
quarter-size decode (twice the time) that 512 would need."""
QUALITY: Final = 90
"""With full chroma: what the classifier sees differs little from the original (smaller files cost accuracy)."""
MOST_PIXELS: Final = 300_000_000
"""A larger picture is taken for a decompression bomb; the largest cameras and panoramas stay below."""
WHITE: Final = (255, 255, 255)

PLUGINS: Final = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
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


SIGNATURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
STILLS: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
"""How pictures begin, to tell a damaged one from something else."""


class Unshowable(Exception):
    """The bytes are no picture that can be shown; the message is the reason for the person."""


def opened(content: bytes) -> Image.Image:
    """Its header only. Raises Unshowable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise Unshowable(_not_a_picture(content)) from None
    except Exception as error:  # decoders raise nearly anything
        raise Unshowable(f"The picture's header is damaged ({_said(error)}).") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise Unshowable(
            f"The picture claims {picture.width} × {picture.height} pixels, which is more than can be real."
        )
    return picture


def _not_a_picture(content: bytes) -> str:
    if content.startswith(SIGNATURES) or content[4:12] in STILLS:
        return "The picture is damaged: its header can't be read."
    if content[4:8] == b"ftyp":
        return "This kind of file (a film, or a picture in a newer format) can't be shown yet."
    if not content.strip(b"\0"):
        return "The file holds nothing but zeros."
    return "This is not a picture, whatever its name says."


def reduced(picture: Image.Image, orientation: int) -> Image.Image:
    """RGB, upright, long side at most PREVIEW_SIDE. Raises Unshowable, MemoryError (of libjpeg as well)."""
    held = _coefficients(picture)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if picture.format in ("JPEG", "MPO"):
                side = max(picture.size)
                scale = next((n for n in (8, 4, 2) if side / n >= ENOUGH), 1)
                picture.draft(None, (picture.width // scale, picture.height // scale))
            picture.load()
            small = _rgb(picture)
    except MemoryError:
        raise
    except Exception as error:
        text = _said(error)
        if "broken data" in text and held > sandbox.MEMORY:
            raise MemoryError from error  # Pillow has one message for all that libjpeg gives up on
        early = "truncat" in text or "premature" in text or "end of" in text.lower()
        reason = "The file ends too early: part of the picture is missing." if early else None
        raise Unshowable(reason or f"The picture is damaged ({text}).") from error
    return _upright(small, orientation)


def _coefficients(picture: Image.Image) -> int:
    """Bytes at most that libjpeg holds for a progressive picture, whatever the scale; others need next to none."""
    if not picture.info.get("progressive"):
        return 0
    return picture.width * picture.height * len(picture.getbands()) * 2


def _rgb(picture: Image.Image) -> Image.Image:
    """Small first, then colours: less to convert."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bit grey and more
        picture = _eight_bits(picture)
    if picture.mode == "P" or (picture.mode in ("1", "L") and "transparency" in picture.info):
        picture = picture.convert("RGBA")
    if max(picture.size) > PREVIEW_SIDE:
        picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if profile:
        picture = _in_srgb(picture, profile)
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        picture = picture.convert("RGBA")
        on_white = Image.new("RGB", picture.size, WHITE)
        on_white.paste(picture, mask=picture.getchannel("A"))
        return on_white
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    grey = picture.convert("F")
    highest = float(grey.getextrema()[1])  # type: ignore[arg-type]
    most = max(1.0, highest) if picture.mode == "F" else max(65535.0, highest)
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
        picture.save(part, "JPEG", quality=QUALITY, subsampling=0, exif=b"", icc_profile=None)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120].rstrip(".")
