"""The answer to a request that would have been saved in the log, but can't be."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import ServiceUnavailableException

from services.gateway.i18n.language import choose, speak
from services.gateway.i18n.speech import spoken
from services.gateway.web.security import told
from services.kernel.log.finding import LogError


def not_saved(request: Request[Any, Any, Any], error: LogError) -> Response[Any]:
    """503 with what is wrong and what to do. Nothing was acknowledged."""
    speak(choose(request))
    detail = f"{spoken(error.finding.what)} {spoken(error.finding.advice)}"
    return told(request, ServiceUnavailableException(detail=detail))
