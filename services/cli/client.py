"""Talks to the gateway that runs, or to one that runs only for this."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import msgspec

from services.cli import instance, serve
from services.cli.errors import Unsuccessful, Unusable
from services.gateway.lifespan import Automatic
from services.kernel import logs
from services.kernel.settings import Settings

T = TypeVar("T")


def ask(settings: Settings, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    """What `act` gives. Raises Unusable when it is refused or there is no library, Unsuccessful when the gateway
    goes away."""
    if url := instance.running(settings):
        return asyncio.run(_with(url, act))
    if not settings.events_db.exists() and not settings.photos:
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER makes one.")
    found: list[T] = []

    async def once(url: str) -> None:
        found.append(await _with(url, act))

    settings = msgspec.structs.replace(settings, host="127.0.0.1", port=0, log_level="warning")
    logs.configure(settings, "gateway")
    serve.run(settings, Automatic(), lambda _: None, lambda url: asyncio.ensure_future(once(url)))
    if not found:
        raise Unsuccessful("Stopped; the job goes on when Albumen runs again.")
    return found[0]


async def _with(url: str, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60.0) as client:
            return await act(client)
    except httpx.TransportError as error:
        raise Unsuccessful(f"Albumen at {url} can't be reached any more ({error}).") from error


async def give(client: httpx.AsyncClient, command: str, body: dict[str, Any]) -> str:
    """Give a command; where its status is. Raises Unusable with the reason when it is refused."""
    answer = await client.post(f"/commands/{command}", json=body)
    if answer.is_error:
        raise Unusable(_reason(answer))
    return str(answer.json()["status_url"])


async def get(client: httpx.AsyncClient, path: str, type: type[T]) -> T:
    """Raises Unusable with the reason when there is no such thing."""
    answer = await client.get(path)
    if answer.is_error:
        raise Unusable(_reason(answer))
    return msgspec.json.decode(answer.content, type=type)


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"Albumen answered {answer.status_code}."
