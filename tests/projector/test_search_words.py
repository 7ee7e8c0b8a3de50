"""The words of an image and the full-text index, in whatever order they arrive."""

from typing import Any

import msgspec
import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.files.events import FileMissing, FileMoved, FileReturned, SidecarGone, SidecarRead
from tests.projector.test_projections import ROOT, added, imported, replaced
from tests.support.given import given, read_tables

FOUND = """SELECT d.image_id FROM word JOIN document d ON d.number = word.rowid WHERE word MATCH '{}' ORDER BY 1"""


def found(term: str) -> str:
    return FOUND.format(term)


def read(image: str = "a", **said: Any) -> SidecarRead:
    return SidecarRead(
        image_id=image, root=ROOT, path="2020/a.jpg.json", size=1, mtime_ns=1, kind="takeout", **said
    )


@pytest.mark.parametrize(
    "term", ["2020", "italien", "img", "0012", "jpg", "nokia", "lake", "fran*", "ada", "holi*"]
)
def test_an_image_is_found_by_all_its_words(term: str) -> None:
    """Folders, names, camera, its own description and its sidecar's words; accents don't matter."""
    picture = msgspec.structs.replace(imported(), camera_make="Nokia", description="At the lake")
    beside = read(description="François", people=["Ada"], keywords=["holiday"])
    given(picture, added(path="2020 Italien/IMG_0012.jpg"), beside).then(found(term), ("a",))


@pytest.mark.parametrize(
    ("path", "term"),
    [
        ("Straße/x.jpg", "strasse"), ("Łódź/x.jpg", "lodz"), ("İstanbul/x.jpg", "istanbul"),
        ("ısparta/x.jpg", "isparta"),
        ("Mu\u0308ller/x.jpg", "muller"), ("Ｗｉｅｎ/x.jpg", "wien"), ("日本旅行/x.jpg", '"旅行"'),
        ("日本旅行2019/x.jpg", '"本旅 旅行"'), ("日本旅行/x.jpg", "行"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af/x.jpg", "한글"),
    ],
)  # fmt: skip
def test_other_letters_are_indexed_as_they_are_searched_for(path: str, term: str) -> None:
    """Whether the image comes first or its file, in one batch or bit by bit, and no longer once the file is moved."""
    moved = FileMoved(
        image_id="a", from_root=ROOT, from_path=path, root=ROOT, path="x/x.jpg", size=1, mtime_ns=1
    )
    back = FileMoved(image_id="a", from_root=ROOT, from_path="x/x.jpg", root=ROOT, path=path, size=1, mtime_ns=1)
    given(imported(), added(path=path)).then(found(term), ("a",))
    given(added(path=path), imported()).then(found(term), ("a",))
    given(imported(), added(path=path), moved).then(found(term)).then(found("x"), ("a",))
    given(imported(), added(path=path), moved, back).then(found(term), ("a",))


def test_a_file_that_is_known_before_its_image_is_found_as_well() -> None:
    given(added(path="lake/x.jpg"), read(people=["Ada"]), imported()).then(found("lake ada"), ("a",))


def test_what_an_image_no_longer_has_finds_it_no_more() -> None:
    """A moved file, another file in its place, changed sidecar contents, better metadata."""
    moved = FileMoved(
        image_id="a",
        from_root=ROOT,
        from_path="lake/a.jpg",
        root=ROOT,
        path="shore/a.jpg",
        size=1,
        mtime_ns=1,
    )
    given(imported(), added(path="lake/a.jpg"), moved).then(found("lake")).then(found("shore"), ("a",))
    taken_over = replaced("b", "a", "lake/a.jpg")
    given(imported(), imported("b"), added(path="lake/a.jpg"), taken_over).then(found("lake"), ("b",))
    given(imported(), read(description="Lake"), read(description="Shore")).then(found("lake"))
    camera = msgspec.structs.replace(imported(), camera_model="Nokia")
    given(imported(), camera).then(found("nokia"), ("a",))
    given(camera, imported()).then(found("nokia"))


def test_a_smart_album_keeps_its_search() -> None:
    given(AlbumCreated(album_id="s", name="Dogs", q="dog"), AlbumCreated(album_id="m", name="Mine")).then(
        "SELECT album_id, q FROM album ORDER BY 1", ("m", None), ("s", "dog")
    )


def test_words_of_places_and_sidecars_that_are_gone_find_nothing() -> None:
    """Those of a file that is back do."""
    copy = added(path="ostsee/x.jpg")
    gone = FileMissing(image_id="a", root=ROOT, path=copy.path)
    silent = SidecarGone(image_id="a", root=ROOT, path="2020/a.jpg.json")
    given(imported(), added(), copy, gone).then(found("ostsee"))
    given(imported(), added(), copy, gone, FileReturned(image_id="a", root=ROOT, path=copy.path)).then(
        found("ostsee"), ("a",)
    )
    given(imported(), read(keywords=["ferry"]), silent).then(found("ferry"))


def test_the_words_of_one_image_are_found_without_reading_those_of_others() -> None:
    """A command for thousands of photos updates thousands of documents: no table is scanned for each."""
    db, _ = read_tables()
    plan = [
        row[3] for row in db.execute("EXPLAIN QUERY PLAN SELECT words FROM image_words WHERE image_id = 'a'")
    ]
    scanned = [step for step in plan if step.startswith("SCAN")]
    assert len(plan) > 20
    assert [step for step in scanned if "VIRTUAL TABLE" not in step and "subquery" not in step] == [
        "SCAN claimant"
    ]
