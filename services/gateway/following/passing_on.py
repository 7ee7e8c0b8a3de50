"""Passes requests on to the album that a reader shows, and its answers back.

What changes the album is sent only while the copy is known to be of it, and answered once the copy shows what came of
it. The album sees the upstream, by its token; who asked has been let in by the reader's own lock before.
"""

import asyncio
from collections.abc import AsyncIterator
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import ServiceUnavailableException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from services.gateway.access.classes import ANYONE, LINK
from services.gateway.following import wording
from services.gateway.following.copying import Away
from services.gateway.following.elsewhere import is_elsewhere
from services.gateway.following.upstream import Upstream
from services.gateway.i18n import language
from services.gateway.tables.pool import CATCH_UP_S
from services.gateway.time_travel import travel
from services.gateway.web.log_headers import position_in
from services.gateway.web.security import HEADERS, SAFE

_SENT: Final = frozenset(
    {
        *("accept", "content-type", "idempotency-key", "user-agent"),
        *("range", "if-range", "if-none-match", "if-modified-since"),
        *("hx-request", "hx-boosted", "hx-target", "hx-trigger", "hx-trigger-name", "hx-prompt"),
    }
)
_OF_THE_CONNECTION: Final = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade", "server", "date", "strict-transport-security", "set-cookie"),
        *map(str.lower, HEADERS),
    }
)
"""RFC 9110, 7.6.1; and what each of both gateways says for itself: what the album sends gets no more rights here than
what is made here."""
_OWN_COOKIES: Final = ("albumen_", travel.COOKIE)
"""How their names begin: sessions, and the moment that a browser sees."""


class PassingOn(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        assert scope["type"] == ScopeType.HTTP
        upstream: Upstream | None = scope["litestar_app"].state.gateway.upstream
        if upstream is None or not is_elsewhere(scope):  # none while its log is not to be believed
            await next_app(scope, receive, send)
        elif scope["method"] in SAFE:
            await _until_gone(_get(upstream, Request(scope), send), receive)
        else:
            await _change(upstream, Request(scope), receive, send)


async def _get(upstream: Upstream, request: Request[Any, Any, Any], send: Send) -> None:
    """Raises ServiceUnavailableException."""
    try:
        answer = await upstream.client.send(as_sent(upstream, request), stream=True)
    except httpx.HTTPError as error:
        raise ServiceUnavailableException(wording.unreachable(upstream.address)) from error
    await _pass_back(answer, upstream, request, send)


async def _change(upstream: Upstream, request: Request[Any, Any, Any], receive: Receive, send: Send) -> None:
    """Raises ServiceUnavailableException."""
    try:
        same = await upstream.copying.same()
    except (Away, httpx.HTTPError) as error:
        raise ServiceUnavailableException(wording.unchanged(upstream.address)) from error
    if not same:
        raise ServiceUnavailableException(wording.other())
    try:
        answer = await upstream.client.send(as_sent(upstream, request, _body(receive)), stream=True)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ServiceUnavailableException(wording.unchanged(upstream.address)) from error
    except httpx.HTTPError as error:
        raise ServiceUnavailableException(wording.unknown(upstream.address)) from error
    position = position_in(answer.headers)
    if not answer.is_error and position is not None:
        await request.app.state.gateway.views.wait_for(position, CATCH_UP_S)
    await _pass_back(answer, upstream, request, send)


def as_sent(
    upstream: Upstream, request: Request[Any, Any, Any], body: AsyncIterator[bytes] | None = None
) -> httpx.Request:
    """As the album gets it."""
    headers = {name: value for name, value in request.headers.items() if name.lower() in _SENT}
    headers |= {"Accept-Encoding": "identity", "Accept-Language": language.current().replace("_", "-")}
    cookies = {name: text for name, text in request.cookies.items() if not name.startswith(_OWN_COOKIES)}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in cookies.items())
    for name in ("Referer", "HX-Current-URL"):
        if came := _moved(request.headers.get(name, ""), str(request.base_url), upstream.address):
            headers[name] = came
    base, query = upstream.client.base_url, request.scope["query_string"]
    target = base.raw_path.rstrip(b"/") + request.scope["raw_path"] + (b"?" + query if query else b"")
    url = base.copy_with(raw_path=target)  # never another host's, whatever the path begins with
    copy = upstream.client.build_request(request.method, url, headers=headers, content=body)
    if request.scope["path_template"] in ANYONE | LINK:
        copy.headers.pop("Authorization", None)  # whoever has a link is not us
    return copy


def _moved(address: str, ours: str, theirs: str) -> str:
    """An address here as the album knows it; empty if it is elsewhere."""
    try:
        came, here, there = urlsplit(address), urlsplit(ours), urlsplit(theirs)
    except ValueError:
        return ""
    if came.netloc != here.netloc:
        return ""
    return came._replace(scheme=there.scheme, netloc=there.netloc).geturl()


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message: Any = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _pass_back(
    answer: httpx.Response, upstream: Upstream, request: Request[Any, Any, Any], send: Send
) -> None:
    """The answer as it comes; one that breaks off ends the connection, so that nobody takes it for the whole."""
    try:
        headers = [
            (name, value)
            for name, value in answer.headers.raw
            if name.decode("latin-1").lower() not in _OF_THE_CONNECTION
        ]
        headers = [
            (name, _here(value, upstream, request)) if name.lower() == b"location" else (name, value)
            for name, value in headers
        ]
        headers += [(b"set-cookie", value.encode("latin-1")) for value in _cookies(answer)]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        if request.method != "HEAD":
            async for part in answer.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await answer.aclose()


def _here(location: bytes, upstream: Upstream, request: Request[Any, Any, Any]) -> bytes:
    text = location.decode("latin-1")
    moved = _moved(text, upstream.address, str(request.base_url))
    return (moved or text).encode("latin-1")


def _cookies(answer: httpx.Response) -> list[str]:
    """But no session there."""
    kept = []
    for value in answer.headers.get_list("set-cookie"):
        try:
            names = list(SimpleCookie(value))
        except CookieError:
            continue
        if names and not any(name.startswith(_OWN_COOKIES) for name in names):
            kept.append(value)
    return kept


async def _until_gone(answering: Any, receive: Receive) -> None:
    """Ends with the answer, or once nobody waits for it any more."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.ensure_future(answering), asyncio.create_task(gone())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
