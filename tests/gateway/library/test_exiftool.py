"""ExifTool's JSON, and osxphotos': which facts are taken, however tags are named and values printed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.photos.properties import PhotoProperty
from services.gateway.sidecars.exiftool import read
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Unreadable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def written(**tags: Any) -> PictureFacts:
    return read(json.dumps([{"SourceFile": "a.jpg", **tags}]).encode(), NOW)


def test_all_facts_as_osxphotos_writes_them() -> None:
    content = [
        {
            "_CreatedBy": "osxphotos",
            "EXIF:ImageDescription": "On the pier",
            "XMP:Description": "On the pier",
            "XMP:Subject": ["sea", "2019"],
            "IPTC:Keywords": ["sea", "gulls"],
            "XMP:PersonInImage": ["Zoë"],
            "XMP:Rating": 5,
            "EXIF:GPSLatitude": -33.8568,
            "EXIF:GPSLongitude": 151.2153,
            "EXIF:GPSLatitudeRef": "S",
            "EXIF:GPSLongitudeRef": "E",
            "EXIF:DateTimeOriginal": "2019:12:24 18:30:05",
            "EXIF:CreateDate": "2019:12:24 18:30:05",
            "EXIF:OffsetTimeOriginal": "+11:00",
        }
    ]
    assert read(json.dumps(content).encode(), NOW) == PictureFacts(
        taken_at="2019-12-24T18:30:05+11:00",
        taken_stated=19,
        latitude=-33.8568,
        longitude=151.2153,
        description="On the pier",
        keywords=["sea", "2019", "gulls"],
        people=["Zoë"],
        stars=5,
        favorite=True,
        properties=[PhotoProperty("caption", "On the pier"), PhotoProperty("rating", "5")],
    )


@pytest.mark.parametrize(
    ("tags", "taken"),
    [
        ({"DateTimeOriginal": "2007:08:11 10:09:53"}, "2007-08-11T10:09:53"),
        ({"ExifIFD:DateTimeOriginal": "2007:08:11 10:09:53.25"}, "2007-08-11T10:09:53.250"),
        ({"EXIF": {"DateTimeOriginal": "2007:08:11 10:09:53"}}, "2007-08-11T10:09:53"),
        ({"XMP:DateTimeOriginal": "2007:08:11 10:09:53+02:00"}, "2007-08-11T10:09:53+02:00"),
        ({"DateTimeOriginal": "2007:08:11 10:09:53", "OffsetTimeOriginal": "n/a"}, "2007-08-11T10:09:53"),
        (
            {"IPTC:DateCreated": "2007:08:11", "IPTC:TimeCreated": "10:09:53-05:00"},
            "2007-08-11T10:09:53-05:00",
        ),
        ({"IPTC:DateCreated": "2007:08:11"}, "2007-08-11T12:00:00"),
        ({"XMP:DateCreated": 1965}, "1965-01-01T12:00:00"),
        ({"EXIF:CreateDate": "2007:08:11 10:09:53"}, "2007-08-11T10:09:53"),
        ({"QuickTime:CreateDate": "2007:08:11 10:09:53"}, None),
        ({"CreateDate": "2007:08:11 10:09:53", "MIMEType": "video/mp4"}, None),
        ({"QuickTime:CreationDate": "2007:08:11 10:09:53-07:00"}, "2007-08-11T10:09:53-07:00"),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "2027:01:01 00:00:00"}, None),
        ({"DateTimeOriginal": True}, None),
        ({"DateTimeOriginal": ["2007:08:11 10:09:53"]}, None),
        ({"FileModifyDate": "2007:08:11 10:09:53+02:00"}, None),
    ],
)
def test_when_it_was_taken(tags: dict[str, Any], taken: str | None) -> None:
    assert written(**tags).taken_at == taken


def test_a_date_of_digitizing_is_told_apart() -> None:
    assert written(CreateDate="2007:08:11 10:09:53").digitized
    assert not written(CreateDate="2007:08:11 10:09:53", DateTimeOriginal="1965:01:02 03:04:05").digitized


@pytest.mark.parametrize(
    ("tags", "place"),
    [
        (
            {
                "GPSLatitude": "48 deg 51' 30.00\" N",
                "GPSLongitude": "2 deg 17' 24.00\" W",
                "GPSAltitude": "35.3 m Above Sea Level",
            },
            (48.8583333, -2.29, 35.3),
        ),
        ({"GPSLatitude": 48.5, "GPSLongitude": -2.5, "GPSAltitude": 12}, (48.5, -2.5, 12)),
        (
            {
                "EXIF:GPSLatitude": 33.5,
                "EXIF:GPSLatitudeRef": "South",
                "EXIF:GPSLongitude": 0.00001,
                "EXIF:GPSAltitude": 3.5,
                "EXIF:GPSAltitudeRef": 1,
            },
            (-33.5, 0.00001, -3.5),
        ),
        ({"GPSLatitude": 91, "GPSLongitude": 2}, (None, None, None)),
        ({"GPSLatitude": "north", "GPSLongitude": 2}, (None, None, None)),
        ({"GPSLatitude": 0, "GPSLongitude": 0}, (None, None, None)),
    ],
)
def test_where_it_was_taken(tags: dict[str, Any], place: tuple[float | None, ...]) -> None:
    found = written(**tags)
    assert (found.latitude, found.longitude, found.altitude_m) == place


def test_a_single_keyword_is_a_list_of_one() -> None:
    assert written(Keywords=2019, Subject="sea").keywords == ["sea", "2019"]


def test_keywords_in_hierarchies() -> None:
    found = written(HierarchicalSubject="Tiere|Reiher", Subject=["Reiher", 2019], TagsList=["Orte/Wehr"])
    assert (found.keywords, found.keyword_paths) == (
        ["Reiher", "2019", "Wehr"],
        ["Tiere|Reiher", "Orte|Wehr"],
    )


@pytest.mark.parametrize(
    ("tags", "people"),
    [
        ({"PersonInImage": "Jörn"}, ["Jörn"]),
        ({"XMP:RegionName": ["Jörn", "Rex"], "XMP:RegionType": ["Face", "Pet"]}, ["Jörn"]),
        ({"RegionName": "Jörn"}, ["Jörn"]),
        ({"RegionName": ["Jörn", "Rex"], "RegionType": ["Pet"]}, []),
        ({"RegionPersonDisplayName": ["Jörn", "Aïda"]}, ["Jörn", "Aïda"]),
        ({"XMP-mwg-rs:RegionInfo": {"RegionList": [{"Name": "Jörn", "Type": "Face"}]}}, ["Jörn"]),
        (
            {"XMP": {"RegionInfo": {"RegionList": [{"Name": "Rex", "Type": "Pet"}, {"Name": "Aïda"}]}}},
            ["Aïda"],
        ),
        ({"XMP": {"RegionInfoMP": {"Regions": [{"PersonDisplayName": "Aïda"}]}}}, ["Aïda"]),
        ({"RegionInfo": {"RegionList": "Jörn"}}, []),
    ],
)
def test_people_in_lists_and_faces(tags: dict[str, Any], people: list[str]) -> None:
    assert written(**tags).people == people


def test_descriptions_titles_and_stars() -> None:
    found = written(
        ImageDescription="SONY DSC", UserComment="Sony's harbour", Title="Harbour", RatingPercent=50
    )
    assert (found.description, found.headline, found.stars) == ("Sony's harbour", "Harbour", 3)


def test_properties_and_faces() -> None:
    """Groups or none; a face without a rectangle inside the picture is only a name."""
    found = written(
        **{
            "XMP:Creator": ["Ada", "Bob"],
            "IPTC:By-line": "Ada",
            "XMP:Label": "Green",
            "IPTC:City": "München",
        },
        **{"Title": 2019, "Rating": -1, "Copyright": "© Ada"},
    )
    assert [(one.name, one.value) for one in found.properties] == [
        *(("title", "2019"), ("label", "Green"), ("creator", "Ada, Bob"), ("copyright", "© Ada")),
        *(("city", "München"), ("rating", "-1")),
    ]
    area = {"X": 0.5, "Y": 0.5, "W": 0.2, "H": 0.4, "Unit": "normalized"}
    faces = [{"Area": area, "Name": "Ada", "Type": "Face"}, {"Area": area, "Name": "Rex", "Type": "Pet"}]
    found = written(RegionInfo={"AppliedToDimensions": {"W": 320, "H": 240}, "RegionList": faces})
    assert [(one.name, one.x, one.width, one.applied_width) for one in found.regions] == [
        ("Ada", 0.4, 0.2, 320)
    ]
    rectangle = {"PersonDisplayName": "Ada", "Rectangle": "0.25, 0.5, 0.125, 0.25"}
    found = written(
        RegionInfoMP={"Regions": [rectangle, {"PersonDisplayName": "Bob", "Rectangle": "9, 9, 1, 1"}]}
    )
    assert [(one.name, one.x) for one in found.regions] == [("Ada", 0.25)]


def test_an_object_that_a_program_took_out_of_the_list() -> None:
    assert read(b'{"SourceFile": "a.jpg", "DateTimeOriginal": "2007:08:11 10:09:53"}', NOW).taken_at


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b"null",
        b'[{"DateTimeOriginal": "2007:08:11 10:09:53"}]',
        b'[{"SourceFile": "a.jpg"}, {"SourceFile": "b.jpg"}]',
        b'["SourceFile"]',
    ],
)
def test_what_describes_no_picture_or_several(content: bytes) -> None:
    with pytest.raises(NotASidecar):
        read(content, NOW)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.from_regex(r"[0-9: .+'\"NSdeg]+"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["DateTimeOriginal"]), inner),
    max_leaves=12,
)
NAMES = (
    *("DateTimeOriginal", "OffsetTimeOriginal", "DateCreated", "TimeCreated", "CreateDate", "MIMEType"),
    *("GPSLatitude", "GPSLatitudeRef", "GPSLongitude", "GPSAltitude", "GPSAltitudeRef"),
    *("Description", "Subject", "Keywords", "PersonInImage", "Rating", "EXIF"),
    *("Title", "Creator", "Label", "City"),
    *("HierarchicalSubject", "RegionName", "RegionType", "RegionInfo", "RegionInfoMP", "RatingPercent"),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), values))
def test_whatever_it_holds_the_answer_can_be_stored(tags: dict[str, Any]) -> None:
    found = written(**tags)
    told: list[Any] = [found.description, found.keywords, found.people, found.latitude, found.altitude_m]
    told += [found.keyword_paths, found.headline, found.stars, *(one.value for one in found.properties)]
    told += [value for one in found.regions for value in (one.name, one.x, one.y, one.width, one.height)]
    assert json.dumps(told, ensure_ascii=False, allow_nan=False).encode()


@settings(deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b'[{"SourceFile":' + tail))
def test_any_bytes_are_read_or_said(content: bytes) -> None:
    try:
        found = read(content, NOW)
    except (Unreadable, NotASidecar):
        return
    assert isinstance(found, PictureFacts)
