"""The answer to a request that ran into damaged read tables: they are being made again, and the page tries again."""

from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import ServiceUnavailableException

from services.gateway.i18n.language import _, choose, speak
from services.gateway.tables.pool import TablesDamaged
from services.gateway.web.security import told

AGAIN_S: Final = "2"
"""Seconds after which to try again; 15,000 photos take one second."""


def rebuilding(request: Request[Any, Any, Any], error: TablesDamaged) -> Response[Any]:
    """503; a browser loads the page again by itself."""
    speak(choose(request))
    detail = _(
        "The index that pages are read from was damaged. It is being rebuilt from the log; nothing is lost."
    )
    answer = told(request, ServiceUnavailableException(detail=detail))
    answer.headers |= {"Retry-After": AGAIN_S, "Refresh": AGAIN_S}
    return answer
