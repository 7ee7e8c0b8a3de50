"""Where photos were taken: three ways to say it, one event; what can't be a place is refused."""

import pytest

from services.domain.photos.places import PlaceSet, SetPlace
from services.domain.subject import NotFound, Refused
from services.kernel.log.codec import decode_event, encode
from tests.support.library import after


@pytest.mark.parametrize(
    ("way", "point"),
    [
        ({"latitude": 48.2, "longitude": 16.37}, (48.2, 16.37)),
        ({"latitude": -90.0, "longitude": 180.0}, (-90.0, 180.0)),
        ({"latitude": 0.0, "longitude": 16.37}, (0.0, 16.37)),
        ({"city": "Rome"}, (41.89, 12.51)),
        ({"image": "a"}, (41.89, 12.48)),
        ({"city": "Rome", "image": "a", "latitude": 1.0, "longitude": 1.0}, (41.89, 12.51)),
    ],
)
async def test_a_place_is_said_of_all_photos_at_once(
    way: dict[str, float | str], point: tuple[float, float]
) -> None:
    """Each photo once. A city counts before another photo, and that before a point."""
    command = SetPlace(images=["b", "a", "b"], **way)  # type: ignore[arg-type]
    said = PlaceSet(image_ids=["b", "a"], latitude=point[0], longitude=point[1])
    await (await after()).decides(command, said)


@pytest.mark.parametrize(
    ("way", "field"),
    [
        ({}, "latitude"),
        ({"latitude": 48.2}, "latitude"),
        ({"longitude": 16.37}, "latitude"),
        ({"latitude": 0.0, "longitude": 0.0}, "latitude"),  # what devices write that know no place
        ({"city": "Nowhere"}, "city"),
        ({"image": "b"}, "image"),
    ],
)
async def test_what_is_no_place_is_refused(way: dict[str, float | str], field: str) -> None:
    library = await after()
    with pytest.raises(Refused) as refusal:
        await SetPlace(images=["a"], **way).decide(library)  # type: ignore[arg-type]
    assert refusal.value.field == field


async def test_a_photo_that_is_not_there_has_no_place() -> None:
    with pytest.raises(NotFound):
        await SetPlace(images=["nowhere"], city="Rome").decide(await after())


@pytest.mark.parametrize("point", [(48.2, 16.37), (-33.856784, -151.215297), (None, None)])
def test_a_place_comes_back_as_it_was(point: tuple[float | None, float | None]) -> None:
    """From the log, and from what undo remembers of it."""
    said = PlaceSet(image_ids=["a"], latitude=point[0], longitude=point[1])
    assert decode_event(PlaceSet.TYPE, PlaceSet.VERSION, encode(said)) == said
    assert PlaceSet.of(["a"], [], said.value()) == said
