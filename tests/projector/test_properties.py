"""Titles, captions, ratings and the like: whose value counts, and what finds a photo."""

from typing import Any, Final

import msgspec
import pytest

from services.domain.files.events import ImageImported, SidecarGone, SidecarRead
from services.domain.photos.properties import PhotoProperty, Region
from services.gateway.queries.images import ONE
from services.gateway.queries.properties import REGIONS, VALUES, regions_of, values_of
from services.gateway.search.numbers import number_range
from services.knowledge import facts_version
from services.knowledge.precedence import PRECEDENCE, PROPERTIES
from services.knowledge.sidecars import DIALECTS, SIDECARS
from tests.projector.test_projections import ROOT, imported
from tests.projector.test_search_words import found
from tests.support.given import deliver, given, log_rows, read_tables

FACE: Final = Region(name="Ada", x=0.25, y=0.5, width=0.125, height=0.25, applied_width=400)


def inside(*values: tuple[str, str, str], **facts: Any) -> ImageImported:
    said = [PhotoProperty(*one) for one in values]
    return msgspec.structs.replace(imported(), properties=said, **facts)


def beside(*values: tuple[str, str], kind: str = "xmp", **said: Any) -> SidecarRead:
    said |= {"properties": [PhotoProperty(*one) for one in values]}
    return SidecarRead(image_id="a", root=ROOT, path=f"2020/a.{kind}", size=1, mtime_ns=1, kind=kind, **said)


def values(*events: Any, user: dict[str, str] | None = None) -> dict[str, list[tuple[str, str, str]]]:
    """Property -> (value, source, place), the one that counts first."""
    db, tables = read_tables()
    deliver(tables, log_rows(events))
    for name, value in (user or {}).items():
        db.execute("INSERT INTO remark (image_id, field, item, value) VALUES ('a', ?, '', ?)", (name, value))
    by_name = values_of(row[1:] for row in db.execute(VALUES.format(ONE), ("a",)))
    return {name: [(one.value, one.source, one.place) for one in some] for name, some in by_name.items()}


def test_a_person_outranks_sidecars_and_sidecars_outrank_the_file() -> None:
    """Each value has where it came from; the same value in other words of space is told once."""
    own = inside(("title", "Weir", "xmp"), ("title", "The weir", "iptc"), ("title", " The  weir", "exif"))
    assert values(own) == {"title": [("Weir", "xmp", ""), ("The weir", "iptc", "")]}
    in_sidecar = beside(("title", "At the weir"))
    assert values(own, in_sidecar)["title"][0] == ("At the weir", "xmp", "2020/a.xmp")
    assert values(own, in_sidecar, user={"title": "Home"})["title"][:2] == [
        ("Home", "user", ""),
        ("At the weir", "xmp", "2020/a.xmp"),
    ]
    assert values(own, user={"title": ""})["title"][0] == ("", "user", "")
    gone = SidecarGone(image_id="a", root=ROOT, path="2020/a.xmp")
    assert values(own, in_sidecar, gone)["title"][0] == ("Weir", "xmp", "")


def test_what_early_versions_wrote_counts_as_before() -> None:
    old = msgspec.structs.replace(imported(), description="At the lake", stars=4)
    assert values(old) == {"caption": [("At the lake", "", "")], "rating": [("4", "", "")]}
    takeout = beside(kind="takeout", description="Home")
    assert values(old, takeout)["caption"][0] == ("Home", "takeout", "2020/a.takeout")


@pytest.mark.parametrize("term", ["weir", "berlin", "lovelace", "gruen", "home"])
def test_every_property_finds_its_photo(term: str) -> None:
    own = inside(("title", "Weir", "xmp"), ("city", "Berlin", "iptc"), ("creator", "A. Lovelace", "exif"))
    given(own, beside(("label", "Grün"), ("caption", "Home"))).then(found(term.replace("ue", "u")), ("a",))
    silent = msgspec.structs.replace(imported(), again=True)
    given(own, silent).then(found(term))


def test_a_rating_is_no_word() -> None:
    given(inside(("rating", "4", "xmp"))).then(found("4"))


def test_the_rating_that_counts() -> None:
    """As the table of precedence has it, in whatever order they arrive."""
    stars = "SELECT stars FROM shown_rating WHERE image_id = 'a'"
    own = inside(("rating", "4", "xmp"), stars=4)
    given(own).then(stars, (4,))
    given(beside(("rating", "0"), stars=0), own).then(stars, (0,))
    given(own, beside(kind="takeout"), beside(stars=-1)).then(stars, (-1,))
    given(imported()).then(stars, (None,))


def test_keywords_stand_below_others_in_the_file_or_in_the_sidecar() -> None:
    paths = "SELECT path FROM keyword_path WHERE image_id = 'a' ORDER BY 1"
    own = inside(keywords=["Rome"], keyword_paths=["Places|Italy|Rome"])
    given(own).then(paths, ("Places|Italy|Rome",))
    other = beside(keywords=["Turin"], keyword_paths=["Places|Italy|Turin"])
    given(own, other).then(paths, ("Places|Italy|Turin",))


def test_regions_of_a_sidecar_replace_those_in_the_file() -> None:
    def shown(*events: Any) -> list[Region]:
        db, tables = read_tables()
        deliver(tables, log_rows(events))
        return regions_of(row[1:] for row in db.execute(REGIONS.format(ONE), ("a",)))

    other = msgspec.structs.replace(FACE, name="Grace")
    assert shown(inside(regions=[FACE])) == [FACE]
    assert shown(inside(regions=[FACE]), beside(regions=[other])) == [other]
    assert shown(inside(regions=[FACE]), beside()) == [FACE]


def test_images_of_an_earlier_reader_are_found_by_an_index() -> None:
    """Which names the version, as SQLite wants it."""
    db, _ = read_tables()
    query = f"EXPLAIN QUERY PLAN SELECT image_id FROM image WHERE facts < {facts_version.CURRENT}"
    assert "image_stale" in db.execute(query).fetchone()[3]


def test_every_source_has_a_rank() -> None:
    """The person first, then every kind of sidecar, then the file, then the models."""
    kinds = [one.kind for one in (*SIDECARS, *DIALECTS)]
    assert sorted(PRECEDENCE, key=lambda name: PRECEDENCE[name]) == ["user", *kinds, "file", "rules", "model"]
    assert len(set(PROPERTIES)) == len(PROPERTIES)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("-1", (-1, -1)),
        ("3..5", (3, 5)),
        ("-1..2", (-1, 2)),
        ("..2", (0, 2)),
        ("..-1", (-(2**62), -1)),
        ("3..", (3, 2**62)),
        ("-", None),
        ("..", None),
        ("", None),
        ("3..-", None),
    ],
)  # fmt: skip
def test_numbers_and_ranges_may_be_negative(text: str, numbers: tuple[int, int] | None) -> None:
    assert number_range(text) == numbers
