"""One picture as every kind of file that people keep: the output of phones, cameras, scanners and programs."""

import io
import struct
from collections.abc import Callable
from typing import Any, Final

import av
import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401  registers its format
from PIL import Image, ImageChops, ImageCms
from psd_tools import PSDImage

from tests.support import pngs
from tests.support.films import made as film
from tests.support.photos import encoded, exif, picture
from tests.support.priority import ordinary

SIDE: Final = (320, 240)
SCENE: Final = picture(3, SIDE)
SECOND: Final = picture(4, SIDE)


def png(image: Image.Image, colours: int, *, bits: int = 16, interlaced: bool = False) -> bytes:
    """Grey and alpha (`colours` 4) or RGB (2), 16 bits unless `bits` says otherwise."""
    values = np.asarray(image)
    values = values.astype(">u2") * 257 if bits == 16 else values
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + row.tobytes() for x, y, across, down in passes for row in values[y::down, x::across]
    )
    return pngs.png(*image.size, pngs.dots(rows), bits=bits, colours=colours, interlaced=interlaced)


ADAM7: Final = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column, first row, column step, row step."""


def heif(image: Image.Image = SCENE, *more: Image.Image, **options: Any) -> bytes:
    content = io.BytesIO()
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    for one in (image, *more):
        file.add_from_pillow(one)
    file.save(content, **options)
    return content.getvalue()


def jxl(image: Image.Image = SCENE, **options: Any) -> bytes:
    """A JPEG that was opened from bytes is packed by its pixels, anything else as well."""
    content = io.BytesIO()
    image.save(content, "JXL", **options)
    return content.getvalue()


def psd(image: Image.Image = SCENE, *, large: bool = False) -> bytes:
    """With the picture of all layers, as Photoshop saves it."""
    content = io.BytesIO()
    document = PSDImage.frompil(image)
    if large:
        document._record.header.version = 2
        channels = [channel.tobytes() for channel in image.split()]
        document._record.image_data.set_data(channels, document._record.header)
    document.save(content)
    return content.getvalue()


def deep_heif() -> bytes:
    """Ten bits per channel, as newer cameras write."""
    content = io.BytesIO()
    deep = np.asarray(SCENE).astype("<u2") * 257
    pillow_heif.encode("RGB;16", SIDE, deep.tobytes(), content, quality=90)
    return content.getvalue()


@ordinary()
def deep_avif() -> bytes:
    """Ten bits per channel."""
    content = io.BytesIO()
    with av.open(content, "w", format="avif") as container:
        stream: Any = container.add_stream("libsvtav1", rate=1, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = *SIDE, "yuv420p10le"
        stream.codec_context.color_range = 2
        stream.codec_context.colorspace = 5
        frame = av.VideoFrame.from_image(SCENE).reformat(  # type: ignore[no-untyped-call]
            format="yuv420p10le", dst_colorspace=5, dst_color_range=2
        )
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return content.getvalue()


def display_p3() -> bytes:
    """The Display P3 profile: sRGB's with wider primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    wide = {b"rXYZ": (0.51512, 0.2412, -0.00105), b"gXYZ": (0.29198, 0.69225, 0.04189)}
    wide[b"bXYZ"] = (0.1571, 0.06657, 0.78407)
    for entry in range(struct.unpack_from(">I", profile, 128)[0]):
        tag, at, _ = struct.unpack_from(">4sII", profile, 132 + 12 * entry)
        if tag in wide:
            struct.pack_into(">3i", profile, at + 8, *(round(value * 65536) for value in wide[tag]))
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))


def in_display_p3(image: Image.Image) -> Image.Image:
    """The same colours as Display P3 values."""
    wide = ImageCms.ImageCmsProfile(io.BytesIO(display_p3()))
    converted = ImageCms.profileToProfile(image, ImageCms.createProfile("sRGB"), wide)
    assert converted
    return converted


def with_gain_map() -> bytes:
    """An HDR photo: a picture followed by its gain map."""
    return encoded(SCENE, "MPO", save_all=True, append_images=[SECOND.convert("L").resize((80, 60))])


def grey_alpha() -> Image.Image:
    return Image.merge("LA", (SCENE.convert("L"), Image.linear_gradient("L").resize(SIDE)))


def see_through() -> Image.Image:
    return Image.merge("RGBA", (*SCENE.split(), Image.linear_gradient("L").resize(SIDE)))


def moving(file_format: str, **options: Any) -> bytes:
    return encoded(SCENE, file_format, save_all=True, append_images=[SECOND], duration=100, **options)


_Q16: Final = [[300] * 64, [300] * 64]

SHOWN: Final[dict[str, Callable[[], bytes]]] = {
    "progressive.jpg": lambda: encoded(SCENE, progressive=True),
    "full chroma.jpg": lambda: encoded(SCENE, subsampling=0, quality=85),
    "grey.jpg": lambda: encoded(SCENE.convert("L")),
    "cmyk.jpg": lambda: encoded(SCENE.convert("CMYK")),
    "cmyk, odd profile.jpg": lambda: encoded(SCENE.convert("CMYK"), icc_profile=display_p3()),
    "sixteen bit tables.jpg": lambda: encoded(SCENE, qtables=_Q16),
    "gain map.jpg": with_gain_map,
    "wide colours.jpg": lambda: encoded(in_display_p3(SCENE), icc_profile=display_p3()),
    "wide colours, profile lost.jpg": lambda: encoded(in_display_p3(SCENE)),
    "two views.mpo": lambda: encoded(SCENE, "MPO", save_all=True, append_images=[SECOND]),
    "grey and alpha, 16 bit.png": lambda: png(grey_alpha(), 4),
    "colours, 16 bit.png": lambda: png(SCENE, 2),
    "interlaced.png": lambda: png(SCENE, 2, bits=8, interlaced=True),
    "palette, see-through.png": lambda: encoded(SCENE.quantize(16), "PNG", bits=4, transparency=3),
    "see-through.png": lambda: encoded(see_through(), "PNG"),
    "moving.png": lambda: moving("PNG"),
    "lossy.webp": lambda: encoded(SCENE, "WEBP"),
    "lossless.webp": lambda: encoded(see_through(), "WEBP", lossless=True),
    "moving.webp": lambda: moving("WEBP"),
    "still.gif": lambda: encoded(SCENE.quantize(), "GIF", interlace=1),
    "moving.gif": lambda: moving("GIF"),
    "grey, see-through.gif": lambda: encoded(SCENE.convert("L"), "GIF", transparency=255),
    "plain.tif": lambda: encoded(SCENE, "TIFF"),
    "lzw.tif": lambda: encoded(SCENE, "TIFF", compression="tiff_lzw"),
    "16 bit, deflate.tif": lambda: encoded(_deep_grey(), "TIFF", compression="tiff_adobe_deflate"),
    "fax.tif": lambda: encoded(SCENE.convert("1"), "TIFF", compression="group3"),
    "fax of pages.tif": lambda: encoded(
        SCENE.convert("1"), "TIFF", compression="group4", save_all=True, append_images=[SECOND.convert("1")]
    ),
    "jpeg inside.tif": lambda: encoded(SCENE, "TIFF", compression="jpeg"),
    "cmyk.tif": lambda: encoded(SCENE.convert("CMYK"), "TIFF"),
    "plain.bmp": lambda: encoded(SCENE, "BMP"),
    "palette.bmp": lambda: encoded(SCENE.quantize(), "BMP"),
    "newer header.bmp": lambda: _newer_bitmap(),
    "plain.heic": heif,
    "several.heic": lambda: heif(SCENE, SECOND),
    "see-through.heic": lambda: heif(see_through()),
    "ten bits.hif": deep_heif,
    "on its side.heic": lambda: encoded(SCENE, "HEIF", exif=exif(Orientation=6).tobytes()),
    "plain.avif": lambda: encoded(SCENE, "AVIF"),
    "see-through.avif": lambda: encoded(see_through(), "AVIF"),
    "ten bits.avif": deep_avif,
    "on its side.avif": lambda: encoded(SCENE, "AVIF", exif=exif(Orientation=6)),
    "moving.avifs": lambda: moving("AVIF"),
    "plain.jp2": lambda: encoded(SCENE, "JPEG2000"),
    "plain.jxl": lambda: jxl(SCENE),
    "see-through.jxl": lambda: jxl(see_through()),
    "grey.jxl": lambda: jxl(SCENE.convert("L")),
    "on its side.jxl": lambda: jxl(Image.open(io.BytesIO(encoded(SCENE, exif=exif(Orientation=6))))),
    "plain.psd": lambda: psd(SCENE),
    "cmyk.psd": lambda: psd(ImageChops.invert(SCENE.convert("CMYK"))),
    "see-through.psd": lambda: psd(see_through()),
    "large.psb": lambda: psd(SCENE, large=True),
}
TOLD: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "edits.AAE": ("not a picture", lambda: b"<?xml version='1.0'?><plist/>"),
    "film.mp4": ("a film", lambda: film([SCENE])),
    "drawing.svg": ("SVG", lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
    "icon.ico": ("icon", lambda: encoded(SCENE.resize((32, 32)), "ICO")),
    "letter.pdf": ("PDF", lambda: encoded(SCENE, "PDF")),
    "layers.xcf": ("GIMP", lambda: b"gimp xcf v011" + bytes(40)),
}
"""Files that can't be shown, with part of the reason."""


def _deep_grey() -> Image.Image:
    return Image.fromarray(np.asarray(SCENE.convert("L")).astype("u2") * 257)


def _newer_bitmap() -> bytes:
    """A BMP with the long header that names its colour space, rows from top to bottom."""
    width, height = SIDE
    rows = SCENE.tobytes("raw", "BGR")
    head = struct.pack("<IiiHHIIiiII", 124, width, -height, 1, 24, 0, len(rows), 2835, 2835, 0, 0)
    head += bytes(16) + b"BGRs" + bytes(124 - len(head) - 20)
    return b"BM" + struct.pack("<IHHI", 14 + 124 + len(rows), 0, 0, 14 + 124) + head + rows
