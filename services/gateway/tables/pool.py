"""The read tables, over a few read-only connections that follow the projector from file to file.

The file `current` in the folder names the live database; a rebuild writes a new one next to it and switches the
pointer. Until there is a database, queries return no rows.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from services.gateway.tables.cache import Cache
from services.gateway.tables.changes import READING, Changes
from services.gateway.tables.generation import Generation, Stamp
from services.gateway.tables.sums import Sum, Sums
from services.kernel.complaint import complain
from services.kernel.log.setback import of_tables, tables
from services.kernel.log.sqlite import is_unreadable
from services.kernel.settings import Settings

_OTHER_SCHEMA: Final = ("no such table", "no such column")
"""What SQLite says of a file that was emptied, or that another version has made."""
_POLL_S: Final = 0.01
CATCH_UP_S: Final = 5.0
"""How long a response to a command waits for the read tables, so that the next request shows its effect: on a machine
that is busy with much else, they take seconds."""
_POSITION: Final = "SELECT coalesce(max(position), 0) FROM checkpoint"
_CHECKPOINT: Final = """SELECT position, event_id FROM checkpoint JOIN checkpoint_event USING (name)
  WHERE name = 'views'"""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class TablesDamaged(sqlite3.DatabaseError):
    """The file can't be read. The projector has been told, and makes another one."""


class Reader(Protocol):
    """The read tables; returns no rows until they exist."""

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...


class Views:
    def __init__(self, folder: Path, only: str | None = None) -> None:
        """`only`: the file to read, regardless of the pointer."""
        self._folder, self._only = folder, only
        self._run: Path | None = None
        """Where to tell the projector of damage."""
        self._pointer = folder / "current"
        self._generation: Generation | None = None
        self._cache, self._changes, self._sums = Cache(), Changes(), Sums()
        self.damage: str | None = None
        """SQLite's reason if a query found the file damaged; None again with the next file."""
        self._failed = False
        """Whether a query has failed on this file, be it of another version."""
        self._turning: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, settings: Settings) -> "Views":
        """Never fails if there is no database, or a damaged one: every query checks again."""
        views = cls(settings.views)
        views._run = settings.run
        with contextlib.suppress(TablesDamaged):
            await views._live()
        return views

    @classmethod
    async def last(cls, settings: Settings, chosen: Path | None = None) -> "Views":
        """While nobody keeps the tables up to date: those that are chosen, else those that were in use last and can be
        read."""
        paths = [chosen] if chosen else await asyncio.to_thread(_readable, settings.views)
        views = cls(settings.views, paths[0].name if paths else None)
        with contextlib.suppress(TablesDamaged):
            await views._live()
        return views

    async def close(self) -> None:
        """Waits for running queries."""
        await self._cache.close()
        if self._turning is not None:
            await asyncio.gather(self._turning, return_exceptions=True)
        await asyncio.gather(*self._closing)
        if self._generation is not None:
            generation, self._generation = self._generation, None
            await generation.close()

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one SELECT; none while there is no database. Raises TablesDamaged and sqlite3.Error."""
        rows = await self._rows(sql, parameters)
        if reads := READING.get():
            reads.add(self._changes.tables(sql))
        return rows

    async def sums(self, of: Sum, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query that adds up photos, in any order; none while there is no database. Raises like
        `fetch`."""
        await self.follow()
        rows = await self._sums.rows(self._rows, self._changes, of, parameters)
        if reads := READING.get():
            reads.add(self._changes.tables(of.sql))
        return rows

    async def follow(self) -> int:
        """Like `position`, once `changes` has every change up to there."""
        return await self._changes.follow(self._rows)

    @property
    def changes(self) -> Changes:
        return self._changes

    async def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        generation = await self._live()
        if generation is None:
            return []
        try:
            return await generation.rows(sql, parameters, self._changes)
        except sqlite3.DatabaseError as error:
            corrupt = is_unreadable(error)
            if not corrupt and not str(error).startswith(_OTHER_SCHEMA):
                raise
            self._failed = self._failed or generation is self._generation
            if corrupt and generation is self._generation:
                self.damage = str(error)
                await asyncio.to_thread(self._complain, generation.name)
            raise TablesDamaged(str(error)) from error

    @property
    def cache(self) -> Cache:
        """Cached answers; another file starts with an empty cache."""
        return self._cache

    def look(self) -> "Look":
        """These tables as seen by one request."""
        return Look(self)

    async def shown(self) -> bool:
        """Whether pages show these tables: there are some, and no query has failed on them."""
        try:
            return await self._live() is not None and not self._failed
        except TablesDamaged:
            return False

    async def position(self) -> int:
        """The log position the read tables have reached; 0 while there are none."""
        rows = await self._rows(_POSITION)
        return int(rows[0][0]) if rows else 0

    async def checkpoint(self) -> tuple[int, bytes] | None:
        """The position, and the id of the event there, which identifies the log the tables were built from."""
        rows = await self.fetch(_CHECKPOINT)
        return (rows[0][0], rows[0][1]) if rows else None

    async def wait_for(self, position: int, timeout_s: float) -> bool:
        """Whether the read tables reached `position` in time."""
        until = time.monotonic() + timeout_s
        while await self.reached() < position:
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(_POLL_S)
        return True

    async def reached(self) -> int:
        """The position; -1 while the tables are damaged, which the projector may be about to mend."""
        try:
            return await self.position()
        except TablesDamaged:
            await asyncio.sleep(10 * _POLL_S)
            return -1

    def _complain(self, name: str) -> None:
        if self._run is not None:
            with contextlib.suppress(OSError):  # a full disk: the projector will come across it all the same
                complain(self._run, name)

    async def _live(self) -> Generation | None:
        """The generation the pointer names now; if the pointer can't be followed, the previous one. Raises
        TablesDamaged if not even its schema can be read."""
        stamp = self._stamp()
        if stamp is None or (self._generation and self._generation.stamp == stamp):
            return self._generation
        if self._turning is None or self._turning.done():
            self._turning = asyncio.create_task(self._turn(stamp), name="open read tables")
        await asyncio.shield(self._turning)  # a cancelled caller must not leave a half-open connection
        return self._generation

    async def _turn(self, stamp: Stamp) -> None:
        fresh = await self._opened(stamp)
        if fresh is None:
            return
        old, self._generation = self._generation, fresh
        self.damage, self._failed = None, False
        self._cache, self._changes, self._sums = Cache(), Changes(), Sums()
        if old is not None:
            task = asyncio.create_task(old.close(), name="close outdated read tables")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _stamp(self) -> Stamp | None:
        if self._only:
            return 0, 0, 0
        try:
            stat = self._pointer.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    async def _opened(self, stamp: Stamp) -> Generation | None:
        name = await asyncio.to_thread(self._named)
        if name is None:
            return None
        try:
            return await Generation.open(self._folder / name, stamp)
        except sqlite3.DatabaseError as error:
            if not is_unreadable(error):
                return None
            self.damage = str(error)
            await asyncio.to_thread(self._complain, name)
            raise TablesDamaged(str(error)) from error

    def _named(self) -> str | None:
        try:
            name = self._only or self._pointer.read_text("utf-8").strip()
        except OSError:
            return None
        return name if name and Path(name).name == name and (self._folder / name).is_file() else None


def _readable(folder: Path) -> list[Path]:
    return [path for path in tables(folder) if path.name.startswith("views-") and of_tables(path)]


class Look(Views):
    """The read tables as one request sees them: their position is queried once, however many cached answers are used.
    The request may miss changes made in the meantime; the next one sees them."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._at: int | None = None

    @property
    def cache(self) -> Cache:
        return self._views.cache

    def look(self) -> "Look":
        """The tables as they are now: an answer without an end takes a new look each time."""
        return Look(self._views)

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return await self._views.fetch(sql, parameters)

    async def sums(self, of: Sum, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return await self._views.sums(of, parameters)

    async def position(self) -> int:
        return await self.follow()

    async def follow(self) -> int:
        if self._at is None:
            self._at = await self._views.follow()
        return self._at

    @property
    def changes(self) -> Changes:
        return self._views.changes

    async def wait_for(self, position: int, timeout_s: float) -> bool:
        self._at = None
        return await self._views.wait_for(position, timeout_s)

    async def close(self) -> None:
        """Does nothing: the connections belong to `views`."""


def cached(
    ask: Callable[Concatenate[Views, _P], Awaitable[_T]],
) -> Callable[Concatenate[Views, _P], Awaitable[_T]]:
    """Decorates a query to cache its answers until a table changes that it reads. It must depend on nothing else but
    its parameters, which must be hashable."""

    @wraps(ask)
    async def answer(views: Views, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        key = ask, args, tuple(kwargs.items())
        value: _T = await views.cache.lasting(views, key, lambda tables: ask(tables, *args, **kwargs))
        return value

    return answer
