"""What applies to every request: security headers, who may write, and how errors are reported."""

from http import HTTPStatus
from typing import Any, Final

import structlog
from litestar import MediaType, Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, PermissionDeniedException, ValidationException
from litestar.middleware import ASGIMiddleware
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import ValidationError

from services.domain.registry import BY_NAME
from services.gateway.i18n.language import _, choose, speak
from services.gateway.i18n.speech import explanation
from services.gateway.web.parameters import address
from services.gateway.web.reasons import invalid
from services.gateway.web.refusals import from_a_form, sent_back

log = structlog.get_logger(__name__)

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


async def add_headers(message: Message, scope: Scope) -> None:
    """Before every response, including the router's errors, which pass no middleware."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-cache")


async def add_strict_transport(message: Message, scope: Scope) -> None:
    """Before every response under a certificate that the person has given. Not with our own, which each browser
    warns of: with this header, none would let anybody past its warning again.

    It holds for all ports of the name, but for no other name, and ends 30 days after the last visit (RFC 6797).
    """
    begins = message["type"] == "http.response.start" and scope.get("scheme") == "https"
    if begins and scope["litestar_app"].state.https_only:
        MutableScopeHeaders.from_message(message)["Strict-Transport-Security"] = "max-age=2592000"


class SameOrigin(ASGIMiddleware):
    """Refuses writes that another site's page sent through the user's browser.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; a page can forge neither.
    Programs other than browsers send neither header and are let through: pages can't trick them.
    (The approach of Datasette and of Go's `http.CrossOriginProtection`; it needs no token and no cookie.)
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if (
            scope["type"] == ScopeType.HTTP
            and scope["method"] not in SAFE
            and not same_origin(Request(scope))
        ):
            raise PermissionDeniedException(
                _("A page of another site asked for this change, so nothing was done.")
            )
        await next_app(scope, receive, send)


def same_origin(request: Request[Any, Any, Any]) -> bool:
    """No browser sends either header twice. Behind a proxy that doesn't pass on the protocol, https looks like http."""
    sites, origins = request.headers.getall("Sec-Fetch-Site", []), request.headers.getall("Origin", [])
    if len(sites) > 1 or len(origins) > 1:
        return False
    scheme, _, host = origins[0].partition("://") if origins else ("", "", "")
    if sites:  # a page that sends no referrer has the origin `null`
        return sites[0] in ("same-origin", "none") and scheme in ("", "null", "http", "https")
    if not origins:
        return True
    schemes = ("https",) if request.url.scheme == "https" else ("http", "https")
    return scheme in schemes and host == request.headers.get("Host")


def wants_page(request: Request[Any, Any, Any]) -> bool:
    path: str = request.scope["path"]
    return not path.startswith(("/api/", "/events")) and "text/html" in request.headers.get("Accept", "")


def title_of(status: int) -> str:
    titles = {
        **dict.fromkeys((400, 408, 413, 422), _("That did not work")),
        401: _("Sign in"),
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("Read-only"),
        503: _("Not now"),
    }
    return titles.get(status, _("Something went wrong"))


def told(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """A page for people, JSON for programs."""
    speak(choose(request))  # router errors occur before any middleware runs
    status = error.status_code
    ours = status < 500 or status == HTTPStatus.SERVICE_UNAVAILABLE
    detail = _worded(request, error) if ours else _("Something went wrong here; the log says what.")
    extra = error.extra
    if isinstance(error, ValidationException) and isinstance(extra, list):
        extra = [_of_parameter(one) for one in extra]
        detail = next((one["message"] for one in extra), detail)
    if wants_page(request):
        if isinstance(error, ValidationException):
            detail = _("This address asks for something that makes no sense here. It may have been cut off.")
        back = _back(request)
        if back and from_a_form(request, status):
            return sent_back(back, detail, error.headers)
        if _of_a_command(request):
            return Redirect(back or "/", status_code=HTTP_303_SEE_OTHER)
        context = {"status": status, "title": title_of(status), "detail": detail, "back": back}
        return Template(
            "pages/error.html",
            context=context,
            status_code=status,
            media_type=MediaType.HTML,
            headers=error.headers,
        )
    content = {"status_code": status, "detail": detail}
    if extra:
        content["extra"] = extra
    return Response(content, status_code=status, media_type=MediaType.JSON, headers=error.headers)


def _worded(request: Request[Any, Any, Any], error: HTTPException) -> str:
    """Our wording in place of the framework's; the error's own where it has ours."""
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return _("There is no page at this address. It may be mistyped, or from another version of Albumen.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        if request.method in SAFE:
            return _("This address only takes what a form sends; there is nothing to see here.")
        return _("This address only shows a page; nothing can be sent to it.")
    if error.detail in (HTTPStatus.BAD_REQUEST.phrase, "Invalid host header"):
        return _("This request makes no sense here.")
    return error.detail


def _of_parameter(extra: dict[str, Any]) -> dict[str, Any]:
    """What the framework says of a parameter, in our words."""
    problem = invalid(ValidationError(str(extra.get("message", ""))), str(extra.get("key", "")))
    return extra | {"message": explanation(problem)}


def _of_a_command(request: Request[Any, Any, Any]) -> bool:
    """Whether somebody opened the address to which a form is sent, from the browser's history."""
    before, _, name = str(request.scope["path"]).rpartition("/")
    return request.method in SAFE and before == "/commands" and name in BY_NAME


def _back(request: Request[Any, Any, Any]) -> str | None:
    """The page of ours that led here. A page may lead to itself only with a form."""
    came = address(request.headers.get("Referer", ""))
    ours = came.netloc == request.headers.get("Host") and came.path.startswith("/")
    if not ours or came.path.startswith(("//", "/commands/")):
        return None
    if request.method in SAFE and came.path == request.scope["path"]:
        return None
    return f"{came.path}?{came.query}" if came.query else came.path


def stumbled(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.error(
        "request failed", path=request.scope.get("path_template", "") or request.scope["path"], exc_info=error
    )
    return told(request, HTTPException(status_code=500))
