"""Albumen as an installed app: the manifest, the service worker, and the offline page."""

from typing import Any

from litestar import MediaType, Response, get
from litestar.response import Template

from services.gateway.i18n.language import _, code, direction
from services.gateway.pages.rendering import STATIC, asset
from services.gateway.web.answer import Req


@get("/manifest.webmanifest", include_in_schema=False)
async def manifest() -> Response[dict[str, Any]]:
    """In the reader's language. The icons' URLs change with the version, so that browsers notice new icons."""

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
    """Served from the root, as its scope is its own folder. Its query holds the version and the language: to the
    browser, a different query is a different worker."""
    return Response((STATIC / "sw.js").read_bytes(), media_type="text/javascript")


@get("/offline", include_in_schema=False)
async def offline(request: Req) -> Template:
    """Cached by the service worker, which shows it when the gateway doesn't answer."""
    return Template("pages/offline.html", media_type=MediaType.HTML)


ROUTES = [manifest, worker, offline]
