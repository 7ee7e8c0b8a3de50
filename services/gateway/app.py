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
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.prometheus import PrometheusConfig

from services.gateway import lifespan
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import NotStored
from services.gateway.access.lock import Lock, SignInFirst
from services.gateway.closed import answers
from services.gateway.closed.standing import SOUND, Standing
from services.gateway.i18n.language import InLanguage
from services.gateway.pages import shared
from services.gateway.pages.rendering import template_config
from services.gateway.pages.routes import ROUTES
from services.gateway.pages.signing_in import not_stored, to_sign_in
from services.gateway.tables.pool import TablesDamaged, Views
from services.gateway.time_travel import travel
from services.gateway.web import health, hosts
from services.gateway.web import security as web
from services.gateway.web.bodies import Bodies
from services.gateway.web.rebuilding import rebuilding
from services.gateway.web.request_head import RequestHead
from services.gateway.web.schema import Description
from services.gateway.web.turns import Turns
from services.gateway.web.unsaved import not_saved
from services.kernel.bus.contract import Bus
from services.kernel.log.finding import LogError
from services.kernel.settings import Settings

INJECTED = (
    "settings", "events", "bus", "work", "dispatcher", "explaining", "jobs", "history", "past", "viewing",
    "likeness", "text_pages", "visits", "stopping", "health", "backups", "standing",
)  # fmt: skip

NOTHING = lifespan.Automatic()


def create_app(
    settings: Settings,
    bus: Bus,
    stopping: asyncio.Event,
    automatic: lifespan.Automatic = NOTHING,
    standing: Standing = SOUND,
) -> Litestar:
    """`bus` is open and stays the caller's to close; `stopping` is set to end streams before a shutdown. Raises
    KeyringUnreadable without a usable file of passwords. `app.state.gate` is the application's Gate."""

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

    async def the_gate() -> Gate:
        return gate

    gate = Gate(settings)
    prometheus = PrometheusConfig(app_name="albumen", prefix="albumen", group_path=True)
    app = Litestar(
        route_handlers=[*ROUTES, *health.ROUTES],
        lifespan=[live],
        dependencies={name: provide(name) for name in INJECTED}
        | {"views": Provide(views), "gate": Provide(the_gate)},
        middleware=[
            prometheus.middleware,
            InLanguage(),
            hosts.OurHost(settings),
            web.SameOrigin(),
            Lock(gate),
            Bodies(settings.run / "bodies"),
            Turns(),  # a body that is slow to arrive takes none
            travel.TimeTravel(),
        ],
        before_request=answers.refuse if standing.setback else None,
        before_send=[web.add_headers, *([web.add_strict_transport] if settings.tls_certificate else [])],
        exception_handlers={
            HTTPException: web.told,
            hosts.UnknownHost: hosts.unknown_host,
            SignInFirst: to_sign_in,
            LogError: not_saved,
            NotStored: not_stored,
            shared.NoSuchLink: shared.no_such_link,
            shared.PasswordFirst: shared.ask_password,
            TablesDamaged: rebuilding,
            travel.LookingBack: travel.wait,
            travel.NoMoment: travel.no_moment,
            500: web.stumbled,
        },
        template_config=template_config(),
        plugins=[HTMXPlugin()],
        openapi_config=OpenAPIConfig(
            title="Albumen", version="1", path="/schema", render_plugins=[Description()]
        ),
        request_max_body_size=None,
        logging_config=None,
    )
    app.state.gate = gate
    app.asgi_handler = RequestHead(app.asgi_handler)
    return app
