"""What counts as a disk that is away, and what only as folders that are no longer looked at."""

from pathlib import Path

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


@pytest.mark.parametrize(
    ("held", "gone", "asks"),
    [(3, 3, False), (20, 20, False), (21, 21, True), (25, 20, False), (41, 21, True), (42, 21, False)],
)
def test_more_than_a_few_and_more_than_half_are_in_question(held: int, gone: int, asks: bool) -> None:
    """A folder of three may be emptied, and of many photos half may go at once."""
    files = before("a", each=held)
    seen = sorted(files)[gone:]
    if asks:
        with pytest.raises(guard.MostlyGone, match=f"^{gone} of {held} photos$"):
            guard.missing(files, seen, [])
    else:
        assert len(guard.missing(files, seen, [])) == gone


def test_what_is_known_to_be_deleted_is_in_no_question() -> None:
    """It is missing, but neither part of what is gone nor of what there was."""
    files = before("a", "b", "c")
    copies = {path for path in files if path[0] in "bc"}
    assert {path for path, _ in guard.missing(files, files.keys() - copies, [], [], copies)} == copies
    with pytest.raises(guard.MostlyGone, match="30 of 30") as raised:
        guard.missing(files, (), [], [], copies)
    assert {path for path, _ in raised.value.lost} == files.keys()


def gone(files: dict[str, FileRow]) -> guard.MostlyGone:
    with pytest.raises(guard.MostlyGone) as raised:
        guard.missing(files, (), [])
    return raised.value


def test_the_same_absences_are_the_same_question() -> None:
    """In any order; another photo, another place, one more or another root is another question."""
    files, root = before("a", "b"), Path("/photos")
    same = dict(reversed(files.items()))
    moved = {("c" + path[1:] if path == "a/0.jpg" else path): row for path, row in files.items()}
    edited = files | {"a/0.jpg": FileRow("edited", 1, 1)}
    fewer = {path: row for path, row in files.items() if path != "a/0.jpg"}
    question = gone(files).question(root)
    assert gone(same).question(root) == question
    others = [gone(one).question(root) for one in (moved, edited, fewer)]
    assert len({question, gone(files).question(Path("/more")), *others}) == 5


def test_the_folder_that_all_of_them_were_in() -> None:
    assert gone(before("2019/Italy/Rome", "2019/Italy/Rome 2", "2019/Italy")).below == "2019/Italy"
    assert gone(before("2019/Italy", "2018")).below == ""
    assert gone({f"{n}.jpg": FileRow(str(n), 1, 1) for n in range(30)}).below == ""
