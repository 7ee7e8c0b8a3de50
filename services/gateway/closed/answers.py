"""What requests are told that would write to a log that is not to be believed: 503 with the reason."""

from typing import Any

from litestar import Request
from litestar.exceptions import ServiceUnavailableException

from services.gateway.closed import wording
from services.gateway.closed.standing import Standing
from services.gateway.i18n.speech import spoken
from services.gateway.web.security import SAFE


async def refuse(request: Request[Any, Any, Any]) -> None:
    """Commands, before they are even decided, and the log itself unless something of it can be read. Raises
    HTTPException (503)."""
    setback, path = standing(request).setback, request.url.path
    command = request.method not in SAFE and path.startswith("/commands/")
    events = (path == "/events" or path.startswith("/events/")) and not _readable(request)
    if setback and (command or events):
        why = f"{spoken(wording.problem(setback))} {spoken(wording.REMEDY)}"
        raise ServiceUnavailableException(why)


def _readable(request: Request[Any, Any, Any]) -> bool:
    gateway = getattr(request.app.state, "gateway", None)
    return bool(gateway and getattr(gateway.events, "readable", True))


def standing(request: Request[Any, Any, Any]) -> Standing:
    """For templates."""
    gateway = getattr(request.app.state, "gateway", None)
    return gateway.standing if gateway else Standing()
