"""How another computer's program reaches a gateway: its address, the token that it shows, and previews from there."""

from typing import Final

import httpx
import msgspec

from services.kernel import previews
from services.kernel.http_address import is_http
from services.kernel.secret_file import secret
from services.kernel.settings import Settings

NO_GATEWAY: Final = "ALBUMEN_GATEWAY must be an address like https://album.example:8333, not {0!r}."
_LONGEST: Final = 300
"""Characters of what a gateway says."""


class GatewayUnusable(Exception):
    """The address, or the file with the token; the message names the setting."""


class NoPreview(Exception):
    """Why the gateway gave none, although it may have one: it can't be reached, or doesn't let us in."""


def address(settings: Settings) -> str:
    """Raises GatewayUnusable."""
    if not settings.gateway or not is_http(settings.gateway):
        raise GatewayUnusable(NO_GATEWAY.format(settings.gateway))
    return settings.gateway


def client(
    settings: Settings, *, timeout: httpx.Timeout | float, connections: int, headers: dict[str, str]
) -> httpx.AsyncClient:
    """For the gateway of the settings. The caller closes it. `connections`: at most. Raises GatewayUnusable."""
    base, own = address(settings), dict(headers)
    try:
        if settings.gateway_token:
            token = secret(settings.gateway_token, "ALBUMEN_GATEWAY_TOKEN_FILE")
            own["Authorization"] = f"Bearer {token}"
    except ValueError as error:
        raise GatewayUnusable(str(error)) from error
    return httpx.AsyncClient(
        base_url=base,
        headers=own,
        timeout=timeout,
        limits=httpx.Limits(max_connections=connections),
    )


async def preview(gateway: httpx.AsyncClient, image_id: str) -> bytes | None:
    """As the gateway keeps it (whoever shows it rotates it), and only if it is whole and this photo's; None if the
    gateway has none. Raises NoPreview."""
    try:
        answer = await gateway.get(f"/images/{image_id}/preview", params={"rotation": 1})
    except httpx.HTTPError as error:
        raise NoPreview(str(error) or type(error).__name__) from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if answer.is_error:
        raise NoPreview(problem_of(answer.status_code, answer.reason_phrase, answer.content))
    if not previews.is_whole(answer.content, image_id):
        raise NoPreview("what it sent is not this photo's preview")
    return answer.content


class _Problem(msgspec.Struct):
    detail: str


def problem_of(status: int, phrase: str, content: bytes) -> str:
    """The gateway's own words, if there are any: that the token is wrong, or the version another."""
    try:
        detail = msgspec.json.decode(content, type=_Problem).detail
    except (msgspec.DecodeError, UnicodeDecodeError):
        detail = phrase
    return f"{status}: {detail[:_LONGEST]}"
