"""The first page of an album that changes all the time, as during a scan: nothing of it is cached then."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.gateway.search import vocabulary
from services.gateway.tables.pool import Views
from tests.support.stack import Stack

ALL_PHOTOS = (
    vocabulary._OF_IMAGES,
    vocabulary._FOLDERS,
    vocabulary._PLACES,
    vocabulary._PEOPLE,
    vocabulary._KEYWORDS,
)


@pytest.mark.parametrize("path", ["/", "/categories", "/albums", "/months", "/duplicates"])
async def test_only_searches_ask_what_can_be_searched_for(
    album: Stack, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it takes to find it out grows with the number of photos."""
    asked = list[str]()
    fetch = Views.fetch

    async def fetched(views: Views, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return await fetch(views, sql, parameters)

    monkeypatch.setattr(Views, "fetch", fetched)
    assert (await album.client.get(path, headers={"Accept": "text/html"})).status_code == 200
    assert asked
    assert not set(asked) & set(ALL_PHOTOS)
    await album.client.get("/search?q=Lego", headers={"Accept": "text/html"})
    assert set(asked) >= set(ALL_PHOTOS)
