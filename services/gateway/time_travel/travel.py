"""Time travel for one browser: its cookie says as of which log position it sees the album, read-only.

Only pages are affected: API clients have no cookie, and files, images and the log are always current.
"""

import re
from datetime import date
from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.response import Template
from litestar.status_codes import HTTP_400_BAD_REQUEST, HTTP_409_CONFLICT, HTTP_503_SERVICE_UNAVAILABLE
from litestar.types import ASGIApp, Receive, Scope, Send

from services.gateway.access.keyring import Role
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import day_date, moment_name
from services.gateway.tables.pool import Views
from services.gateway.time_travel.past import Past, TooLate
from services.gateway.web.security import told, wants_page

COOKIE: Final = "as_of"
_NOW: Final = re.compile(
    r"/(api|events|static|schema|metrics|healthz|readyz|history/(travel|now)|settings/\w+|jobs/progress"
    r"|offline|sw\.js|manifest\.webmanifest)(/.*)?"
    r"|/(access|sign-in|first-visit|s)(/.*)?"
    r"|/images/[^/]+/(preview|medium|large|original|film|where/.*)"
)
"""Paths that are always as of now."""
_VALUE: Final = re.compile(r"(\d{1,18})(?:\.(\d{4}-\d\d-\d\d))?", re.ASCII)
_STATE: Final = "as_of"


class Moment(msgspec.Struct, kw_only=True):
    """The point in time as of which a browser sees the album."""

    position: int
    day: str | None = None
    """The day that the person chose, ISO 8601; it may have no events."""
    recorded_us: int = 0
    """When the event at the position was recorded."""
    views: Views | None = None

    @property
    def name(self) -> str:
        if self.day:
            return day_date(self.day)
        return moment_name(self.recorded_us) if self.position else ""


class LookingBack(HTTPException):
    """The read tables of that moment are being built."""

    status_code = HTTP_503_SERVICE_UNAVAILABLE


class NoMoment(HTTPException):
    """The cookie is invalid, and is deleted."""

    status_code = HTTP_400_BAD_REQUEST


def cookie(position: int, day: date | None) -> str:
    return f"{position}.{day.isoformat()}" if day else str(position)


def parsed(value: str) -> Moment | None:
    match = _VALUE.fullmatch(value)
    if match is None:
        return None
    try:
        day = date.fromisoformat(match[2]).isoformat() if match[2] else None
    except ValueError:
        return None
    return Moment(position=int(match[1]), day=day)


def moment(request: Request[Any, Any, Any]) -> Moment | None:
    """For templates and handlers; None: now."""
    value = request.scope.get("state", {}).get(_STATE)
    return value if isinstance(value, Moment) else None


class TimeTravel(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = Request(scope)
        value = request.cookies.get(COOKIE)
        travels = scope["state"].get("role") is Role.OWNER  # the tables of a moment are built by a command
        if value is not None and travels and not _NOW.fullmatch(scope["path"]):
            await _travel(request, value)
        await next_app(scope, receive, send)


async def _travel(request: Request[Any, Any, Any], value: str) -> None:
    """Raises HTTPException."""
    past: Past = request.app.state.gateway.past
    then = parsed(value)
    if then is None:
        raise NoMoment(
            _(
                "This browser asked for the library at a moment that makes no sense. "
                "You now see the library as it is today."
            )
        )
    recorded = await past.recorded_at(then.position)
    if recorded is None:
        raise NoMoment(
            _(
                "The log ends before the moment this browser asked for. "
                "Was it restored from a backup? You now see the library as it is today."
            )
        )
    then.recorded_us = recorded
    request.scope["state"][_STATE] = then
    if request.url.path.startswith("/commands/"):
        if request.method == "POST":
            raise HTTPException(
                status_code=HTTP_409_CONFLICT,
                detail=_(
                    "You are looking at the library as it was, where nothing can be changed. Go back to now first."
                ),
            )
        return
    try:
        then.views = await past.views(then.position)
    except TooLate as error:
        raise HTTPException(
            status_code=HTTP_503_SERVICE_UNAVAILABLE,
            detail=_("The library as it was could not be rebuilt in time. Try again, or go back to now."),
        ) from error
    if then.views is None:
        raise LookingBack


def wait(request: Request[Any, Any, Any], error: LookingBack) -> Response[Any]:
    """A page that reloads until the tables are there; an open page is reloaded as a whole."""
    if request.headers.get("HX-Request"):
        return Response(None, status_code=200, headers={"HX-Refresh": "true"})
    if not wants_page(request):
        return Response(None, status_code=error.status_code, headers={"Retry-After": "1"})
    return Template("pages/looking.html", context={"title": _("Looking back…")}, media_type=MediaType.HTML)


def no_moment(request: Request[Any, Any, Any], error: NoMoment) -> Response[Any]:
    answer = told(request, error)
    answer.delete_cookie(COOKIE, path="/")
    return answer
