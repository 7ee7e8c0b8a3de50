"""The pictures in docs/: all are used, none is large, and the photographers are credited."""

import re
from pathlib import Path

from ops.screenshots import DAYS, SOURCES, YEARS_AGO, taken

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TEXT = (DOCS / "screenshots.md").read_text("utf-8")


def test_every_picture_is_shown_and_small() -> None:
    pictures = {path.name for path in DOCS.iterdir() if path.is_file() and path.suffix != ".md"}
    assert pictures == set(re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT))
    assert {name for name in pictures if (DOCS / name).stat().st_size > 250_000} == set()


def test_every_photo_has_its_licence_told_and_is_used() -> None:
    rows = {
        row[0].split(",")[0].split(" (")[0]: row
        for row in re.findall(r"^\| ([a-z].+?) \| (.*?) \| (.*?) \| (.+?) \|$", TEXT, re.MULTILINE)
    }
    assert set(SOURCES) == set(rows) - {"photo"}
    assert set(SOURCES) == {name for some in [*DAYS.values(), *YEARS_AGO.values()] for name, _ in some}


def test_no_two_photos_are_of_one_moment() -> None:
    moments = [(moment, name) for moment, name, _ in taken()]
    assert len(set(moments)) == len(moments) > 40
