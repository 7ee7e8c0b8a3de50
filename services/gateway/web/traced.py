"""Requests as spans, if traces are exported."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from services.kernel.tracing import spans


class Traced:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not spans.are_exported():
            await self._app(scope, receive, send)
            return
        with spans.request(_traceparent(scope), scope["method"]) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.attributes["http.response.status_code"] = message["status"]
                    span.failed = message["status"] >= 500
                await send(message)

            try:
                await self._app(scope, receive, sending)
            finally:
                route = scope.get("path_template")
                span.attributes["http.request.method"] = scope["method"]
                if isinstance(route, str):  # never the path itself, in which there may be anything
                    span.name, span.attributes["http.route"] = f"{scope['method']} {route}", route


def _traceparent(scope: HTTPScope) -> str | None:
    """Several are none (W3C Trace Context, §3.2.1)."""
    values = [value for name, value in scope["headers"] if name == b"traceparent"]
    return values[0].decode("latin-1") if len(values) == 1 else None
