"""When a scan may start, which unchanged files it looks at again, and which photo is an edit of another."""

import pytest

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum, ImagesRemovedFromAlbum
from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.duplicates.distinct import DistinctSet
from services.domain.estate import Apart, Estate
from services.domain.failure import Problem
from services.domain.files.commands import RetryRejected, ScanLibrary
from services.domain.files.editing import ConfirmEdit
from services.domain.files.events import FileReplaced, ScanStarted
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.domain.problems.events import FileAt
from services.domain.subject import Command, NotFound, Refused
from tests.support.library import Library, ProblemRow, after

ROOTS = ["/photos", "/more"]
ONE = FileAt(root="/photos", path="sub/one.jpg")
TWO = FileAt(root="/more", path="two.jpg")
ODD = "The picture is too odd."
SHUT = "The folder can't be read (Permission denied)."


def file(root: str, path: str, kind: str = "file") -> Problem:
    return Problem(kind, root, path, None, None)


async def with_problems() -> Library:
    """Files that could not be shown: two, one that is ignored, and one in a folder that is no longer set; a folder that
    can't be read, and a photo that a model failed on."""
    library = await after()
    library.roots = ROOTS
    library.problem_rows = [
        ProblemRow(file("/photos", "sub/one.jpg")),
        ProblemRow(file("/more", "two.jpg"), ODD),
        ProblemRow(file("/photos", "ignored.jpg"), ODD, ignored=True),
        ProblemRow(file("/old", "three.jpg"), ODD),
        ProblemRow(file("/photos", "locked", "folder"), SHUT),
        ProblemRow(Problem("image", None, None, "a", "first"), ODD),
    ]
    return library


async def test_a_scan_looks_through_all_folders() -> None:
    """It names no file to look at again."""
    await (await with_problems()).decides(ScanLibrary(), ScanStarted(roots=ROOTS))


async def test_each_scan_records_the_computers_time_zone() -> None:
    library = await with_problems()
    library.zone = "Asia/Tokyo"
    await library.decides(ScanLibrary(), ScanStarted(roots=ROOTS, zone="Asia/Tokyo"))
    await library.decides(
        RetryRejected(paths=["/photos/sub/one.jpg"]),
        ScanStarted(roots=ROOTS, again=[ONE], zone="Asia/Tokyo"),
    )


@pytest.mark.parametrize("command", [ScanLibrary(), RetryRejected(), RetryRejected(paths=["/photos/x.jpg"])])
async def test_without_a_folder_there_is_nothing_to_scan(command: Command) -> None:
    """The sentence tells how to set one; no field of the command is to blame."""
    library = await after()
    library.roots = []
    await library.refuses(command, Refused, None, "start Albumen with one (albumen up FOLDER)")


@pytest.mark.parametrize(
    ("command", "again"),
    [
        (RetryRejected(), [ONE, TWO]),
        (RetryRejected(paths=["/more/two.jpg", "/photos/gone.jpg"]), [TWO]),
        (RetryRejected(reason=ODD), [TWO]),
        (RetryRejected(paths=["/photos/sub/one.jpg"], reason="The file is empty."), [ONE]),
        (RetryRejected(paths=["/photos/locked"]), []),
        (RetryRejected(reason=SHUT), []),
    ],
)
async def test_a_retry_is_a_scan_that_looks_at_those_files_again(
    command: RetryRejected, again: list[FileAt]
) -> None:
    """By default all that are not ignored; only in folders that are set. A scan looks into folders that can't be read
    anyway, so it names none of them."""
    await (await with_problems()).decides(command, ScanStarted(roots=ROOTS, again=again))


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (RetryRejected(paths=["/photos/gone.jpg"]), "paths"),
        (RetryRejected(paths=["/photos/ignored.jpg"]), "paths"),
        (RetryRejected(paths=["/old/three.jpg"]), "paths"),
        (RetryRejected(paths=["/more/two.jpg"], reason=SHUT), "paths"),
        (RetryRejected(reason="Something else."), None),
    ],
)
async def test_what_is_not_left_is_not_retried(command: RetryRejected, field: str | None) -> None:
    """Or is ignored, or belongs to no folder that is set."""
    await (await with_problems()).refuses(command, NotFound, field, "There are no more unreadable files")


async def test_when_nothing_failed_there_is_nothing_to_retry() -> None:
    await (await after()).refuses(RetryRejected(), NotFound, None, "There are no more unreadable files")


@pytest.mark.parametrize("command", [ScanLibrary(), RetryRejected()])
async def test_a_scan_is_not_undone(command: Command) -> None:
    """What it found is in the folders."""
    library = await with_problems()
    scan = await library.append(command, await command.decide(library))
    assert command.FINAL
    await library.refuses_undo(scan, "can't be undone (scan started)")


async def saved_over() -> Library:
    """`b` has taken the place of `a`, which is in an album, hidden, dated, and neither a cat nor anything but a dog."""
    replaced = FileReplaced(
        image_id="b", previous_image_id="a", root="/photos", path="x.jpg", size=9, mtime_ns=2
    )
    library = await after(AlbumCreated(album_id="lake", name="Lake"), replaced)
    decisions = [("cat", False), ("dog", True)]
    library.estates["a"] = Estate(
        albums=["lake"],
        decisions=decisions,
        taken_at="1999-05-04T12:00:00",
        hidden=True,
        apart=[Apart(others=["c"]), Apart(others=["b"])],
    )
    return library


async def test_an_edit_that_a_person_confirms_inherits_everything() -> None:
    """One Undo takes all of it back."""
    library = await saved_over()
    command = await library.decides(
        ConfirmEdit(image="b", former="a"),
        ImagesAddedToAlbum(album_id="lake", image_ids=["b"]),
        ImagesHidden(image_ids=["b"]),
        CategoryRejected(image_id="b", category_id="cat"),
        CategoryAssigned(image_id="b", category_id="dog"),
        DateCorrected(image_id="b", taken_at="1999-05-04T12:00:00"),
        DistinctSet(image_ids=["b", "c"]),
    )
    await library.undoes(
        command,
        DistinctSet(image_ids=["b", "c"], distinct=False),
        DateCorrected(image_id="b", taken_at=None),
        CategoryCleared(image_id="b", category_id="dog"),
        CategoryCleared(image_id="b", category_id="cat"),
        ImagesUnhidden(image_ids=["b"]),
        ImagesRemovedFromAlbum(album_id="lake", image_ids=["b"]),
    )


async def test_what_people_gave_the_edit_itself_stays() -> None:
    library = await saved_over()
    library.estates["b"] = Estate(
        albums=["lake"],
        decisions=[("cat", True)],
        taken_at="2001-01-01",
        hidden=True,
        apart=[Apart(others=["c"])],
    )
    await library.decides(
        ConfirmEdit(image="b", former="a"), CategoryAssigned(image_id="b", category_id="dog")
    )


async def test_only_what_took_a_photo_s_place_can_be_its_edit() -> None:
    library = await saved_over()
    await library.refuses(ConfirmEdit(image="c", former="a"), Refused, "former", "is not a newer version")
    await library.refuses(ConfirmEdit(image="a", former="b"), Refused, "former", "is not a newer version")
    await library.refuses(ConfirmEdit(image="b", former="gone"), NotFound, "images", "no photo with the id")
