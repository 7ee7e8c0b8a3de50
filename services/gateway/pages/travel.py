"""To another day of the album, and back to now."""

from datetime import date
from typing import Any

from litestar import Request, Response, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from services.gateway.i18n.language import _
from services.gateway.pages.commands import safe_next
from services.gateway.time_travel.past import Past
from services.gateway.time_travel.travel import COOKIE, cookie, parsed

Req = Request[Any, Any, Any]


@post("/history/travel", include_in_schema=False)
async def travel(request: Req, past: NamedDependency[SkipValidation[Past]]) -> Response[None]:
    """Fields: `day` (ISO 8601), its end is meant; or `position`, what was done there is seen as done."""
    form = await request.form()
    day, position = form.get("day"), form.get("position")
    if isinstance(day, str) and day:
        try:
            chosen = date.fromisoformat(day)
        except ValueError as error:
            raise _unprocessable(_("“%(name)s” is no day of the calendar.", name=day[:40])) from error
        return _with(cookie(await past.day(chosen), chosen), _after(form))
    wanted = parsed(position) if isinstance(position, str) else None
    if wanted is None or wanted.day:
        raise _unprocessable(_("Choose a day to see the album as it was then."))
    if await past.recorded_at(wanted.position) is None:
        raise _unprocessable(_("That has not happened yet."))
    return _with(cookie(await past.whole(wanted.position), None), _after(form))


@post("/history/now", include_in_schema=False)
async def back_to_now(request: Req) -> Response[None]:
    return _with("", _after(await request.form()))


def _after(form: Any) -> str:
    wanted = form.get("next", "/")
    return safe_next(wanted if isinstance(wanted, str) else "/")


def _with(value: str, after: str) -> Response[None]:
    """For this browser until it is closed; an empty value takes it away."""
    kept = Cookie(
        key=COOKIE, value=value, path="/", max_age=None if value else 0, samesite="lax", httponly=True
    )
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": after}, cookies=[kept])


def _unprocessable(detail: str) -> HTTPException:
    return HTTPException(status_code=HTTP_422_UNPROCESSABLE_ENTITY, detail=detail)


ROUTES = [travel, back_to_now]
