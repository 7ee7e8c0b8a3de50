"""Google Takeout's JSON: which facts are taken, and what is left out."""

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateway.sidecars.facts import LARGEST, NotASidecar, PictureFacts, Unreadable
from services.gateway.sidecars.matching import album_candidates, match
from services.gateway.sidecars.takeout import album_created, album_title, read
from services.gateway.sidecars.takeout_folders import is_trash_folder, is_year_folder
from services.gateway.sidecars.takeout_names import is_film, split
from services.knowledge.formats import Kind
from services.knowledge.suffixes import is_of, is_sidecar
from tests.support import takeout as takeout_export
from tests.support.shared import shared_folders

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def takeout(**facts: Any) -> PictureFacts:
    return read(json.dumps({"title": "a.jpg", **facts}).encode(), NOW)


def at(latitude: Any, longitude: Any, altitude: Any = 0.0) -> dict[str, Any]:
    return {"latitude": latitude, "longitude": longitude, "altitude": altitude, "latitudeSpan": 0.0}


def test_all_facts() -> None:
    found = takeout(
        description="Tom & Jerry\r\n<b>two</b>\x07",
        photoTakenTime={"timestamp": "1696574331", "formatted": "6 oct. 2023, 06:38:51 UTC"},
        creationTime={"timestamp": "1"},
        geoData=at(48.8583736, 2.291901, 66.15),
        favorited=True,
        archived=True,
        trashed=True,
        people=[{"name": "Zoë 🦊"}, {"name": "Jean-Luc"}, {"name": "Zoë 🦊"}],
    )
    assert found == PictureFacts(
        taken_at="2023-10-06T06:38:51+00:00",
        latitude=48.8583736,
        longitude=2.291901,
        altitude_m=66.2,
        description="Tom & Jerry\n<b>two</b>",
        favorite=True,
        archived=True,
        trashed=True,
        people=["Zoë 🦊", "Jean-Luc"],
    )


@pytest.mark.parametrize(
    ("timestamp", "taken"),
    [
        ("1696574331", "2023-10-06T06:38:51+00:00"),
        (1696574331, "2023-10-06T06:38:51+00:00"),
        (1696574331.0, "2023-10-06T06:38:51+00:00"),
        ("-14182940", "1969-07-20T20:17:40+00:00"),
        ("0", None),
        (0, None),
        ("", None),
        (None, None),
        ("yesterday", None),
        ("9" * 5000, None),
        (10**30, None),
        ("1e300", None),
        ("nan", None),
        (True, None),
        ([1696574331], None),
        ("-4600000000", None),  # 1824
        ("1780401600", "2026-06-02T12:00:00+00:00"),
        ("1780401601", None),
        ("1696574331000", None),  # in milliseconds
    ],
)
def test_when_it_was_taken(timestamp: Any, taken: str | None) -> None:
    assert takeout(photoTakenTime={"timestamp": timestamp}, creationTime={"timestamp": "5"}).taken_at == taken


@pytest.mark.parametrize("value", [None, "1696574331", 5, [], {}])
def test_a_date_that_is_not_as_expected(value: Any) -> None:
    assert takeout(photoTakenTime=value).taken_at is None


@pytest.mark.parametrize(
    ("geo", "exif", "expected"),
    [
        (at(48.5, 2.5, 30), at(1.0, 1.0), (48.5, 2.5, 30)),
        (at(0.0, 0.0, 9), at(-33.8568, 151.2153), (-33.8568, 151.2153, None)),
        (at(91, 0), at(0, 181), (None, None, None)),
        (at(0, 0, 12), None, (None, None, None)),
        (at(None, 2.5), "here", (None, None, None)),
        (at("NaN", 2.5), {}, (None, None, None)),
        (at("48.5", "2.5"), {}, (48.5, 2.5, None)),
        (at(0.0, 151.0), {}, (0.0, 151.0, None)),
        (at(48.5, 2.5, 1e9), {}, (48.5, 2.5, None)),
        (at(48.5, 2.5, -430.5), {}, (48.5, 2.5, -430.5)),
        (at(True, 2.5), {}, (None, None, None)),
    ],
)
def test_where_it_was_taken(geo: Any, exif: Any, expected: tuple[float | None, ...]) -> None:
    found = takeout(geoData=geo, geoDataExif=exif)
    assert (found.latitude, found.longitude, found.altitude_m) == expected


def test_a_number_that_is_none() -> None:
    found = read(b'{"title": "a.jpg", "geoData": {"latitude": NaN, "longitude": 1e999}}', NOW)
    assert (found.latitude, found.longitude) == (None, None)


def test_texts_end_somewhere() -> None:
    found = takeout(description="é" * 50_000, people=[{"name": "n" * n} for n in range(300, 1300)])
    # one more than is kept, by which the cut is noticed
    assert (found.description, found.people) == ("é" * 10_001, ["n" * 201])
    assert len(takeout(people=[{"name": f"{n}"} for n in range(1000)]).people) == 101


@pytest.mark.parametrize(
    "people", [None, "Zoë", {"name": "Zoë"}, [None, 5, {"name": 5}, {"name": " \n"}, {}]]
)
def test_people_that_are_none(people: Any) -> None:
    assert takeout(people=people).people == []


@pytest.mark.parametrize("value", ["true", 1, None, "false", [True]])
def test_only_true_is_true(value: Any) -> None:
    found = takeout(favorited=value, archived=value, trashed=value)
    assert not (found.favorite or found.archived or found.trashed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding_of_unicode(encoding: str) -> None:
    assert read('{"title": "a.jpg", "description": "été 🎉"}'.encode(encoding), NOW).description == "été 🎉"


def test_half_an_emoji_can_be_stored() -> None:
    """Google cuts texts by UTF-16 units."""
    found = read(b'{"title": "a.jpg", "description": "cut \\ud83c"}', NOW)
    assert found.description == "cut ?"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b'{"title": "broken-sidecar.jpg", "photoTakenTime": {"timest',
        b"\x00" * 100,
        b"\xff\xd8\xff\xe0 a JPEG",
        b'{"title": "\xff"}',
        b'{"title": ' + b"9" * 100_000 + b"}",
        b'{"title":' * 100_000,
        b'{"title": "a"}' + b" " * LARGEST,
    ],
)
def test_what_cant_be_read_is_said_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^This JSON file .*\.$"):
        read(content, NOW)
    with pytest.raises(Unreadable):
        album_title(content)


@pytest.mark.parametrize(
    "content",
    [
        *(b"[]", b"null", b'"a.jpg"', b"5", b'[{"id": 1}]', b'[{"id": 1}, {"id"', b"[" * 100_000),
        *(b'{"id": 1}\n{"id": 2}\n', '[{"id": "é'.encode("utf-16"), b'\xef\xbb\xbf["a.jpg", '),
    ],
)
def test_another_programs_json_is_left_in_peace(content: bytes) -> None:
    """Whole or not: no sidecar of Google's is a list or several values."""
    with pytest.raises(NotASidecar):
        read(content, NOW)
    assert album_title(content) is None


@pytest.mark.parametrize(
    "facts",
    [{}, {"comments": []}, {"albumData": {"title": "x"}}, {"title": "x", "access": "protected", "date": {}}],
)
def test_what_describes_no_picture(facts: dict[str, Any]) -> None:
    with pytest.raises(NotASidecar):
        read(json.dumps(facts).encode(), NOW)


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"title": "Été 🇵🇹", "description": "", "access": "protected", "date": {"timestamp": "0"}}, "Été 🇵🇹"),
        ({"albumData": {"title": "Summer", "access": ""}}, "Summer"),
        ({"title": " a\nb ", "date": {}}, "a b"),
        ({"title": "", "access": "", "date": {}}, None),
        ({"title": 5, "access": ""}, None),
        ({"albumData": {"title": None}}, None),
        ({"albumData": []}, None),
        ({"title": "a.jpg", "photoTakenTime": {}, "date": {}}, None),
        ({"title": "a.jpg", "description": ""}, None),
        ({"comments": []}, None),
        ({}, None),
    ],
)
def test_the_title_of_an_album(facts: dict[str, Any], title: str | None) -> None:
    assert album_title(json.dumps(facts).encode()) == title


@pytest.mark.parametrize(
    "folder",
    [
        "Photos from 2023",
        "Fotos von 1969",
        "Photos de 2019",
        "Foto dal 2004",
        "Zdjęcia z 2020",
        "Фото за 2011",
    ],
)
def test_the_folder_of_a_year(folder: str) -> None:
    assert is_year_folder(folder)
    assert is_year_folder(unicodedata.normalize("NFD", folder))


@pytest.mark.parametrize(
    "folder", ["2023", " 2023", "Photos2023", "Photos from 20230", "Photos from 1500", "Lisbonne", ""]
)
def test_what_is_no_folder_of_a_year(folder: str) -> None:
    assert not is_year_folder(folder)


@pytest.mark.parametrize(
    "folder", ["Trash", "trash", "Papierkorb", "Corbeille", "Papelera", "Cestino", "Bin", "ごみ箱"]
)
def test_the_bin(folder: str) -> None:
    assert is_trash_folder(folder)
    assert is_trash_folder(unicodedata.normalize("NFD", folder))


@pytest.mark.parametrize("folder", ["", "Trash Heap 2019", "Berlin", "Archive"])
def test_what_is_no_bin(folder: str) -> None:
    assert not is_trash_folder(folder)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["timestamp", "name"]), inner)
    ),
    max_leaves=12,
)
KEYS = ("title", "description", "photoTakenTime", "geoData", "people", "favorited", "albumData", "date")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(KEYS), values))
def test_whatever_it_holds_the_answer_can_be_stored(facts: dict[str, Any]) -> None:
    content = json.dumps(facts).encode()
    title = album_title(content)
    assert title is None or title.encode()
    created = album_created(content)
    assert created is None or created.lstrip("-").isdigit()
    try:
        found = read(content, NOW)
    except NotASidecar:
        return
    assert json.dumps([found.description, found.people], ensure_ascii=False).encode()


ARCHIVED_BY_ITS_SIDECAR = "PXL_20231006_063536303.jpg"
"""The table says it is not archived; the real export's sidecar says it is."""
REAL = {folder.name: folder for folder in shared_folders("takeout")}
CASES = [("made", row) for row in takeout_export.ROWS]
CASES += [(name, row) for name, folder in REAL.items() for row in takeout_export.rows(folder)]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {"made": takeout_export.write(tmp_path_factory.mktemp("export")), **REAL}


def beside(folder: Path) -> tuple[dict[str, list[str]], list[str]]:
    names = sorted(path.name for path in folder.iterdir())
    sidecars = [name for name in names if is_sidecar(name)]
    pictures = [name for name in names if is_of(name, Kind.PICTURE) or is_film(split(name)[1])]
    return match(pictures, sidecars), sidecars


@pytest.mark.parametrize(("name", "row"), CASES, ids=[f"{name}-{row.media}" for name, row in CASES])
def test_a_row_of_the_export(exports: dict[str, Path], name: str, row: takeout_export.Row) -> None:
    """Exactly the expected sidecar, with the expected facts."""
    export = exports[name]
    media = export / row.media
    found: dict[str, PictureFacts] = {}
    for own in beside(media.parent)[0][media.name]:
        sidecar = media.with_name(own)
        try:
            found[sidecar.relative_to(export).as_posix()] = read(sidecar.read_bytes(), NOW)
        except Unreadable:
            assert "cut-off JSON" in row.note
    assert list(found) == ([row.sidecar] if row.sidecar else [])
    for facts in found.values():
        moment = row.taken_utc_from_sidecar.replace("Z", "+00:00")
        assert facts.taken_at == (None if moment == "1970-01-01T00:00:00+00:00" else moment)
        assert facts.latitude == (float(row.latitude) if row.latitude else None)
        assert facts.longitude == (float(row.longitude) if row.longitude else None)
        assert (facts.description or "") == row.description
        archived = row.archived == "true" or media.name == ARCHIVED_BY_ITS_SIDECAR
        assert (facts.favorite, facts.archived) == (row.favorited == "true", archived)
        assert facts.trashed == (row.trashed == "true")
        assert is_trash_folder(media.parent.name) == (row.trashed == "true")
    matched, sidecars = beside(media.parent)
    titles = [album_title(media.with_name(name).read_bytes()) for name in album_candidates(sidecars, matched)]
    assert [title for title in titles if title] == ([row.album] if row.album else [])


@pytest.mark.parametrize("name", ["made", *REAL])
def test_no_picture_of_the_export_has_another_ones_sidecar(exports: dict[str, Path], name: str) -> None:
    """Only those in the table, plus the video of the live photo."""
    export = exports[name]
    expected = {(row.media, row.sidecar) for row in takeout_export.rows(export) if row.sidecar}
    found = {
        ((folder / picture).relative_to(export).as_posix(), (folder / own).relative_to(export).as_posix())
        for folder in {path.parent for path in export.rglob("*")}
        for picture, sidecars in beside(folder)[0].items()
        for own in sidecars
    }
    more = {(Path(picture).name, Path(sidecar).name) for picture, sidecar in found - expected}
    assert expected <= found
    assert more == {
        ("IMG_1234.MP4", "IMG_1234.HEIC.json"),
        ("broken-sidecar.jpg", "broken-sidecar.jpg.json"),
    }


@pytest.mark.parametrize(
    ("facts", "created"),
    [
        ({"title": "A", "date": {"timestamp": "1565000000"}}, "1565000000"),
        ({"albumData": {"title": "A", "date": {"timestamp": "1565000001"}}}, "1565000001"),
        ({"title": "A", "date": {"timestamp": "0"}}, None),
        ({"title": "A", "date": "2019"}, None),
        ({"title": "A", "date": {"timestamp": True}}, None),
        ({"title": "A"}, None),
        ([], None),
    ],
)
def test_when_an_album_was_made(facts: Any, created: str | None) -> None:
    """It tells albums with one title apart."""
    assert album_created(json.dumps(facts).encode()) == created


@given(st.binary(max_size=400))
def test_any_bytes_say_when_an_album_was_made_or_nothing(content: bytes) -> None:
    created = album_created(content)
    assert created is None or created.lstrip("-").isdigit()
