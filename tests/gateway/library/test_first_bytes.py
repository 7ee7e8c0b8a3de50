"""The first bytes decide what a file is; its suffix is a hint."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.files.events import ImageImported
from services.gateway.reading import pixels, raw, reasons
from services.gateway.reading.photo import Large, Photo, Rejected
from services.knowledge.formats import FORMATS, Kind
from services.knowledge.signatures import HEAD, by_content, identified
from services.knowledge.suffixes import by_name, name_of
from tests.gateway.library.test_raw import corner, dng
from tests.support.decoding import enlarge, look
from tests.support.films import made
from tests.support.photos import encoded, picture

SMALL = [picture(1, (160, 120))] * 3
DV = [picture(1, (720, 576))] * 2
FILMS = {
    "3G2": ("3g2", "mpeg4", "a.3g2"),
    "VOB": ("vob", "mpeg2video", "VTS_01_1.VOB"),
    "MOD": ("mpeg", "mpeg2video", "MOV001.MOD"),
    "TOD": ("mpegts", "mpeg2video", "MOV001.TOD"),
    "TS": ("mpegts", "mpeg2video", "recording.ts"),
    "M2T": ("mpegts", "mpeg2video", "tape.m2t"),
    "FLV": ("flv", "flv", "a.flv"),
    "ASF": ("asf", "wmv2", "a.asf"),
    "DIVX": ("avi", "mpeg4", "a.divx"),
    "QT": ("mov", "mjpeg", "a.qt"),
    "MXF": ("mxf", "mpeg2video", "a.mxf"),
    "F4V": ("f4v", "mpeg4", "a.f4v"),
    "INSV": ("mp4", "mpeg4", "VID_00_001.insv"),
    "3GPP": ("3gp", "mpeg4", "a.3gpp"),
    "M2V": ("mpeg2video", "mpeg2video", "a.m2v"),
    "DV": ("dv", "dvvideo", "a.dv"),
}
"""Name in the log -> container, codec, and a file's name."""


def facts(folder: Path, content: bytes, name: str) -> ImageImported:
    (folder / name).write_bytes(content)
    answer = look(str(folder), name, folder / "previews")
    assert isinstance(answer, Photo), answer
    assert isinstance(enlarge(str(folder), name), Large)
    return answer.facts


@pytest.mark.parametrize("name", FILMS)
def test_films_of_every_kind_are_shown(tmp_path: Path, name: str) -> None:
    container, codec, file = FILMS[name]
    content = film(container, codec)
    found = facts(tmp_path, content, file)
    assert (found.format, found.duration_s is not None) == (name, True)


def film(container: str, codec: str) -> bytes:
    if container == "f4v":  # Adobe's brand of MP4
        return made(SMALL, "mp4", codec).replace(b"ftypisom", b"ftypf4v ", 1)
    return made(DV if codec == "dvvideo" else SMALL, container, codec, rate=25)


WRONG = [
    ("mp4", "mpeg4", "a.jpg", "MP4"),
    ("mov", "mjpeg", "a.mp4", "MP4"),
    ("mp4", "mpeg4", "a.avi", "MP4"),
    ("matroska", "mpeg4", "a.mp4", "MKV"),
    ("avi", "mpeg4", "a.mpg", "AVI"),
    ("mpegts", "mpeg2video", "a.mpg", "MTS"),
    ("mp4", "mpeg4", "a.dng", "MP4"),
    ("mp4", "mpeg4", "a.psd", "MP4"),
    ("mp4", "mpeg4", "a", "MP4"),
    ("mp4", "mpeg4", "a.mp4_1", "MP4"),
]


@pytest.mark.parametrize(("container", "codec", "file", "name"), WRONG)
def test_a_film_is_one_whatever_it_is_called(
    tmp_path: Path, container: str, codec: str, file: str, name: str
) -> None:
    """Films in one kind of container keep the name that their suffix gives them."""
    assert facts(tmp_path, film(container, codec), file).format == name


@pytest.mark.parametrize(
    "file", ["a.mp4", "a.ts", "a.CR2", "a.psd", "a.txt", "a.jpg_large", "a.insp", "a.jps", "a"]
)
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "HEIF", "WEBP"])
def test_a_picture_is_one_whatever_it_is_called(tmp_path: Path, file: str, file_format: str) -> None:
    assert facts(tmp_path, encoded(picture(1), file_format), file).format == file_format


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.dng", "DNG"),
        ("a.GPR", "GPR"),
        ("a.fff", "FFF"),
        ("a.cap", "CAP"),
        ("a.tif", "DNG"),
        ("a.jpg", "DNG"),
        ("a", "DNG"),
    ],
)
def test_a_raw_file_is_one_whatever_it_is_called(tmp_path: Path, file: str, name: str) -> None:
    """Most are TIFFs, whose suffix tells; a DNG says itself what it is."""
    found = facts(tmp_path, dng(corner()), file)
    assert (found.format, found.camera_model, found.iso) == (name, "Eye 1", None)


def test_a_tiff_named_like_a_picture_stays_a_tiff(tmp_path: Path) -> None:
    for file_format, file in (("TIFF", "a.jpg"), ("TIFF", "a.tif")):
        assert facts(tmp_path, encoded(picture(1), file_format), file).format == "TIFF"


@pytest.mark.parametrize(
    "row", [row for row in FORMATS if row.begins], ids=lambda row: row.name or row.suffixes[0]
)
def test_every_signature_is_its_own_formats(row: object) -> None:
    """None is hidden behind a shorter one of another format."""
    for other in FORMATS:
        if other is row:
            for signature in other.begins:
                head = bytearray(600)
                for at, part in signature.items():
                    head[at : at + len(part)] = part
                assert by_content(bytes(head)) is row


def test_a_brand_that_is_not_known_yet_leaves_it_to_the_name() -> None:
    head = b"\0\0\0\x18ftyphei9" + bytes(60)
    named = {name: identified(name, head) for name in ("a.heic", "a.avif", "a.jpg", "a")}
    assert {name: row and name_of(row, name) for name, row in named.items()} == {
        "a.heic": "HEIF",
        "a.avif": "AVIF",
        "a.jpg": "MP4",
        "a": "MP4",
    }


@given(
    st.binary(max_size=HEAD),
    st.sampled_from([b"", b"II*\0", b"MM\0*", b"RIFF", b"\0\0\0\x18ftyp"]),
    st.text(max_size=12),
)
def test_any_bytes_and_any_name_are_identified_or_not(content: bytes, head: bytes, name: str) -> None:
    row = identified(name, head + content)
    assert row is None or row.kind in Kind
    assert (
        row is None
        or row.kind is Kind.SIDECAR
        or name_of(row, name) == name_of(row, name).upper()
        or not row.suffixes
    )


@given(
    content=st.sampled_from([dng(corner((500, 333))), film("mpegts", "mpeg2video")]),
    cut=st.integers(1, 1 << 20),
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=6),
)
def test_damaged_ones_are_shown_or_told(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(content[: 1 + cut % len(content)])
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a").write_bytes(damaged)
    answer = look(str(folder), "a", folder / "previews")
    assert isinstance(answer, Photo | Rejected)
    assert not isinstance(answer, Rejected) or "Error" not in answer.reason


class LibRawOutOfOrderCallError(Exception):
    """As LibRaw names one."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LibRawOutOfOrderCallError(), reasons.UNCLEAR),
        (
            LibRawOutOfOrderCallError(b"Out of order call of libraw function"),
            "Out of order call of libraw function",
        ),
        (ValueError("LibRawOutOfOrderCallError"), reasons.UNCLEAR),
        (OSError("SyntaxError: not a TIFF file."), "not a TIFF file"),
        (TypeError("<object at 0x7f00aabbccdd> is no number"), "<object at > is no number"),
        (ValueError("bad\nheader\0"), "bad header"),
        (ValueError(""), reasons.UNCLEAR),
        (ValueError("x" * 500), "x" * 120),
    ],
)
def test_a_reason_is_never_the_name_of_an_error(error: Exception, said: str) -> None:
    assert reasons.cause(error) == said


def test_a_raw_file_that_libraw_only_names_an_error_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import rawpy

    class Refusing:
        def open_buffer(self, *_: object) -> None:
            raise LibRawOutOfOrderCallError

        def close(self) -> None:
            pass

    monkeypatch.setattr(rawpy, "RawPy", Refusing)
    with pytest.raises(pixels.Unshowable, match=reasons.UNCLEAR):
        raw.opened(dng())


def test_what_is_named_like_a_film_but_is_not_one_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"%PDF-1.4 ...")
    answer = look(str(tmp_path), "a.mp4", tmp_path / "previews")
    assert isinstance(answer, Rejected)
    assert answer.reason == "This is a PDF, not a picture."
    row = by_name("a.mp4")
    assert row
    assert row.kind is Kind.FILM
