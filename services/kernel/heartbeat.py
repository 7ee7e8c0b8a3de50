"""A file that a service touches every few seconds, so that whoever watches it from outside sees that its event loop
turns."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

EVERY_S: Final = 5.0


async def beat(path: Path | None) -> None:
    """Until cancelled, also where there is no file to touch. One that can't be touched is tried again: a full disk
    ends no service."""
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
