"""The gateway as a Litestar application. Importing it has no side effects."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache, reduce
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.prometheus import PrometheusConfig
from litestar.types import ASGIApp, Receive, Scope, Send

from services.gateway import lifespan
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import KeyringUnreadable, NotStored
from services.gateway.access.lock import Lock, SignInFirst
from services.gateway.closed import answers
from services.gateway.closed.standing import SOUND, Standing
from services.gateway.i18n.language import InLanguage
from services.gateway.pages import shared
from services.gateway.pages.rendering import template_config
from services.gateway.pages.routes import ROUTES
from services.gateway.pages.signing_in import not_let_in, not_stored, to_sign_in
from services.gateway.presentation import rotated
from services.gateway.running.automatic import Automatic
from services.gateway.tables.pool import TablesDamaged, Views
from services.gateway.time_travel import travel
from services.gateway.unchanged.answers import KeptAnswers
from services.gateway.web import health, hosts, log_headers
from services.gateway.web import security as web
from services.gateway.web.bodies import Bodies
from services.gateway.web.refusals import forget_refusal
from services.gateway.web.request_head import RequestHead
from services.gateway.web.schema import Description
from services.gateway.web.traced import Traced
from services.gateway.web.turns import Turns
from services.gateway.web.unsaved import not_saved
from services.kernel.bus.contract import Bus
from services.kernel.log.finding import LogError
from services.kernel.settings import Settings

INJECTED = (
    "settings", "events", "bus", "work", "dispatcher", "explaining", "jobs", "history", "past", "viewing",
    "likeness", "by_words", "text_pages", "visits", "stopping", "health", "backups", "standing", "folders", "rail",
    "measures", "scanners",
)  # fmt: skip

NOTHING = Automatic()


def create_app(
    settings: Settings,
    bus: Bus,
    stopping: asyncio.Event,
    automatic: Automatic = NOTHING,
    standing: Standing = SOUND,
) -> Litestar:
    """`bus` is open and stays the caller's to close; `stopping` is set to end streams before a shutdown. Raises
    KeyringUnreadable without a usable file of passwords. `app.state.gate` is the application's Gate."""
    app = application()
    serve_album(app, settings, bus, stopping, automatic, standing)
    return app


def serve_album(
    app: Litestar,
    settings: Settings,
    bus: Bus,
    stopping: asyncio.Event,
    automatic: Automatic,
    standing: Standing,
) -> None:
    """Make an `application` serve this album, from its next start on. Arguments and errors as of `create_app`."""
    gate = Gate(settings)
    middleware = (
        hosts.OurHost(settings),
        web.SameOrigin(),
        Lock(gate),
        Bodies(settings.run / "bodies"),
        Turns(),  # a body that is slow to arrive takes none
        travel.TimeTravel(),
        *_passing_on(standing),
        KeptAnswers(),
    )

    @cache
    def guarded(handler: ASGIApp) -> ASGIApp:
        return reduce(lambda inner, one: one(inner), reversed(middleware), handler)

    def live() -> AbstractAsyncContextManager[lifespan.Gateway]:
        return lifespan.running(settings, bus, stopping, automatic, standing)

    https_only = settings.tls_certificate is not None
    app.state = State({"gate": gate, "guarded": guarded, "live": live, "https_only": https_only})


def _passing_on(standing: Standing) -> list[ASGIMiddleware]:
    """Of a reader. It loads much that hardly any album needs."""
    if standing.origin is None:
        return []
    from services.gateway.following.passing_on import PassingOn

    return [PassingOn()]


class OfTheAlbum(ASGIMiddleware):
    """The middleware of the album that is served."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        with rotated.showing():
            await scope["litestar_app"].state.guarded(next_app)(scope, receive, send)


def application() -> Litestar:
    """The routes, which take a tenth of a second to build. `serve_album` gives them an album, perhaps another later."""

    @asynccontextmanager
    async def live(app: Litestar) -> AsyncIterator[None]:
        async with app.state.live() as gateway:
            app.state.gateway = gateway
            yield

    def provide(name: str) -> Provide:
        async def dependency(state: State) -> Any:
            return getattr(state.gateway, name)

        return Provide(dependency)

    async def views(state: State, request: Request[Any, Any, Any]) -> Views:
        """The read tables of the moment that the browser is viewing."""
        then = travel.moment(request)
        tables: Views = then.views if then and then.views else state.gateway.views
        views = tables.look()
        if not request.url.path.startswith("/api/images"):  # whose rows say it themselves
            await rotated.show(views, past=then is not None)
        return views

    async def the_gate(state: State) -> Gate:
        gate: Gate = state.gate
        return gate

    prometheus = PrometheusConfig(app_name="albumen", prefix="albumen", group_path=True)
    app = Litestar(
        route_handlers=[*ROUTES, *health.ROUTES],
        lifespan=[live],
        dependencies={name: provide(name) for name in INJECTED}
        | {"views": Provide(views), "gate": Provide(the_gate)},
        middleware=[
            prometheus.middleware,
            InLanguage(),
            OfTheAlbum(),
        ],
        before_request=answers.refuse,
        before_send=[
            web.add_headers,
            web.add_strict_transport,
            log_headers.add_position,
            forget_refusal,
        ],
        exception_handlers={
            HTTPException: web.told,
            hosts.UnknownHost: hosts.unknown_host,
            SignInFirst: to_sign_in,
            LogError: not_saved,
            KeyringUnreadable: not_let_in,
            NotStored: not_stored,
            shared.NoSuchLink: shared.no_such_link,
            shared.PasswordFirst: shared.ask_password,
            TablesDamaged: answers.unshown,
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
    app.asgi_handler = RequestHead(Traced(app.asgi_handler))
    return app
