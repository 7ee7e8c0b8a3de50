"""What may be done with an album, what that leads to, and who is told that it changed meanwhile."""

import pytest

from services.gateway.deciders import album_undo, albums
from services.gateway.deciders.albums import Album
from services.gateway.deciders.errors import NotFound, Outdated, Refused
from services.kernel import commands as c
from services.kernel import events as e

MADE = e.AlbumCreated(album_id="al", name="Lake")
SMART = e.AlbumCreated(album_id="al", name="Dogs", q="dog")
FILLED = e.ImagesAddedToAlbum(album_id="al", image_ids=["a", "b", "c", "d"])
GONE = e.AlbumDeleted(album_id="al")


def album(*events: e.Event) -> Album | None:
    """At positions 1, 2, … of the log."""
    found = None
    for position, event in enumerate(events, 1):
        found = albums.evolve(found, event, position)
    return found


def decided(command: albums.AlbumCommand, *events: e.Event) -> list[e.Event]:
    return albums.decide(command, album(*events), "al")


def then(command: albums.AlbumCommand, *events: e.Event) -> list[str]:
    """The album's order when the command was done."""
    found = album(*events, *decided(command, *events))
    assert found is not None
    return found.in_order()


def move(*images: str, before: str | None, seen: int | None = None) -> c.ReorderAlbum:
    return c.ReorderAlbum(album_id="al", images=list(images), before=before, seen=seen)


@pytest.mark.parametrize(
    ("images", "before", "order"),
    [
        ("c", "a", "cabd"),
        ("a", None, "bcda"),
        ("b", "d", "acbd"),
        ("da", "c", "bdac"),
        ("db", "start", "dbac"),
        ("bc", "c", "abcd"),
        ("dcba", None, "dcba"),
    ],
)
def test_photos_are_moved_before_another(images: str, before: str | None, order: str) -> None:
    assert then(move(*images, before=before), MADE, FILLED) == list(order)


def test_only_what_is_moved_is_told() -> None:
    (moved,) = decided(move("c", "a", before="b"), MADE, FILLED)
    assert isinstance(moved, e.AlbumReordered)
    assert (moved.image_ids, len(moved.ranks)) == (["c", "a"], 2)


def test_what_stands_there_already_is_not_moved() -> None:
    assert decided(move("b", "c", before="d"), MADE, FILLED) == []
    assert decided(move("d", before=None), MADE, FILLED) == []


def test_what_is_added_later_stands_at_the_end() -> None:
    (moved,) = decided(move("a", before=None), MADE, FILLED)
    later = e.ImagesAddedToAlbum(album_id="al", image_ids=["z"])
    found = album(MADE, FILLED, moved, later)
    assert found is not None and found.in_order() == ["b", "c", "d", "a", "z"]


@pytest.mark.parametrize(
    ("events", "command", "error", "says"),
    [
        ([], move("a", before=None), NotFound, "no such album"),
        ([MADE, FILLED, GONE], move("a", before=None), NotFound, "was deleted"),
        ([MADE, FILLED], move("x", before=None), Refused, "not in the album any more"),
        ([MADE, FILLED], move("a", before="x"), Refused, "stand before"),
        ([SMART], move("a", before=None), Refused, "smart album"),
        ([SMART], c.SetAlbumOrder(album_id="al", order="album"), Refused, "no order by hand"),
        ([MADE], c.SetAlbumSearch(album_id="al", q="dog"), Refused, "put into it"),
        ([MADE, FILLED], c.SetCover(album_id="al", image="x"), Refused, "isn’t in it"),
        ([MADE, GONE], c.RenameAlbum(album_id="al", name="Sea"), NotFound, "Restore it first"),
    ],
)
def test_what_is_refused(
    events: list[e.Event], command: albums.AlbumCommand, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        decided(command, *events)


@pytest.mark.parametrize(
    ("command", "meanwhile"),
    [
        (c.RenameAlbum(album_id="al", name="Sea", seen=2), e.AlbumRenamed(album_id="al", name="Pond")),
        (
            c.DescribeAlbum(album_id="al", description="Mine", seen=2),
            e.AlbumDescribed(album_id="al", description="Theirs"),
        ),
        (c.SetCover(album_id="al", image="a", seen=2), e.AlbumCoverSet(album_id="al", image_id="b")),
        (
            move("c", before="a", seen=2),
            e.AlbumReordered(album_id="al", image_ids=["b"], ranks=["0"]),
        ),
        (
            c.SetAlbumOrder(album_id="al", order="taken_at", seen=2),
            e.AlbumOrderSet(album_id="al", order="-taken_at"),
        ),
        (c.DeleteAlbum(album_id="al", seen=2), e.ImagesAddedToAlbum(album_id="al", image_ids=["z"])),
    ],
)
def test_who_saw_an_older_version_is_told(command: albums.AlbumCommand, meanwhile: e.Event) -> None:
    """But not whoever saw the change, or changes something else, or asks for no version."""
    with pytest.raises(Outdated, match="Meanwhile"):
        decided(command, MADE, FILLED, meanwhile)
    seen = command.__class__(**{f: getattr(command, f) for f in command.__struct_fields__ if f != "seen"})
    assert decided(seen, MADE, FILLED, meanwhile)
    assert decided(command, MADE, FILLED)
    if not isinstance(command, c.DeleteAlbum):
        other = e.ImagesAddedToAlbum(album_id="al", image_ids=["z"])
        assert decided(command, MADE, FILLED, other), "adding photos is no quarrel"


def test_who_says_the_same_is_not_told() -> None:
    meanwhile = e.AlbumRenamed(album_id="al", name="Sea")
    assert decided(c.RenameAlbum(album_id="al", name=" Sea ", seen=2), MADE, FILLED, meanwhile) == []


def test_what_was_done_before_does_nothing() -> None:
    assert decided(c.DeleteAlbum(album_id="al", seen=1), MADE, FILLED, GONE) == []
    assert decided(c.RestoreAlbum(album_id="al"), MADE) == []
    assert decided(c.DescribeAlbum(album_id="al", description="  \r\n"), MADE) == []


def test_a_merged_album_gives_its_photos_to_the_end_of_the_other() -> None:
    into = album(
        e.AlbumCreated(album_id="bl", name="Sea"), e.ImagesAddedToAlbum(album_id="bl", image_ids=["b"])
    )
    added, gone = albums.merge("al", album(MADE, FILLED), "bl", into)
    assert added == [e.ImagesAddedToAlbum(album_id="bl", image_ids=["a", "c", "d"])]
    assert gone == [e.AlbumDeleted(album_id="al", into_id="bl")]
    again = albums.merge("al", album(MADE, FILLED, *gone), "bl", into)
    assert again == ([], [])
    with pytest.raises(Refused, match="smart"):
        albums.merge("al", album(SMART), "bl", into)
    with pytest.raises(Refused, match="itself"):
        albums.merge("al", album(MADE), "al", album(MADE))


def test_a_copy_has_everything_and_a_frozen_one_what_was_shown() -> None:
    described = e.AlbumDescribed(album_id="al", description="Wet")
    cover = e.AlbumCoverSet(album_id="al", image_id="b")
    copy = c.DuplicateAlbum(album_id="al", name="Again")
    assert albums.duplicate(copy, album(MADE, FILLED, described, cover), "cl", []) == [
        e.AlbumCreated(album_id="cl", name="Again"),
        e.ImagesAddedToAlbum(album_id="cl", image_ids=["a", "b", "c", "d"]),
        e.AlbumDescribed(album_id="cl", description="Wet"),
        e.AlbumCoverSet(album_id="cl", image_id="b"),
    ]
    smart = albums.duplicate(c.DuplicateAlbum(album_id="al"), album(SMART), "cl", [])
    assert smart == [e.AlbumCreated(album_id="cl", name="Dogs 2", q="dog")]
    frozen = albums.duplicate(c.DuplicateAlbum(album_id="al", frozen=True), album(SMART), "cl", ["x", "y"])
    assert frozen == [
        e.AlbumCreated(album_id="cl", name="Dogs 2"),
        e.ImagesAddedToAlbum(album_id="cl", image_ids=["x", "y"]),
    ]


def undone(*events: e.Event, at: int) -> Album | None:
    """The album when the event at this position was taken back."""
    said = list(enumerate(events, 1))
    back = album_undo.undo(events[at - 1], said[: at - 1], said[at - 1 :])
    return album(*events, *back)


def test_undoing_a_move_puts_back_what_nobody_moved_since() -> None:
    (first,) = decided(move("a", "b", before=None), MADE, FILLED)
    found = undone(MADE, FILLED, first, at=3)
    assert found is not None and found.in_order() == ["a", "b", "c", "d"]
    (later,) = decided(move("b", before="c"), MADE, FILLED, first)
    found = undone(MADE, FILLED, first, later, at=3)
    assert found is not None and found.in_order()[2:] == ["c", "d"], "a is back, and b stays ahead of c"
    gone = e.ImagesRemovedFromAlbum(album_id="al", image_ids=["a"])
    found = undone(MADE, FILLED, first, gone, at=3)
    assert found is not None and found.in_order() == ["b", "c", "d"]


def test_what_was_taken_out_comes_back_to_its_place() -> None:
    gone = e.ImagesRemovedFromAlbum(album_id="al", image_ids=["b"])
    found = undone(MADE, FILLED, gone, at=3)
    assert found is not None and found.in_order() == ["a", "b", "c", "d"]


def test_a_later_word_stays() -> None:
    one = e.AlbumDescribed(album_id="al", description="One")
    two = e.AlbumDescribed(album_id="al", description="Two")
    found = undone(MADE, one, two, at=2)
    assert found is not None and found.description == "Two"
    found = undone(MADE, one, two, at=3)
    assert found is not None and found.description == "One"
