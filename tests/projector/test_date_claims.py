"""Which date claim a photo is shown at: the ladder of sources, in whatever order the claims arrive."""

from itertools import permutations

import msgspec
import pytest

from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileReturned,
    ImageImported,
    SidecarGone,
    SidecarRead,
)
from services.domain.photos.dates import DateCorrected
from services.domain.subject import Event
from tests.support.given import given

ROOT = "/photos"
SHOWN = "SELECT taken_at, taken_at_source, month FROM image"
MOMENT = "SELECT taken_ms FROM image"


def imported(taken_at: str, source: str = "exif") -> ImageImported:
    return ImageImported(
        image_id="a",
        format="JPEG",
        size=10,
        width=4,
        height=3,
        colour="#102030",
        taken_at=taken_at,
        taken_at_source=source,
    )


def added(path: str, at: str | None = None, source: str | None = None) -> FileAdded:
    return FileAdded(
        image_id="a", root=ROOT, path=path, size=1, mtime_ns=1, taken_at=at, taken_at_source=source
    )


def sidecar(
    at: str | None, kind: str = "takeout", path: str = "a.jpg.json", mtime_ns: int = 1
) -> SidecarRead:
    return SidecarRead(image_id="a", root=ROOT, path=path, size=1, mtime_ns=mtime_ns, kind=kind, taken_at=at)


MTIME = imported("2021-03-01T10:00:00+00:00", "mtime")
NAME = added("IMG_20200102.jpg", "2020-01-02T12:00:00", "filename")
TAKEOUT = sidecar("2017-08-11T08:09:53+00:00")
XMP = sidecar("2016-08-11T08:09:53", "xmp", "a.xmp")
STRANGE = sidecar("2001-01-01T00:00:00", "of another version", "a.odd")
USER = DateCorrected(image_id="a", taken_at="1999-12-31T23:00:00")
LADDER = [
    ((MTIME,), ("2021-03-01T10:00:00+00:00", "mtime", "0000-00")),
    ((MTIME, NAME), ("2020-01-02T12:00:00", "filename", "2020-01")),
    ((MTIME, NAME, TAKEOUT), ("2017-08-11T08:09:53+00:00", "takeout", "2017-08")),
    ((MTIME, NAME, TAKEOUT, XMP), ("2016-08-11T08:09:53", "xmp", "2016-08")),
    ((imported("2015-01-01T00:00:00"), NAME, XMP), ("2016-08-11T08:09:53", "xmp", "2016-08")),
    ((imported("2016-08-11T08:09:53.250"), NAME, XMP), ("2016-08-11T08:09:53.250", "exif", "2016-08")),
    ((imported("2017-08-11T09:00:00"), TAKEOUT), ("2017-08-11T09:00:00", "exif", "2017-08")),
    ((imported("2017-08-11T10:09:53"), TAKEOUT, XMP), ("2016-08-11T08:09:53", "xmp", "2016-08")),
    ((imported("2015-01-01T00:00:00"), TAKEOUT), ("2017-08-11T08:09:53+00:00", "takeout", "2017-08")),
    ((imported("2015-01-01T00:00:00"), TAKEOUT, XMP), ("2016-08-11T08:09:53", "xmp", "2016-08")),
    ((MTIME, XMP, USER), ("1999-12-31T23:00:00", "user", "1999-12")),
    ((MTIME, STRANGE), ("2021-03-01T10:00:00+00:00", "mtime", "0000-00")),
]


@pytest.mark.parametrize(("events", "row"), LADDER, ids=str)
def test_the_best_claim_is_shown(events: tuple[Event, ...], row: tuple[str, str, str]) -> None:
    for order in permutations(events):
        given(*order).then(SHOWN, row)


@pytest.mark.parametrize(
    ("own", "beside", "stated"),
    [
        ("2016-08-11T08:09:53", "2016-08-11T08:09:53", 19),
        ("2016-08-11T08:09:53", "2016-08-11T08:09:53.500", 19),
        ("2016-08-11T08:09:53", "2016-08-11T08:09:00", 16),
        ("2016-08-11T08:09:53", "2016-08-11T08:09:53+02:00", 19),
        ("2016-08-11T08:09:53", "2016-08-11T06:09:53+00:00", 19),
        ("2016-08-11T08:09:53+05:30", "2016-08-11T02:39:53", 19),
        ("2016-08-11T08:09:53+02:00", "2016-08-11T06:09:53+00:00", 19),
        ("2016-08-11T08:09:53+00:00", "2016-08-11T10:09:53+02:00", 19),
        ("2016-08-11T08:09:53", "2016-08-11T12:00:00", 10),
        ("2016-08-11T08:09:53", "2016-08-11T12:00:00", 0),
        ("2016-08-11T08:09:53", "2016-08-01T12:00:00", 7),
        ("2016-08-11T08:09:53", "2016-01-01T12:00:00", 4),
    ],
)
def test_an_xmp_file_that_repeats_the_pictures_date_changes_nothing(
    own: str, beside: str, stated: int
) -> None:
    """To the extent that it states one: a program may add the offset, convert to UTC or keep only the day."""
    xmp = msgspec.structs.replace(sidecar(beside, "xmp"), taken_stated=stated)
    for order in permutations((imported(own), xmp)):
        given(*order).then("SELECT taken_at, taken_at_source FROM image", (own, "exif"))


@pytest.mark.parametrize(
    ("own", "source", "beside", "stated"),
    [
        ("2000-01-05T03:04:05", "exif", "2016-08-11T08:09:53", 19),
        ("2016-08-11T08:09:53", "exif", "2016-08-11T09:09:53", 19),
        ("2016-08-11T08:09:53", "exif", "2016-08-11T08:09:54", 19),
        ("2016-08-11T08:09:53+02:00", "exif", "2016-08-11T09:09:53+02:00", 19),
        ("2016-08-11T08:09:53", "exif", "2016-08-11T06:10:53+00:00", 19),
        ("2016-08-11T08:09:53", "exif", "1965-01-01T12:00:00", 4),
        ("2016-08-11T08:09:53", "exif", "2016-08-12T12:00:00", 10),
        ("2016-08-11T08:09:53", "exif", "2016-07-01T12:00:00", 7),
        ("2016-08-11T08:09:53+00:00", "gps", "2016-08-15T08:09:53", 19),
        ("2016-08-11T08:09:53", "iptc", "2016-08-11T08:30:00", 19),
        ("2015-08-11T08:09:53", "xmp", "2016-08-11T08:30:00", 19),
    ],
)
def test_a_date_that_a_person_put_into_the_xmp_file_wins(
    own: str, source: str, beside: str, stated: int
) -> None:
    xmp = msgspec.structs.replace(sidecar(beside, "xmp"), taken_stated=stated)
    for order in permutations((imported(own, source), xmp, NAME)):
        given(*order).then("SELECT taken_at, taken_at_source FROM image", (beside, "xmp"))


def test_when_it_was_digitized_is_no_correction() -> None:
    xmp = msgspec.structs.replace(sidecar("2016-08-11T08:09:53", "xmp"), taken_stated=19, digitized=True)
    given(imported("2015-01-01T00:00:00"), xmp).then(SHOWN, ("2015-01-01T00:00:00", "exif", "2015-01"))
    given(MTIME, xmp).then(SHOWN, ("2016-08-11T08:09:53", "xmp", "2016-08"))


def test_a_correction_can_be_taken_back() -> None:
    given(imported("2015-01-01T00:00:00"), USER, DateCorrected(image_id="a", taken_at=None)).then(
        SHOWN, ("2015-01-01T00:00:00", "exif", "2015-01")
    )


def test_of_two_copies_the_earlier_claim_counts() -> None:
    later = added("b/IMG_20210102.jpg", "2021-01-02T12:00:00", "filename")
    for order in permutations((MTIME, NAME, later)):
        given(*order).then(SHOWN, ("2020-01-02T12:00:00", "filename", "2020-01"))


def test_a_file_takes_its_claim_along() -> None:
    """After renaming to a name with another date, only the new name counts."""
    moved = FileMoved(
        image_id="a",
        from_root=ROOT,
        from_path="IMG_20200102.jpg",
        root=ROOT,
        path="x/2014-05-06.jpg",
        size=1,
        mtime_ns=1,
        taken_at="2014-05-06T12:00:00",
        taken_at_source="filename",
    )
    given(MTIME, NAME, moved).then(SHOWN, ("2014-05-06T12:00:00", "filename", "2014-05"))
    given(MTIME, NAME, moved).then("SELECT folder, name FROM file", ("x", "2014-05-06.jpg"))


def test_the_first_name_is_forgotten_once_the_file_has_another() -> None:
    """Although it came with the image itself, and is earlier and of the same rank."""
    first = imported("2010-01-01T10:10:10", "filename")
    wrong = added("IMG_20100101_101010.jpg", "2010-01-01T10:10:10", "filename")
    right = FileMoved(
        image_id="a",
        from_root=ROOT,
        from_path=wrong.path,
        root=ROOT,
        path="scan 7.jpg",
        size=1,
        mtime_ns=1,
        taken_at="2021-03-01T10:00:00+00:00",
        taken_at_source="mtime",
    )
    given(first, wrong).then(SHOWN, ("2010-01-01T10:10:10", "filename", "2010-01"))
    given(first, wrong, right).then(SHOWN, ("2021-03-01T10:00:00+00:00", "mtime", "0000-00"))


def test_a_missing_file_claims_nothing_beside_a_present_one() -> None:
    """It does again once it is back, and while no other is left."""
    here = added("2014/x.jpg", "2014-01-01T00:00:00", "folder")
    gone = FileMissing(image_id="a", root=ROOT, path=NAME.path)
    both_gone = FileMissing(image_id="a", root=ROOT, path=here.path)
    given(MTIME, NAME, here, gone).then(SHOWN, ("2014-01-01T00:00:00", "folder", "2014-01"))
    given(MTIME, NAME, here, gone, both_gone).then(SHOWN, ("2020-01-02T12:00:00", "filename", "2020-01"))
    back = FileReturned(image_id="a", root=ROOT, path=NAME.path)
    given(MTIME, NAME, here, gone, back).then(SHOWN, ("2020-01-02T12:00:00", "filename", "2020-01"))


def test_a_file_of_an_early_version_without_a_claim_leaves_the_images_own() -> None:
    """Logs of early versions hold the date of names and folders only with the image."""
    given(imported("2010-01-01T10:10:10", "filename"), added("IMG_20100101_101010.jpg")).then(
        SHOWN, ("2010-01-01T10:10:10", "filename", "2010-01")
    )


def test_a_sidecar_that_is_gone_claims_nothing() -> None:
    """The next best claim counts: another sidecar's, or the file's."""
    no_xmp = SidecarGone(image_id="a", root=ROOT, path=XMP.path)
    no_takeout = SidecarGone(image_id="a", root=ROOT, path=TAKEOUT.path)
    given(MTIME, NAME, TAKEOUT, XMP, no_xmp).then(SHOWN, ("2017-08-11T08:09:53+00:00", "takeout", "2017-08"))
    given(MTIME, NAME, TAKEOUT, XMP, no_xmp, no_takeout).then(
        SHOWN, ("2020-01-02T12:00:00", "filename", "2020-01")
    )
    zone = imported("2017-08-11T10:09:53")
    given(zone, TAKEOUT, no_takeout).then(SHOWN, ("2017-08-11T10:09:53", "exif", "2017-08"))


def test_of_two_sidecars_of_a_kind_the_one_changed_last_counts() -> None:
    """Whatever their dates: that is where the person put it right."""
    old = sidecar("2001-01-01T00:00:00", "xmp", "a.xmp", mtime_ns=5)
    new = sidecar("2011-01-01T00:00:00", "xmp", "a.jpg.xmp", mtime_ns=6)
    for order in permutations((MTIME, old, new)):
        given(*order).then(SHOWN, ("2011-01-01T00:00:00", "xmp", "2011-01"))


def test_a_sidecar_outranks_the_same_kind_of_date_inside_the_picture() -> None:
    for order in permutations((imported("2005-01-01T00:00:00", "xmp"), XMP)):
        given(*order).then(SHOWN, ("2016-08-11T08:09:53", "xmp", "2016-08"))


@pytest.mark.parametrize(
    ("camera", "google", "at"),
    [
        ("2017-08-11T10:09:53", "2017-08-11T08:09:53+00:00", "2017-08-11T10:09:53+02:00"),
        ("2017-08-11T10:09:53", "2017-08-11T08:09:10+00:00", "2017-08-11T10:09:53+02:00"),
        ("2017-08-11T06:39:53", "2017-08-11T10:09:53+00:00", "2017-08-11T06:39:53-03:30"),
        ("2017-08-11T15:54:53", "2017-08-11T10:09:53+00:00", "2017-08-11T15:54:53+05:45"),
        ("2017-08-11T12:24:53", "2017-08-11T10:09:53+00:00", "2017-08-11T12:24:53"),
        ("2017-08-11T04:39:53", "2017-08-11T10:09:53+00:00", "2017-08-11T04:39:53"),
        ("2017-08-11T10:09:53", "2017-08-11T10:09:53+00:00", "2017-08-11T10:09:53"),
        ("2017-08-11T10:09:53", "2017-08-11T09:52:00+00:00", "2017-08-11T10:09:53"),
        ("2017-08-11T10:09:53+01:00", "2017-08-11T08:09:53+00:00", "2017-08-11T10:09:53+01:00"),
    ],
)
def test_google_knows_the_offset_that_the_camera_did_not(camera: str, google: str, at: str) -> None:
    """Only an offset that a place has, exact to the minute."""
    for order in permutations((imported(camera), sidecar(google))):
        given(*order).then("SELECT taken_at, taken_at_source FROM image", (at, "exif"))


def test_what_the_offset_changes_is_the_order() -> None:
    given(imported("1970-01-02T02:00:00"), sidecar("1970-01-02T00:00:00+00:00")).then(MOMENT, (86_400_000,))
