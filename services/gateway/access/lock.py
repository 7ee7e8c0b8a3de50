"""The lock before every route: who is it, and may they?"""

import asyncio
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import (
    ClientException,
    HTTPException,
    NotAuthorizedException,
    PermissionDeniedException,
)
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.access.classes import LINK, needed
from services.gateway.access.gate import Gate, sending
from services.gateway.access.keyring import KeyringUnreadable, Role
from services.gateway.i18n.language import _
from services.kernel.version import VERSION, VERSION_HEADER


class SignInFirst(NotAuthorizedException):
    """Nobody knows who this is."""


class NoPasswordYet(HTTPException):
    """Nobody can be let in yet."""

    status_code = 403


class Lock(ASGIMiddleware):
    """Before anything else that could answer. `request.state.role` says who it was."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        assert scope["type"] == ScopeType.HTTP
        request: Request[Any, Any, Any] = Request(scope)
        least = needed(scope)
        try:
            role, session = self._gate.visitor(request)
            if least > Role.NOBODY or scope["path_template"] in LINK:
                self._admit(role, least)
        except KeyringUnreadable:
            if least > Role.NOBODY or scope["path_template"] in LINK:
                raise
            role, session = Role.NOBODY, None
        scope["state"]["role"] = role
        if role > Role.NOBODY:
            _check_version(request)
        renew = session and self._gate.renewal(session, request.cookies[self._gate.cookie])
        if renew and (secret := await asyncio.to_thread(renew)) is not None:
            send = sending(send, self._gate.cookie_of(secret, scope))
        await next_app(scope, receive, self._while_admitted(request, send, least))

    def _while_admitted(self, request: Request[Any, Any, Any], send: Send, least: Role) -> Send:
        """`send`, which ends a stream without an end (`/events/stream`) once its session or token has ended. The client
        sees the end, and its next request is refused."""
        endless = ended = False

        async def checked(message: Message) -> None:
            nonlocal endless, ended
            if message["type"] == "http.response.start":
                endless = all(name.lower() != b"content-length" for name, _value in message["headers"])
            elif (
                message["type"] == "http.response.body" and endless and not ended and message.get("more_body")
            ):
                ended = not self._still(request, least)
                if ended:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
            if not ended:
                await send(message)

        return checked

    def _still(self, request: Request[Any, Any, Any], least: Role) -> bool:
        try:
            return self._gate.visitor(request).role >= least
        except KeyringUnreadable:
            return False

    def _admit(self, role: Role, least: Role) -> None:
        """Raises HTTPException."""
        if role >= least and not (role is Role.NOBODY and (self._gate.unset or self._gate.open)):
            return
        if role is Role.WORKER:
            raise PermissionDeniedException(
                _("Your token is a worker’s: it is for previews and nothing else.")
            )
        if role is not Role.NOBODY:
            raise PermissionDeniedException(_("Only the owner may do this; your token lets you look."))
        if self._gate.unset:
            raise NoPasswordYet(
                detail=_(
                    "This library has no password yet, so nobody is let in over the network. Open the link "
                    "that Albumen printed when it started, or run: albumen password"
                )
            )
        if self._gate.open:  # but not for what a proxy forwards
            raise NoPasswordYet(
                detail=_(
                    "This library is reached through a proxy and has no password yet. Set one on its "
                    "computer: albumen password"
                )
            )
        raise SignInFirst(_("Sign in first."), headers={"WWW-Authenticate": 'Bearer realm="Albumen"'})


def _check_version(request: Request[Any, Any, Any]) -> None:
    """Raises ClientException for a classifier or scanner that says another one."""
    theirs = request.headers.get(VERSION_HEADER, VERSION)
    if theirs != VERSION:
        raise ClientException(
            _(
                "This gateway is Albumen %(ours)s, the worker %(theirs)s: install the same version on both.",
                ours=VERSION,
                theirs=theirs[:20],
            )
        )
