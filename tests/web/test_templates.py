"""The pages' policy allows scripts and styles from our own files only. A template that breaks it works in no
browser, and not always visibly; so it is read here."""

import re
from pathlib import Path

import pytest

from ops.aspects import stylesheet
from ops.assets import ICONS, RENAMED
from services.domain import BY_NAME
from services.gateway.pages.rendering import STATIC, TEMPLATES, create_environment

FILES = sorted(TEMPLATES.rglob("*.html"))
TRAVEL = ("/history/travel", "/history/now")
FORBIDDEN = {
    "an inline style": r"<style|\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)|<script[^>]*>[^<\s]",
    "an inline handler": r"\son[a-z]+\s*=|\shx-on",
    "evaluated text": r"\bjs:|javascript:|hx-(vals|vars)\s*=|hx-trigger=\"[^\"]*\[",
    "another host": r"(https?:)?//[a-z]",
    "unescaped text": r"\|\s*safe|autoescape",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("rule", FORBIDDEN)
def test_templates_hold_nothing_that_the_policy_forbids(path: Path, rule: str) -> None:
    found = re.search(FORBIDDEN[rule], path.read_text("utf-8"), re.IGNORECASE)
    assert found is None, f"{path.name} holds {rule}: {found and found[0]}"


AGAIN = "/commands/{{ command }}"
"""What was asked for before (conflict.html)."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_form_gives_a_known_command_and_leads_back(path: Path) -> None:
    """Each posts to /commands/<name> and has `next`; without JavaScript that is all there is."""
    text = path.read_text("utf-8")
    for action in re.findall(r"\b(?:form)?action=\"([^\"]*)\"", text):
        if action not in (
            *("/search", "/settings/theme", "/settings/language", "/download", AGAIN),
            *TRAVEL,
        ):
            assert action.removeprefix("/commands/") in BY_NAME, action
    for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
        if 'method="post"' in form:
            assert 'name="next"' in form or "given(" in form, form


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_templates_compile(path: Path) -> None:
    create_environment().get_template(str(path.relative_to(TEMPLATES)))


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    known = set(ICONS) | set(RENAMED)
    for path in FILES:
        for name in re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text("utf-8")):
            assert name in known, f"{path.name}: {name}"


def test_the_shapes_of_tiles_are_those_that_the_grid_names() -> None:
    assert (STATIC / "aspects.css").read_text("utf-8") == stylesheet()


@pytest.mark.parametrize("name", ["app.css", "app.js", "theme.js", "favicon.svg"])
def test_our_own_files_load_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "://" not in text
    assert "@import" not in text
    assert "eval(" not in text
    assert "innerHTML" not in text
