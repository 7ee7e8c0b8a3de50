"""A photo's page, including its history, needs few queries on the tables and the log."""

import pytest

from tests.support import selects
from tests.support.stack import Stack


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
async def test_a_photos_page_makes_ten_selects_at_most(
    scanned: Stack, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    photo = (await scanned.get("/api/images"))["items"][0]["id"]
    await scanned.done("create-album", {"name": "Lake", "images": [photo]})
    statements = selects.of_requests(monkeypatch)
    counts = []
    for _ in range(3):  # retried, because the cache is dropped when the read tables move on
        statements.clear()
        answer = await scanned.client.get(f"/images/{photo}", headers={"Accept": "text/html"} | headers)
        assert answer.status_code == 200
        assert "Lake" in answer.text
        counts.append(len(statements))
    assert 0 < min(counts) <= 10, statements
