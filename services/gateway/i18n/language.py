"""The language of a request, and words and numbers in it.

The choice lies in a context variable, so that whatever words a page takes from, they are in one language.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

from babel import Locale
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from services.gateway.i18n.catalogues import LANGUAGES as LANGUAGES
from services.gateway.i18n.catalogues import N_ as N_
from services.gateway.i18n.catalogues import catalogue
from services.gateway.i18n.negotiation import DEFAULT, negotiated

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
    return negotiated(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))


class InLanguage(ASGIMiddleware):
    """Everything that answers a request speaks the language that was chosen for it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        with speaking(choose(Request(scope))):
            await next_app(scope, receive, send)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """In this block."""
    token = _chosen.set(locale)
    try:
        yield
    finally:
        _chosen.reset(token)


def speak(locale: str) -> None:
    """From here on in this task."""
    _chosen.set(locale)


def message(text: str) -> str:
    """A text in the language of the request, its named places still open."""
    return catalogue(code()).gettext(text) if text else ""  # of nothing a catalogue says its header


def messages(one: str, many: str, num: int) -> str:
    return catalogue(code()).ngettext(one, many, num)


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
