"""JPEG XL and Photoshop's files: shown upright, in their own colours, with what they say about the photo."""

import io
import logging
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource
from psd_tools.psd.image_resources import ImageResource

from services.gateway.reading import jpeg_xl, layered, pixels, rare
from services.gateway.reading.metadata import metadata
from tests.support.chance import examples
from tests.support.kinds import SCENE, jxl, psd
from tests.support.photos import encoded, exif, picture

TAKEN = "2017:08:11 10:09:53"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>"


def reason(content: bytes) -> str:
    with pytest.raises(pixels.Unshowable) as caught:
        pixels.reduced(pixels.opened(content), 1)
    return str(caught.value)


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest of any pixel and channel, of 255."""
    values = [np.asarray(image.convert("RGB")).astype(int) for image in (one, other)]
    return int(np.abs(values[0] - values[1]).max())


@pytest.mark.parametrize(
    "side", [(1, 1), (8, 256), (301, 203), (1600, 900), (300, 200), (513, 7), (2000, 1000)]
)
def test_the_size_stands_in_the_header(side: tuple[int, int]) -> None:
    """Also where it is a multiple of 8, or a common ratio; and in boxes."""
    image = Image.new("RGB", side, (3, 90, 200))
    for content in (jxl(image), jxl(image, use_container=True, exif=exif(TAKEN).tobytes())):
        assert jpeg_xl.claimed_size(content) == side
    assert layered.claimed_size(psd(image)) == side


def test_a_jpeg_xl_shows_the_picture_and_its_date() -> None:
    content = jxl(SCENE, lossless=True, exif=exif(TAKEN, Orientation=6).tobytes())
    shown = pixels.opened(content)
    assert shown.format == "JXL"
    assert shown.size == SCENE.size
    assert metadata(shown).orientation == 1  # the decoder has turned it already, if it had to be turned
    assert metadata(shown).dates.original == TAKEN
    assert difference(pixels.reduced(shown, 1), SCENE) == 0


def test_a_jpeg_packed_as_jpeg_xl_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(encoded(SCENE, exif=exif(TAKEN, Orientation=6)))
    shown = pixels.opened(jxl(Image.open(path), lossless_jpeg=True))
    assert metadata(shown).orientation == 6
    assert metadata(shown).dates.original == TAKEN
    assert pixels.reduced(shown, 6).size == (SCENE.height, SCENE.width)


@pytest.mark.parametrize("large", [False, True], ids=["PSD", "PSB"])
def test_a_photoshop_file_shows_all_layers_and_what_it_says(large: bool) -> None:
    document = PSDImage.open(io.BytesIO(psd(SCENE, large=large)))
    for kind, data in ((Resource.EXIF_DATA_1, exif(TAKEN).tobytes()), (Resource.XMP_METADATA, XMP)):
        document.image_resources[kind] = ImageResource(key=kind.value, data=data)
    content = io.BytesIO()
    document.save(content)
    shown = pixels.opened(content.getvalue())
    assert (shown.format, shown.size, pixels.is_cut_off(shown)) == ("PSD", SCENE.size, False)
    assert metadata(shown).dates.original == TAKEN
    assert shown.info["xmp"] == XMP
    assert difference(pixels.reduced(shown, 1), SCENE) == 0


def test_transparent_parts_are_white() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 32, 64))
    for content in (jxl(image, lossless=True), psd(image)):
        small = pixels.reduced(pixels.opened(content), 1)
        assert small.getpixel((60, 30)) == (255, 255, 255)
        assert small.getpixel((4, 30)) == (0, 0, 255)


def test_a_photoshop_file_without_its_end_is_shown_and_marked() -> None:
    content = psd(picture(1, (200, 160)))
    whole = pixels.reduced(pixels.opened(content), 1)
    shown = pixels.opened(content[:-200])
    assert pixels.is_cut_off(shown)
    red, whole_red = pixels.reduced(shown, 1).getchannel("R"), whole.getchannel("R")
    assert difference(red, whole_red) == 0  # the channels lie one after another
    assert "too early" in reason(content[:60])


def test_a_photoshop_file_of_layers_alone_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PSDImage, "has_preview", lambda self: False)
    assert "Maximize compatibility" in reason(psd())


def test_what_claims_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare JPEG XL of 2^30 by 2^30 pixels takes twelve bytes."""
    bits = 0 | 3 << 1 | (1 << 30) - 1 << 3 | 1 << 33  # not divided by 8, 30 bits, a square
    bomb = b"\xff\x0a" + bits.to_bytes(10, "little")
    assert jpeg_xl.claimed_size(bomb) == (1 << 30, 1 << 30)
    assert "more than can be real" in reason(bomb)
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 2, 3, 300_000, 300_000, 8, 3)
    assert "more than can be real" in reason(head + bytes(100))


def test_a_lack_of_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the picture is tried once more, alone."""

    def fails(content: bytes) -> Image.Image:
        raise RuntimeError("Generic Error")

    huge = rare.decoder(jxl())
    assert huge
    monkeypatch.setattr(
        rare, "decoder", lambda content: huge._replace(decode=fails, claimed_size=lambda _: (9000, 9000))
    )
    with pytest.raises(MemoryError):
        pixels.opened(b"")
    monkeypatch.setattr(rare, "decoder", lambda content: huge._replace(decode=fails))
    assert "damaged" in reason(jxl())


@examples(150)
@given(st.sampled_from([jxl(SCENE), psd(SCENE)]), st.integers(0, 400), st.binary(max_size=6), st.floats(0, 1))
@example(jxl(SCENE), 2, b"\xff" * 6, 1.0)
@example(psd(SCENE), 4, b"\xff" * 6, 1.0)
def test_damage_never_raises_anything_else(content: bytes, at: int, wrong: bytes, share: float) -> None:
    logging.disable(logging.CRITICAL)  # of a channel that is replaced by black
    damaged = content[:at] + wrong + content[at + len(wrong) :]
    try:
        pixels.reduced(pixels.opened(damaged[: int(len(damaged) * share)]), 1)
    except (pixels.Unshowable, MemoryError):
        pass
    finally:
        logging.disable(logging.NOTSET)


def test_no_decoder_is_loaded_before_it_is_needed() -> None:
    """Each worker process would pay for it."""
    program = (
        "import sys, services.gateway.workers.worker; print({'pillow_jxl', 'psd_tools'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
