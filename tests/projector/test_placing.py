"""Where pictures were taken, by the best claim, in whatever order the claims arrive."""

from typing import Any, Literal

from services.domain.files.events import ImageImported, SidecarRead
from services.domain.photos.places import PlaceSet
from tests.support.given import Given

LOCATED = "SELECT image_id, city, label, code FROM located ORDER BY image_id"


def imported(image_id: str, latitude: float | None, longitude: float | None) -> ImageImported:
    return ImageImported(
        image_id=image_id,
        format="JPEG",
        size=1,
        width=4,
        height=3,
        colour="#000000",
        taken_at="2020-05-17T10:00:00",
        taken_at_source="exif",
        latitude=latitude,
        longitude=longitude,
    )


def sidecar(
    kind: Literal["takeout", "xmp"], latitude: float | None, longitude: float | None, **more: Any
) -> SidecarRead:
    return SidecarRead(
        image_id="a",
        root="/p",
        path=f"a.{kind}",
        size=1,
        mtime_ns=1,
        kind=kind,
        latitude=latitude,
        longitude=longitude,
        **more,
    )


PHOTO, TAKEOUT, XMP = (
    imported("a", 41.89, 12.49),
    sidecar("takeout", 48.858, 2.294),
    sidecar("xmp", 52.52, 13.405),
)


def test_a_photo_is_where_its_bytes_say() -> None:
    Given([PHOTO, imported("b", None, None)]).then(LOCATED, ("a", "Rome", "Rome, Italy", "IT"))


def test_the_file_beside_it_is_believed_first_whichever_is_read_first() -> None:
    Given([PHOTO, TAKEOUT]).then(LOCATED, ("a", "Paris", "Paris, France", "FR"))
    Given([TAKEOUT, PHOTO]).then(LOCATED, ("a", "Paris", "Paris, France", "FR"))
    Given([TAKEOUT, XMP, PHOTO]).then(LOCATED, ("a", "Berlin", "Berlin, Germany", "DE"))


def test_a_person_is_believed_first_and_until_they_withdraw_it() -> None:
    """Whether it is said together with the photo or later."""
    vienna = PlaceSet(image_ids=["a"], latitude=48.2085, longitude=16.3721)
    nothing = PlaceSet(image_ids=["a"], latitude=None, longitude=None)
    Given([PHOTO, XMP, vienna]).then(LOCATED, ("a", "Vienna", "Vienna, Austria", "AT"))
    Given([vienna, PHOTO]).then(LOCATED, ("a", "Vienna", "Vienna, Austria", "AT"))
    Given([PHOTO, XMP, vienna, nothing]).then(LOCATED, ("a", "Berlin", "Berlin, Germany", "DE"))


def test_a_file_beside_it_that_no_longer_says_where_gives_the_photo_back_its_own_place() -> None:
    Given([PHOTO, XMP, sidecar("xmp", None, None)]).then(LOCATED, ("a", "Rome", "Rome, Italy", "IT"))


def test_what_is_no_point_of_the_earth_is_nowhere() -> None:
    Given([imported("a", 0.0, 0.0), imported("b", 95.0, 1.0), imported("c", 1.0, None)]).then(LOCATED)


def test_far_from_any_city_the_country_is_named_or_the_sea() -> None:
    Given([imported("a", 24.0, 5.0), imported("b", 30.0, -40.0)]).then(
        LOCATED, ("a", "", "Algeria", "DZ"), ("b", "", "At sea", "")
    )
