"""Albumen as an app of the machine: the manifest, the service worker, and the page for when nobody answers."""

from typing import Any

from litestar import MediaType, Response, get
from litestar.response import Template

from services.gateway.i18n.language import _, code, direction
from services.gateway.pages.rendering import STATIC, asset
from services.gateway.web.answer import Req


@get("/manifest.webmanifest", include_in_schema=False)
async def manifest() -> Response[dict[str, Any]]:
    """In the reader's language. The icons' URLs change with the version, so that a new one is seen."""

    def icon(name: str, size: int, purpose: str) -> dict[str, str]:
        return {
            "src": asset(f"vendor/{name}"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }

    def shortcut(name: str, url: str) -> dict[str, Any]:
        return {"name": name, "url": url, "icons": [icon("icon-192.png", 192, "any")]}

    content = {
        "id": "/",
        "name": "Albumen",
        "short_name": "Albumen",
        "description": _("Your photos, on your own machine."),
        "lang": code(),
        "dir": direction(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "categories": ["photo"],
        "icons": [
            icon("icon-192.png", 192, "any"),
            icon("icon-512.png", 512, "any"),
            icon("icon-maskable.png", 512, "maskable"),
        ],
        "shortcuts": [
            shortcut(_("Search"), "/search"),
            shortcut(_("Albums"), "/albums"),
            shortcut(_("Categories"), "/categories"),
        ],
    }
    return Response(content, media_type="application/manifest+json")


@get("/sw.js", include_in_schema=False)
async def worker() -> Response[bytes]:
    """From the root, since it may look after no more than its own folder. Its query says the version and the
    language: another one is another worker to the browser."""
    return Response((STATIC / "sw.js").read_bytes(), media_type="text/javascript")


@get("/offline", include_in_schema=False)
async def offline(request: Req) -> Template:
    """Kept by the service worker; seen when nothing answers any more."""
    return Template("pages/offline.html", media_type=MediaType.HTML)


ROUTES = [manifest, worker, offline]
