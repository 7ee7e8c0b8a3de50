"""Runs the checks, each in a loop of its own, so that one that hangs (a dead network mount) delays no other."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import msgspec
import structlog

from services.gateway.health.board import Health
from services.gateway.health.condition import Condition

log = structlog.get_logger(__name__)

EVERY_S: Final = 2.0
"""So that a condition shows within ten seconds, even one that must last a few seconds to count."""


class Check(msgspec.Struct, frozen=True):
    codes: tuple[str, ...]
    """All that it can report."""
    ask: Callable[[], Awaitable[Collection[Condition]]]
    """What is wrong now. Called again once it has returned; may raise, which leaves the board as it is."""


async def watch(health: Health, checks: Collection[Check]) -> None:
    """Runs until cancelled."""
    async with asyncio.TaskGroup() as group:
        for check in checks:
            group.create_task(_repeat(health, check), name=f"check {check.codes[0]}")


async def _repeat(health: Health, check: Check) -> None:
    while True:
        try:
            health.update(check.codes, await check.ask())
        except Exception:
            log.exception("a check failed", codes=check.codes)
        await asyncio.sleep(EVERY_S)
