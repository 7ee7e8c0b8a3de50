"""Watches the photo folders while Albumen runs, and has them scanned when they change.

The kernel reports changes on local disks but not those on network mounts, so everything is also scanned periodically.
A scan without changes costs one stat per file.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Final

import structlog
from watchfiles import Change, awatch

from services.gateway.listing.found import IGNORE_FILE, NOTHING_HERE
from services.gateway.reading.suffixless import begins_as_media
from services.gateway.reading.threads import to_photo_thread
from services.knowledge.archives import is_archive
from services.knowledge.programs import is_hidden, is_of_program
from services.knowledge.suffixes import is_media, is_sidecar, needs_look

log = structlog.get_logger(__name__)

QUIET_MS: Final = 1_000
"""Scan once nothing has changed for this long, so as not to disturb a running copy …"""
LATEST_MS: Final = 10_000
"""… but scan a long one now and then, so that its photos appear."""
_AGAIN_S: Final = 60.0
"""When to retry a folder that can't be watched (a disconnected disk, too many folders for the kernel)."""

_NOT_UTF8: Final = "decode path"
"""In the words of `watchfiles` when a name that it should report can't be text: it gives up, and the changes that it
had are lost."""


class Watching:
    def __init__(
        self,
        roots: Sequence[Path],
        every_s: float,
        scan: Callable[[], Awaitable[None]],
        stopping: asyncio.Event,
    ) -> None:
        """`every_s`: time between a scan and the next periodic one, 0: never. `scan`: scans all roots; returns when
        done."""
        self._roots, self._every_s, self._scan, self._stopping = list(roots), every_s, scan, stopping
        self._over = asyncio.Event()
        """Ends the watchers. A cancelled one sets the event that it was given, so that can't be `stopping`."""
        self._changed = asyncio.Event()
        self._told: set[Path] = set()
        """Roots of which the log says already that names in them are not UTF-8."""

    async def run(self) -> None:
        """Runs until cancelled or `stopping`."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._end(), name="end of watching")
            for root in self._roots:
                group.create_task(self._watch(root), name=f"watch {root}")
            while not self._stopping.is_set():
                try:
                    async with asyncio.timeout(self._every_s or None):
                        await self._changed.wait()
                except TimeoutError:
                    log.debug("time to scan again")
                self._changed.clear()
                await self._scan()

    async def _end(self) -> None:
        await self._stopping.wait()
        self._over.set()

    async def _watch(self, root: Path) -> None:
        while True:
            try:
                async for changes in awatch(
                    root,
                    watch_filter=None,
                    debounce=LATEST_MS,
                    step=QUIET_MS,
                    stop_event=self._over,
                    ignore_permission_denied=True,
                ):
                    if await to_photo_thread(_any_matters, changes):
                        log.debug("files have changed", root=str(root), count=len(changes))
                        self._changed.set()
                return  # stopping
            except (OSError, RuntimeError, ExceptionGroup) as error:
                reason = _reason(error)
            if _NOT_UTF8 in reason:
                self._tell_once(root, reason)
                await asyncio.sleep(QUIET_MS / 1000)
            else:
                log.warning(
                    "a folder can't be watched; scanned now and then instead", root=str(root), reason=reason
                )
                await asyncio.sleep(_AGAIN_S)
            self._changed.set()

    def _tell_once(self, root: Path, reason: str) -> None:
        if root not in self._told:
            self._told.add(root)
            log.warning(
                "a name that is not UTF-8 can't be watched; scanned at once instead",
                root=str(root),
                reason=reason,
            )


def _reason(error: Exception) -> str:
    """Of the first one in a group."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return str(error)


def _any_matters(changes: Collection[tuple[Change, str]]) -> bool:
    return any(_matters(change, path) for change, path in changes)


def _matters(change: Change, path: str) -> bool:
    """Whether a scan could find something new there."""
    *folders, name = path.split("/")
    if any(_is_left_out(folders[: len(folders) - up]) for up in range(3)):
        return False
    if name in (IGNORE_FILE, NOTHING_HERE) or is_media(name) or is_sidecar(name) or is_archive(name):
        return True
    if _is_left_out([*folders, name]):
        return False
    return change is Change.deleted or Path(path).is_dir() or (needs_look(name) and _may_be_media(path))


def _is_left_out(parts: Sequence[str]) -> bool:
    """A folder, by its path alone: one that is known only by those beside it costs a scan that finds nothing."""
    return bool(parts) and (is_hidden(parts[-1]) or is_of_program("/".join(parts)))


def _may_be_media(path: str) -> bool:
    try:
        return begins_as_media(path)
    except OSError:
        return False
