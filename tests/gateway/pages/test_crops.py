"""A card shows the part of its photo in which the people are."""

from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCoverSet
from services.domain.jobs.objects import ObjectBox, ObjectsDetected
from services.domain.photos.rotation import RotationSet
from services.gateway.queries.crops import CROP
from services.knowledge.coco import COCO, PERSON
from tests.gateway.pages.seeded import image_id, photo
from tests.support.given import given
from tests.support.stack import Stack

SHOWN = f"SELECT {CROP} FROM image i"
WIDE, HIGH, SQUARE = (600, 400), (400, 600), (500, 500)
Box = tuple[int, int, int, int]


def found(*boxes: Box, label: str = PERSON, score: float = 0.8) -> ObjectsDetected:
    return ObjectsDetected(
        image_id=image_id(0),
        model_id="finder",
        weights_digest="d",
        preprocessing_id="p",
        boxes=[ObjectBox(COCO.index(label), score, *box) for box in boxes],
    )


@pytest.mark.parametrize(
    ("size", "boxes", "shown"),
    [
        (WIDE, [(0, 100, 200, 800)], "0% 50%"),
        (WIDE, [(800, 100, 200, 800)], "100% 50%"),
        (WIDE, [(400, 100, 200, 800)], "50% 50%"),
        (WIDE, [(150, 100, 200, 800), (350, 100, 200, 800)], "10% 50%"),
        (WIDE, [(0, 300, 150, 500), (850, 300, 150, 500)], "50% 50%"),
        (HIGH, [(300, 0, 300, 300)], "50% 0%"),
        (HIGH, [(300, 650, 300, 350)], "50% 100%"),
        (HIGH, [(300, 100, 300, 900)], "50% 10%"),
        (SQUARE, [(0, 0, 200, 800)], None),
        (WIDE, [(0, 0, 60, 60)], None),
        (WIDE, [], None),
    ],
    ids=[
        *("at the left edge", "at the right edge", "in the middle", "two", "on both sides"),
        *("high up", "far down", "a head before feet", "a square has no rest", "a speck", "nobody"),
    ],
)
def test_people_are_in_it(size: tuple[int, int], boxes: list[Box], shown: str | None) -> None:
    width, height = size
    library = photo(0, Path("/photos"), width=width, height=height)
    given(*library, found(*boxes)).then(SHOWN, (shown,))


def test_neither_things_nor_what_nobody_is_sure_of_move_it() -> None:
    library = [*photo(0, Path("/photos"), width=600, height=400)]
    given(*library, found((0, 0, 200, 800), label="dog")).then(SHOWN, (None,))
    given(*library, found((0, 0, 200, 800), score=0.3)).then(SHOWN, (None,))


async def test_cards_and_programs_are_told(album: Stack) -> None:
    """Photo 0 is 4 : 3, and somebody stands at its left edge."""
    client = album.client
    await album.tell(found((0, 100, 200, 800)), AlbumCoverSet(album_id="lake", image_id=image_id(0)))
    listed = {one["id"]: one for one in (await client.get("/api/albums")).json()}
    assert listed["lake"]["cover_crop"] == "0% 50%"
    assert listed["empty"]["cover_crop"] is None
    for path in ("/albums", "/search"):
        text = (await client.get(path, headers={"Accept": "text/html"})).text
        cards = [part for part in text.split("<img ")[1:] if image_id(0) in part.partition(">")[0]]
        assert cards, path
        assert all('class="crop-0-50"' in card.partition(">")[0] for card in cards), path
    await album.tell(RotationSet(image_ids=[image_id(0)], rotation=6))
    listed = {one["id"]: one for one in (await client.get("/api/albums")).json()}
    assert listed["lake"]["cover_crop"] is None
