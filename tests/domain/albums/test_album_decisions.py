"""What may be done with an album, the resulting events, and who is told that it has changed meanwhile."""

import msgspec
import pytest

from services.domain.albums.album import Album
from services.domain.albums.combining import DuplicateAlbum, MergeAlbums
from services.domain.albums.commands import (
    AlbumChange,
    DeleteAlbum,
    DescribeAlbum,
    RenameAlbum,
    RestoreAlbum,
    SetAlbumOrder,
    SetAlbumSearch,
    SetCover,
)
from services.domain.albums.contents import ReorderAlbum
from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumOrderSet,
    AlbumRenamed,
    AlbumReordered,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
    evolve,
)
from services.domain.subject import Event, InStream, NotFound, Outdated, Recorded, Refused

MADE = AlbumCreated(album_id="al", name="Lake")
SMART = AlbumCreated(album_id="al", name="Dogs", q="dog")
FILLED = ImagesAddedToAlbum(album_id="al", image_ids=["a", "b", "c", "d"])
GONE = AlbumDeleted(album_id="al")


def album(*events: Event) -> Album | None:
    """Replays the events at positions 1, 2, … of the log."""
    found = None
    for position, event in enumerate(events, 1):
        found = evolve(found, event, position)
    return found


def decided(command: AlbumChange, *events: Event) -> list[Event]:
    return command.decided(album(*events))


def then(command: AlbumChange, *events: Event) -> list[str]:
    """The album's order after the command."""
    found = album(*events, *decided(command, *events))
    assert found is not None
    return found.in_order()


def move(*images: str, before: str | None, seen: int | None = None) -> ReorderAlbum:
    return ReorderAlbum(album_id="al", images=list(images), before=before, seen=seen)


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
    assert isinstance(moved, AlbumReordered)
    assert (moved.image_ids, len(moved.ranks)) == (["c", "a"], 2)


def test_what_stands_there_already_is_not_moved() -> None:
    assert decided(move("b", "c", before="d"), MADE, FILLED) == []
    assert decided(move("d", before=None), MADE, FILLED) == []


def test_what_is_added_later_stands_at_the_end() -> None:
    (moved,) = decided(move("a", before=None), MADE, FILLED)
    later = ImagesAddedToAlbum(album_id="al", image_ids=["z"])
    found = album(MADE, FILLED, moved, later)
    assert found is not None and found.in_order() == ["b", "c", "d", "a", "z"]


@pytest.mark.parametrize(
    ("events", "command", "error", "says"),
    [
        ([], move("a", before=None), NotFound, "no such album"),
        ([MADE, FILLED, GONE], move("a", before=None), NotFound, "was deleted"),
        ([MADE, FILLED], move("x", before=None), Refused, "not in the album any more"),
        ([MADE, FILLED], move("a", before="x"), Refused, "placed before"),
        ([SMART], move("a", before=None), Refused, "smart album"),
        ([SMART], SetAlbumOrder(album_id="al", order="album"), Refused, "no manual order"),
        ([MADE], SetAlbumSearch(album_id="al", q="dog"), Refused, "photos added to it"),
        ([MADE, FILLED], SetCover(album_id="al", image="x"), Refused, "isn’t in it"),
        ([MADE, GONE], RenameAlbum(album_id="al", name="Sea"), NotFound, "Restore it first"),
    ],
)
def test_what_is_refused(
    events: list[Event], command: AlbumChange, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        decided(command, *events)


@pytest.mark.parametrize(
    ("command", "meanwhile"),
    [
        (RenameAlbum(album_id="al", name="Sea", seen=2), AlbumRenamed(album_id="al", name="Pond")),
        (
            DescribeAlbum(album_id="al", description="Mine", seen=2),
            AlbumDescribed(album_id="al", description="Theirs"),
        ),
        (SetCover(album_id="al", image="a", seen=2), AlbumCoverSet(album_id="al", image_id="b")),
        (
            move("c", before="a", seen=2),
            AlbumReordered(album_id="al", image_ids=["b"], ranks=["0"]),
        ),
        (
            SetAlbumOrder(album_id="al", order="album", seen=2),
            AlbumOrderSet(album_id="al", order="-taken_at"),
        ),
        (DeleteAlbum(album_id="al", seen=2), ImagesAddedToAlbum(album_id="al", image_ids=["z"])),
    ],
)
def test_who_saw_an_older_version_is_told(command: AlbumChange, meanwhile: Event) -> None:
    """But not if the change was seen, if something else is changed, or if no version is given."""
    with pytest.raises(Outdated, match="Meanwhile"):
        decided(command, MADE, FILLED, meanwhile)
    for seen in (None, 3):
        assert decided(msgspec.structs.replace(command, seen=seen), MADE, FILLED, meanwhile)
    assert decided(command, MADE, FILLED)
    if not isinstance(command, DeleteAlbum):
        other = ImagesAddedToAlbum(album_id="al", image_ids=["z"])
        assert decided(command, MADE, FILLED, other), "adding photos is no quarrel"


def test_who_says_the_same_is_not_told() -> None:
    meanwhile = AlbumRenamed(album_id="al", name="Sea")
    assert decided(RenameAlbum(album_id="al", name=" Sea ", seen=2), MADE, FILLED, meanwhile) == []


def test_what_was_done_before_does_nothing() -> None:
    assert decided(DeleteAlbum(album_id="al", seen=1), MADE, FILLED, GONE) == []
    assert decided(RestoreAlbum(album_id="al"), MADE) == []
    assert decided(DescribeAlbum(album_id="al", description="  \r\n"), MADE) == []


def test_a_merged_album_gives_its_photos_to_the_end_of_the_other() -> None:
    into = album(AlbumCreated(album_id="bl", name="Sea"), ImagesAddedToAlbum(album_id="bl", image_ids=["b"]))
    merge = MergeAlbums(album_id="al", into="bl")
    added, gone = merge.decided(album(MADE, FILLED), into)
    assert added == ImagesAddedToAlbum(album_id="bl", image_ids=["a", "c", "d"])
    assert gone == AlbumDeleted(album_id="al", into_id="bl")
    assert merge.decided(album(MADE, FILLED, gone), into) == []
    with pytest.raises(Refused, match="smart"):
        merge.decided(album(SMART), into)
    with pytest.raises(Refused, match="itself"):
        MergeAlbums(album_id="al", into="al").decided(album(MADE), album(MADE))


def test_a_copy_has_everything_and_a_frozen_one_what_was_shown() -> None:
    described = AlbumDescribed(album_id="al", description="Wet")
    cover = AlbumCoverSet(album_id="al", image_id="b")
    copy = DuplicateAlbum(album_id="al", name="Again")
    assert copy.decided(album(MADE, FILLED, described, cover), "cl") == [
        AlbumCreated(album_id="cl", name="Again"),
        ImagesAddedToAlbum(album_id="cl", image_ids=["a", "b", "c", "d"]),
        AlbumDescribed(album_id="cl", description="Wet"),
        AlbumCoverSet(album_id="cl", image_id="b"),
    ]
    smart = DuplicateAlbum(album_id="al").decided(album(SMART), "cl")
    assert smart == [AlbumCreated(album_id="cl", name="Dogs 2", q="dog")]
    frozen = DuplicateAlbum(album_id="al", frozen=True).decided(album(SMART), "cl", ["x", "y"])
    assert frozen == [
        AlbumCreated(album_id="cl", name="Dogs 2"),
        ImagesAddedToAlbum(album_id="cl", image_ids=["x", "y"]),
    ]


@pytest.mark.parametrize(
    ("frozen", "results", "kept"), [(False, [], True), (True, ["b"], True), (True, ["x"], False)]
)
def test_a_copy_of_a_smart_album_has_its_cover_unless_it_shows_other_photos(
    frozen: bool, results: list[str], kept: bool
) -> None:
    smart = album(SMART, AlbumCoverSet(album_id="al", image_id="b"))
    copy = DuplicateAlbum(album_id="al", frozen=frozen).decided(smart, "cl", results)
    assert (AlbumCoverSet(album_id="cl", image_id="b") in copy) == kept


@pytest.mark.parametrize(
    ("events", "opens"),
    [
        ([MADE], "taken_at"),
        ([SMART], "-taken_at"),
        ([MADE, AlbumOrderSet(album_id="al", order="-taken_at")], "-taken_at"),
        ([SMART, AlbumOrderSet(album_id="al", order="taken_at")], "taken_at"),
    ],
)
def test_the_order_in_which_an_album_opens_is_not_set_again(events: list[Event], opens: str) -> None:
    for order in ("taken_at", "-taken_at"):
        new = decided(SetAlbumOrder(album_id="al", order=order), *events)
        assert new == ([] if order == opens else [AlbumOrderSet(album_id="al", order=order)])


def undone(*events: Event, at: int) -> Album | None:
    """The album after undoing the event at this position."""
    rows = [Recorded(position, event) for position, event in enumerate(events, 1)]
    back = events[at - 1].undo(InStream(rows[: at - 1], rows[at - 1], rows[at:]))
    return album(*events, *back)


def test_undoing_a_move_puts_back_what_nobody_moved_since() -> None:
    (first,) = decided(move("a", "b", before=None), MADE, FILLED)
    found = undone(MADE, FILLED, first, at=3)
    assert found is not None and found.in_order() == ["a", "b", "c", "d"]
    (later,) = decided(move("b", before="c"), MADE, FILLED, first)
    found = undone(MADE, FILLED, first, later, at=3)
    assert found is not None and found.in_order()[2:] == ["c", "d"], "a is back, and b stays ahead of c"
    gone = ImagesRemovedFromAlbum(album_id="al", image_ids=["a"])
    found = undone(MADE, FILLED, first, gone, at=3)
    assert found is not None and found.in_order() == ["b", "c", "d"]


def test_what_was_taken_out_comes_back_to_its_place() -> None:
    gone = ImagesRemovedFromAlbum(album_id="al", image_ids=["b"])
    found = undone(MADE, FILLED, gone, at=3)
    assert found is not None and found.in_order() == ["a", "b", "c", "d"]


def test_a_later_word_stays() -> None:
    one = AlbumDescribed(album_id="al", description="One")
    two = AlbumDescribed(album_id="al", description="Two")
    found = undone(MADE, one, two, at=2)
    assert found is not None and found.description == "Two"
    found = undone(MADE, one, two, at=3)
    assert found is not None and found.description == "One"
