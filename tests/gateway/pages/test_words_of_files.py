"""What files say in words, on pages: a photo's details, people with their faces, keywords as a tree, and searches."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import msgspec
import pytest
from PIL import Image, ImageOps

from services.domain.files.events import SidecarRead
from services.domain.photos.properties import PhotoProperty, Region
from services.domain.subject import Event
from services.gateway.presentation.faces import crop, face
from services.gateway.queries.faces import FaceIn
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id, models, photo
from tests.support import log
from tests.support.one_line import one_line

ADA: Final = Region(name="Ada", x=0.25, y=0.5, width=0.125, height=0.25)
SMALL: Final = Region(name="Ada", x=0, y=0, width=0.0625, height=0.0625)
HOSTILE: Final = '"><script>alert(1)</script>'


def library(root: Path) -> Iterator[Event]:
    yield from models()
    yield from photo(
        0,
        root,
        keywords=["Rome", "boat", HOSTILE],
        keyword_paths=["Places|Italy|Rome"],
        people=["Ada"],
        stars=4,
        description="At the weir",
        regions=[ADA],
        properties=[
            *(PhotoProperty("title", "Weir", "xmp"), PhotoProperty("title", "The weir", "iptc")),
            *(PhotoProperty("caption", "At the weir", "xmp"), PhotoProperty("rating", "4", "exif")),
            *(PhotoProperty("creator", HOSTILE, "iptc"), PhotoProperty("city", "Rom", "iptc")),
        ],
    )
    yield from photo(1, root, keywords=["Turin"], keyword_paths=["Places|Italy|Turin"])
    yield from photo(4, root, stars=-1)
    yield from photo(
        2, root, keywords=["Rome"], keyword_paths=["People|Rome"], regions=[SMALL], people=["Ada", "Bob"]
    )
    yield from photo(3, root)
    said = [PhotoProperty("title", "Beside"), PhotoProperty("rating", "2")]
    yield SidecarRead(
        image_id=image_id(3),
        root=str(root),
        path="holiday/IMG_0003.xmp",
        size=1,
        mtime_ns=1,
        kind="xmp",
        properties=said,
        stars=2,
    )


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("words"), library)


async def found(client: httpx.AsyncClient, q: str) -> list[int]:
    items = (await client.get("/api/images", params={"q": q})).json()["items"]
    return sorted(number for number in range(5) if image_id(number) in {one["id"] for one in items})


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("keyword:italy", [0, 1]),
        ("rome", [0, 2]),
        ("keyword:rome", [0, 2]),
        ('keyword:"Places|Italy"', [0, 1]),
        ('keyword:"places|italy|rome"', [0]),
        ('keyword:"Italy|Rome"', []),
        ('keyword:"Places|%"', []),
        ("person:ada", [0, 2]),
        ("weir", [0]),
        ("beside", [3]),
        ("rom", [0, 2]),
        ("rating:3..5", [0]),
        ("rating:-1", []),
        ("is:trashed rating:-1", [4]),
        ("rating:..2", [3]),
        ("is:rated", [0, 3]),
    ],
)
async def test_what_files_say_finds_photos(client: httpx.AsyncClient, q: str, numbers: list[int]) -> None:
    assert await found(client, q) == numbers


@pytest.mark.parametrize(
    ("path", "unknown"),
    [("Places|Italy", False), ("Places|", False), ("Places|Mars", True), ("Mars|Italy", True)],
)
async def test_of_a_keyword_below_others_each_must_be_one(
    client: httpx.AsyncClient, path: str, unknown: bool
) -> None:
    text = (await client.get("/search", params={"q": f'keyword:"{path}"'})).text
    assert (f"There is no keyword “{path}”" in text) is unknown


async def test_the_details_have_each_value_with_its_source(client: httpx.AsyncClient) -> None:
    text = one_line((await client.get(f"/images/{image_id(0)}")).text)
    table = re.search(r'<table class="statements">.*?</table>', text)
    assert table
    values = re.findall(r"<bdi>(.*?)</bdi> ?<span class=\"dim\">(.*?)</span>", table[0])
    assert values[:4] == [("Weir", "XMP"), ("The weir", "IPTC"), ("At the weir", "XMP"), ("4", "EXIF")]
    assert "<script>alert" not in text
    beside = one_line((await client.get(f"/images/{image_id(3)}")).text)
    assert '<bdi>Beside</bdi><span class="dim">IMG_0003.xmp</span>' in beside
    rejected = one_line((await client.get(f"/images/{image_id(4)}")).text)
    assert "<bdi>rejected</bdi>" in rejected


async def test_the_api_has_all_of_it(client: httpx.AsyncClient) -> None:
    metadata = (await client.get(f"/api/images/{image_id(0)}")).json()["metadata"]
    assert (metadata["title"], metadata["description"], metadata["rating"]) == ("Weir", "At the weir", 4)
    assert (metadata["creator"], metadata["city"], metadata["label"]) == (HOSTILE, "Rom", None)
    assert metadata["keyword_paths"] == ["Places|Italy|Rome"]
    assert metadata["faces"] == [{"name": "Ada", "x": 0.25, "y": 0.5, "width": 0.125, "height": 0.25}]
    assert metadata["properties"][1] == {"name": "title", "value": "The weir", "source": "iptc", "place": ""}


async def test_people_have_their_largest_face(client: httpx.AsyncClient) -> None:
    """Cut out of the preview; who is only named has a photo."""
    text = one_line((await client.get("/people")).text)
    (ada,) = re.findall(r"<svg class=\"face\" viewBox=\"(.*?)\".*?<image href=\"(.*?)\"", text)
    assert ada == ("65.0 127.5 120.0 120.0", f"/images/{image_id(0)}/preview")
    assert text.count('class="cover"') == 2
    assert "person%3ABob" in text or "person:Bob" in text


async def test_keywords_are_a_tree(client: httpx.AsyncClient) -> None:
    """A branch counts the photos below it, each once; its link finds just these."""
    text = one_line((await client.get("/keywords")).text)
    rows = re.findall(
        r'<a href="(/search\?q=[^"]*)"><bdi>(.*?)</bdi></a> ?<span class="count">(\d+)</span>', text
    )
    assert [(name, int(count)) for _, name, count in rows] == [
        ("&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;", 1),
        *(("boat", 1), ("People", 1), ("Rome", 1), ("Places", 2), ("Italy", 2), ("Rome", 1), ("Turin", 1)),
    ]
    for href, _, count in rows[1:]:
        q = httpx.URL(href.replace("&amp;", "&")).params["q"]
        assert len(await found(client, q)) == int(count), q


@pytest.mark.parametrize(
    ("orientation", "box"),
    [
        (1, (0.25, 0.5, 0.125, 0.25)),
        (2, (0.625, 0.5, 0.125, 0.25)),
        (3, (0.625, 0.25, 0.125, 0.25)),
        (4, (0.25, 0.25, 0.125, 0.25)),
        (5, (0.5, 0.25, 0.25, 0.125)),
        (6, (0.25, 0.25, 0.25, 0.125)),
        (7, (0.25, 0.625, 0.25, 0.125)),
        (8, (0.5, 0.625, 0.25, 0.125)),
    ],
)
def test_faces_turn_with_their_picture(orientation: int, box: tuple[float, ...]) -> None:
    """As Pillow turns the pixels; unless they were drawn in the picture after it was turned."""
    one = face(ADA, orientation, *((300, 400) if orientation >= 5 else (400, 300)))
    assert (one.x, one.y, one.width, one.height) == box


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_face_is_where_its_pixels_are(orientation: int) -> None:
    stored = Image.new("L", (400, 300))
    stored.paste(255, (100, 150, 150, 225))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.info["exif"] = exif.tobytes()
    stored.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(stored)
    one = face(ADA, orientation, *upright.size)
    left, upper, right, lower = upright.getbbox() or (0, 0, 0, 0)
    width, height = upright.size
    assert (one.x * width, one.y * height) == (left, upper)
    assert (one.width * width, one.height * height) == (right - left, lower - upper)


def test_faces_that_were_drawn_in_the_upright_picture_stay() -> None:
    upright = msgspec.structs.replace(ADA, applied_width=300, applied_height=400)
    before = msgspec.structs.replace(ADA, applied_width=400, applied_height=300)
    assert (face(upright, 6, 300, 400).x, face(upright, 6, 300, 400).y) == (0.25, 0.5)
    assert face(before, 6, 300, 400) == face(ADA, 6, 300, 400)


@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.9, 0.9), (0.0, 0.9)])
def test_a_crop_stays_in_the_picture(corner: tuple[float, float]) -> None:
    region = Region(name="Ada", x=corner[0], y=corner[1], width=0.1, height=0.1)
    cut = crop(FaceIn(region, "a", 1, 400, 300, "#000000"))
    assert 0 <= cut.x <= 400 - cut.side
    assert 0 <= cut.y <= 300 - cut.side
    whole = crop(FaceIn(Region(name="Ada", x=0, y=0, width=1, height=1), "a", 1, 400, 300, "#000000"))
    assert (whole.x, whole.y, whole.side) == (50, 0, 300)
