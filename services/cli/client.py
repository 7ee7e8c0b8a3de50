"""HTTP client of the running gateway, or of one started just for this."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import msgspec

from services.cli.alone import on_gateway
from services.cli.errors import Unsuccessful, Unusable
from services.kernel.settings import Settings

T = TypeVar("T")


def ask(settings: Settings, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    """The result of `act`. Raises Unusable if refused or without a library, Unsuccessful if the gateway goes away."""
    stopped = "Stopped; the job continues when Albumen runs again."
    return on_gateway(settings, lambda url: _with(url, act), stopped, create=bool(settings.photos))


async def _with(url: str, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60.0) as client:
            return await act(client)
    except httpx.TransportError as error:
        raise Unsuccessful(f"Albumen at {url} is no longer reachable ({error}).") from error


async def give(client: httpx.AsyncClient, command: str, body: dict[str, Any]) -> str:
    """Send a command; returns the URL of its status. Raises Unusable with the reason when it is refused."""
    answer = await client.post(f"/commands/{command}", json=body)
    if answer.is_error:
        raise Unusable(_reason(answer))
    return str(answer.json()["status_url"])


async def get(client: httpx.AsyncClient, path: str, type: type[T]) -> T:
    """Raises Unusable with the reason for any error, such as an unknown id."""
    answer = await client.get(path)
    if answer.is_error:
        raise Unusable(_reason(answer))
    return msgspec.json.decode(answer.content, type=type)


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"Albumen answered {answer.status_code}."
