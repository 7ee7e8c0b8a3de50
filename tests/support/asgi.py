"""Requests to an application in this process, without a socket."""

import httpx
from litestar import Litestar


def asgi(app: Litestar) -> httpx.ASGITransport:
    """Litestar and httpx declare the same protocol with different types."""
    return httpx.ASGITransport(app=app)  # type: ignore[arg-type]
