"""What requests are told while the log is not to be believed: 503 with the reason, if they would write, or if what they
ask for can't be shown."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import ServiceUnavailableException

from services.gateway.closed import wording
from services.gateway.closed.standing import Standing
from services.gateway.i18n.language import _, choose, speak
from services.gateway.i18n.speech import spoken
from services.gateway.tables.pool import TablesDamaged
from services.gateway.web.rebuilding import rebuilding
from services.gateway.web.security import SAFE, told


async def refuse(request: Request[Any, Any, Any]) -> None:
    """Commands, before they are even decided, and the log itself unless something of it can be read. Raises
    HTTPException (503)."""
    setback, path = standing(request).setback, request.url.path
    command = request.method not in SAFE and path.startswith("/commands/")
    events = (path == "/events" or path.startswith("/events/")) and not _readable(request)
    if setback and (command or events):
        why = f"{spoken(wording.problem(setback))} {spoken(wording.remedy(setback))}"
        raise ServiceUnavailableException(why)


def unshown(request: Request[Any, Any, Any], error: TablesDamaged) -> Response[Any]:
    """The answer to a request that ran into damaged read tables. Nobody makes them again before a person has chosen."""
    setback = standing(request).setback
    if setback is None:
        return rebuilding(request, error)
    speak(choose(request))
    why = _(
        "There is nothing to show until you have chosen how to continue: the index of the library can’t be read either."
    )
    if setback.kind == "unreadable":
        why = _(
            "There is nothing to show until the log can be read: the index of the library can’t be read either."
        )
    return told(request, ServiceUnavailableException(detail=why))


def _readable(request: Request[Any, Any, Any]) -> bool:
    gateway = getattr(request.app.state, "gateway", None)
    return bool(gateway and getattr(gateway.events, "readable", True))


def standing(request: Request[Any, Any, Any]) -> Standing:
    """For templates."""
    gateway = getattr(request.app.state, "gateway", None)
    return gateway.standing if gateway else Standing()
