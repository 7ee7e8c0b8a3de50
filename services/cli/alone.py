"""A single call to a gateway: the running one, or one started just for this, which alone needs the gateway's code: to
load it takes twice as long as all else that a command does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from services.cli import instance
from services.cli.errors import Unsuccessful, Unusable
from services.kernel.settings import Settings

T = TypeVar("T")


def on_gateway(
    settings: Settings,
    call: Callable[[instance.Address], Awaitable[T]],
    stopped: str = "Stopped before it was finished.",
    create: bool = False,
) -> T:
    """The result of `call`, which gets the gateway's address. Raises Unusable without a library, unless it may be
    created; Unsuccessful, saying `stopped`, if interrupted; and whatever `call` raises."""
    results: list[T] = []

    async def once(address: instance.Address) -> None:
        results.append(await call(address))

    if address := instance.running(settings):
        asyncio.run(once(address))
        return results[0]
    if not settings.events_db.exists() and not settings.views.exists() and not create:
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER creates one.")
    from services.cli import event_loop, serve
    from services.gateway.running.automatic import Automatic
    from services.kernel import logs

    settings = msgspec.structs.replace(
        settings, host="127.0.0.1", port=0, log_level="warning", tls=False, tls_certificate=None
    )
    logs.configure(settings, "gateway")
    event_loop.run(
        serve.serve(
            settings, Automatic(), lambda *_: None, lambda address: asyncio.ensure_future(once(address))
        )
    )
    if not results:
        raise Unsuccessful(stopped)
    return results[0]
