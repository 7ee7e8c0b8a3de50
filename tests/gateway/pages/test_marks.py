"""The corner of a tile: what is no plain photo of a known day shows it."""

import re
import sqlite3

import httpx
import pytest

from services.gateway.wording import clock
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id

OLDEST = "/?sort=taken_at"
FILM, LIVE, RAW, COPIES, UNSURE, PLAIN = (image_id(number) for number in range(6))
HALF = image_id(6)


@pytest.fixture
def marked(settings: Settings) -> Settings:
    with sqlite3.connect(settings.views / "views-1.db") as db:
        db.execute("UPDATE image SET part = 'film', duration_s = 74.6 WHERE image_id = ?", (FILM,))
        db.execute("UPDATE image SET part = 'half', visible = 0 WHERE image_id = ?", (HALF,))
        db.execute("UPDATE file SET stem = 'IMG_0001' WHERE image_id = ?", (HALF,))
        db.execute("INSERT INTO label VALUES (?, 'rules', 'kind-raw', 1)", (RAW,))
        copy = """INSERT INTO file SELECT root, ?, name, stem, edited_of, image_id, size, mtime_ns, ?, claim_at,
          claim_ms, claim_source FROM file WHERE image_id = ? AND folder = 'holiday'"""
        db.execute(copy, ("again", 0, COPIES))
        db.execute(copy, ("away", 1, COPIES))
        db.execute("UPDATE image SET taken_at_source = 'mtime' WHERE image_id = ?", (UNSURE,))
    db.close()
    return settings


def corner(html: str, image: str) -> list[str]:
    tile = re.search(rf'<li class="tile [^>]*id="p-{image}">.*?</li>', html)
    assert tile
    return re.findall(r'<span role="img" aria-label="([^"]*)"', tile[0])


async def test_each_corner_tells_what_is_special(marked: Settings, client: httpx.AsyncClient) -> None:
    """A copy that is away does not count."""
    html = (await client.get(OLDEST)).text
    found = {image: corner(html, image) for image in (FILM, LIVE, RAW, COPIES, UNSURE, PLAIN)}
    assert found == {
        FILM: ["Video"],
        LIVE: ["Live photo"],
        RAW: ["RAW"],
        COPIES: ["2 copies"],
        UNSURE: ["Its date is not sure"],
        PLAIN: [],
    }
    assert ">1:15<" in re.sub(r"<svg.*?</svg>", "", html)


async def test_in_german(marked: Settings, client: httpx.AsyncClient) -> None:
    html = (await client.get(OLDEST, headers={"Accept-Language": "de"})).text
    assert corner(html, COPIES) == ["2 Kopien"]


async def test_the_first_pictures_are_fetched_at_once(client: httpx.AsyncClient) -> None:
    """Of a page, not of what comes behind it."""
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
