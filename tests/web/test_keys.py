"""All keys are in one table (web/static/keys.js): the help is built from it, and no script handles other keys."""

import re
from typing import Final

from services.gateway.pages.rendering import STATIC, TEMPLATES

TABLE: Final = STATIC / "keys.js"
OTHERS: Final = {
    path.name: re.sub(r"//.*", "", path.read_text()) for path in sorted(STATIC.glob("*.js")) if path != TABLE
}
BROWSERS: Final = {"open": "a photo is a link"}
"""Actions left to the browser."""


def table() -> dict[str, list[str]]:
    """Action -> its keys."""
    body = TABLE.read_text().partition("export const KEYS = {")[2].partition("};")[0]
    found = {act: keys.split() for act, keys in re.findall(r'^  (\w+): "(.+)",$', body, re.MULTILINE)}
    assert len(found) == body.strip().count("\n") + 1, "every line is understood"
    return found


def test_no_key_is_for_two_things() -> None:
    keys = [key for keys in table().values() for key in keys]
    assert sorted(keys) == sorted(set(keys))


def test_the_help_has_a_text_for_each_in_the_order_of_the_table() -> None:
    rows = re.findall(r'data-acts="([^"]+)"', (TEMPLATES / "partials" / "keys.html").read_text())
    assert [act for row in rows for act in row.split()] == list(table())


def test_somebody_does_each() -> None:
    for act in table():
        handler = re.compile(rf'"{act}"|\b{act}:|^  {act}[,(]', re.MULTILINE)
        assert act in BROWSERS or any(handler.search(text) for text in OTHERS.values()), act


def test_no_script_hears_a_key_beside_the_table() -> None:
    """Except for controls woken by any key; and none checks for a key except which arrow it was."""
    assert [name for name, text in OTHERS.items() if re.search(r"keydown|keyup|keypress", text)] == [
        "photo.js"
    ]
    named = re.compile(
        r"""(?<!typeof )\bkey\b\s*[!=]==?\s*"(\w+|.)"|"(Escape|Enter|Tab|Home|End|Page\w+|F\d+|Delete)\""""
    )
    keys = {found[1] or found[2] for text in OTHERS.values() for found in named.finditer(text)}
    assert keys <= set(table()["walk"])


def test_what_a_button_tells_of_its_key_is_so() -> None:
    html = (TEMPLATES / "partials" / "viewer.html").read_text()
    titles = re.findall(r'control\("(\w+)", "[\w-]+", _\("[^"]*"\), "(\w)"', html)
    assert len(titles) >= 7
    for act, key in titles:
        assert key in table()[act], act
