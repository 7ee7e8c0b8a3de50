"""Files beside pictures: read by the reader of their format, and skipped when larger than any sidecar."""

from pathlib import Path

import pytest
from PIL import Image

from services.domain.photos.properties import PhotoProperty
from services.gateway.reading.metadata import metadata
from services.gateway.reading.photo import AlbumTitle, NoFile, Rejected, Said
from services.gateway.sidecars import kinds
from services.gateway.sidecars.facts import LARGEST
from services.knowledge.precedence import CAPTION
from services.knowledge.sidecars import DIALECTS, RANKS, SIDECARS, Sidecar
from tests.support.decoding import read_beside
from tests.support.photos import encoded, exif

TEXTS = {
    "takeout": b'{"title": "a.jpg", "description": "Here"}',
    "exiftool": b'[{"SourceFile": "a.jpg", "Description": "Here"}]',
    "flickr": b'{"id": "123456", "name": "", "description": "Here", "date_taken": ""}',
    "xmp": b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>Here</dc:description>
      </rdf:Description></rdf:RDF></x:xmpmeta>""",
    "thm": encoded(Image.new("RGB", (16, 12)), exif=exif(ImageDescription="Here")),
}


@pytest.mark.parametrize("row", [*SIDECARS, *DIALECTS], ids=lambda row: row.kind)
def test_every_format_has_its_reader(tmp_path: Path, row: Sidecar) -> None:
    (tmp_path / f"a.jpg{row.suffix.upper()}").write_bytes(TEXTS[row.kind])
    found = read_beside(str(tmp_path), f"a.jpg{row.suffix.upper()}", "sidecar")
    said = [PhotoProperty(name=CAPTION, value="Here")] if row.kind in ("xmp", "exiftool") else []
    assert found == Said(kind=row.kind, description="Here", properties=said)


@pytest.mark.parametrize(
    ("description", "wanted"), [("Early", "Early"), ("", "Weir"), ("OLYMPUS DIGITAL CAMERA", "Weir")]
)
def test_a_title_serves_for_want_of_a_description(tmp_path: Path, description: str, wanted: str) -> None:
    text = TEXTS["xmp"].replace(
        b"Here</dc:description>", description.encode() + b"</dc:description><dc:title>Weir</dc:title>"
    )
    (tmp_path / "a.xmp").write_bytes(text)
    (tmp_path / "a.jpg.json").write_text(
        f'[{{"SourceFile": "a.jpg", "Description": "{description}", "Title": "Weir"}}]'
    )
    for name in ("a.xmp", "a.jpg.json"):
        said = read_beside(str(tmp_path), name, "sidecar")
        assert isinstance(said, Said)
        assert said.description == wanted


def test_every_reader_is_in_the_table() -> None:
    folder = Path(kinds.__file__).parent
    readers = {path.stem for path in folder.glob("*.py") if "\nSIDECAR: Final" in path.read_text("utf-8")}
    assert readers == {row.kind for row in (*SIDECARS, *DIALECTS)}


def test_the_ladder_of_who_is_believed() -> None:
    assert sorted(RANKS, key=lambda name: RANKS[name]) == [
        *("exif", "gps", "iptc", "xmp", "thm", "takeout", "exiftool", "flickr"),
        *("text", "film", "filename", "folder", "modified", "mtime", "added"),
    ]


@pytest.mark.parametrize("row", SIDECARS, ids=lambda row: row.kind)
def test_the_largest_sidecar_is_read_and_one_byte_more_is_not(tmp_path: Path, row: Sidecar) -> None:
    name = f"a.jpg{row.suffix}"
    for size, told in ((LARGEST, Said), (LARGEST + 1, Rejected)):
        (tmp_path / name).write_bytes(TEXTS[row.kind].ljust(size))
        found = read_beside(str(tmp_path), name, "sidecar")
        assert isinstance(found, told)
    assert isinstance(found, Rejected)
    assert (found.reason, found.size) == ("The file is larger than 4 MB.", LARGEST + 1)


def test_the_largest_album_file_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    text = b'{"title": "Rome", "access": "protected"}'
    (tmp_path / "metadata.json").write_bytes(text.ljust(LARGEST))
    assert read_beside(str(tmp_path), "metadata.json", "album") == AlbumTitle(title="Rome")
    (tmp_path / "metadata.json").write_bytes(text.ljust(LARGEST + 1))
    assert isinstance(read_beside(str(tmp_path), "metadata.json", "album"), Rejected)


@pytest.mark.parametrize(("size", "description"), [(LARGEST, "Here"), (LARGEST + 1, None)])
def test_the_same_limit_holds_for_what_stands_inside_a_picture(size: int, description: str | None) -> None:
    picture = Image.new("RGB", (1, 1))
    picture.info["xmp"] = TEXTS["xmp"].ljust(size)
    assert metadata(picture).description == description


@pytest.mark.parametrize(
    "content",
    [b"[]", b"7", b'[{"id": 1}, {"id": 2}]', b'{"version": "2.0", "shapes": []}', b"[1,", b"{}\n{}"],
)
def test_json_of_other_programs_is_no_failure(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg.json").write_bytes(content)
    assert read_beside(str(tmp_path), "a.jpg.json", "sidecar") == NoFile()


@pytest.mark.parametrize(
    ("row", "damage"),
    [
        (row, damage)
        for row in (*SIDECARS, *DIALECTS)
        for damage in ("cut", "charset")
        if (row.kind, damage) != ("thm", "charset")  # a picture
    ],
    ids=str,
)
def test_a_damaged_sidecar_is_told(tmp_path: Path, row: Sidecar, damage: str) -> None:
    """In each format, cut off in the middle, or with text in another character set than it should be in."""
    text = TEXTS[row.kind]
    damaged = text[: len(text) // 2] if damage == "cut" else text.replace(b"Here", "Grüße".encode("latin-1"))
    (tmp_path / f"a.jpg{row.suffix}").write_bytes(damaged)
    assert isinstance(read_beside(str(tmp_path), f"a.jpg{row.suffix}", "sidecar"), Rejected)


@pytest.mark.parametrize("row", SIDECARS, ids=lambda row: row.kind)
def test_what_is_gone_costs_nothing(tmp_path: Path, row: Sidecar) -> None:
    assert read_beside(str(tmp_path), f"a{row.suffix}", "sidecar") == NoFile()
