"""What a person decides about duplicates: which folders win, which copy stays, and that the best of each group does."""

import pytest

from services.domain.copies import WorseCopies
from services.domain.duplicates.best import KeepBest
from services.domain.duplicates.copies import CopyKept, KeepCopy
from services.domain.duplicates.distinct import DistinctSet, SetDistinct
from services.domain.duplicates.folders import FoldersPreferred, PreferFolders
from services.domain.erasure import Erasure
from services.domain.photos.bin import TrashedSet
from services.domain.photos.hiding import HideImages, ImagesHidden, ImagesUnhidden
from services.domain.subject import NotFound, Outdated, Refused
from tests.support.library import after

A, B, C = (f"/photos/{name}" for name in "ABC")
WORSE = WorseCopies(["a", "b"], 3000, 2)


def wins(*folders: str) -> FoldersPreferred:
    return FoldersPreferred(folders=list(folders))


@pytest.mark.parametrize(
    ("folders", "up", "down", "then"),
    [
        ([A, B, C], None, None, [A, B, C]),
        ([A, B, A], None, None, [A, B]),
        ([A, B, C], B, None, [B, A, C]),
        ([A, B, C], A, None, [A, B, C]),
        ([A], C, None, [A, C]),
        ([], C, None, [C]),
        ([A, B, C], None, A, [B, A, C]),
        ([A, B, C], None, B, [A, C, B]),
        ([A, B, C], None, C, [A, B]),
        ([A], None, A, []),
        ([A], None, C, [A]),
    ],
)
async def test_a_folder_is_moved_by_a_place(
    folders: list[str], up: str | None, down: str | None, then: list[str]
) -> None:
    """Up from below the line it joins those that win as the last; down from the last place it leaves them."""
    await (await after()).decides(PreferFolders(folders=folders, up=up, down=down), wins(*then))


async def test_undo_brings_the_former_order_back() -> None:
    library = await after()
    first = await library.decides(PreferFolders(folders=[A, B]), wins(A, B))
    second = await library.decides(PreferFolders(folders=[B]), wins(B))
    await library.refuses_undo(first, "nothing left to undo")
    await library.undoes(second, wins(A, B))


async def test_only_folders_of_photos_win() -> None:
    library = await after()
    await library.decides(PreferFolders(folders=["/photos"]), wins("/photos"))
    for folder in ("/photographs", "/", "relative"):
        await library.refuses(
            PreferFolders(folders=[folder]), NotFound, "folders", "none of the photo folders"
        )


async def test_a_copy_that_is_there_is_chosen() -> None:
    library = await after()
    library.files["a"] = ["/photos/1.jpg", "/photos/2.jpg"]
    kept = CopyKept(image_id="a", path="/photos/2.jpg")
    await library.decides(KeepCopy(image="a", path="/photos/2.jpg"), kept)
    every = await library.decides(KeepCopy(image="a", every=True), CopyKept(image_id="a", every=True))
    await library.undoes(every, kept)
    await library.decides(KeepCopy(image="a"), CopyKept(image_id="a"))
    await library.refuses(
        KeepCopy(image="a", path="/photos/3.jpg"), NotFound, "path", "no file at /photos/3.jpg"
    )
    await library.refuses(KeepCopy(image="nobody"), NotFound, "images", "no photo")


async def test_photos_are_no_duplicates_until_that_is_taken_back() -> None:
    """Undo brings back what was said of the same photos in the same way; what is said of one of them is apart."""
    library = await after()
    every, no_longer = (
        DistinctSet(image_ids=["a", "b", "c"], distinct=distinct) for distinct in (True, False)
    )
    one = DistinctSet(image_ids=["a", "b", "c"], image_id="b")
    first = await library.decides(SetDistinct(images=["c", "a", "b", "a"]), every)
    await library.decides(SetDistinct(images=["a", "b", "c"], image="b"), one)
    back = await library.decides(SetDistinct(images=["a", "b", "c"], distinct=False), no_longer)
    await library.undoes(back, every)
    await library.refuses_undo(first, "nothing left to undo")
    other = await library.decides(SetDistinct(images=["a", "b"]), DistinctSet(image_ids=["a", "b"]))
    await library.undoes(other, DistinctSet(image_ids=["a", "b"], distinct=False))


async def test_one_photo_is_no_duplicate_of_itself() -> None:
    library = await after()
    await library.refuses(SetDistinct(images=["a", "a"]), Refused, "images", "two photos or more")
    await library.refuses(SetDistinct(images=["a", "b"], image="c"), Refused, "image", "not one of these")
    await library.refuses(SetDistinct(images=["a", "nobody"]), NotFound, "images", "no photo")


def test_what_was_said_of_two_photos_goes_with_one_of_them() -> None:
    said = DistinctSet(image_ids=["a", "b", "c"], image_id="b")
    assert said.without(Erasure(frozenset("c"), frozenset())) == DistinctSet(
        image_ids=["a", "b"], image_id="b"
    )
    for gone in ("b", "ac"):
        assert said.without(Erasure(frozenset(gone), frozenset())) is None


async def test_the_best_of_each_group_stays() -> None:
    """One event, and one undo, which leaves hidden what was so before."""
    library = await after()
    library.worse = WORSE
    await library.decides(HideImages(images=["a"]), ImagesHidden(image_ids=["a"]))
    done = await library.decides(KeepBest(seen=WORSE.digest), ImagesHidden(image_ids=["a", "b"]))
    await library.undoes(done, ImagesUnhidden(image_ids=["b"]))


async def test_or_they_are_moved_to_the_bin() -> None:
    library = await after()
    library.worse = WORSE
    done = await library.decides(KeepBest(by="bin"), TrashedSet(image_ids=["a", "b"], trashed=True))
    await library.undoes(done, TrashedSet(image_ids=["a", "b"], trashed=None))


async def test_what_nobody_has_seen_is_not_hidden() -> None:
    library = await after()
    library.worse = WORSE
    other = WorseCopies(["b"], 1, 1)
    assert other.digest != WORSE.digest
    await library.refuses(KeepBest(seen=other.digest), Outdated, "seen", "have changed")
    library.worse = WorseCopies([], 0, 0)
    await library.refuses(KeepBest(seen=WORSE.digest), Refused, None, "no such photos")
