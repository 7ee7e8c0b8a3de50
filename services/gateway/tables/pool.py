"""The read tables, over a few read-only connections that follow the projector from file to file.

The file `current` in the folder names the database that is live; a rebuild writes another one beside it and
moves the name over. What is asked before there is any database is answered with nothing.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

import aiosqlite

from services.gateway.tables.cache import Cache
from services.kernel.log.sqlite import READER, reader_uri
from services.kernel.settings import Settings

CONNECTIONS: Final = 2
_POLL_S: Final = 0.01
CATCH_UP_S: Final = 2.0
"""How long an answer waits for the read tables, so that what is asked next shows what was done."""
_POSITION: Final = "SELECT coalesce(max(position), 0) FROM checkpoint"
_CHECKPOINT: Final = """SELECT position, event_id FROM checkpoint JOIN checkpoint_event USING (name)
  WHERE name = 'views'"""

Stamp = tuple[int, int, int]
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Reader(Protocol):
    """The read tables; answers nothing while there are none yet."""

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...


class Generation:
    """The connections to one database file; closed when the last query on an outdated one is done."""

    def __init__(self, stamp: Stamp, connections: list[aiosqlite.Connection]) -> None:
        self.stamp = stamp
        self.idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for connection in connections:
            self.idle.put_nowait(connection)

    async def close(self) -> None:
        for _ in range(CONNECTIONS):
            await (await self.idle.get()).close()


class Views:
    def __init__(self, folder: Path, only: str | None = None) -> None:
        """`only`: the file to read whatever the pointer names."""
        self._folder, self._only = folder, only
        self._pointer = folder / "current"
        self._generation: Generation | None = None
        self._cache = Cache()
        self._turning: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, settings: Settings) -> "Views":
        """Never fails for want of a database: it is looked for again at each query."""
        views = cls(settings.views)
        await views._live()
        return views

    async def close(self) -> None:
        """Waits for queries that still run."""
        if self._turning is not None:
            await asyncio.gather(self._turning, return_exceptions=True)
        await asyncio.gather(*self._closing)
        if self._generation is not None:
            generation, self._generation = self._generation, None
            await generation.close()

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one SELECT; nothing while there is no database. Raises sqlite3.Error."""
        async with self._connection() as db:
            if db is None:
                return []
            return list(await db.execute_fetchall(sql, parameters))  # type: ignore[arg-type]

    @property
    def cache(self) -> Cache:
        """Answers of these tables; another file begins with an empty one."""
        return self._cache

    def look(self) -> "Look":
        """The same tables for one request."""
        return Look(self)

    async def position(self) -> int:
        """The position in the log up to which the read tables are made; 0 while there are none."""
        rows = await self.fetch(_POSITION)
        return int(rows[0][0]) if rows else 0

    async def checkpoint(self) -> tuple[int, bytes] | None:
        """The position, and the id of the event there: says of which log the tables are."""
        rows = await self.fetch(_CHECKPOINT)
        return (rows[0][0], rows[0][1]) if rows else None

    async def wait_for(self, position: int, timeout_s: float) -> bool:
        """Whether the read tables came to `position` in time."""
        until = time.monotonic() + timeout_s
        while await self.position() < position:
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(_POLL_S)
        return True

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosqlite.Connection | None]:
        generation = await self._live()
        if generation is None:
            yield None
            return
        db = await generation.idle.get()
        try:
            yield db
        finally:
            generation.idle.put_nowait(db)

    async def _live(self) -> Generation | None:
        """The generation that the pointer names now. A pointer that can't be followed leaves the former one."""
        stamp = self._stamp()
        if stamp is None or (self._generation and self._generation.stamp == stamp):
            return self._generation
        if self._turning is None or self._turning.done():
            self._turning = asyncio.create_task(self._turn(stamp), name="open read tables")
        await asyncio.shield(
            self._turning
        )  # a caller that is cancelled leaves no half-opened connection behind
        return self._generation

    async def _turn(self, stamp: Stamp) -> None:
        fresh = await self._opened(stamp)
        if fresh is None:
            return
        old, self._generation = self._generation, fresh
        self._cache = Cache()
        if old is not None:
            task = asyncio.create_task(old.close(), name="close outdated read tables")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _stamp(self) -> Stamp | None:
        if self._only:
            return 0, 0, 0
        try:
            seen = self._pointer.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_ino, seen.st_size

    async def _opened(self, stamp: Stamp) -> Generation | None:
        name = await asyncio.to_thread(self._named)
        if name is None:
            return None
        connections: list[aiosqlite.Connection] = []
        try:
            for _ in range(CONNECTIONS):
                db = await aiosqlite.connect(
                    reader_uri(self._folder / name), uri=True, isolation_level=None, cached_statements=256
                )
                connections.append(db)
                for pragma in READER:
                    await db.execute(pragma)
        except sqlite3.OperationalError:
            for db in connections:
                await db.close()
            return None
        return Generation(stamp, connections)

    def _named(self) -> str | None:
        try:
            name = self._only or self._pointer.read_text("utf-8").strip()
        except OSError:
            return None
        return name if name and Path(name).name == name and (self._folder / name).is_file() else None


class Look(Views):
    """The read tables as one request sees them: their position is asked once, however many cached answers it takes.
    What comes in meanwhile it may see, and the next request does. Nothing to close."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._at: int | None = None

    @property
    def cache(self) -> Cache:
        return self._views.cache

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return await self._views.fetch(sql, parameters)

    async def position(self) -> int:
        if self._at is None:
            self._at = await self._views.position()
        return self._at

    async def wait_for(self, position: int, timeout_s: float) -> bool:
        self._at = None
        return await self._views.wait_for(position, timeout_s)

    async def close(self) -> None:
        """The tables stay open: they are not its own."""


def cached(
    ask: Callable[Concatenate[Views, _P], Awaitable[_T]],
) -> Callable[Concatenate[Views, _P], Awaitable[_T]]:
    """A question whose answer is kept while the read tables stand at the same position; its parameters are hashable."""

    @wraps(ask)
    async def answer(views: Views, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        position, key = await views.position(), (ask, args, tuple(kwargs.items()))
        kept: _T = await views.cache.get(position, key, lambda: ask(views, *args, **kwargs))
        return kept

    return answer
