"""What counts as a disk that is away, and what only as folders that are no longer looked at."""

import pytest

from services.gateway.queries.reads import FileRow
from services.gateway.running import guard


def before(*folders: str, each: int = 30) -> dict[str, FileRow]:
    return {f"{folder}/{n}.jpg": FileRow(f"{folder}{n}", 1, 1) for folder in folders for n in range(each)}


def test_photos_in_folders_that_are_left_out_now_say_nothing_about_the_disk() -> None:
    """An earlier version showed a library's thumbnails: two thirds of its photos, and they may go."""
    held = before("X.photoslibrary/originals", "X.photoslibrary/resources/a", "X.photoslibrary/private")
    seen = {path for path in held if "originals" in path}
    told = ["X.photoslibrary/resources", "X.photoslibrary/private"]
    assert {path for path, _ in guard.missing(held, seen, [], told)} == held.keys() - seen
    with pytest.raises(guard.MostlyGone, match="60 of 90"):
        guard.missing(held, seen, [])


def test_the_rest_is_guarded_as_before() -> None:
    """Thumbnails that are left out excuse nothing beside them, and names that only begin alike are no excuse."""
    held = before("@eaDir", "Anna", "@eaDirs")
    with pytest.raises(guard.MostlyGone, match="60 of 60"):
        guard.missing(held, (), [], ["@eaDir"])
    assert guard.missing(before("@eaDir"), (), [], ["@eaDir"]) != []
    assert guard.missing(held, (), [""], ["@eaDir"]) == []
