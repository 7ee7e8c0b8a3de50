"""Liveness, readiness and metrics."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.gateway.health.board import Health
from services.gateway.i18n.speech import spoken
from services.gateway.metrics.measures import Measures
from services.gateway.queries.set_aside import set_aside_count
from services.gateway.tables.pool import Views
from services.kernel.bus.contract import Bus
from services.kernel.log.sqlite_log import SqliteLog


@get("/healthz", summary="Alive")
async def alive() -> dict[str, str]:
    return {"status": "ok"}


@get("/readyz", summary="Ready: log, read tables, bus")
async def ready(
    events: NamedDependency[SqliteLog],
    views: NamedDependency[Views],
    bus: NamedDependency[SkipValidation[Bus]],
    health: NamedDependency[Health],
) -> Response[dict[str, Any]]:
    """503 while the bus is away, there are no read tables yet, or one of the `conditions` is grave; the pages work as
    far as they can all the same."""
    head, position = await events.head(), await views.position()
    views_ready = position > 0 or head == 0
    good = bus.connected and views_ready and not health.grave
    return Response(
        {
            "status": "ready" if good else "waiting",
            "log": {"position": head},
            "views": {
                "position": position,
                "lag": head - position,
                "set_aside": await set_aside_count(views),
            },
            "bus": {"connected": bus.connected},
            "conditions": [
                {
                    "code": one.code,
                    "grave": one.grave,
                    "problem": spoken(one.problem),
                    "remedy": spoken(one.remedy),
                }
                for one in health.conditions
            ],
        },
        status_code=HTTP_200_OK if good else HTTP_503_SERVICE_UNAVAILABLE,
    )


@get("/metrics", include_in_schema=False)
async def metrics(measures: NamedDependency[Measures]) -> Response[bytes]:
    """The album's own, then those of requests, conditions and the process."""
    text = await measures.text() + generate_latest()
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES: list[HTTPRouteHandler] = [alive, ready, metrics]
