"""Share links: their secrets, their URLs, and who has given a link's own password."""

import hashlib
import hmac
import secrets
import time
from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

from services.gateway.access.keyring import Keys

BITS: Final = 128
OPEN_S: Final = 86_400
"""How long a visitor need not give the link's password again."""
LINKS: Final = "/s"


def new_secret() -> str:
    """128 random bits as 22 characters of a URL."""
    return secrets.token_urlsafe(BITS // 8)


def cookie_of(keys: Keys, link_id: str, path: str, secure: bool) -> Cookie:
    """Says that the password was given: signed with its hash, so another password makes it void. It opens this link
    and nothing else."""
    until = int(time.time()) + OPEN_S
    return Cookie(
        key=_name(link_id),
        value=f"{until}.{_signature(keys, link_id, until)}",
        path=path,
        max_age=OPEN_S,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def was_given(keys: Keys, link_id: str, request: Request[Any, Any, Any]) -> bool:
    """Whether this browser has such a cookie."""
    until, _dot, signature = request.cookies.get(_name(link_id), "").partition(".")
    if link_id not in keys.links or not (until.isascii() and until.isdigit() and len(until) < 12):
        return False
    own = _signature(keys, link_id, int(until))
    return hmac.compare_digest(own.encode(), signature.encode("utf-8", "replace")) and time.time() < int(
        until
    )


def _name(link_id: str) -> str:
    return f"albumen_link_{link_id}"


def _signature(keys: Keys, link_id: str, until: int) -> str:
    return hmac.new(keys.links[link_id].encode(), f"{link_id}.{until}".encode(), hashlib.sha256).hexdigest()
