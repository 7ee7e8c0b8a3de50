"""A motion photo plays the film inside its file on its page, and in the viewer."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from services.domain.files.events import FileAdded, ImageImported
from services.domain.subject import Event
from services.kernel.settings import Settings
from tests.support import log
from tests.support.one_line import one_line
from tests.support.stack import Stack

MOTION, PLAIN, MOVED, WRONG, BEYOND, BEFORE, LOST = (f"{number:032x}" for number in range(1, 8))
PIXELS = b"\xff\xd8" + b"pixels" * 50
CLIP = b"\0\0\0\x08ftyp" + bytes(range(256)) * 4
CONTENT = PIXELS + CLIP + b"behind it"
PLACE = {"film_offset": len(PIXELS), "film_size": len(CLIP)}
FILM = f"/images/{MOTION}/film"


def told(root: Path) -> list[Event]:
    """`WRONG` has no film at its place; `BEYOND` and `BEFORE` are as no scan records them."""
    films: dict[str, dict[str, Any]] = {
        MOTION: PLACE,
        PLAIN: {},
        MOVED: PLACE,
        WRONG: {"film_offset": 10, "film_size": len(CLIP)},
        BEYOND: {"film_offset": len(PIXELS), "film_size": len(CLIP) + 1000},
        BEFORE: {"film_offset": -8, "film_size": 20},
        LOST: PLACE,
    }
    events: list[Event] = []
    for image, place in films.items():
        events += [
            ImageImported(
                image_id=image,
                size=len(CONTENT),
                width=4,
                height=3,
                colour="#102030",
                format="JPEG",
                taken_at="2020-05-17T10:00:00",
                taken_at_source="exif",
                duration_s=1.5 if place else None,
                **place,
            ),
            FileAdded(image_id=image, root=str(root), path=f"{image}.jpg", size=len(CONTENT), mtime_ns=1),
        ]
    return events


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("motion"), told)


@pytest.fixture(autouse=True)
def files(shared: Stack) -> None:
    for image in (MOTION, PLAIN, MOVED, WRONG, BEYOND, BEFORE):
        path = shared.settings.photos[0] / f"{image}.jpg"
        path.write_bytes(b"another" if image == MOVED else CONTENT)


async def test_the_film_is_sent_alone(client: httpx.AsyncClient) -> None:
    answer = await client.get(FILM)
    assert (answer.status_code, answer.content) == (200, CLIP)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = await client.get(FILM, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-1", 0, 2), ("bytes=100-", 100, len(CLIP)), ("bytes=-5", len(CLIP) - 5, len(CLIP))],
)
async def test_players_get_the_range_they_ask_for(
    client: httpx.AsyncClient, header: str, start: int, end: int
) -> None:
    """Of the film: the photo before it and what is behind it are never sent."""
    answer = await client.get(FILM, headers={"Range": header})
    assert (answer.status_code, answer.content) == (206, CLIP[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(CLIP)}"


async def test_a_range_behind_the_film_is_416(client: httpx.AsyncClient) -> None:
    answer = await client.get(FILM, headers={"Range": f"bytes={len(CLIP)}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CLIP)}"


@pytest.mark.parametrize("image", [PLAIN, MOVED, WRONG, BEYOND, BEFORE, LOST, "f" * 32, "none"])
async def test_where_there_is_no_film_it_is_404(client: httpx.AsyncClient, image: str) -> None:
    assert (await client.get(f"/images/{image}/film")).status_code == 404


async def test_its_page_plays_it_when_asked(client: httpx.AsyncClient) -> None:
    text = one_line((await client.get(f"/images/{MOTION}")).text)
    assert text.count("<video") == 1
    film, _, sources = text.split("<video", 1)[1].partition(">")
    assert f'src="{FILM}"' in sources.split("</video>")[0]
    assert f'poster="/images/{MOTION}/preview"' in film
    assert 'preload="none"' in film
    assert "<video" not in (await client.get(f"/images/{PLAIN}")).text


async def test_its_tile_has_the_badge_of_a_live_photo(client: httpx.AsyncClient) -> None:
    html = (await client.get("/")).text
    tiles = {one: html.split(f'id="p-{one}"')[1].split("</li>")[0] for one in (MOTION, PLAIN)}
    assert ["Live photo" in tile for tile in tiles.values()] == [True, False]


async def test_programs_are_told_where_it_is(client: httpx.AsyncClient) -> None:
    urls = [(await client.get(f"/api/images/{one}")).json()["film_url"] for one in (MOTION, PLAIN)]
    assert urls == [FILM, None]
    here = (await client.get(f"/images/{MOTION}/around")).json()["here"]
    assert (here["film"], here["live"]) == (FILM, True)
