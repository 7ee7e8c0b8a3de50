"""A file that a service touches every few seconds, so that a monitor can see that its event loop is alive."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

EVERY_S: Final = 5.0


async def beat(path: Path | None) -> None:
    """Run until cancelled, even without a file. A failed touch is retried: a full disk must not end a service."""
    while True:
        if path:
            try:
                await asyncio.to_thread(_touch, path)
            except OSError as error:
                log.warning("the heartbeat can't be written", reason=str(error))
        await asyncio.sleep(EVERY_S)


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
