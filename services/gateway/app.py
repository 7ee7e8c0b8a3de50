"""The gateway as a Litestar application. Importing it has no side effects."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.prometheus import PrometheusConfig

from services.gateway import lifespan
from services.gateway.closed import answers
from services.gateway.closed.standing import SOUND, Standing
from services.gateway.i18n.language import InLanguage
from services.gateway.pages.rendering import template_config
from services.gateway.pages.routes import ROUTES
from services.gateway.tables.pool import TablesDamaged, Views
from services.gateway.time_travel import travel
from services.gateway.web import health
from services.gateway.web import security as web
from services.gateway.web.rebuilding import rebuilding
from services.gateway.web.unsaved import not_saved
from services.kernel.bus.contract import Bus
from services.kernel.log.finding import LogError
from services.kernel.settings import Settings

INJECTED = (
    "settings", "events", "bus", "work", "dispatcher", "explaining", "jobs", "history", "past", "viewing",
    "likeness", "text_pages", "stopping", "health", "backups", "standing",
)  # fmt: skip

NOTHING = lifespan.Automatic()


def create_app(
    settings: Settings,
    bus: Bus,
    stopping: asyncio.Event,
    automatic: lifespan.Automatic = NOTHING,
    standing: Standing = SOUND,
) -> Litestar:
    """`bus` is open and stays the caller's to close; `stopping` is set to end streams before a shutdown."""

    @asynccontextmanager
    async def live(app: Litestar) -> AsyncIterator[None]:
        async with lifespan.running(settings, bus, stopping, automatic, standing) as gateway:
            app.state.gateway = gateway
            yield

    def provide(name: str) -> Provide:
        async def dependency(state: State) -> Any:
            return getattr(state.gateway, name)

        return Provide(dependency)

    async def views(state: State, request: Request[Any, Any, Any]) -> Views:
        """The read tables of the moment that the browser is viewing."""
        then = travel.moment(request)
        views: Views = then.views if then and then.views else state.gateway.views
        return views.look()

    prometheus = PrometheusConfig(app_name="albumen", prefix="albumen", group_path=True)
    return Litestar(
        route_handlers=[*ROUTES, *health.ROUTES],
        lifespan=[live],
        dependencies={name: provide(name) for name in INJECTED} | {"views": Provide(views)},
        middleware=[prometheus.middleware, InLanguage(), web.SameOrigin(), travel.TimeTravel()],
        allowed_hosts=web.allowed_hosts(settings),
        before_request=answers.refuse if standing.setback else None,
        before_send=[web.add_headers],
        exception_handlers={
            HTTPException: web.told,
            LogError: not_saved,
            TablesDamaged: rebuilding,
            travel.LookingBack: travel.wait,
            travel.NoMoment: travel.no_moment,
            500: web.stumbled,
        },
        template_config=template_config(),
        plugins=[HTMXPlugin()],
        openapi_config=OpenAPIConfig(
            title="Albumen", version="1", path="/schema", render_plugins=[JsonRenderPlugin()]
        ),
        request_max_body_size=20_000_000,
        logging_config=None,
    )
