"""Every link within the documents leads somewhere, and so does every document that the sources name."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.support.documents import PAGES, ROOT, anchors, links, place

SOURCES: Final = ("services", "web/templates", "ops", "tests")
KINDS: Final = ("Tutorial", "How to", "Reference", "Explanation")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md", ROOT / "ops/taxonomy/README.md"], ids=place)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_documents_that_the_sources_name_are_there() -> None:
    missing = []
    files = [ROOT / "albumen", *(path for folder in SOURCES for path in (ROOT / folder).rglob("*"))]
    for path in files:
        if (
            path.suffix not in ("", ".py", ".sh", ".sql", ".html", ".yml", ".toml", ".md")
            or not path.is_file()
        ):
            continue
        named = re.findall(r"(?<![\w/])docs/[\w/-]+(?:\.md|/\d{4})", path.read_text("utf-8"))
        patterns = {one if one.endswith(".md") else f"{one}*.md" for one in named}
        missing += [(place(path), one) for one in patterns if not [*ROOT.glob(one)]]
    assert missing == []


def test_the_index_leads_to_every_page() -> None:
    """Decisions are listed by their folder, and the four kinds are those of Diátaxis."""
    index = ROOT / "docs/README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    pages = {page for page in PAGES if page.parent.name != "decisions" and "docs" in page.parts}
    assert {place(page) for page in pages - listed - {index}} == set()
    text = index.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(KINDS)


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120
