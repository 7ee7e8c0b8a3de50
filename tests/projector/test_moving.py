"""A photo folder that has got another path: all that is known below the former one is known below the new one."""

from services.domain.files.events import FileAdded, FileMissing, ImageImported, ScanStarted, SidecarRead
from services.domain.files.rejections import FileRejected
from services.domain.files.sources import RootMove, SourceMoved
from tests.support.given import given

FILES = "SELECT root, path, image_id, missing FROM file ORDER BY 1, 2"


def added(image: str, root: str, path: str) -> FileAdded:
    return FileAdded(image_id=image, root=root, path=path, size=1, mtime_ns=1)


def moved(*moves: tuple[str, str]) -> SourceMoved:
    return SourceMoved(moves=[RootMove(former=former, root=root) for former, root in moves])


def test_files_sidecars_and_failures_move() -> None:
    """With what is known of each: a missing file stays missing."""
    events = [
        added("a", "/old", "1999/a.jpg"),
        added("b", "/old", "b.jpg"),
        added("c", "/other", "c.jpg"),
        FileMissing(image_id="b", root="/old", path="b.jpg"),
        SidecarRead(image_id="a", root="/old", path="1999/a.xmp", size=1, mtime_ns=1, kind="xmp"),
        FileRejected(root="/old", path="d.jpg", size=0, mtime_ns=1, reason="The file is empty."),
        moved(("/old", "/new")),
    ]
    result = given(*events)
    result.then(FILES, ("/new", "1999/a.jpg", "a", 0), ("/new", "b.jpg", "b", 1), ("/other", "c.jpg", "c", 0))
    result.then("SELECT image_id, root, path FROM sidecar", ("a", "/new", "1999/a.xmp"))
    result.then("SELECT full_path FROM problem", ("/new/d.jpg",))


def test_the_former_folder_is_no_source_any_more() -> None:
    events = [ScanStarted(roots=["/old"]), ScanStarted(roots=["/new"]), moved(("/old", "/new"))]
    given(*events).then("SELECT root FROM source", ("/new",))


def test_two_folders_change_places() -> None:
    events = [
        ScanStarted(roots=["/one", "/two"]),
        added("a", "/one", "x.jpg"),
        added("b", "/two", "x.jpg"),
        added("c", "/two", "y.jpg"),
        moved(("/one", "/two"), ("/two", "/one")),
    ]
    result = given(*events)
    result.then(FILES, ("/one", "x.jpg", "b", 0), ("/one", "y.jpg", "c", 0), ("/two", "x.jpg", "a", 0))
    result.then("SELECT root FROM source", ("/one",), ("/two",))


def test_three_folders_change_places() -> None:
    events = [added(name, f"/{name}", "x.jpg") for name in "abc"]
    result = given(*events, moved(("/a", "/b"), ("/b", "/c"), ("/c", "/a")))
    result.then(FILES, ("/a", "x.jpg", "c", 0), ("/b", "x.jpg", "a", 0), ("/c", "x.jpg", "b", 0))


def test_what_comes_to_the_former_path_later_stays_there() -> None:
    events = [added("a", "/old", "a.jpg"), moved(("/old", "/new")), added("b", "/old", "a.jpg")]
    given(*events).then(FILES, ("/new", "a.jpg", "a", 0), ("/old", "a.jpg", "b", 0))


def test_files_take_the_place_of_those_with_the_same_path() -> None:
    """The folder is known below the new path from an earlier time."""
    events = [added("a", "/new", "a.jpg"), added("b", "/old", "a.jpg"), added("c", "/new", "c.jpg")]
    given(*events, moved(("/old", "/new"))).then(FILES, ("/new", "a.jpg", "b", 0), ("/new", "c.jpg", "c", 0))


def test_there_and_back_again() -> None:
    events = [added("a", "/one", "a.jpg"), moved(("/one", "/two")), moved(("/two", "/one"))]
    given(*events).then(FILES, ("/one", "a.jpg", "a", 0))


def test_halves_of_a_live_photo_meet() -> None:
    """The photo lay in one folder and its film in another, and then in one: the film is shown with the photo."""
    halves = [
        ImageImported(
            image_id=image,
            format=name,
            size=1,
            width=4,
            height=3,
            colour="#000000",
            taken_at="2020-05-17T10:00:00",
            taken_at_source="exif",
            duration_s=seconds,
        )
        for image, name, seconds in (("photo", "JPEG", None), ("film", "MOV", 2.0))
    ]
    files = [added("photo", "/one", "IMG_1.JPG"), added("film", "/two", "IMG_1.MOV")]
    visible = "SELECT image_id FROM image WHERE visible = 1 ORDER BY 1"
    given(*halves, *files).then(visible, ("film",), ("photo",))
    given(*halves, *files, moved(("/two", "/one"))).then(visible, ("photo",))
