"""Every kind of picture that people keep: shown in its true colours, or rejected with an honest reason."""

import contextlib
import io
import struct
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageColor, ImageSequence

from services.gateway.reading import pixels
from services.gateway.reading.film_frames import MOST_FRAMES, frames
from services.gateway.reading.metadata import metadata
from services.kernel.previews import PREVIEW_SIDE
from services.knowledge.formats import Kind
from services.knowledge.suffixes import is_media, is_of
from tests.support import kinds
from tests.support.chance import examples
from tests.support.photos import encoded, picture
from tests.support.shared import shared_files


def shown(content: bytes, side: int = PREVIEW_SIDE) -> Image.Image:
    image = pixels.opened(content)
    return pixels.reduced(image, metadata(image).orientation, side)


def dot(image: Image.Image, at: tuple[int, int] = (4, 4)) -> tuple[int, ...]:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return found


def near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def reason(content: bytes) -> str:
    with pytest.raises(pixels.Unshowable) as error:
        shown(content)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.JP2", "picture"),
        ("a.jpf", "picture"),
        ("a.ico", "nothing"),
        ("a.CR3", "raw"),
        ("a.dng", "raw"),
        ("a.MOV", "film"),
        ("a.m2ts", "film"),
        ("a.tar.heic", "picture"),
        ("._a.mov", "nothing"),
        (".dng", "nothing"),
        ("dng", "nothing"),
        ("a.aae", "nothing"),
        ("a.JXL", "picture"),
        ("a.svg", "not yet"),
        ("a.pdf", "nothing"),
    ],
)
def test_names_say_what_should_be_in_a_file(name: str, kind: str) -> None:
    found = {
        "picture": is_of(name, Kind.PICTURE),
        "raw": is_of(name, Kind.RAW),
        "film": is_of(name, Kind.FILM),
    }
    found["not yet"] = is_media(name) and not any(found.values())
    assert [key for key, yes in found.items() if yes] == ([kind] if kind != "nothing" else [])


class Made(NamedTuple):
    mode: str
    colour: int | float | tuple[int, ...]
    file_format: str
    wanted: tuple[int, int, int]


@pytest.mark.parametrize(
    "made",
    [
        Made("RGB", (200, 60, 20), "JPEG2000", (200, 60, 20)),
        Made("L", 90, "JPEG2000", (90, 90, 90)),
        Made("RGBA", (200, 60, 20, 0), "JPEG2000", (255, 255, 255)),
        Made("CMYK", (0, 255, 255, 0), "JPEG", (255, 0, 0)),
        Made("CMYK", (255, 0, 0, 0), "TIFF", (0, 255, 255)),
        Made("LAB", (136, 208, 195), "TIFF", (254, 0, 0)),
        Made("YCbCr", (76, 85, 255), "TIFF", (254, 0, 0)),
        Made("I;16", 40_000, "PNG", (155, 155, 155)),
        Made("I;16", 40_000, "TIFF", (155, 155, 155)),
        Made("I;16", 800, "TIFF", (199, 199, 199)),
        Made("LA", (90, 0), "PNG", (255, 255, 255)),
        Made("1", 255, "TIFF", (255, 255, 255)),
        Made("F", 0.5, "TIFF", (127, 127, 127)),
    ],
    ids=lambda made: f"{made.file_format}-{made.mode}-{made.colour}",
)
def test_colours_are_right_in_every_mode(made: Made) -> None:
    """Ten bits stored in sixteen (800 of 1023) are bright, not black; LAB is not read as RGB."""
    image = Image.new(made.mode, (32, 32), made.colour)
    assert near(dot(shown(encoded(image, made.file_format))), made.wanted)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "WEBP", "JPEG2000"])
def test_a_profile_is_followed(file_format: str) -> None:
    """A profile that swaps red and green."""
    image = Image.new("RGB", (32, 32), (255, 0, 0))
    content = encoded(image, file_format, icc_profile=swapped())
    wanted = (255, 0, 0) if file_format == "JPEG2000" else (0, 255, 0)  # Pillow doesn't embed a profile in it
    assert near(dot(shown(content)), wanted)


@pytest.mark.parametrize("name", ["Gamut with sRGB Transfer", "sRGB IEC61966-2.1", "sRGB", "sP3C", ""])
def test_a_profile_is_judged_by_its_primaries_and_not_by_its_name(name: str) -> None:
    """Pure red of Display P3 is beyond sRGB: cut off, it has more red and less green than the same number in sRGB."""
    image = Image.new("RGB", (32, 32), (200, 60, 60))
    wide = dot(shown(encoded(image, "PNG", icc_profile=called(kinds.display_p3(), name))))
    assert wide[0] > 206
    assert wide[1] < 56
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert dot(shown(encoded(image, "PNG", icc_profile=called(plain, name)))) == (200, 60, 60)


def test_srgbs_primaries_with_another_curve_are_not_srgb() -> None:
    """The values are linear light: half of the light is 188 in sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for entry in range(struct.unpack_from(">I", profile, 128)[0]):
        tag, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * entry)
        if tag == b"rTRC":
            profile = profile[:at] + b"curv" + bytes(size - 4) + profile[at + size :]
    content = encoded(Image.new("RGB", (32, 32), (128, 128, 128)), "PNG", icc_profile=profile)
    assert near(dot(shown(content)), (188, 188, 188), 2)


def called(profile: bytes, name: str) -> bytes:
    """The same profile with another description, of the same length or shorter."""
    for entry in range(struct.unpack_from(">I", profile, 128)[0]):
        tag, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * entry)
        if tag == b"desc":
            text = (name.encode("utf-16-be"))[: size - 28]
            head = struct.pack(">4s4xII4sII", b"mluc", 1, 12, b"enUS", len(text), 28)
            profile = profile[:at] + head + text.ljust(size - 28, b"\0") + profile[at + size :]
    return profile


PAGES = {
    "a thumbnail before the picture": ([(80, 60), (400, 300)], 1),
    "a thumbnail behind it": ([(400, 300), (80, 60)], 0),
    "three sizes": ([(100, 75), (200, 150), (320, 240)], 2),
    "sheets of a fax": ([(200, 300), (200, 303), (200, 299)], 0),
    "a cover before larger sheets": ([(100, 150), (200, 300), (200, 303)], 1),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_largest_page_of_a_tiff_is_its_picture(name: str) -> None:
    """The first of several that are about as large."""
    sizes, wanted = PAGES[name]
    first, *rest = (Image.new("RGB", size, colour) for size, colour in zip(sizes, COLOURS, strict=False))
    image = pixels.opened(encoded(first, "TIFF", save_all=True, append_images=rest))
    assert image.size == sizes[wanted]
    assert dot(pixels.reduced(image, 1)) == ImageColor.getrgb(COLOURS[wanted])


def test_a_mask_and_a_smaller_version_are_not_the_picture_however_large() -> None:
    first, *rest = (Image.new("RGB", size, colour) for size, colour in zip(MASKED, COLOURS, strict=True))
    for kind, image in zip((4, 0, 1), (first, *rest), strict=True):
        image.encoderinfo = {"tiffinfo": {254: kind}}
    content = encoded(first, "TIFF", save_all=True, append_images=rest, tiffinfo={254: 4})
    assert pixels.opened(content).size == MASKED[1]


MASKED = ((300, 200), (200, 100), (300, 201))


@given(st.data())
@examples(60)
def test_damaged_pages_never_raise_anything_else(data: st.DataObject) -> None:
    content = bytearray(TWO_PAGES)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(pixels.Unshowable, MemoryError):
        shown(bytes(content[: data.draw(st.integers(0, len(content)))]))


TWO_PAGES = encoded(
    Image.new("RGB", (8, 6)), "TIFF", save_all=True, append_images=[Image.new("RGB", (16, 12))]
)


def test_a_damaged_profile_hides_no_photo() -> None:
    content = encoded(Image.new("RGB", (32, 32), (255, 0, 0)), "PNG", icc_profile=swapped()[:200])
    assert dot(shown(content)) == (255, 0, 0)


def swapped() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    parts = profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    return parts.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


@pytest.mark.parametrize("side", [40, 100, 512])
def test_jpeg_2000_is_decoded_at_the_size_that_is_needed(side: int) -> None:
    image = picture(3, (640, 480))
    small = shown(encoded(image, "JPEG2000", num_resolutions=4), side)
    assert side * 15 // 16 <= max(small.size) <= side
    assert near(dot(small, (side // 2, side // 4)), dot(image.resize(small.size), (side // 2, side // 4)), 16)


def test_a_jpeg_2000_that_cannot_be_halved_is_shown_all_the_same() -> None:
    assert shown(encoded(picture(3, (640, 480)), "JPEG2000", num_resolutions=1), 64).size == (64, 48)


def test_black_and_white_made_small_gives_greys() -> None:
    """Without greys, a fax of fine lines would come out black or white by chance."""
    lines = Image.frombytes("1", (1024, 1024), b"\xaa" * (1024 * 128))
    assert near(dot(shown(encoded(lines, "TIFF"))), (128, 128, 128), 4)


COLOURS = ("red", "lime", "blue")


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_of_what_moves_the_first_frame_is_shown_and_all_are_counted(file_format: str) -> None:
    first, *rest = (Image.new("RGB", (64, 64), colour) for colour in COLOURS)
    content = encoded(first, file_format, save_all=True, append_images=rest, duration=100)
    opened = pixels.opened(content)
    assert frames(opened, content) == 3
    assert near(dot(pixels.reduced(opened, 1)), (255, 0, 0))


@pytest.mark.parametrize("file_format", ["TIFF", "MPO"])
def test_of_pages_and_views_the_first_is_shown_and_nothing_moves(file_format: str) -> None:
    first, *rest = (Image.new("RGB", (64, 64), colour) for colour in COLOURS)
    content = encoded(first, file_format, save_all=True, append_images=rest)
    opened = pixels.opened(content)
    assert frames(opened, content) == 1
    assert near(dot(pixels.reduced(opened, 1)), (254, 0, 0))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF", "AVIF", "JPEG2000"])
def test_a_still_picture_does_not_move(file_format: str) -> None:
    content = encoded(picture(1), file_format)
    assert frames(pixels.opened(content), content) == 1


def test_a_gif_with_millions_of_frames_is_not_counted_to_its_end() -> None:
    header = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    content = header + frame * (MOST_FRAMES * 3) + b"\x3b"
    assert frames(pixels.opened(content), content) == MOST_FRAMES


def test_a_gif_cut_off_is_counted_as_far_as_it_goes() -> None:
    first, *rest = (Image.new("RGB", (64, 64), colour) for colour in COLOURS)
    content = encoded(first, "GIF", save_all=True, append_images=rest)
    whole = pixels.opened(content)
    counts = [frames(whole, content[:length]) for length in range(len(content) + 1)]
    assert counts == sorted(counts)
    assert set(counts) == {1, 2, 3}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\x0a" + bytes(40), "damaged"),
        (b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a", "header is damaged"),
        (b"8BPS\0\1" + bytes(40), "ends too early"),
        (b"II\xbc\x01" + bytes(40), "JPEG XR"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.4", "PDF"),
        (b"\xff\x4f\xff\x51" + bytes(10), "damaged"),
        (b"\0\0\0\x0cjP  \x0d\x0a\x87\x0a" + bytes(10), "damaged"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(content: bytes, said: str) -> None:
    assert said in reason(content)


def test_an_icon_is_no_photo() -> None:
    assert "icon" in reason(encoded(picture(1, (32, 32)), "ICO"))


def test_half_a_jpeg_2000_is_shown_or_told_but_never_raises_anything_else() -> None:
    content = encoded(picture(1, (640, 480)), "JPEG2000")
    refusals = 0
    for tenth in range(1, 10):
        try:
            assert shown(content[: len(content) * tenth // 10]).size == (512, 384)
        except pixels.Unshowable:
            refusals += 1
    assert refusals > 0


def test_the_frames_of_a_sequence_are_those_that_pillow_reads() -> None:
    first, *rest = (picture(seed, (64, 64)) for seed in range(7))
    content = encoded(first, "GIF", save_all=True, append_images=rest, loop=0, comment=b"x" * 300)
    again = Image.open(io.BytesIO(content))
    assert frames(pixels.opened(content), content) == len(list(ImageSequence.Iterator(again))) == 7


HONEST = {
    "IMG_4120.AAE": "not a picture",
    "blue-go-video.mp4": "a film",
    "check.svg": "SVG",
    "favicon.ico": "icon",
    "file.pdf": "PDF",
}
PLAIN = ("p3.png", "fogra-0-100-100-0.tif", "grey-plus-alpha.gif", "16-bit-grey-alpha.png")
"""Of a single colour, or nearly."""


CONTENTS: dict[str, Callable[[], bytes]] = {
    **kinds.SHOWN,
    **{name: made for name, (_, made) in kinds.TOLD.items()},
    **{path.name: path.read_bytes for path in shared_files("formats")},
}
"""Generated ones, plus real ones if there are any."""
REASONS = HONEST | {name: reason for name, (reason, _) in kinds.TOLD.items()}


@pytest.mark.parametrize("name", CONTENTS)
def test_every_file_is_shown_or_told_why_not(name: str) -> None:
    content = CONTENTS[name]()
    if name in REASONS:
        assert REASONS[name] in reason(content)
    else:
        small = shown(content)
        assert small.mode == "RGB"
        lowest, highest = small.convert("L").getextrema()
        assert name in PLAIN or highest - lowest > 20  # type: ignore[operator]


WIDE = [("wide colours.jpg", "wide colours, profile lost.jpg"), ("Iceland-P3.jpg", "Iceland-sRGB.jpg")]
SAME = [
    ("wide colours.jpg", "full chroma.jpg"),
    ("ten bits.avif", "plain.avif"),
    ("ten bits.hif", "plain.heic"),
    ("cmyk.tif", "cmyk.jpg"),
    ("newer header.bmp", "plain.bmp"),
    ("colours, 16 bit.png", "interlaced.png"),
    ("jpeg inside.tif", "plain.tif"),
    ("fox.profile0.10bpc.yuv420.avif", "fox.profile0.8bpc.yuv420.avif"),
    ("sample-xyb.jpg", "sample.tif"),
]


def there(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if CONTENTS.keys() >= set(pair)]


@pytest.mark.parametrize("names", there(WIDE), ids=lambda pair: pair[0])
def test_a_picture_of_wide_colours_is_not_pale(names: tuple[str, str]) -> None:
    """The other file holds the same Display P3 values without the profile."""
    wide, bare = (shown(CONTENTS[name]()).resize((16, 16)) for name in names)
    assert spread(wide) > spread(bare) * 1.02


def spread(image: Image.Image) -> float:
    dots = [dot(image, (x, y)) for x in range(16) for y in range(16)]
    return sum(max(values) - min(values) for values in dots) / 256


@pytest.mark.parametrize("names", there(SAME), ids=lambda pair: pair[0])
def test_the_same_picture_in_other_colours_looks_the_same(names: tuple[str, str]) -> None:
    one, other = (shown(CONTENTS[name]()).resize((8, 8)).tobytes() for name in names)
    assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 30
