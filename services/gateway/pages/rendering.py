"""Jinja as the pages use it: everything escaped, unknown names are errors, links to files carry their hash."""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.ext import Extension
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


class Condensed(Extension):
    """How a template is laid out is for its reader: indentation is not served, nor is a line break between two tags.

    So one element a line costs no bytes, and what stands in the lines of one paragraph or one row of buttons is not
    torn apart. A space that is to be seen between two elements stands between them on one line. Breaks beside text,
    or beside what Jinja puts in, stay. Faults are still told with their line.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        unindented = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)
        return re.sub(r"(?<=>)\n(?=<)", "{#\n#}", unindented)


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
        cache_size=-1,  # all are kept: the bookkeeping of which was used last costs more than an include
        extensions=["jinja2.ext.i18n", Condensed],
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
