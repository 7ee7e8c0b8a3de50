"""Kinds of picture: each rule, with look-alikes that must not fool it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.domain.categories.decisions import CategoryCleared, CategoryRejected
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    ImageImported,
    SidecarGone,
    SidecarRead,
)
from services.knowledge import taxonomy
from services.projector.rows import rules
from tests.support.given import given, read_tables


def picture(**facts: Any) -> ImageImported:
    fields: dict[str, Any] = {"format": "JPEG", "width": 4000, "height": 3000, "camera_make": "Maker"} | facts
    return ImageImported(
        image_id="a",
        size=10,
        colour="#102030",
        taken_at="2020-05-17T10:00:00",
        taken_at_source="exif",
        **fields,
    )


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({}, []),
        ({"format": "PNG", "width": 1080, "height": 2400, "camera_make": None}, [rules.SCREENSHOT]),
        ({"format": "PNG", "width": 2400, "height": 1080, "camera_make": None}, [rules.SCREENSHOT]),
        ({"format": "PNG", "width": 1080, "height": 2400}, []),
        ({"format": "JPEG", "width": 1920, "height": 1080, "camera_make": None}, []),
        ({"width": 9000, "height": 2000}, [rules.PANORAMA]),
        ({"width": 400, "height": 100}, []),
        ({"width": 100_000, "height": 20}, []),
        ({"lens": "iPhone 12 front camera 2.71mm f/2.2"}, [rules.SELFIE]),
        ({"grey": True}, [rules.BLACK_WHITE]),
        ({"format": "MP4", "duration_s": 3.5, "grey": True}, [rules.VIDEO]),
        ({"duration_s": 1.5}, [rules.LIVE]),
        ({"format": "GIF", "frames": 12, "camera_make": None}, [rules.ANIMATION]),
        ({"format": "TIFF", "frames": 12}, []),
    ],
)
def test_by_what_the_bytes_say(facts: dict[str, Any], kinds: list[str]) -> None:
    assert rules.of_picture(picture(**facts)) == kinds


HUGIN = ["Hugin 2021.0.0.52df0f76c700"]


@pytest.mark.parametrize(
    ("facts", "is_panorama"),
    [
        ({"width": 6000, "height": 1500}, True),
        ({"width": 8192, "height": 4096}, True),
        ({"width": 9001, "height": 2003, "format": "PNG"}, True),
        ({"width": 1600, "height": 5200, "camera_model": "Phone"}, True),
        ({"width": 4096, "height": 1716, "exposure_s": 0.01}, True),
        ({"width": 5000, "height": 2800, "software": HUGIN}, True),
        ({"width": 1500, "height": 6000, "software": HUGIN, "format": "TIFF", "frames": 3}, True),
        ({"width": 500, "height": 300, "software": HUGIN}, False),
        ({"width": 1440, "height": 9000, "format": "PNG"}, False),
        ({"width": 1170, "height": 5064, "format": "JPEG"}, False),
        ({"width": 1903, "height": 7211, "format": "WEBP"}, False),
        ({"width": 1920, "height": 804}, False),
        ({"width": 3840, "height": 1600}, False),
        ({"width": 2048, "height": 858, "format": "PNG"}, False),
        ({"width": 3840, "height": 1080, "format": "PNG"}, False),
        ({"width": 7680, "height": 1440}, False),
        ({"width": 4096, "height": 1716, "format": "MKV", "duration_s": 90.0}, False),
        ({"width": 4096, "height": 1024, "format": "MP4", "duration_s": 9.0, "camera_model": "Phone"}, False),
        ({"width": 3000, "height": 700, "format": "GIF", "frames": 8}, False),
        ({"width": 3000, "height": 700, "format": "GIF", "frames": 2}, False),
        ({"width": 3000, "height": 700, "format": "GIF", "frames": 1}, True),
    ],
)
def test_a_panorama_by_its_making_or_shape(facts: dict[str, Any], is_panorama: bool) -> None:
    """Stitched or wide; not a long screenshot, a film, a film's frame, screens side by side or an animated banner."""
    assert (rules.PANORAMA in rules.of_picture(picture(**({"camera_make": None} | facts)))) is is_panorama


@pytest.mark.parametrize(
    ("format_", "seconds", "identifier", "part"),
    [
        ("MOV", 0.4, None, rules.HALF),
        ("MOV", rules.LIVE_S, None, rules.HALF),
        ("MOV", rules.LIVE_S + 0.1, None, rules.FILM),
        ("MOV", 0.0, None, rules.FILM),
        ("MOV", None, None, rules.FILM),
        ("MOV", None, "A", rules.HALF),
        ("MKV", 2.0, "A", rules.FILM),
        ("JPEG", 2.0, "A", rules.PHOTO),
    ],
)
def test_the_part_in_a_live_photo(
    format_: str, seconds: float | None, identifier: str | None, part: str
) -> None:
    """A video whose length is unknown stands alone, unless Apple has marked it."""
    film = picture(format=format_, duration_s=seconds, content_identifier=identifier)
    assert rules.part(film) == part


@pytest.mark.parametrize(
    ("facts", "camera"),
    [
        ({"camera_model": "X1"}, "Maker X1"),
        ({"camera_model": "X1", "camera_make": None}, " X1"),
        ({}, None),
        ({"camera_model": "X1", "format": "MP4"}, None),
        ({"camera_model": "X1", "taken_at_source": "mtime"}, None),
    ],
)
def test_only_photos_that_a_camera_dated_may_belong_to_a_burst(
    facts: dict[str, Any], camera: str | None
) -> None:
    assert rules.camera(msgspec.structs.replace(picture(), **facts)) == camera


def test_what_its_name_calls_a_screenshot_is_no_panorama() -> None:
    """Whatever a camera wrote into it, in either order, until it is renamed."""
    wide = picture(width=9000, height=2000)
    named = FileAdded(image_id="a", root="/p", path="Screenshot_20190714-101112.jpg", size=1, mtime_ns=1)
    moved = FileMoved(
        image_id="a", from_root="/p", from_path=named.path, root="/p", path="x.jpg", size=1, mtime_ns=1
    )
    given(wide).then(LABELS, (rules.PANORAMA, "rules"))
    given(wide, named).then(LABELS, (rules.SCREENSHOT, "rules"))
    given(named, wide).then(LABELS, (rules.SCREENSHOT, "rules"))
    given(wide, named, moved).then(LABELS, (rules.PANORAMA, "rules"))
    gone = FileMissing(image_id="a", root="/p", path=named.path)
    given(wide, named, gone).then(LABELS, (rules.PANORAMA, "rules"))


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("DCIM/IMG_20170811_100953.jpg", []),
        ("DCIM/Screenshots/Screenshot_20170811-100953_Maps.png", [rules.SCREENSHOT]),
        ("Bildschirmfoto 2017-08-11 um 10.09.53.png", [rules.SCREENSHOT]),
        ("Capture d’écran 2017-08-11.png", [rules.SCREENSHOT]),
        ("IMG-20170811-WA0003.jpg", [rules.MESSENGER]),
        ("WhatsApp/Media/WhatsApp Images/x.jpg", [rules.MESSENGER]),
        ("signal-2017-08-11-100953.jpg", [rules.MESSENGER]),
        ("Signals of spring/x.jpg", []),
        ("WhatsApp/IMG_1234.jpg", [rules.MESSENGER]),
        ("received_1234567890.jpeg", [rules.MESSENGER]),
        ("PANO_20170811_100953.jpg", [rules.PANORAMA]),
        ("panorama-bar/x.jpg", []),
        ("PANO_20170811_100953.mp4", []),
        ("Screenshot pano 1.png", [rules.SCREENSHOT]),
        ("MVIMG_20170811_100953.jpg", [rules.LIVE]),
        ("PXL_20231006_063121958.MP.jpg", [rules.LIVE]),
    ],
)
def test_by_name_and_folder(path: str, kinds: list[str]) -> None:
    assert rules.of_path(path) == kinds


@given_any(st.from_regex(rules._CAMERA, fullmatch=True))
def test_a_name_that_is_passed_over_as_a_cameras_says_nothing(name: str) -> None:
    for rule in (rules._SCREENSHOT, rules._MESSENGER, rules._PANORAMA, rules._BURST, rules._LIVE):
        assert not rule.search(name)


def test_paper_is_what_a_network_takes_for_paper() -> None:
    """From the kind's threshold upwards."""
    known = taxonomy.load()
    assert dict(known.kept([(922, 0.4), (549, 0.2), (7, 0.1)]))[taxonomy.DOCUMENT] == pytest.approx(0.6)
    assert known.categories[taxonomy.DOCUMENT].threshold == 0.5
    assert taxonomy.DOCUMENT not in dict(known.kept([(7, 0.9)]))


def test_every_kind_is_a_category() -> None:
    categories = taxonomy.load().categories
    assert {categories[kind].group_id for kind in rules.KINDS} == {"kinds"}
    assert {c.id for c in categories.values() if c.group_id == "kinds"} == set(rules.KINDS)


def test_kinds_are_shown_beside_what_the_model_in_use_says_and_the_person_outranks_them() -> None:
    added = FileAdded(image_id="a", root="/p", path="IMG-20170811-WA0003.jpg", size=1, mtime_ns=1)
    query = "SELECT category_id, source FROM image_category"
    given(picture(), added).then(query, (rules.MESSENGER, "rules"))
    no = CategoryRejected(image_id="a", category_id=rules.MESSENGER)
    given(picture(), added, no).then(query)
    given(picture(), added, no, CategoryCleared(image_id="a", category_id=rules.MESSENGER)).then(
        query, (rules.MESSENGER, "rules")
    )


LABELS = "SELECT category_id, model_id FROM label ORDER BY 1, 2"


def test_kinds_by_name_are_those_of_the_files_that_are_there() -> None:
    """A renamed file loses the kinds of its former name, a copy that is gone takes its own along; those of the bytes
    stay."""
    shot = picture(format="PNG", width=1080, height=2400, camera_make=None)
    named = FileAdded(image_id="a", root="/p", path="Telegram/pano_1.png", size=1, mtime_ns=1)
    moved = FileMoved(
        image_id="a", from_root="/p", from_path=named.path, root="/p", path="x.png", size=1, mtime_ns=1
    )
    kinds = ((rules.MESSENGER, "rules"), (rules.PANORAMA, "rules"), (rules.SCREENSHOT, "rules"))
    given(shot, named).then(LABELS, *kinds)
    given(named, shot).then(LABELS, *kinds)
    given(shot, named, moved).then(LABELS, (rules.SCREENSHOT, "rules"))
    copy = FileAdded(image_id="a", root="/p", path="burst_001.png", size=1, mtime_ns=1)
    gone = FileMissing(image_id="a", root="/p", path=copy.path)
    given(shot, moved, copy).then(LABELS, (rules.BURST, "rules"), (rules.SCREENSHOT, "rules"))
    given(shot, moved, copy, gone).then(LABELS, (rules.SCREENSHOT, "rules"))


def test_kinds_by_sidecars_end_with_what_they_say() -> None:
    """Stars taken away, the photo restored from the bin, the sidecar removed; one of two still counts."""

    def said(path: str = "a.json", **flags: Any) -> SidecarRead:
        return SidecarRead(image_id="a", root="/p", path=path, size=1, mtime_ns=1, kind="takeout", **flags)

    favorite, archived, trash = ((kind, "sidecar") for kind in (rules.FAVORITE, rules.ARCHIVED, rules.TRASH))
    given(said(favorite=True, trashed=True)).then(LABELS, favorite, trash)
    given(said(favorite=True, trashed=True), said(archived=True)).then(LABELS, archived)
    gone = SidecarGone(image_id="a", root="/p", path="a.json")
    given(said(favorite=True), gone).then(LABELS)
    given(said(favorite=True), said("b.json", favorite=True), gone).then(LABELS, favorite)
    given(gone, said(favorite=True)).then(LABELS, favorite)


def test_the_kinds_of_one_photo_are_looked_up_by_its_id() -> None:
    """Not by reading all photos: the tables follow a scan of thousands, one by one."""
    db, _ = read_tables()
    plan = db.execute("EXPLAIN QUERY PLAN SELECT category_id FROM rule_kind WHERE image_id = 'a'").fetchall()
    steps = [row[3] for row in plan]
    assert [step for step in steps if step.startswith("SEARCH")] == [
        "SEARCH i USING PRIMARY KEY (image_id=?)",
        "SEARCH n USING INDEX file_image (image_id=? AND missing=?)",
        "SEARCH f USING INDEX file_image (image_id=? AND missing=?)",
        "SEARCH s USING PRIMARY KEY (image_id=?)",
        "SEARCH e USING PRIMARY KEY (image_id=?)",
        "SEARCH s USING PRIMARY KEY (image_id=?)",
    ]
