"""The process that lists photo folders, as the gateway sees it."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Final

import msgspec

from services.gateway.listing.found import Found
from services.gateway.listing.messages import Listed, Listing
from services.gateway.queries.known import KnownFiles
from services.gateway.workers.ending import ended
from services.gateway.workers.pool import NOT_STARTED, NoWorker
from services.gateway.workers.process import environment
from services.knowledge.archives import is_readable
from services.knowledge.suffixes import needs_look

KEPT_S: Final = 600.0
"""How long it is kept for the next scan, which it saves a start of some tenths of a second, and the reading of files
that it knows already to be no photos."""
_ITEMS: Final = msgspec.msgpack.Decoder(list[Listed])


class Lister:
    """One root at a time. Started when first needed."""

    def __init__(self, previews: Path) -> None:
        """`previews`: their folder, beside which lists of archives are kept."""
        self._previews = previews
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def items(
        self, root: Path, before: KnownFiles, elsewhere: Iterable[str]
    ) -> AsyncGenerator[Listed, None]:
        """`elsewhere`: as of `walk`. Closed before its end, it ends the process. Raises NoWorker: try again later."""
        if self._idle:
            self._idle.cancel()
        complete = False
        try:
            listing = await asyncio.to_thread(self._listing, root, before, [*elsewhere])
            process = self._process if _lives(self._process) else await self._start()
            assert process
            await _send(process, listing)
            while some := _ITEMS.decode(await _frame(process)):
                for item in some:
                    yield item
            complete = True
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise NoWorker(NOT_STARTED, why="it ends at once") from error
        finally:
            if complete:
                self._idle = asyncio.get_running_loop().call_later(KEPT_S, self._begin_end)
            else:
                await self.end()

    def _listing(self, root: Path, before: KnownFiles, elsewhere: list[str]) -> Listing:
        rejected = {path: row for path, row in before.files.items() if row.image_id is None}
        return Listing(
            os.fsencode(root),
            [*map(os.fsencode, elsewhere)],
            [path for path in before.files if needs_look(path.rpartition("/")[2])],
            os.fsencode(self._previews),
            [
                Found(path, row.size, row.mtime_ns, row.ctime_ns)
                for path, row in rejected.items()
                if is_readable((path or root.name).rpartition("/")[2])
            ],
        )

    async def _start(self) -> asyncio.subprocess.Process:
        """Raises NoWorker."""
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.gateway.listing.process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=environment(),
            )
        except OSError as error:
            raise NoWorker(NOT_STARTED, why=error.strerror or str(error)) from error
        return process

    def _begin_end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._ending = asyncio.create_task(ended(process), name="end of the listing of folders")

    async def end(self) -> None:
        """Returns once its process is gone, even if called repeatedly or cancelled meanwhile."""
        if self._idle:
            self._idle.cancel()
        self._begin_end()
        if self._ending:
            await asyncio.shield(self._ending)


def _lives(process: asyncio.subprocess.Process | None) -> bool:
    return process is not None and process.returncode is None


async def _send(process: asyncio.subprocess.Process, listing: Listing) -> None:
    assert process.stdin
    content = msgspec.msgpack.encode(listing)
    process.stdin.write(len(content).to_bytes(4) + content)
    await process.stdin.drain()


async def _frame(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout
    return await process.stdout.readexactly(int.from_bytes(await process.stdout.readexactly(4)))
