"""Jinja as the pages use it: everything is escaped, unknown names are errors, URLs of static files carry a hash."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.ext import Extension
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from markupsafe import Markup

from services.domain.fields import LONGEST_TEXT
from services.gateway.closed import answers
from services.gateway.health.shown import conditions
from services.gateway.history.entries import HistoryEntry
from services.gateway.i18n import builtin_names, language, speech, wording
from services.gateway.presentation import rotated
from services.gateway.presentation.minimap import minimap_view
from services.gateway.presentation.rail import Figures, figures
from services.gateway.queries.titles import Subject
from services.gateway.time_travel import travel
from services.gateway.web.answer import folder_url
from services.gateway.web.refusals import last_refusal

WEB: Final = Path(__file__).parents[3] / "web"
TEMPLATES: Final = WEB / "templates"
STATIC: Final = WEB / "static"

Pictures = tuple[tuple[str, str, str], ...]
"""(photo id, date taken, how its picture's address ends)"""
FILTERS: Final[dict[str, Callable[..., str]]] = {
    "clock": wording.clock,
    "count": wording.count,
    "date": wording.date_name,
    "date_hint": wording.date_hint,
    "date_known": wording.date_known,
    "date_source": wording.date_source,
    "day_date": wording.day_date,
    "day": wording.day_name,
    "duration": wording.duration,
    "exposure": wording.exposure,
    "folder_url": folder_url,
    "month_alone": wording.month_alone,
    "moment": wording.moment_name,
    "moment_time": wording.moment_time,
    "month": wording.month_name,
    "named": builtin_names.named,
    "number": wording.number,
    "object_name": builtin_names.object_name,
    "path": wording.path_name,
    "percent": wording.percent,
    "photos": wording.photos,
    "preview": rotated.preview,
    "reason": builtin_names.reason,
    "rotated": rotated.query,
    "short_month": wording.short_month,
    "size": wording.size,
    "span": wording.span,
    "spoken": speech.spoken,
    "year": wording.year_name,
    "zone_source": wording.zone_source,
}


@cache
def version() -> str:
    """A hash of all files under web/static."""
    digest = sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.relative_to(STATIC).as_posix().encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:10]


def asset(name: str) -> str:
    """The URL of a file under web/static. It changes when any file there does, so browsers may cache it forever.

    All files share one version, in the path, so that scripts can import each other by relative URLs.
    """
    return f"/static/{version()}/{name}"


def theme(request: Request[Any, Any, Any]) -> str:
    """The person's choice: `light` or `dark`; empty: the system's theme."""
    choice = request.cookies.get("theme", "")
    return choice if choice in ("light", "dark") else ""


class Condensed(Extension):
    """A template's layout is for its readers: indentation and line breaks between two tags are not served.

    So one element per line costs no bytes, and adds no gaps within a paragraph or a row of buttons. Where a space must
    show between two elements, write both on one line. Line breaks next to text or to Jinja's output stay. Errors still
    report the right line.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        unindented = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)
        return re.sub(r"(?<=>)\n(?=<)", "{#\n#}", unindented)


@cache
def create_environment() -> jinja2.Environment:
    """Compiled templates are cached for the life of the process."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,  # unlimited: an LRU's bookkeeping costs more than an include
        extensions=["jinja2.ext.i18n", Condensed],
    )
    environment.install_gettext_callables(language.message, language.messages, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(FILTERS)

    @lru_cache(maxsize=64)
    def framed(nav: str, locale: str, numbers: Figures) -> Markup:
        template = environment.get_template("partials/frame.html")
        return Markup(template.render(nav=nav, figures=numbers.texts()))  # noqa: S704

    def frame(request: Request[Any, Any, Any], nav: str) -> Markup:
        """Rail, key help and viewer: the same on all pages of a section until a figure changes, so rendered once."""
        return framed(nav, language.current(), figures(request))

    @lru_cache(maxsize=1000)
    def line(
        entry: HistoryEntry, pictures: Pictures, subject: Subject | None, own: str, locale: str
    ) -> Markup:
        macros: Any = environment.get_template("partials/happened.html").module
        return Markup(macros.happened(entry, {one: date for one, date, _ in pictures}, subject, own))  # noqa: S704

    def happened(
        entry: HistoryEntry, pictures: Mapping[str, str], subject: Subject | None, own: str
    ) -> Markup:
        """An entry of the history stays as it is, but for its Undo and its pictures, so it is rendered once."""
        ids = (*entry.images, entry.edit_of or "")
        of_these = tuple((one, pictures[one], rotated.query(one)) for one in ids if one in pictures)
        return line(entry, of_these, subject, own, language.current())

    environment.globals.update(asset=asset, frame=frame, language=language, theme=theme)
    environment.globals.update(happened=happened)
    environment.globals.update(minimap_view=minimap_view, moment=travel.moment, conditions=conditions)
    environment.globals.update(log_standing=answers.standing, longest_text=LONGEST_TEXT)
    environment.globals.update(last_refusal=last_refusal)
    return environment


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(create_environment()))
