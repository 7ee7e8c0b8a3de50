"""The language of a page: chosen for each request, and the catalogue of messages that it is written in.

A message is its English text; `web/locale/<language>.po` says the others (gettext, made by ops/messages.py). The
request's choice lies in a context variable, so that whatever words a page takes from, they are in one language.
"""

import gettext
import io
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

CATALOGUES: Final = Path(__file__).parents[2] / "web" / "locale"
DEFAULT: Final = "en_GB"
LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
"""Code -> the language's own name."""
COOKIE: Final = "language"

_chosen: ContextVar[str] = ContextVar("locale", default=DEFAULT)


def current() -> str:
    """The locale that this request is answered in, such as `de` or `en_US`."""
    return _chosen.get()


def code() -> str:
    """Its language alone: `en`, `de`."""
    return current()[:2]


def direction() -> str:
    """In which it is written: `ltr` or `rtl`."""
    return str(locale_of(current()).text_direction)


@cache
def locale_of(name: str) -> Locale:
    return Locale.parse(name)


def choose(request: Request[Any, Any, Any]) -> str:
    """The person's cookie, else what the browser prefers among ours; its region decides how dates are written."""
    told = request.cookies.get(COOKIE, "")
    wanted = _preferred(request.headers.get("Accept-Language", ""))
    if told in LANGUAGES:
        wanted = [name for name in wanted if name[:2] == told] or [told]
    return _known(tuple(wanted)[:8])


@cache
def _known(wanted: tuple[str, ...]) -> str:
    for name in wanted:
        found = negotiate_locale([name], LANGUAGES, sep="_")
        if found is None:
            continue
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            return DEFAULT if found == "en" else found
    return DEFAULT


def _preferred(header: str) -> list[str]:
    """`de-AT,en;q=0.5` -> [de_AT, en]: best first (RFC 9110 §12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for part in header[:200].split(","):
        name, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=")
        try:
            rank = float(quality) if quality else 1.0
        except ValueError:
            continue
        if name and rank > 0:
            ranked.append((-rank, len(ranked), DEFAULT if name == "en" else name.replace("-", "_")))
    return [name for _, _, name in sorted(ranked)]


class InLanguage(ASGIMiddleware):
    """Everything that answers a request speaks the language that was chosen for it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        token = _chosen.set(choose(Request(scope)))
        try:
            await next_app(scope, receive, send)
        finally:
            _chosen.reset(token)


def speak(locale: str) -> None:
    """From here on in this task."""
    _chosen.set(locale)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def message(text: str) -> str:
    """A text in the language of the request, its named places still open."""
    return _catalogue(code()).gettext(text)


def messages(one: str, many: str, num: int) -> str:
    return _catalogue(code()).ngettext(one, many, num)


def _(text: str, **values: object) -> str:
    """The text with its `%(name)s` filled."""
    said = message(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The one or the other by `num`, which fills `%(num)s` as people of this language write numbers."""
    return messages(one, many, num) % {"num": grouped(num), **values}


def grouped(number: int) -> str:
    """15000 -> `15,000`, in German `15.000`."""
    return f"{number:,}".replace(",", _symbols(current())["group"])


def decimal(text: str) -> str:
    """`4.2`, as Python writes it, -> `4,2`."""
    return text.replace(".", _symbols(current())["decimal"])


@cache
def _symbols(name: str) -> dict[str, str]:
    found = locale_of(name).number_symbols
    return dict(found["latn"]) if "latn" in found else dict(found)
