"""Jinja as the pages use it: everything escaped, unknown names are errors, links to files carry their hash."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import jinja2
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from markupsafe import Markup

from services.gateway import wording

WEB: Final = Path(__file__).parents[2] / "web"
TEMPLATES: Final = WEB / "templates"
STATIC: Final = WEB / "static"

FILTERS: Final[dict[str, Callable[..., str]]] = {
    "count": wording.count,
    "date": wording.date_name,
    "day": wording.day_name,
    "duration": wording.duration,
    "exposure": wording.exposure,
    "moment": wording.moment_name,
    "month": wording.month_name,
    "number": wording.number,
    "path": wording.path_name,
    "percent": wording.percent,
    "photos": wording.photos,
    "short_month": wording.short_month,
    "size": wording.size,
}


@cache
def asset(name: str) -> str:
    """The URL of a file under web/static. It changes with the content, so browsers may keep it for ever."""
    path = STATIC / name
    if not path.is_file():
        return f"/static/{name}"
    return f"/static/{name}?v={sha256(path.read_bytes()).hexdigest()[:10]}"


def create_environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(asset=asset, date_sources=wording.DATE_SOURCES)

    @cache
    def frame(nav: str) -> Markup:
        """Rail and keys: the same on every page of one section, so rendered once."""
        return Markup(environment.get_template("partials/frame.html").render(nav=nav))  # noqa: S704

    environment.globals["frame"] = frame
    return environment


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(create_environment()))
