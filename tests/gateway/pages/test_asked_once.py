"""How often a page asks the same: a search text is read once, and the read tables answer few questions."""

from collections.abc import Iterator

import httpx
import pytest

from services.gateway.search import grammar

Q = "dog -cat album:lake year:2015.."


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The texts that were read as searches; each reading begins with cleaning."""
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
    answer = await client.get(url + ("&" if "?" in url else "?") + httpx.QueryParams(q=Q).__str__())
    assert answer.status_code == 200
    assert parsed == [Q]


async def test_where_nothing_is_searched_nothing_is_read(
    client: httpx.AsyncClient, parsed: list[str]
) -> None:
    for path in ("/", "/search", "/albums/lake", "/categories/dog", "/api/images", "/search/complete?q=do"):
        assert (await client.get(path)).status_code == 200
    assert parsed == []
