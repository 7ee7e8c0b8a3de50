"""A single call to a gateway: the running one, or one started just for this."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import uvloop

from services.cli import instance, serve
from services.cli.errors import Unsuccessful, Unusable
from services.gateway.lifespan import Automatic
from services.kernel import logs
from services.kernel.settings import Settings

T = TypeVar("T")


def on_gateway(
    settings: Settings,
    call: Callable[[str], Awaitable[T]],
    stopped: str = "Stopped before it was finished.",
    create: bool = False,
) -> T:
    """The result of `call`, which gets the gateway's URL. Raises Unusable without a library, unless it may be created;
    Unsuccessful, saying `stopped`, if interrupted; and whatever `call` raises."""
    results: list[T] = []

    async def once(url: str) -> None:
        results.append(await call(url))

    if url := instance.running(settings):
        asyncio.run(once(url))
        return results[0]
    if not settings.events_db.exists() and not settings.views.exists() and not create:
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER creates one.")
    settings = msgspec.structs.replace(settings, host="127.0.0.1", port=0, log_level="warning")
    logs.configure(settings, "gateway")
    uvloop.run(
        serve.serve(settings, Automatic(), lambda _: None, lambda url: asyncio.ensure_future(once(url)))
    )
    if not results:
        raise Unsuccessful(stopped)
    return results[0]
