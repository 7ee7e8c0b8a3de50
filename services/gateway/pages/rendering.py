"""Jinja as the pages use it: everything escaped, unknown names are errors, links to files carry their hash."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import jinja2
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from markupsafe import Markup

from services.gateway.i18n import builtin_names as stored
from services.gateway.i18n import language, wording
from services.gateway.presentation.minimap import minimap_view
from services.gateway.time_travel import travel

WEB: Final = Path(__file__).parents[3] / "web"
TEMPLATES: Final = WEB / "templates"
STATIC: Final = WEB / "static"

FILTERS: Final[dict[str, Callable[..., str]]] = {
    "clock": wording.clock,
    "count": wording.count,
    "date": wording.date_name,
    "date_source": wording.date_source,
    "day_date": wording.day_date,
    "day": wording.day_name,
    "duration": wording.duration,
    "exposure": wording.exposure,
    "month_alone": wording.month_alone,
    "moment": wording.moment_name,
    "moment_time": wording.moment_time,
    "month": wording.month_name,
    "named": stored.named,
    "number": wording.number,
    "path": wording.path_name,
    "percent": wording.percent,
    "photos": wording.photos,
    "reason": stored.reason,
    "short_month": wording.short_month,
    "size": wording.size,
    "span": wording.span,
}


@cache
def version() -> str:
    """Of all files under web/static: changes when one of them does."""
    seen = sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        seen.update(path.relative_to(STATIC).as_posix().encode())
        seen.update(sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:10]


def asset(name: str) -> str:
    """The URL of a file under web/static. It changes with their contents, so browsers may keep it for ever.

    One version for all, in the path: a script finds those that it imports beside itself.
    """
    return f"/static/{version()}/{name}"


def theme(request: Request[Any, Any, Any]) -> str:
    """What the person chose: `light` or `dark`; empty: as the machine has it."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


@cache
def create_environment() -> jinja2.Environment:
    """Compiled templates are kept as long as the process lives."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(language.message, language.messages, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(FILTERS)
    environment.globals.update(asset=asset, language=language, theme=theme, minimap_view=minimap_view)
    environment.globals["moment"] = travel.moment

    @cache
    def framed(nav: str, locale: str) -> Markup:
        return Markup(environment.get_template("partials/frame.html").render(nav=nav))  # noqa: S704

    def frame(nav: str) -> Markup:
        """Rail and keys: the same on every page of one section, so rendered once."""
        return framed(nav, language.current())

    environment.globals["frame"] = frame
    return environment


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(create_environment()))
