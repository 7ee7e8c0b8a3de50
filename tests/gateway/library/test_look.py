"""Examining a file: the facts about good ones, and the reason for rejecting each bad one."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import AppendingTiffWriter

from services.domain.files.events import ImageImported
from services.gateway.reading import sandbox
from services.gateway.reading.metadata import metadata
from services.gateway.reading.photo import Answer, NoFile, Photo, Rejected
from services.kernel.paths import preview_path
from tests.support.decoding import look
from tests.support.photos import encoded, exif, picture
from tests.support.pngs import dots, png


def looked(folder: Path, content: bytes, name: str = "x.jpg") -> Answer:
    (folder / name).write_bytes(content)
    return look(str(folder), name, folder / "previews")


def facts(folder: Path, content: bytes, name: str = "x.jpg") -> ImageImported:
    answer = looked(folder, content, name)
    assert isinstance(answer, Photo), answer
    return answer.facts


def preview(folder: Path, image_id: str) -> Image.Image:
    with Image.open(preview_path(folder / "previews", image_id)) as opened:
        opened.load()
        return opened


def reason(folder: Path, content: bytes, name: str = "x.jpg") -> str:
    answer = looked(folder, content, name)
    assert isinstance(answer, Rejected), answer
    assert not (folder / "previews").exists()
    return answer.reason


def test_the_id_is_the_content(tmp_path: Path) -> None:
    content = encoded(picture(1))
    first, copy = facts(tmp_path, content), facts(tmp_path, content, "copy.jpg")
    other = facts(tmp_path, encoded(picture(2)))
    assert first.image_id == copy.image_id != other.image_id
    assert len(first.image_id) == 32


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF"])
def test_every_format(tmp_path: Path, file_format: str) -> None:
    found = facts(tmp_path, encoded(picture(1, (640, 480)), file_format), "whatever.jpg")
    assert (found.format, found.width, found.height) == (file_format, 640, 480)
    small = preview(tmp_path, found.image_id)
    assert (small.format, small.size) == ("JPEG", (512, 384))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_becomes_a_preview(tmp_path: Path, mode: str) -> None:
    image = picture(1, (64, 48))
    image = image.convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
    found = facts(tmp_path, encoded(image, "TIFF"))
    assert preview(tmp_path, found.image_id).mode == "RGB"


def test_a_large_jpeg_gives_a_preview_of_about_512_pixels(tmp_path: Path) -> None:
    found = facts(tmp_path, encoded(picture(1, (4000, 3000))))
    assert (found.width, found.height) == (4000, 3000)
    assert 480 <= max(preview(tmp_path, found.image_id).size) <= 512


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    assert preview(tmp_path, facts(tmp_path, encoded(picture(1, (40, 30)))).image_id).size == (40, 30)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_upright(tmp_path: Path, orientation: int, file_format: str) -> None:
    """Red is at the top left of the upright picture, however the camera was held, and the picture is turned once,
    whether Pillow does that while it decodes (TIFF) or we do."""
    upright = Image.new("RGB", (64, 32), "blue")
    upright.paste("red", (0, 0, 32, 16))
    backwards = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose: how it is stored in the file
    stored = upright.transpose(Image.Transpose(backwards[orientation])) if orientation > 1 else upright
    tags = exif()
    tags[ExifTags.Base.Orientation] = orientation
    found = facts(tmp_path, encoded(stored, file_format, quality=95, exif=tags))
    assert (found.width, found.height, found.orientation) == (64, 32, orientation)
    small = preview(tmp_path, found.image_id)
    red, _, blue = small.getpixel((6, 4))  # type: ignore[misc]
    assert red > 200 > 80 > blue
    assert small.size == (64, 32)


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_turned_upright_by_xmp_alone(tmp_path: Path, file_format: str) -> None:
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
    given: dict[str, Any] = {"tiffinfo": {700: packet}} if file_format == "TIFF" else {"xmp": packet}
    found = facts(tmp_path, encoded(Image.new("RGB", (64, 32), "blue"), file_format, **given))
    assert (found.width, found.height) == preview(tmp_path, found.image_id).size == (32, 64)


def test_a_tiff_is_its_largest_page_and_keeps_the_date_that_its_thumbnail_has(tmp_path: Path) -> None:
    content = io.BytesIO()
    with AppendingTiffWriter(content, new=True) as pages:
        tags = exif("2017:08:11 10:09:53", Make="Acme").tobytes()
        picture(1, (80, 60)).save(pages, "TIFF", exif=tags)
        pages.newFrame()
        picture(2, (400, 300)).save(pages, "TIFF")
        pages.newFrame()
        found = facts(tmp_path, content.getvalue())
    assert (found.width, found.height) == preview(tmp_path, found.image_id).size == (400, 300)
    assert (found.taken_at, found.camera_make) == ("2017-08-11T10:09:53", "Acme")


def test_what_exif_says(tmp_path: Path) -> None:
    tags = exif(
        "2017:08:11 10:09:53", Make="Canon\0 ", Model="EOS\n300D", OffsetTimeOriginal="+02:00", FNumber=2.8
    )
    tags[ExifTags.IFD.GPSInfo] = {
        1: "S",
        2: (33.0, 30.0, 0.0),
        3: "E",
        4: (151.0, 15.0, 36.0),
        5: b"\x00",
        6: 12.5,
    }
    found = facts(tmp_path, encoded(picture(1), "JPEG", exif=tags))
    assert (found.taken_at, found.taken_at_source) == ("2017-08-11T10:09:53+02:00", "exif")
    assert (found.camera_make, found.camera_model, found.f_number) == ("Canon", "EOS 300D", 2.8)
    assert (found.latitude, found.longitude, found.altitude_m) == (-33.5, 151.26, 12.5)


def test_exif_without_sense_is_left_out(tmp_path: Path) -> None:
    tags = exif(None, Make="x" * 5000)
    tags[ExifTags.IFD.GPSInfo] = {1: "N", 2: (133.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    tags[ExifTags.Base.Orientation] = 77
    found = facts(tmp_path, encoded(picture(1), "JPEG", exif=tags))
    assert (found.orientation, found.latitude, found.longitude) == (1, None, None)
    assert len(found.camera_make or "") == 200


def test_damaged_exif_hides_no_photo(tmp_path: Path) -> None:
    content = encoded(picture(1), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff garbage")
    assert facts(tmp_path, content).taken_at_source == "mtime"


@pytest.mark.parametrize("where", ["Exif.__getitem__", "Exif.get_ifd", "Image.getexif", "open"])
def test_metadata_without_memory_is_no_photo_without_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """It would be shown at a wrong date for ever: a fresh process retries it, and if that fails too, it is rejected."""

    def out(*_: object, **__: object) -> None:
        raise MemoryError

    content = encoded(picture(1), exif=exif("2017:08:11 10:09:53", Make="Canon"))
    monkeypatch.setattr(f"PIL.Image.{where}", out)
    with pytest.raises(MemoryError):
        looked(tmp_path, content)


def test_transparency_is_shown_on_white(tmp_path: Path) -> None:
    found = facts(tmp_path, encoded(Image.new("RGBA", (32, 32), (0, 0, 0, 0)), "PNG"))
    assert found.colour == "#ffffff"


def test_the_colour_is_the_mean(tmp_path: Path) -> None:
    assert facts(tmp_path, encoded(Image.new("RGB", (32, 32), (10, 200, 30)), "PNG")).colour == "#0ac81e"


def test_wrong_suffix_right_content(tmp_path: Path) -> None:
    assert facts(tmp_path, encoded(picture(1), "PNG"), "liar.jpg").format == "PNG"


def test_empty(tmp_path: Path) -> None:
    assert reason(tmp_path, b"") == "The file is empty."


def test_zeros(tmp_path: Path) -> None:
    assert "nothing but zeros" in reason(tmp_path, bytes(4096))


@pytest.mark.parametrize("content", [b"<html>404</html>", b"\xff\xd9 no", b"%PDF-1.4 ...", b"PK\x03\x04 zip"])
def test_something_else(tmp_path: Path, content: bytes) -> None:
    assert "not a picture" in reason(tmp_path, content)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_cut_anywhere_it_is_rejected_or_shown_but_never_raises(tmp_path: Path, file_format: str) -> None:
    content = encoded(picture(1, (640, 480)), file_format)
    for tenth in range(1, 10):
        answer = looked(tmp_path, content[: len(content) * tenth // 10])
        assert isinstance(answer, Photo | Rejected)
        if file_format in ("JPEG", "PNG", "WEBP"):
            assert isinstance(answer, Photo)
            assert answer.facts.cut_off


def test_half_a_gif_says_so(tmp_path: Path) -> None:
    assert "ends too early" in reason(tmp_path, encoded(picture(1, (640, 480)), "GIF")[:30_000])


def test_damage_in_the_middle_is_not_called_an_early_end(tmp_path: Path) -> None:
    """Someone who reads "ends too early" copies the file again, which is no help here."""
    assert "damaged" in reason(tmp_path, damaged_progressive())


def test_what_libjpeg_has_no_memory_for_is_not_called_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libjpeg's last message is the same for both; if a progressive picture doesn't fit, memory is the cause."""
    monkeypatch.setattr(sandbox, "MEMORY", 640 * 480 * 3 * 2 - 1)
    with pytest.raises(MemoryError):
        looked(tmp_path, damaged_progressive())
    monkeypatch.setattr(sandbox, "MEMORY", 640 * 480 * 3 * 2)
    assert "damaged" in reason(tmp_path, damaged_progressive())


def damaged_progressive() -> bytes:
    """Its last Huffman table is invalid: libjpeg gives up although the file is complete."""
    content = bytearray(encoded(picture(1, (640, 480)), progressive=True))
    table = content.rindex(b"\xff\xc4") + 5
    content[table : table + 16] = b"\xff" * 16
    return bytes(content)


def test_a_bomb_is_known_by_its_header(tmp_path: Path) -> None:
    bomb = png(60_000, 60_000, dots(bytes(9000)))
    assert "60000 × 60000 pixels" in reason(tmp_path, bomb)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert isinstance(look(str(tmp_path), "gone.jpg", tmp_path / "previews"), NoFile)


@pytest.mark.parametrize("path", ["../secret.jpg", "link.jpg", "pipe.jpg", "folder"])
def test_nothing_outside_the_root_and_no_device_is_opened(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(encoded(picture(1)))
    (root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    os.mkfifo(root / "pipe.jpg")
    assert isinstance(look(str(root), path, tmp_path / "previews"), NoFile)


def test_a_file_that_becomes_a_link_while_it_is_looked_at_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path is resolved before the file is opened; someone may put a link there in between."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.jpg").write_bytes(encoded(picture(1)))
    (root / "x.jpg").symlink_to(tmp_path / "secret.jpg")
    monkeypatch.setattr(os.path, "realpath", os.path.abspath)  # as it was before the link was created
    assert isinstance(look(str(root), "x.jpg", tmp_path / "previews"), NoFile)


def test_a_link_to_itself_is_no_photo(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").symlink_to(tmp_path / "x.jpg")
    assert isinstance(look(str(tmp_path), "x.jpg", tmp_path / "previews"), NoFile)


def test_a_damaged_preview_is_made_again(tmp_path: Path) -> None:
    content = encoded(picture(1))
    place = preview_path(tmp_path / "previews", facts(tmp_path, content).image_id)
    good = place.read_bytes()
    place.write_bytes(b"half")
    facts(tmp_path, content)
    assert place.read_bytes() == good
    assert [entry.name for entry in place.parent.iterdir()] == [place.name]


def test_metadata_of_the_original_does_not_travel_into_the_preview(tmp_path: Path) -> None:
    """A preview is sent to browsers and classifiers; where the photo was taken is none of their business."""
    tags = exif("2017:08:11 10:09:53")
    tags[ExifTags.IFD.GPSInfo] = {1: "N", 2: (33.0, 30.0, 0.0)}
    found = facts(tmp_path, encoded(picture(1), "JPEG", exif=tags))
    assert not dict(
        Image.open(io.BytesIO(preview_path(tmp_path / "previews", found.image_id).read_bytes())).getexif()
    )


XMP = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='XMP Core 4.4.0-Exiv2'><rdf:RDF
  xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/'>
  <xmp:CreatorTool>digiKam-8.1.0</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_the_programs_that_wrote_a_file_are_kept(tmp_path: Path) -> None:
    """As EXIF and XMP name them, each once: a camera's firmware first, then what edited it."""
    tags = exif(Software="Ver.1.00 ", ProcessingSoftware="digiKam-8.1.0")
    assert facts(tmp_path, encoded(picture(), exif=tags, xmp=XMP)).software == [
        *("Ver.1.00", "digiKam-8.1.0", "XMP Core 4.4.0-Exiv2"),
    ]
    assert facts(tmp_path, encoded(picture())).software == []


@given(
    st.one_of(st.binary(), st.builds(lambda cut, more: XMP[:cut] + more, st.integers(0, 400), st.binary()))
)
def test_no_xmp_makes_the_programs_fail(packet: bytes) -> None:
    """Whatever the packet holds, they are short lines of text."""
    shown = picture(size=(8, 6))
    shown.info["xmp"] = packet
    names = metadata(shown).software
    assert len(names) <= 4
    assert all(0 < len(name) <= 200 and name.isprintable() for name in names)
