"""No translation is longer than its place: buttons, menus, the heads of tables, the rail, which is a bar on phones.

Counted in characters: a letter is about 8 pixels wide, in the bar 6, and the narrowest window 320. What Chromium makes
of it is tested in tests/e2e/test_languages.py.
"""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from services.gateway.i18n.catalogues import LANGUAGES, catalogue
from services.gateway.pages.rendering import TEMPLATES

WIDTHS: Final = {"button": 38, "summary": 40, "th": 24, "option": 60}
"""Element -> characters that fit it."""
BAR, MENU = 14, 28
"""Characters of an entry of the rail: in the bar at a phone's bottom, and elsewhere, where it may take two lines."""
LONGER: Final = 1.4
"""A translation may be longer than its place by as much as it is longer than the English text that stands there."""
MESSAGE: Final = re.compile(r"""_\(\s*("[^"]*"|'[^']*')""")
FRAME: Final = (TEMPLATES / "partials" / "frame.html").read_text("utf-8")


def messages_in(template: str, element: str) -> Iterator[str]:
    """The messages within an element, without those in its attributes."""
    for inner in re.findall(rf"<{element}\b[^>]*>(.*?)</{element}>", template, re.DOTALL):
        for quoted in MESSAGE.findall(re.sub(r"<[^>]*>", "", inner)):
            yield quoted[1:-1]


def entries() -> list[str]:
    """The names of the rail's entries."""
    return [MESSAGE.findall(call)[0][1:-1] for call in re.findall(r"{{ entry\((.*?)\) }}", FRAME)]


def allowed(english: str, width: int) -> float:
    return max(LONGER * len(english), width)


NARROW: Final = sorted(
    {
        (message, WIDTHS[element])
        for path in TEMPLATES.rglob("*.html")
        for element in WIDTHS
        for message in messages_in(path.read_text("utf-8"), element)
    }
)


def test_narrow_places_are_found() -> None:
    assert len(NARROW) > 80
    assert {("Use as cover", 38), ("Undo", 38)} <= {*NARROW}
    assert {"Photos", "Categories", "Settings"} <= {*entries()}
    assert [
        *messages_in('<button title="{{ _("a") }}">{{ icon("x") }}<b>{{ _(\'b\') }}</b></button>', "button")
    ] == ["b"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_longer_than_its_place(language: str) -> None:
    translated = catalogue(language).gettext
    assert [
        (english, translated(english))
        for english, width in NARROW
        if len(translated(english)) > allowed(english, width)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_rail_fits(language: str) -> None:
    """The first five stand in the bar of a phone, with *More*."""
    translated = catalogue(language).gettext
    bar = [*entries()[:4], "More"]
    assert [name for name in map(translated, bar) if len(name) > BAR] == []
    assert [name for name in map(translated, entries()) if len(name) > MENU] == []
