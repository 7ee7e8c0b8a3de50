"""The project's documents: README, CONTRIBUTING and all below docs, with their blocks, links and headings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
_FENCE: Final = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"`[^`]*`")


class Block(NamedTuple):
    language: str
    title: str
    """What stands behind the language: in CONTRIBUTING, the file that the block is for."""
    text: str


def place(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    return [Block(one[1], one[2].strip(), one[3]) for one in _FENCE.finditer(page.read_text("utf-8"))]


def prose(page: Path) -> str:
    """Without blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> Iterator[str]:
    """Addresses of links and pictures, those inside code left out."""
    for one in _LINK.finditer(_CODE.sub("`", prose(page))):
        yield one[1] or one[2]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings: small letters, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(page: Path) -> list[str]:
    """What stands in backticks within the text, each on one line."""
    return [" ".join(one.strip("`").split()) for one in _CODE.findall(prose(page))]


def labels(page: Path) -> set[str]:
    """What stands in italics and begins with a capital: names of buttons, menus and pages."""
    text = _CODE.sub("", prose(page)).replace("**", "")
    italic = re.findall(r"(?<!\*)\*([A-Z][^*]*?)\*(?!\*)", text)
    return {" ".join(part.split()) for one in italic for part in one.split(" → ")}
