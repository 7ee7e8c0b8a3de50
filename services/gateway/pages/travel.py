"""Travelling to another day of the album, and back to now."""

from datetime import date
from typing import Any

from litestar import Response, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_303_SEE_OTHER

from services.gateway.i18n.language import _
from services.gateway.pages.commands import safe_next
from services.gateway.time_travel.past import Past
from services.gateway.time_travel.travel import COOKIE, cookie, parsed
from services.gateway.web.answer import Req, unprocessable
from services.gateway.web.forms import form_of


@post("/history/travel", include_in_schema=False)
async def travel(request: Req, past: NamedDependency[SkipValidation[Past]]) -> Response[None]:
    """Fields: `day` (ISO 8601), meaning its end; or `position`, whose change is included."""
    form = await form_of(request)
    day, position = form.get("day"), form.get("position")
    if isinstance(day, str) and day:
        try:
            target = date.fromisoformat(day)
        except ValueError as error:
            raise unprocessable(_("“%(name)s” is not a day in the calendar.", name=day[:40])) from error
        return _with(cookie(await past.day(target), target), _after(form))
    wanted = parsed(position) if isinstance(position, str) else None
    if wanted is None or wanted.day:
        raise unprocessable(_("Choose a day to see the library as it was then."))
    if await past.recorded_at(wanted.position) is None:
        raise unprocessable(_("That has not happened yet."))
    return _with(cookie(await past.whole(wanted.position), None), _after(form))


@post("/history/now", include_in_schema=False)
async def back_to_now(request: Req) -> Response[None]:
    return _with("", _after(await form_of(request)))


def _after(form: Any) -> str:
    wanted = form.get("next", "/")
    return safe_next(wanted if isinstance(wanted, str) else "/")


def _with(value: str, after: str) -> Response[None]:
    """Sets a cookie until the browser is closed; an empty value removes it."""
    session = Cookie(
        key=COOKIE, value=value, path="/", max_age=None if value else 0, samesite="lax", httponly=True
    )
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": after}, cookies=[session])


ROUTES = [travel, back_to_now]
