"""A photo's page, including its history, needs few queries on the tables and the log."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

import aiosqlite
import pytest

from tests.support.stack import Stack

OURS: Final = ContextVar("ours", default=False)
"""Whether it is the page that asks, not a task that runs beside it, like the one that counts for the rail."""


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
async def test_a_photos_page_makes_ten_selects_at_most(
    scanned: Stack, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    photo = (await scanned.get("/api/images"))["items"][0]["id"]
    await scanned.done("create-album", {"name": "Lake", "images": [photo]})
    statements: list[str] = []
    fetch = aiosqlite.Connection.execute_fetchall

    def noted(db: aiosqlite.Connection, sql: str, parameters: Iterable[Any] | None = None) -> Any:
        if OURS.get():
            statements.append(sql)
        return fetch(db, sql, parameters)

    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", noted)
    OURS.set(True)
    counts = []
    for _ in range(3):  # retried, because the cache is dropped when the read tables move on
        statements.clear()
        answer = await scanned.client.get(f"/images/{photo}", headers={"Accept": "text/html"} | headers)
        assert answer.status_code == 200
        assert "Lake" in answer.text
        counts.append(len(statements))
    assert 0 < min(counts) <= 10, statements
