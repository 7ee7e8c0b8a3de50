"""The message catalogues: `web/locale/<language>.po`, written by translators and kept complete by ops/messages.py.

A message id is its English text, so English needs no catalogue: a text without a translation stays as it is.
"""

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.knowledge.languages import OWN_NAMES

FOLDER: Final = Path(__file__).parents[3] / "web" / "locale"
LANGUAGES: Final = {
    code: name for code, name in OWN_NAMES.items() if code == "en" or (FOLDER / f"{code}.po").is_file()
}
"""Those that the pages are offered in: code -> the language's own name. One that has no catalogue yet can be searched
in, but no page would be in it."""


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    path = FOLDER / f"{language}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def everywhere(text: str) -> tuple[str, ...]:
    """A text in all languages, English first."""
    return tuple(dict.fromkeys([text, *(catalogue(language).gettext(text) for language in LANGUAGES)]))


def N_(text: str) -> str:
    """Marks a message that is translated where it is shown."""
    return text
