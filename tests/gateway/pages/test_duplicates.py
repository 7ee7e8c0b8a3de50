"""What the page, the lists and the script say about copies; the script is run by a real shell on real files."""

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.files.events import FileAdded, FileMissing, ImageImported, ScanFinished, ScanStarted
from services.domain.photos.hiding import ImagesHidden
from services.domain.subject import Event
from services.gateway.queries import duplicates as query
from services.gateway.queries.similar import ALIKE, AlikeSearch, Item, distance
from services.gateway.reading.pixels import as_preview
from services.kernel.paths import preview_path, to_text
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import HOSTILE, image_id
from tests.support.given import JOB, by
from tests.support.one_line import one_line
from tests.support.stack import Stack, stack
from tests.support.text_pages import letter, saved_again
from tests.support.waiting import PATIENCE_S, eventually

NAMES = [
    "plain.jpg",
    'it\'s “quoted” "twice" `id` $HOME.jpg',
    "-rf.jpg",
    "two\nlines.jpg",
    "back\\slash; rm -rf ~.jpg",
    "nicht-utf8-\udcff\udc80.jpg",
    HOSTILE.replace("/", "_"),
    "'",
]
SHELLS = [shell for shell in ("sh", "dash", "bash", "zsh", "busybox") if shutil.which(shell)]


class Library:
    """An album to which tests add photos; the events are written when `told` is awaited."""

    def __init__(self, album: Stack) -> None:
        self._album, self._events = album, list[Event]()
        self.root = album.settings.photos[0]

    def photo(self, number: int, paths: Sequence[str] = (), **fields: Any) -> str:
        """`paths`: below the root, as Python strings; defaults to a single one. `taken_ms` and `phash` are numbers
        here."""
        moment = fields.pop("taken_ms", 1_600_000_000_000 + number * 3_600_000)
        phash = fields.pop("phash", None)
        facts: dict[str, Any] = {
            "format": "JPEG", "size": 1000, "width": 400, "height": 300, "colour": "#804020",
            "taken_at": datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")[:23],
            "taken_at_source": "exif", "phash": None if phash is None else f"{phash % 2**64:016x}",
        } | fields  # fmt: skip
        self._events.append(ImageImported(image_id=image_id(number), **facts))
        for path in paths or [f"IMG_{number}.jpg"]:
            self.place(image_id(number), path, size=facts["size"])
        return image_id(number)

    def place(self, key: str, path: str, root: Path | None = None, **fields: Any) -> None:
        at: dict[str, Any] = {"image_id": key, "root": str(root or self.root), "path": to_text(path)}
        self._events.append(FileAdded(**at, **({"size": 1000, "mtime_ns": 5} | fields)))

    def lose(self, key: str, *paths: str) -> None:
        """The copies at these paths are missing."""
        root = str(self.root)
        self._events += [FileMissing(image_id=key, root=root, path=to_text(path)) for path in paths]

    def hide(self, key: str) -> None:
        self._events.append(ImagesHidden(image_ids=[key]))

    async def told(self) -> None:
        events, self._events = self._events, []
        await self._album.tell(*events)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    photos = tmp_path / "photos"
    photos.mkdir()
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(photos,))


@pytest.fixture
def client(album: Stack) -> httpx.AsyncClient:
    return album.client


@pytest.fixture
def library(album: Stack) -> Library:
    return Library(album)


async def everything(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/duplicates")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_library_without_copies_says_so_in_a_sentence(
    client: httpx.AsyncClient, library: Library
) -> None:
    library.photo(1, phash=5)
    await library.told()
    assert await everything(client) == {"exact": [], "near": [], "bursts": [], "wasted": 0, "distinct": []}
    text = one_line((await client.get("/duplicates")).text)
    assert "Every photo here is one of a kind." in text
    assert "<form" not in text.split("<main")[1]


async def test_before_there_are_tables_there_are_no_copies(settings: Settings) -> None:
    async with stack(settings, projector=False) as bare:
        assert (await bare.client.get("/duplicates")).status_code == 200


async def test_one_url_serves_the_page_and_its_inside(client: httpx.AsyncClient, library: Library) -> None:
    library.photo(1, ["a.jpg", "b.jpg"])
    await library.told()
    whole = await client.get("/duplicates")
    inside = await client.get("/duplicates", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert whole.text.startswith("<!doctype html>")
    assert inside.text.lstrip().startswith("<main")
    assert 'aria-current="page"' in whole.text.split('href="/duplicates"')[1][:30]


async def test_exact_copies_are_told_with_what_they_waste(
    client: httpx.AsyncClient, library: Library
) -> None:
    """The shortest path is kept; among equally long ones the older file."""
    library.photo(1, ["long/name.jpg", "b.jpg"], size=3_000_000)
    library.place(image_id(1), "a.jpg", size=3_000_000, mtime_ns=9)
    library.photo(2, ["x/1.jpg", "y/1.jpg"], size=10)
    library.photo(3)
    await library.told()
    found = await everything(client)
    assert [one["image_id"] for one in found["exact"]] == [image_id(1), image_id(2)]
    assert found["exact"][0] == {
        "image_id": image_id(1),
        "files": [f"{library.root}/{name}" for name in ("b.jpg", "a.jpg", "long/name.jpg")],
        "size": 3_000_000,
        "wasted": 6_000_000,
    }
    assert found["wasted"] == 6_000_010
    text = one_line((await client.get("/duplicates")).text)
    assert "3 files are copies: 6.0 MB" in text
    for name in ("b.jpg", "a.jpg", "long/name.jpg"):
        assert f'<code dir="auto">{library.root}/{name}</code>' in text


async def test_a_copy_that_is_gone_wastes_nothing(client: httpx.AsyncClient, library: Library) -> None:
    library.photo(1, ["IMG_1.jpg", "gone.jpg"])
    library.lose(image_id(1), "gone.jpg")
    await library.told()
    assert (await everything(client))["exact"] == []


async def test_one_place_seen_through_two_folders_is_no_copy(
    client: httpx.AsyncClient, library: Library
) -> None:
    """One watched folder may contain another: removing "the copy" would remove the photo."""
    library.photo(1, ["sub/a.jpg"])
    library.place(image_id(1), "a.jpg", root=library.root / "sub")
    await library.told()
    assert (await everything(client))["exact"] == []
    assert b"rm --" not in (await client.get("/duplicates/removable.sh")).content


async def test_almost_the_same_stand_together_and_the_best_is_kept(
    client: httpx.AsyncClient, library: Library
) -> None:
    library.photo(1, phash=0b0111)
    library.photo(2, phash=0, width=1600, height=1200)
    library.photo(3, phash=-1)
    library.photo(4, phash=None)
    library.photo(5, phash=None)
    await library.told()
    assert (await everything(client))["near"] == [[image_id(2), image_id(1)]]
    text = one_line((await client.get("/duplicates")).text)
    assert 'action="/commands/hide-images"' in text
    boxes = dict(re.findall(r'name="images" value="(\w+)" autocomplete="off"([^>]*)>', text))
    assert "checked" in boxes[image_id(1)]
    assert "checked" not in boxes[image_id(2)]
    assert 'name="next" value="/duplicates"' in text
    assert "1,600 × 1,200" in text


@pytest.mark.parametrize(("gone", "frames"), [(True, 1), (False, 30)])
async def test_what_is_not_shown_or_moves_is_not_almost_the_same(
    client: httpx.AsyncClient, library: Library, gone: bool, frames: int
) -> None:
    library.photo(1, phash=5)
    library.photo(2, ["2.jpg"], phash=5, frames=frames)
    if gone:
        library.lose(image_id(2), "2.jpg")
    await library.told()
    assert (await everything(client))["near"] == []


async def test_hidden_copies_leave_their_group_and_nothing_is_searched_anew(
    client: httpx.AsyncClient, library: Library
) -> None:
    ids = [library.photo(number, phash=number, size=9 - number) for number in range(3)]
    await library.told()
    assert (await everything(client))["near"] == [ids]
    searched = query._searched.cache_info().misses
    library.hide(ids[1])
    await library.told()
    assert (await everything(client))["near"] == [[ids[0], ids[2]]]
    library.hide(ids[2])
    await library.told()
    assert (await everything(client))["near"] == []
    assert query._searched.cache_info().misses == searched


HIDING = st.lists(st.tuples(st.integers(0, 2**12 - 1), st.integers(1, 9), st.booleans()), max_size=12)


@given(HIDING)
def test_hidden_photos_leave_their_group_and_others_stay_as_they_are(
    photos: list[tuple[int, int, bool]],
) -> None:
    """Nothing hidden is in a group, no photo in two, and all of a group resemble its first; a group whose first is
    shown loses only what is hidden, and of two shown photos that are alike, one is in a group."""
    items = [
        Item(f"{number:032x}", phash, number, None, 400, 300, size, False)
        for number, (phash, size, _) in enumerate(photos)
    ]
    hidden = frozenset(item.image_id for item, photo in zip(items, photos, strict=True) if photo[2])
    search = AlikeSearch(items)
    before, after = search.groups(), search.groups(hidden)
    ids = [item.image_id for group in after for item in group]
    assert len(set(ids)) == len(ids)
    assert not hidden.intersection(ids)
    assert all(distance(group[0], item) <= ALIKE for group in after for item in group)
    firsts = {group[0].image_id: [item.image_id for item in group] for group in after}
    for group in before:
        shown = [item.image_id for item in group if item.image_id not in hidden]
        if len(shown) > 1 and shown[0] == group[0].image_id:
            assert firsts[shown[0]][: len(shown)] == shown
    visible = [item for item in items if item.image_id not in hidden]
    for one, other in combinations(visible, 2):
        assert distance(one, other) > ALIKE or {one.image_id, other.image_id}.intersection(ids)


def test_without_its_best_photo_a_group_needs_no_new_search() -> None:
    """They come to the best one that they resemble, here one that was alone before."""
    best = Item("a" * 32, 0, 3, None, 800, 600, 9, False)
    lone = Item("b" * 32, 0b1111_1111_1111, 2, None, 400, 300, 9, False)
    copy = Item("c" * 32, 0b1111_1111, 1, None, 400, 300, 1, False)
    search = AlikeSearch([best, lone, copy])
    assert search.groups() == [[lone, copy]]
    near = Item("d" * 32, 0b1111, 1, None, 400, 300, 1, False)
    search = AlikeSearch([best, lone, near])
    assert search.groups() == [[best, near]]
    assert search.groups(frozenset({best.image_id})) == [[lone, near]]


async def test_a_burst_is_shown_without_saying_what_to_keep(
    client: httpx.AsyncClient, library: Library
) -> None:
    ids = [
        library.photo(number, phash=phash, taken_ms=number * 900, camera_make="Maker", camera_model="Box")
        for number, phash in enumerate((0, 0x1FF, 0x3FE00))
    ]
    await library.told()
    found = await everything(client)
    assert (found["bursts"], found["near"]) == ([ids], [])
    text = one_line((await client.get("/duplicates")).text).split('id="bursts"')[1]
    assert text.count('name="images"') == 3
    assert " checked" not in text


async def test_a_copy_is_not_told_as_a_burst_too(client: httpx.AsyncClient, library: Library) -> None:
    """A recompressed copy has the time and camera of its original."""
    for number in (1, 2):
        library.photo(number, phash=7, taken_ms=1000, camera_model="Box")
    await library.told()
    found = await everything(client)
    assert (len(found["near"]), found["bursts"]) == (1, [])


async def test_letters_with_one_layout_are_not_almost_the_same(
    client: httpx.AsyncClient, library: Library, album: Stack
) -> None:
    """Their hashes are; a copy of one in other bytes still is."""
    for number, page in enumerate((letter(1), letter(2), saved_again(letter(1)))):
        small = page.copy()
        small.thumbnail((512, 512))
        path = preview_path(album.settings.previews, image_id(number))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_preview(small))
        library.photo(number, phash=7, size=9 - number)
    await library.told()
    assert (await everything(client))["near"] == [[image_id(0), image_id(2)]]


async def test_many_groups_come_a_page_at_a_time(client: httpx.AsyncClient, library: Library) -> None:
    """Each exactly once, even if the last group of the previous page has disappeared meanwhile."""
    for number in range(70):
        library.photo(number, [f"{number}-a.jpg", f"{number}-b.jpg"], size=1000 + number % 3)
    await library.told()
    numbers = {image_id(number): number for number in range(70)}
    seen: list[str] = []
    address = "/duplicates"
    pages = 0
    while address:
        text = one_line((await client.get(address)).text)
        pages += 1
        ids = [part[:32] for part in text.split('<li><a href="/images/')[1:]]
        assert 0 < len(ids) <= 30
        seen += ids
        library.lose(ids[-1], *(f"{numbers[ids[-1]]}-{copy}.jpg" for copy in "ab"))
        await library.told()
        _, link, rest = text.partition('href="/duplicates?show=exact&amp;after=')
        after = rest.split('"')[0]
        address = f"/duplicates?show=exact&after={after}" if link else ""
    assert pages == 3
    assert sorted(seen) == sorted(image_id(number) for number in range(70))


@pytest.mark.parametrize("asked", ["show=all", "show=near&after=x", f"show=near&after=1.{'g' * 32}"])
async def test_what_makes_no_sense_is_422(client: httpx.AsyncClient, asked: str) -> None:
    answer = await client.get(f"/duplicates?{asked}")
    assert answer.status_code == 422
    assert "data-detail" in answer.text


async def test_behind_the_last_there_is_nothing(client: httpx.AsyncClient, library: Library) -> None:
    library.photo(1, ["a.jpg", "b.jpg"])
    await library.told()
    answer = await client.get(f"/duplicates?show=exact&after=-9.{'f' * 32}")
    assert answer.status_code == 200
    assert "There are no more of these." in answer.text


async def test_names_never_become_markup(client: httpx.AsyncClient, library: Library) -> None:
    library.photo(1, [HOSTILE, f"copy{HOSTILE}"], phash=5)
    library.photo(2, [f"small{HOSTILE}"], phash=5)
    await library.told()
    text = one_line((await client.get("/duplicates")).text)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") >= 4


async def spread(library: Library) -> dict[str, bytes]:
    """Photos on disk, each in `one/` and `other folder/`; returns path below the root -> content."""
    contents = {}
    for number, name in enumerate(NAMES):
        content = f"photo {number}".encode()
        paths = [f"one/{name}", f"other folder/{name}"]
        for path in paths:
            place = library.root / path
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(content)
            contents[path] = content
        library.photo(number, paths, size=len(content))
    await library.told()
    return contents


def there(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def run(shell: str, script: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    place = folder / "removable.sh"
    place.write_bytes(script)
    command = [shell, "sh", str(place)] if shell == "busybox" else [shell, str(place)]
    return subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False, cwd=folder)


@pytest.mark.parametrize("shell", SHELLS)
async def test_the_script_removes_copies_and_nothing_else(
    client: httpx.AsyncClient, library: Library, tmp_path: Path, shell: str
) -> None:
    """Whatever their names are; it keeps the shorter path. Running it again does nothing."""
    await spread(library)
    (library.root / "other folder" / "unrelated.jpg").write_bytes(b"photo 0")
    answer = await client.get("/duplicates/removable.sh")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="removable.sh"'
    assert answer.content.startswith(b"#!/bin/sh\n# Removes files")
    assert b"Albumen has removed nothing" in answer.content
    for _ in range(2):
        done = run(shell, answer.content, tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert there(library.root) == {f"one/{name}" for name in NAMES} | {"other folder/unrelated.jpg"}


async def test_the_script_leaves_what_has_changed_since(
    client: httpx.AsyncClient, library: Library, tmp_path: Path
) -> None:
    """If the kept file is gone, the copy was edited, or both are names of one file, the copy is the photo."""
    await spread(library)
    script = (await client.get("/duplicates/removable.sh")).content
    gone, edited, linked, hard = NAMES[:4]
    one, other = library.root / "one", library.root / "other folder"
    (one / gone).unlink()
    (other / edited).write_bytes(b"photo X")
    (one / linked).unlink()
    (one / linked).symlink_to(other / linked)
    (one / hard).unlink()
    os.link(other / hard, one / hard)
    assert run("sh", script, tmp_path).returncode == 0
    names = {path.name for path in other.iterdir()}
    assert names == {gone, edited, linked, hard}
    assert (one / linked).read_bytes() == b"photo 2"


async def test_a_shell_that_cannot_compare_files_removes_nothing(
    client: httpx.AsyncClient, library: Library, tmp_path: Path
) -> None:
    """A `[` without -ef fails, and negating that failure would mean consent."""
    contents = await spread(library)
    script = (await client.get("/duplicates/removable.sh")).content
    crippled = b'[() { case " $* " in *" -ef "*) return 2;; esac; builtin [ "$@"; }\n'
    head, rest = script.split(b"\n", 1)
    done = run("bash", head + b"\n" + crippled + rest, tmp_path)
    assert done.returncode == 1
    assert b"nothing was removed" in done.stderr
    assert there(library.root) == set(contents)


async def test_the_table_names_what_could_go(client: httpx.AsyncClient, library: Library) -> None:
    await spread(library)
    answer = await client.get("/duplicates/removable.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="removable.csv"'
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8", "surrogateescape"), newline="")))
    root = library.root
    assert {row["path"]: row["kept"] for row in rows} == {
        f"{root}/other folder/{name}": f"{root}/one/{name}" for name in NAMES
    }
    assert {row["size"] for row in rows} == {"7"}
    assert all(row["path"].startswith("/") for row in rows)  # so no cell is a formula


async def test_without_copies_the_script_does_nothing(client: httpx.AsyncClient, tmp_path: Path) -> None:
    script = (await client.get("/duplicates/removable.sh")).content
    assert run("sh", script, tmp_path).returncode == 0
    assert (await client.get("/duplicates/removable.csv")).text.strip() == "path,size,kept"


async def test_of_a_crowd_some_are_shown_and_the_rest_is_counted(
    client: httpx.AsyncClient, library: Library
) -> None:
    """A page stays small even if a thousand photos are almost the same."""
    for number in range(60):
        library.photo(number, phash=12345)
    await library.told()
    page = one_line((await client.get("/duplicates")).text)
    assert page.count('type="checkbox" name="images"') == 48
    assert "and 12 more" in page


async def test_the_search_is_made_before_anybody_asks(
    client: httpx.AsyncClient, library: Library, album: Stack
) -> None:
    """Once the scan has ended; whoever comes then waits for none."""
    query._searched.cache_clear()
    library.photo(1, phash=5)
    library.photo(2, phash=5, size=900)
    await library.told()
    ended = ScanFinished(found=2, added=2, unchanged=0, rejected=0)
    await album.tell(by(JOB, ScanStarted(roots=[str(library.root)])), by(JOB, ended))
    await eventually(lambda: query._searched.cache_info().misses == 1, "duplicates are searched for")
    assert len((await everything(client))["near"]) == 1
    assert query._searched.cache_info().misses == 1
