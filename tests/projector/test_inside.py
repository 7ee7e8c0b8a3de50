"""What pictures say of themselves, and how far sidecars have the last word."""

from typing import Any

import msgspec
import pytest

from services.domain.files.events import ImageImported, SidecarGone, SidecarRead
from services.gateway.queries.annotations import ANNOTATIONS, annotations_of
from services.gateway.queries.images import ONE
from services.projector.rows import rules
from tests.projector.test_projections import ROOT, imported
from tests.projector.test_search_words import found
from tests.support.given import deliver, given, log_rows, read_tables

WORDS: dict[str, Any] = {
    "keywords": ["heron", "weir"],
    "keyword_paths": ["animals|birds|heron"],
    "people": ["Ada"],
    "stars": 5,
}
LABELS = "SELECT category_id, model_id FROM label ORDER BY 1, 2"
PEOPLE = "SELECT name FROM person WHERE image_id = 'a' ORDER BY 1"
KEYWORDS = "SELECT name FROM keyword WHERE image_id = 'a' ORDER BY 1"
OWN = (rules.FAVORITE, "rules")


def inside(**facts: Any) -> ImageImported:
    return msgspec.structs.replace(imported(), **(WORDS | facts))


def again(**facts: Any) -> ImageImported:
    return msgspec.structs.replace(imported(), again=True, **facts)


def beside(kind: str = "xmp", **said: Any) -> SidecarRead:
    return SidecarRead(
        image_id="a", root=ROOT, path=f"2020/a.jpg.{kind}", size=1, mtime_ns=1, kind=kind, **said
    )


def gone(kind: str = "xmp") -> SidecarGone:
    return SidecarGone(image_id="a", root=ROOT, path=f"2020/a.jpg.{kind}")


@pytest.mark.parametrize("term", ["heron", "weir", "animals", "birds", "ada"])
def test_words_inside_a_picture_find_it(term: str) -> None:
    given(inside()).then(found(term), ("a",))
    given(inside(), again()).then(found(term))
    given(imported(), again(**WORDS)).then(found(term), ("a",))


def test_a_keyword_is_found_by_what_it_stands_below() -> None:
    """Inside or beside; nothing above a keyword is a keyword of the photo's page."""
    given(inside()).then(KEYWORDS, ("animals",), ("birds",), ("heron",), ("weir",))
    paths: dict[str, Any] = {"keywords": ["Vienna"], "keyword_paths": ["places|Austria|Vienna"]}
    given(imported(), beside(**paths)).then(KEYWORDS, ("Austria",), ("Vienna",), ("places",))
    given(imported(), beside(**paths)).then(found("austria"), ("a",))
    given(imported(), beside(**paths), gone()).then(found("austria"))


def test_a_sidecar_has_the_last_word_on_keywords_and_stars() -> None:
    """On each for itself, in either order, as long as it is there."""
    given(inside(), beside(keywords=["boat"])).then(KEYWORDS, ("boat",)).then(found("heron"))
    given(beside(keywords=["boat"]), inside()).then(KEYWORDS, ("boat",)).then(LABELS, OWN).then(
        PEOPLE, ("Ada",)
    )
    given(inside(), beside(stars=2)).then(LABELS).then(found("heron"), ("a",))
    given(beside(stars=2), inside()).then(LABELS)
    given(inside(), beside(stars=2, keywords=["boat"]), gone()).then(LABELS, OWN).then(found("heron"), ("a",))
    given(inside(), beside(stars=2), beside()).then(LABELS, OWN)
    given(inside(), beside()).then(LABELS, OWN).then(found("heron"), ("a",))
    given(inside(stars=4), beside(stars=5, favorite=True)).then(LABELS, (rules.FAVORITE, "sidecar"))


def test_googles_people_are_added_to_those_in_the_file() -> None:
    """Google knows nothing of them; an XMP file beside the picture does."""
    given(inside(), beside("takeout", people=["Grace"])).then(PEOPLE, ("Ada",), ("Grace",))
    given(inside(), beside("xmp", people=["Grace"])).then(PEOPLE, ("Grace",)).then(found("ada"))


def test_stars_taken_away_inside_are_no_favourite_any_more() -> None:
    given(inside(), again(**WORDS | {"stars": 3})).then(LABELS)
    given(inside(), again()).then(LABELS).then("SELECT count(*) FROM embedded", (0,))


def test_the_page_has_the_words_of_the_best_source() -> None:
    def shown(*events: Any) -> tuple[bool, list[str], list[str]]:
        db, tables = read_tables()
        deliver(tables, log_rows(events))
        notes = annotations_of(row[1:] for row in db.execute(ANNOTATIONS.format(ONE), ("a",)))
        return notes.favorite, notes.people, notes.keywords

    assert shown(inside()) == (True, ["Ada"], ["heron", "weir"])
    assert shown(inside(), beside(stars=1, keywords=["boat"])) == (False, ["Ada"], ["boat"])
    assert shown(inside(), beside("takeout", people=["Grace"])) == (True, ["Grace", "Ada"], ["heron", "weir"])
