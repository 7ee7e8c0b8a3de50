"""What answers say of the log in their headers: how far it goes, and which history it holds."""

from collections.abc import Mapping
from typing import Any, Final

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from services.gateway.access.keyring import Role
from services.gateway.web.security import SAFE
from services.kernel.log.finding import LogError
from services.kernel.log.sqlite_log import SqliteLog

POSITION: Final = "Albumen-Log-Position"
"""The last position. In the answer to a write, it is not before what that has led to."""
HASH: Final = "Albumen-Log-Hash"
"""The hash over the entry at `after` and all before it, hexadecimal; absent for 0, and where the log has none."""


def position_in(headers: Mapping[str, str]) -> int | None:
    """What another gateway's answer says; None if that is none."""
    text = headers.get(POSITION, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


async def of_the_log(events: SqliteLog, after: int) -> dict[str, str]:
    try:
        link = await events.link(after) if after else None
    except LogError:
        link = None
    return {POSITION: str(await events.head())} | ({HASH: link.hex()} if link else {})


async def add_position(message: Message, scope: Scope) -> None:
    """Before every answer to a write, for those who may see positions."""
    if message["type"] != "http.response.start" or scope.get("method", "GET") in SAFE:
        return
    gateway: Any = getattr(scope["litestar_app"].state, "gateway", None)
    if gateway and scope["state"].get("role", Role.NOBODY) >= Role.VIEWER:
        headers = MutableScopeHeaders.from_message(message)
        headers.setdefault(POSITION, str(await gateway.events.head()))
