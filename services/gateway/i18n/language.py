"""The language of a request, and texts and numbers in it.

It is kept in a context variable, so that all parts of a page are in the same language.
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
from services.knowledge.alphabet import SortKey, sort_key

COOKIE: Final = "language"

_chosen: ContextVar[str] = ContextVar("locale", default=DEFAULT)


def current() -> str:
    """The locale of this request, such as `de` or `en_US`."""
    return _chosen.get()


def code() -> str:
    """The language code alone: `en`, `de`."""
    return current()[:2]


def direction() -> str:
    """The writing direction: `ltr` or `rtl`."""
    return str(locale_of(current()).text_direction)


@cache
def locale_of(name: str) -> Locale:
    return Locale.parse(name)


def choose(request: Request[Any, Any, Any]) -> str:
    return negotiated(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))


class InLanguage(ASGIMiddleware):
    """Handles each request in the language chosen for it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        with speaking(choose(Request(scope))):
            await next_app(scope, receive, send)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Sets the locale within the block."""
    token = _chosen.set(locale)
    try:
        yield
    finally:
        _chosen.reset(token)


def speak(locale: str) -> None:
    """Sets the locale for the rest of this task."""
    _chosen.set(locale)


def message(text: str) -> str:
    """A text in the language of the request, with its placeholders unfilled."""
    return catalogue(code()).gettext(text) if text else ""  # gettext("") is the catalogue's header


def messages(one: str, many: str, num: int) -> str:
    return catalogue(code()).ngettext(one, many, num)


def _(text: str, **values: object) -> str:
    """The text with its `%(name)s` placeholders filled."""
    return message(text) % values if values else message(text)


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The singular or plural by `num`, which fills `%(num)s` in the locale's number format."""
    return messages(one, many, num) % {"num": grouped(num), **values}


def reading_order(name: str) -> SortKey:
    """Sorts names as people who read this language look for them."""
    return sort_key(name, code())


def grouped(number: int) -> str:
    """15000 -> `15,000`, in German `15.000`."""
    return f"{number:,}".replace(",", _symbols(current())["group"])


def decimal(text: str) -> str:
    """`4.2`, as Python writes it, -> `4,2`."""
    return text.replace(".", _symbols(current())["decimal"])


@cache
def _symbols(name: str) -> dict[str, str]:
    symbols = locale_of(name).number_symbols
    return dict(symbols["latn"]) if "latn" in symbols else dict(symbols)
