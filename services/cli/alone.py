"""One call to a gateway: the one that is running, or one that runs only for this."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from services.cli import instance, serve
from services.cli.errors import Unsuccessful, Unusable
from services.gateway.lifespan import Automatic
from services.kernel import logs
from services.kernel.settings import Settings

T = TypeVar("T")


def on_gateway(settings: Settings, call: Callable[[str], Awaitable[T]]) -> T:
    """`call` gets the gateway's URL. Raises Unusable, Unsuccessful, and what `call` raises."""
    if url := instance.running(settings):
        return asyncio.run(_awaited(call, url))
    if not settings.events_db.exists():
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER makes one.")
    found: list[T] = []

    async def once(url: str) -> None:
        found.append(await call(url))

    settings = msgspec.structs.replace(settings, host="127.0.0.1", port=0, log_level="warning")
    logs.configure(settings, "gateway")
    serve.run(settings, Automatic(), lambda _: None, lambda url: asyncio.ensure_future(once(url)))
    if not found:
        raise Unsuccessful("Stopped before it was done.")
    return found[0]


async def _awaited(call: Callable[[str], Awaitable[T]], url: str) -> T:
    return await call(url)
