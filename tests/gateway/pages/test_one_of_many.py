"""What is shown of one photo costs the same however many others there are, also right after a click, when nothing that
was worked out before counts any longer."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import aiosqlite
import pytest

from ops.bench.photos import append, image_id, library
from services.kernel.settings import Settings
from tests.support.stack import Stack, stack

FEW, MANY = 100, 1_000
AT_A_TIME = 50
"""Instructions of SQLite's virtual machine between two looks at how many there were."""
MORE = 1.25
"""Times as many: more photos are more levels of an index."""
IN_ALBUM = 2.0
"""Times as many for the page in an album of one photo in a hundred: along the library, a hundred are looked at for each
neighbour, and of the few there are none to be found."""
PHOTO = f"/images/{image_id(3)}"
PATHS = (PHOTO, f"{PHOTO}?album=a3", f"{PHOTO}/around", f"/api{PHOTO}", "/history", "/jobs")
_OURS: Final = ContextVar("ours", default=False)


class Instructions:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        fetch = aiosqlite.Connection.execute_fetchall

        async def counted(db: aiosqlite.Connection, sql: str, parameters: Iterable[Any] | None = None) -> Any:
            if not _OURS.get():
                return await fetch(db, sql, parameters)

            def at_once() -> list[Any]:
                """So that no other query of the same connection is counted."""
                db._conn.set_progress_handler(self._more, AT_A_TIME)
                try:
                    return db._conn.execute(sql, tuple(parameters or ())).fetchall()
                finally:
                    db._conn.set_progress_handler(None, 0)

            return await db._execute(at_once)  # type: ignore[no-untyped-call]

        monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", counted)

    def _more(self) -> int:
        self.count += AT_A_TIME
        return 0


@asynccontextmanager
async def photos(data: Path, count: int) -> AsyncIterator[Stack]:
    settings = Settings(data=data, previews=data / "previews")
    await append(settings.events_db, library(count))
    async with stack(settings) as album:
        await album.caught_up()
        yield album


async def test_a_photo_costs_the_same_among_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instructions = Instructions(monkeypatch)
    costs: dict[str, list[int]] = {path: [] for path in PATHS}
    for count in (FEW, MANY):
        async with photos(tmp_path / str(count), count) as album:
            client, loved = album.browser(), False
            for path in PATHS:
                loved = not loved
                await album.done("set-favorite", {"images": [image_id(7)], "favorite": loved})
                instructions.count = 0
                token = _OURS.set(True)
                assert (await client.get(path)).status_code == 200
                _OURS.reset(token)
                costs[path].append(instructions.count)
    assert min(costs[PHOTO]) > 100 * AT_A_TIME
    allowed = {path: IN_ALBUM if "album" in path else MORE for path in PATHS}
    assert {path: cost for path, cost in costs.items() if cost[1] > allowed[path] * cost[0] + AT_A_TIME} == {}
