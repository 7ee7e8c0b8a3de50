"""The corner of a tile marks anything but a plain photo of a known day."""

import re
from collections.abc import Iterator

import httpx
import pytest
import pytest_asyncio

from services.domain.files.events import FileAdded, FileMissing, FileMoved
from services.domain.subject import Event
from services.gateway.i18n.wording import clock
from tests.gateway.pages.seeded import image_id, path, photo, taken
from tests.support.stack import Stack

OLDEST = "/?sort=taken_at"
FILM, LIVE, RAW, COPIES, UNSURE, PLAIN = (image_id(number) for number in range(6))
HALF = image_id(6)


def marks(album: Stack) -> Iterator[Event]:
    root = album.settings.photos[0]

    def placed(number: int, at: str) -> FileAdded:
        return FileAdded(image_id=image_id(number), root=str(root), path=at, size=1, mtime_ns=1)

    yield from photo(0, root, format="MP4", duration_s=74.6)
    yield from photo(2, root, format="DNG")
    yield from photo(4, root, taken_at_source="mtime")
    yield from photo(6, root, format="MOV", duration_s=2.8, taken_at=taken(1).isoformat())
    yield FileMoved(
        image_id=HALF, from_root=str(root), from_path=path(6), root=str(root), path="holiday/IMG_0001.MOV",
        size=1, mtime_ns=1,
    )  # fmt: skip
    yield placed(3, "again/IMG_0003.jpg")
    yield placed(3, "away/IMG_0003.jpg")
    yield FileMissing(image_id=COPIES, root=str(root), path="away/IMG_0003.jpg")


@pytest_asyncio.fixture(loop_scope="module")
async def marked(album: Stack) -> httpx.AsyncClient:
    """One standalone video, and one that is the moving half of photo 1."""
    await album.tell(*marks(album))
    return album.client


def corner(html: str, image: str) -> list[str]:
    tile = re.search(rf'<li class="tile [^>]*id="p-{image}">.*?</li>', html)
    assert tile
    return re.findall(r'<span role="img" aria-label="([^"]*)"', tile[0])


async def test_each_corner_tells_what_is_special(marked: httpx.AsyncClient) -> None:
    """A missing copy does not count."""
    html = (await marked.get(OLDEST)).text
    found = {image: corner(html, image) for image in (FILM, LIVE, RAW, COPIES, UNSURE, PLAIN)}
    assert found == {
        FILM: ["Video"],
        LIVE: ["Live photo"],
        RAW: ["RAW"],
        COPIES: ["2 copies"],
        UNSURE: ["Its date is uncertain"],
        PLAIN: [],
    }
    assert ">1:15<" in re.sub(r"<svg.*?</svg>", "", html)


async def test_in_german(marked: httpx.AsyncClient) -> None:
    html = (await marked.get(OLDEST, headers={"Accept-Language": "de"})).text
    assert corner(html, COPIES) == ["2 Kopien"]


async def test_the_first_pictures_are_fetched_at_once(client: httpx.AsyncClient) -> None:
    """On the page itself, not in the chunks that follow."""
    html = (await client.get("/")).text
    lazy = re.findall(r'<img src="/images/[^>]*?( loading="lazy")? decoding', html)
    assert [bool(one) for one in lazy] == [False] * 8 + [True] * (len(lazy) - 8)
    more = (await client.get("/?chunk=1", headers={"HX-Request": "true"})).text
    assert more.count('loading="lazy"') == more.count("<img")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "0:00"), (59.6, "1:00"), (754, "12:34"), (3900, "1:05:00")]
)
def test_how_long_a_film_runs(seconds: float, said: str) -> None:
    assert clock(seconds) == said
