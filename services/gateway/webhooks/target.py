"""Where events are sent, which, and how a receiver knows that they are from here."""

import asyncio
import base64
import difflib
import hashlib
import hmac
import secrets
import socket
from typing import Final

import msgspec

from services.domain.registry import EVENTS
from services.kernel.http_address import is_http, is_local
from services.kernel.secret_file import secret
from services.kernel.settings import Settings

PREFIX: Final = "whsec_"
"""Before the secret, in Base64, as the receivers' libraries write it (https://www.standardwebhooks.com)."""
NO_ADDRESS: Final = "ALBUMEN_WEBHOOK must be an address like http://127.0.0.1:8080/album, not {0!r}."
NO_EVENT: Final = "ALBUMEN_WEBHOOK_EVENTS: there is no event {0}.{1} docs/reference.md lists them."
UNSIGNED: Final = (
    "ALBUMEN_WEBHOOK needs ALBUMEN_WEBHOOK_SECRET_FILE, a file with the secret that its receiver knows, too. "
    "A new one: {0}"
)
NO_KEY: Final = (
    "ALBUMEN_WEBHOOK_SECRET_FILE: after {0} there must be 24 to 64 bytes in Base64. A new one: {1}"
)


class NotLocal(Exception):
    """The address leads out of the local network, or nowhere. The message says which."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    types: frozenset[str]
    """Of events; empty: all."""
    key: bytes

    def wants(self, kind: str, type_name: str) -> bool:
        """`kind`: of the entry, as in `Record`. Commands are never sent."""
        return kind == "E" and (not self.types or type_name in self.types)

    def signature(self, message_id: str, sent_s: int, body: bytes) -> str:
        """By Standard Webhooks, version 1. `sent_s`: seconds since 1970."""
        signed = f"{message_id}.{sent_s}.".encode() + body
        return "v1," + base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()


def target(settings: Settings) -> Target | None:
    """None if nothing is to be sent. Raises ValueError, naming the setting that can't be used."""
    if settings.webhook is None:
        return None
    if not is_http(settings.webhook):
        raise ValueError(NO_ADDRESS.format(settings.webhook))
    for name in settings.webhook_events:
        if name not in EVENTS:
            near = difflib.get_close_matches(name, EVENTS, 1)
            raise ValueError(NO_EVENT.format(name, f" Did you mean {near[0]}?" if near else ""))
    if settings.webhook_secret is None:
        raise ValueError(UNSIGNED.format(_new()))
    text = secret(settings.webhook_secret, "ALBUMEN_WEBHOOK_SECRET_FILE")
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValueError(NO_KEY.format(PREFIX, _new()))
    return Target(url=settings.webhook, types=frozenset(settings.webhook_events), key=key)


def _new() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


async def local_address(host: str, port: int) -> str:
    """An IP address of this host. Looked up for each connection, so that a name can't lead elsewhere later. Raises
    NotLocal if one of its addresses is neither this computer's nor of a private network."""
    try:
        results = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotLocal(f"{host} can't be found ({error.strerror})") from error
    addresses = [str(one[4][0]) for one in results]
    if not all(map(is_local, addresses)):
        raise NotLocal(f"{host} is outside the local network")
    return addresses[0]
