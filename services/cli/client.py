"""HTTP client of the running gateway, or of one started just for this."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import msgspec

from services.cli.alone import on_gateway
from services.cli.errors import Unsuccessful, Unusable
from services.cli.instance import Address
from services.cli.tls import pinned
from services.kernel.settings import Settings

T = TypeVar("T")


def ask(settings: Settings, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    """The result of `act`. Raises Unusable if refused or without a library, Unsuccessful if the gateway goes away."""
    stopped = "Stopped; the job continues when Albumen runs again."
    return on_gateway(settings, lambda address: _with(address, act), stopped, create=bool(settings.photos))


async def _with(address: Address, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    try:
        async with connected(address) as client:
            return await act(client)
    except httpx.TransportError as error:
        raise Unsuccessful(f"Albumen at {address.url} is no longer reachable ({error}).") from error


def connected(address: Address) -> httpx.AsyncClient:
    """Signed in as owner."""
    headers = {"Authorization": f"Bearer {address.key}"}
    verify = pinned(address.certificate) if address.certificate else True
    return httpx.AsyncClient(
        base_url=address.url, headers=headers, verify=verify, trust_env=False, timeout=60.0
    )


async def give(client: httpx.AsyncClient, command: str, body: dict[str, Any]) -> str:
    """Send a command; returns the URL of its status. Raises Unusable with the reason when it is refused."""
    return (await accepted(client, command, body))["status_url"]


async def accepted(client: httpx.AsyncClient, command: str, body: dict[str, Any]) -> dict[str, str]:
    """Send a command; returns `status_url`, and `message`: what came of it. Raises Unusable as `give`."""
    answer = await client.post(f"/commands/{command}", json=body)
    if answer.is_error:
        raise Unusable(_reason(answer))
    body = answer.json()
    return {name: str(body[name]) for name in ("status_url", "message")}


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
