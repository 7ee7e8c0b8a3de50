"""No repeated work per page: a search text is parsed once, and the read tables get few queries."""

from collections.abc import Iterator

import httpx
import pytest

from services.gateway.search import grammar
from tests.gateway.pages.seeded import image_id
from tests.support import selects

Q = "dog -cat album:lake year:2015.."
LETTERS = {ord(sign): None for sign in "/?&={}-:_"}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The texts parsed as searches; parsing starts with cleaning."""
    texts: list[str] = []
    clean = grammar._clean

    def noted(text: str) -> str:
        texts.append(text)
        return clean(text)

    monkeypatch.setattr(grammar, "_clean", noted)
    yield texts


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?facets=1",
        "/search?sort=taken_at",
        "/search?at=2016-01&sort=taken_at",
        "/search/facets",
        "/api/images",
        "/api/images?album=lake&sort=album",
        "/outline",
        "/outline/ids?month=2016-01",
        "/images/{photo}",
        "/images/{photo}/around",
    ],
)
async def test_a_search_text_is_read_once(client: httpx.AsyncClient, parsed: list[str], path: str) -> None:
    photo = (await client.get("/api/images", params={"q": Q})).json()["items"][0]["id"]
    parsed.clear()
    url = path.format(photo=photo)
    q = f"{Q} -{path.translate(LETTERS)}"  # asked by no other test, so nothing is cached
    answer = await client.get(url + ("&" if "?" in url else "?") + str(httpx.QueryParams(q=q)))
    assert answer.status_code == 200
    wider = [q.replace(" year:2015..", "")] if "facets" in path else []  # for the other years
    assert parsed == [q, *wider]


async def test_where_nothing_is_searched_nothing_is_read(
    client: httpx.AsyncClient, parsed: list[str]
) -> None:
    for path in ("/", "/search", "/albums/lake", "/categories/dog", "/api/images", "/search/complete?q=do"):
        assert (await client.get(path)).status_code == 200
    assert parsed == []


MOST = {
    "/images/{photo}": 10,
    "/images/{photo}?category=dog": 10,
    "/images/{photo}?album=lake": 10,
    "/images/{photo}?q=dog": 10,
    "/images/{photo}?where=207&model=lite0": 11,
    "/images/{photo}/around?album=lake": 8,
    "/api/images/{photo}": 7,
    "/": 5,
    "/hidden": 5,
    "/albums/lake": 5,
    "/categories/dog": 7,
    "/search?q=dog": 6,
    "/search?q=dog&facets=1": 6,
    "/search": 1,
    "/categories": 1,
    "/api/images?q=dog": 5,
}
"""SELECTs of a page on repeated view; a photo's page includes its history from the log, which counts since the history
reads it over a connection of its own. Answers that depend only on the position are cached."""


@pytest.mark.parametrize("part", [False, True])
@pytest.mark.parametrize("path", MOST)
async def test_a_page_asks_the_read_tables_little(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str, part: bool
) -> None:
    statements = selects.of_requests(monkeypatch)
    url = path.format(photo=image_id(4))
    headers = {"HX-Request": "true"} if part else {}
    counts = []
    for _ in range(3):
        statements.clear()
        assert (await client.get(url, headers=headers)).status_code == 200
        counts.append(len(statements))
    assert min(counts) <= MOST[path], statements
