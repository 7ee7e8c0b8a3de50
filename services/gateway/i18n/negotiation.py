"""The language of a request: the person's choice, or else the browser's preference. Pure."""

from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError, negotiate_locale

from services.gateway.i18n.catalogues import LANGUAGES

DEFAULT: Final = "en_GB"
LOOKED_AT: Final = 200
"""Characters read of a header; browsers send fewer, and no header may take long to parse."""
_MOST: Final = 8
"""Languages considered of one header."""


def negotiated(chosen: str, header: str) -> str:
    """`chosen`: a language code; anything else is no choice. Its region, for date formats, is the header's."""
    wanted = _preferred(header[:LOOKED_AT])
    if chosen in LANGUAGES:
        wanted = [name for name in wanted if name[:2] == chosen] or [_regional(chosen)]
    return _known(tuple(wanted[:_MOST]))


@lru_cache(maxsize=256)
def _known(wanted: tuple[str, ...]) -> str:
    for name in wanted:
        language = negotiate_locale([name], LANGUAGES, sep="_")
        if language is None:
            continue
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            return _regional(language)
    return DEFAULT


def _preferred(header: str) -> list[str]:
    """`de-AT,en;q=0.5` -> [de_AT, en_GB]: best first (RFC 9110 §12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for part in header.split(","):
        name, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=")
        try:
            rank = float(quality) if quality else 1.0
        except ValueError:
            continue
        if name and rank > 0:
            language, dash, region = name.strip().partition("-")
            language = language.lower()
            ranked.append((-rank, len(ranked), f"{language}_{region}" if dash else _regional(language)))
    return [name for _, _, name in sorted(ranked)]


def _regional(language: str) -> str:
    return DEFAULT if language == "en" else language
