"""A picture's bytes -> a smaller, upright sRGB picture: its preview, or a larger one for its page.

JPEGs are decoded straight to an eighth, quarter or half of their size (libjpeg's scaled DCT), which is what makes
a scan fast; the smallest scale that yields enough pixels is used. JPEG 2000 has its own halving.
"""

import io
import warnings
from typing import Final

import pillow_heif
from PIL import (  # the plugins by name: Pillow would load forty
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from services.gateway.reading import endings, rare, reasons, sandbox, unread
from services.gateway.reading.container_blocks import add_blocks, say
from services.gateway.reading.layered import NO_PICTURE, NoPicture
from services.gateway.reading.pages import choose_page
from services.gateway.reading.png_texts import sound
from services.gateway.reading.profiles import in_srgb
from services.kernel.previews import PREVIEW_SIDE
from services.knowledge.formats import Kind, decoders
from services.knowledge.rotations import METHODS, NONE

FORMATS: Final = decoders(Kind.PICTURE)
"""No other decoder of Pillow's ever sees a file."""
ENOUGH: Final = 15 / 16
"""A scaled decode is large enough with this share of the wanted long side: at 4000 / 8 = 500 pixels, the remaining 12
are not worth a quarter-size decode (twice the time)."""
_QUALITY: Final = 90
"""With full chroma, so that the classifier sees nearly the original; smaller files cost accuracy."""
_MOST_PIXELS: Final = 300_000_000
"""A larger picture is treated as a decompression bomb; the largest cameras and panoramas stay below."""
WHITE: Final = (255, 255, 255)
TOO_EARLY: Final = "The file ends too early: part of the picture is missing."
_ORIENTATION: Final = 0x0112
_CUT_OFF: Final = "albumen_cut_off"
"""Key of a picture's `info`."""

PLUGINS: Final = (
    *(AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Jpeg2KImagePlugin),
    *(JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin),
)
"""Registered on import."""

pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)  # there is a process per core
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
Image.MAX_IMAGE_PIXELS = None  # checked here, with our own message


class Unshowable(Exception):
    """The bytes aren't a picture that can be shown; the message tells the user why."""


def opened(content: bytes) -> Image.Image:
    """Reads only the header, if the format allows that; of a TIFF with several pages, the largest. Raises Unshowable,
    MemoryError."""
    if decoder := rare.decoder(content):
        return _decoded(decoder, content)
    content, broken = sound(content)
    cut = endings.is_cut_off(content)
    if cut:
        content = endings.completed(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if isinstance(picture, TiffImagePlugin.TiffImageFile):
                choose_page(picture, _MOST_PIXELS)
            add_blocks(picture.info, content)
    except UnidentifiedImageError:
        raise Unshowable(reasons.refusal(content)) from None
    except MemoryError:
        raise
    except Exception as error:  # decoders raise nearly anything
        raise Unshowable(
            TOO_EARLY if cut else f"The picture's header is damaged ({reasons.cause(error)})."
        ) from error
    _require_possible(*picture.size)
    if cut and endings.is_nothing_left(content):
        raise Unshowable(TOO_EARLY)
    picture.info[_CUT_OFF] = cut
    if broken:
        say(picture.info, unread.NO_TEXTS)
    return picture


def _decoded(decoder: rare.Decoder, content: bytes) -> Image.Image:
    try:
        width, height = decoder.claimed_size(content)
    except ValueError as error:
        raise Unshowable(f"The picture's header is damaged ({reasons.cause(error)}).") from error
    _require_possible(width, height)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = decoder.decode(content)
            picture.load()
    except MemoryError:
        raise
    except NoPicture:
        raise Unshowable(NO_PICTURE) from None
    except EOFError:
        raise Unshowable(TOO_EARLY) from None
    except Exception as error:  # decoders raise nearly anything
        if width * height * decoder.bytes_per_pixel > sandbox.MEMORY:
            raise MemoryError from error
        raise Unshowable(f"The picture is damaged ({reasons.UNCLEAR}).") from error
    picture.format = decoder.format.name
    picture.info[_CUT_OFF] = decoder.lacks_its_end(content)
    return picture


def opened_for_words(content: bytes) -> Image.Image:
    """As `opened`, for what it says: of formats whose decoders read the whole picture at once, there are no pixels."""
    decoder = rare.decoder(content)
    if decoder is None:
        return opened(content)
    try:
        return decoder.undecoded(content)
    except MemoryError:
        raise
    except Exception as error:  # decoders raise nearly anything
        raise Unshowable(f"The picture's header is damaged ({reasons.cause(error)}).") from error


def _require_possible(width: int, height: int) -> None:
    """Raises Unshowable."""
    if width * height > _MOST_PIXELS:
        raise Unshowable(f"The picture claims {width} × {height} pixels, which is more than can be real.")


def is_cut_off(picture: Image.Image) -> bool:
    """Whether the end of its file is missing. Of an opened picture."""
    return bool(picture.info.get(_CUT_OFF))


def upright_size(picture: Image.Image, orientation: int) -> tuple[int, int]:
    """Width and height in pixels of an opened picture once it is upright. Pillow gives a TIFF's size as its own
    orientation tag wants it, but ignores an orientation that only the XMP block has."""
    turned = isinstance(picture, TiffImagePlugin.TiffImageFile) and _ORIENTATION in picture.tag_v2
    width, height = picture.size
    return (height, width) if orientation >= 5 and not turned else (width, height)


def reduced(picture: Image.Image, orientation: int, side: int = PREVIEW_SIDE) -> Image.Image:
    """RGB, upright, long side at most `side`; the first of several frames, as far as it goes. Consumes `picture`.
    `orientation`: by EXIF, 1 to 8; of no effect on a TIFF, which Pillow turns when it decodes it.

    Raises Unshowable, MemoryError (libjpeg's too).
    """
    held = _coefficients(picture)
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        orientation = 1
    try:
        with warnings.catch_warnings(), endings.tolerated(is_cut_off(picture)):
            warnings.simplefilter("ignore")
            _scale(picture, side)
            picture.load()
            small = _rgb(picture, side)
    except MemoryError:
        raise
    except Exception as error:
        text = reasons.cause(error)
        if "broken data" in text and held > sandbox.MEMORY:
            raise MemoryError from error  # Pillow has one message for every failure of libjpeg
        early = is_cut_off(picture) or "truncat" in text or "premature" in text or "end of" in text.lower()
        raise Unshowable(TOO_EARLY if early else f"The picture is damaged ({text}).") from error
    upright = rotated(small, orientation)
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
        picture = in_srgb(picture, profile)
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


def rotated(picture: Image.Image, rotation: int) -> Image.Image:
    """`rotation`: 1 to 8 (`knowledge.rotations`)."""
    return picture if rotation == NONE else picture.transpose(Image.Transpose[METHODS[rotation]])


def colour(picture: Image.Image) -> str:
    """The mean colour, `#rrggbb`."""
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def as_preview(picture: Image.Image) -> bytes:
    """A JPEG with nothing but the pixels."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=_QUALITY, subsampling=0, exif=b"", icc_profile=None)
    return content.getvalue()
