"""The names under which the album is reached: the guard against DNS rebinding.

A page of another site can make its own host name lead to this machine, and would then be of our origin. So a request
under a name that is not ours is refused. A bare IP address is no such name: nobody can make it lead elsewhere.
"""

import ipaddress
import re
import socket
from typing import Any, Final

from litestar import MediaType, Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.middleware import ASGIMiddleware
from litestar.response import Template
from litestar.types import ASGIApp, Receive, Scope, Send

from services.gateway.i18n.language import _
from services.gateway.web.security import told, wants_page
from services.kernel.settings import Settings

HEADER_CHARACTERS: Final = 260
"""Characters of a Host header: a DNS name has at most 253, and a port 5."""


_PLAIN: Final = re.compile(r"[a-z0-9.-]+", re.IGNORECASE | re.ASCII)


class UnknownHost(ClientException):
    """The request names a host that is not ours."""


class Hosts:
    """The names, for one gateway. An entry without a port stands for all ports: forwarded ones have other numbers."""

    def __init__(self, settings: Settings) -> None:
        self._beyond = not settings.on_loopback
        names = {"localhost", settings.host, *settings.allowed_hosts}
        if self._beyond:
            machine = socket.gethostname()
            names |= {machine, f"{machine}.local"}
        self._names = frozenset(name.lower().removesuffix(".") for name in names)

    def __contains__(self, header: str) -> bool:
        text = header.lower()
        name, port = _parts(text)
        if (
            not name
            or len(text) > HEADER_CHARACTERS
            or not (port == "" or (port.isascii() and port.isdigit()))
        ):
            return False
        if text in self._names or name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name.strip("[]").partition("%")[0])
        except ValueError:
            return False
        return self._beyond or address.is_loopback


def _parts(header: str) -> tuple[str, str]:
    """`[::1]:8333` -> `[::1]`, `8333`"""
    if header.startswith("["):
        name, bracket, rest = header.partition("]")
        return (f"{name}]", rest.removeprefix(":")) if bracket else ("", "")
    name, _colon, port = header.partition(":")
    return name.removesuffix("."), port


class OurHost(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    def __init__(self, settings: Settings) -> None:
        self._hosts = Hosts(settings)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = Request(scope)
        host = request.headers.get("Host", "")
        if host not in self._hosts:
            raise UnknownHost(_("Albumen doesn’t answer to the name “%(name)s”.", name=host[:100]))
        await next_app(scope, receive, send)


def unknown_host(request: Request[Any, Any, Any], error: UnknownHost) -> Response[Any]:
    """Says what to set. Nothing of it is a link: the name is somebody else's until it is set."""
    if not wants_page(request):
        return told(request, error)
    host = _parts(request.headers.get("Host", "")[:100])[0]
    name = host if _PLAIN.fullmatch(host) else "album.example"  # it stands in a line to copy into a shell
    context = {"title": _("Another name"), "detail": error.detail, "name": name}
    return Template("pages/unknown_host.html", context=context, status_code=400, media_type=MediaType.HTML)
