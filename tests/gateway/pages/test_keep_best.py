"""The best of all groups is kept by one command, which does what was previewed; copies are decided on the page."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.files.sources import RootMove, SourceMoved
from services.domain.photos.favorite import FavoriteSet
from services.gateway.queries.best import Holder, holders
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id
from tests.gateway.pages.test_duplicates import Library
from tests.support.one_line import one_line
from tests.support.stack import Stack

FORM = {"HX-Request": "true"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    photos = tmp_path / "photos"
    photos.mkdir()
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(photos,))


@pytest.fixture
def library(album: Stack) -> Library:
    return Library(album)


async def best(album: Stack) -> dict[str, Any]:
    answer = await album.client.get("/api/duplicates/best")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def give(album: Stack, command: str, **fields: Any) -> httpx.Response:
    answer = await album.post(command, fields)
    assert answer.status_code == 202, answer.text
    await album.caught_up()
    return answer


async def near(album: Stack) -> list[list[str]]:
    groups: list[list[str]] = (await album.client.get("/api/duplicates")).json()["near"]
    return groups


async def shown(album: Stack) -> set[str]:
    items = (await album.client.get("/api/images?limit=500")).json()["items"]
    return {one["id"] for one in items}


async def test_what_was_previewed_is_done_and_undone_at_once(album: Stack, library: Library) -> None:
    for number, phash in enumerate((0, 0xFFFF_0000, 0xFFFF << 48)):
        library.photo(3 * number, phash=phash, width=1600, height=1200, size=5000)
        library.photo(3 * number + 1, phash=phash, size=1500)
        library.photo(3 * number + 2, [f"{number}a", f"{number}b"], phash=phash + 1, size=100)
    await library.told()
    preview = await best(album)
    going = {image_id(number) for number in (1, 2, 4, 5, 7, 8)}
    assert set(preview["images"]) == going
    assert (preview["groups"], preview["size"], preview["held"]) == (3, 3 * (1500 + 2 * 100), 0)
    text = one_line((await album.client.get("/duplicates")).text)
    assert re.search(r"<b>6 photos</b> would go, 5.kB\.", text)
    assert text.count(" checked>") == 6
    done = (await give(album, "keep-best", seen=preview["digest"])).json()
    assert done["message"] == "The best of each group stays; 6 photos hidden"
    assert await shown(album) == {image_id(number) for number in (0, 3, 6)}
    assert await near(album) == []
    said = "6 photos hidden: of duplicates, the best one stays"
    assert said in one_line((await album.client.get("/history")).text)
    assert (await album.post("keep-best", {})).status_code == 422
    await give(album, "undo", command_id=done["command_id"])
    assert going < await shown(album)
    assert len(await near(album)) == 3


async def test_into_the_bin(album: Stack, library: Library) -> None:
    library.photo(1, phash=7, size=10)
    library.photo(2, phash=7, size=5000)
    await library.told()
    done = (await give(album, "keep-best", by="bin")).json()
    assert await shown(album) == {image_id(2)}
    assert image_id(1) in (await album.client.get("/bin")).text
    said = "1 photo moved to the bin: of duplicates, the best one stays"
    assert said in one_line((await album.client.get("/history")).text)
    await give(album, "undo", command_id=done["command_id"])
    assert await shown(album) == {image_id(1), image_id(2)}


async def test_what_has_changed_since_is_asked_about(album: Stack, library: Library) -> None:
    """A form that was opened before another copy came, and sent after: nothing is hidden."""
    library.photo(1, phash=7)
    library.photo(2, phash=7, size=5000)
    await library.told()
    seen = (await best(album))["digest"]
    library.photo(3, phash=7)
    await library.told()
    sent = {"seen": seen, "by": "hide", "next": "/duplicates"}
    answer = await album.client.post("/commands/keep-best", data=sent, headers=FORM)
    assert answer.status_code == 409
    assert "it is about 2 photos now" in answer.text
    plain = await album.client.post("/commands/keep-best", data=sent)
    where = plain.headers["Location"]
    assert plain.status_code == 303 and where.startswith("/asked/")
    assert "it is about 2 photos now" in (await album.client.get(where)).text
    assert len(await shown(album)) == 3


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"width": 1600, "height": 1200}, {"camera_model": "Box", "size": 90_000}),
        ({"camera_model": "Box", "exposure_s": 0.1}, {"size": 90_000}),
        ({"latitude": 1.0, "longitude": 2.0}, {}),
        ({"size": 2000}, {"size": 1000}),
        ({}, {"size": 1010}),
    ],
    ids=["pixels", "metadata", "place", "bytes", "name"],
)
async def test_what_the_best_one_is(
    album: Stack, library: Library, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    """Resolution, then metadata, then clearly more bytes, then the name."""
    library.photo(2, ["IMG_2.jpg"], phash=7, **better)
    library.photo(1, ["IMG_10.jpg"], phash=7, **worse)
    await library.told()
    assert await near(album) == [[image_id(2), image_id(1)]]


async def test_the_folder_wins_over_all_else(album: Stack, library: Library) -> None:
    """The first in the list; the innermost of those that hold a photo counts; the groups stay the same."""
    library.photo(1, ["Camera/1.jpg"], phash=7, width=1600, height=1200)
    library.photo(2, ["WhatsApp/2.jpg"], phash=7)
    library.photo(3, ["WhatsApp/Sent/3.jpg"], phash=7)
    await library.told()
    root = str(library.root)
    for folders, first in (
        ([], 1),
        ([f"{root}/WhatsApp"], 2),
        ([f"{root}/WhatsApp/Sent", f"{root}/WhatsApp"], 3),
        ([f"{root}/Camera", f"{root}/WhatsApp"], 1),
        ([f"{root}/What"], 1),
    ):
        await give(album, "prefer-folders", folders=folders)
        (group,) = await near(album)
        assert group[0] == image_id(first), folders
        assert set((await best(album))["images"]) == {image_id(1), image_id(2), image_id(3)} - {
            image_id(first)
        }
    answer = await album.post("prefer-folders", {"folders": ["/elsewhere"]}, Accept="application/json")
    assert (answer.status_code, answer.json()["extra"][0]["key"]) == (404, "folders")


async def test_the_folders_are_chosen_on_the_page(album: Stack, library: Library) -> None:
    """Each can be moved up, and down again; without scripts, too."""
    library.photo(1, ["Camera/1.jpg"], phash=7, size=9000)
    library.photo(2, ["WhatsApp/2.jpg"], phash=7)
    await library.told()
    page = one_line((await album.client.get("/duplicates")).text)
    assert re.findall(r'data-folder="([^"]+)"', page) == [
        f"{library.root}/{one}" for one in ("Camera", "WhatsApp")
    ]
    for button, folders in (("up", [f"{library.root}/WhatsApp"]), ("down", [])):
        sent = {button: f"{library.root}/WhatsApp", "next": "/duplicates"}
        if button == "down":
            sent["folders"] = f"{library.root}/WhatsApp"
        answer = await album.client.post("/commands/prefer-folders", data=sent)
        assert answer.status_code == 303
        assert (await best(album))["folders"] == folders


async def test_a_folder_that_is_elsewhere_now_still_wins(album: Stack, library: Library) -> None:
    """Two that have changed places, too."""
    library.photo(1, ["a/1.jpg", "b/1.jpg"])
    await library.told()
    one, other = str(library.root), f"{library.root}-other"
    await give(album, "prefer-folders", folders=[f"{one}/a", one])
    await give(album, "keep-copy", image=image_id(1), path=f"{one}/b/1.jpg")
    await album.tell(SourceMoved(moves=[RootMove(former=one, root=other), RootMove(former=other, root=one)]))
    assert (await best(album))["folders"] == [f"{other}/a", other]
    (copies,) = (await album.client.get("/api/duplicates")).json()["exact"]
    assert copies["files"] == [f"{other}/b/1.jpg", f"{other}/a/1.jpg"]


async def test_nothing_is_lost_with_a_worse_copy(album: Stack, library: Library) -> None:
    """One in an album or with a heart stays, unless the best one has the same."""
    for number in range(4):
        library.photo(number, phash=7, size=9000 if number == 0 else 1000)
    await library.told()
    await album.tell(
        AlbumCreated(album_id="a", name="Lake"),
        ImagesAddedToAlbum(album_id="a", image_ids=[image_id(1), image_id(2)]),
        FavoriteSet(image_ids=[image_id(3)], favorite=True),
    )
    preview = await best(album)
    assert (preview["images"], preview["held"]) == ([], 3)
    text = one_line((await album.client.get("/duplicates")).text)
    assert text.count("has albums, stars or words of its own") == 3
    await album.tell(ImagesAddedToAlbum(album_id="a", image_ids=[image_id(0)]))
    preview = await best(album)
    assert (set(preview["images"]), preview["held"]) == ({image_id(1), image_id(2)}, 1)


async def test_the_copy_that_stays_is_chosen_on_the_page(album: Stack, library: Library) -> None:
    """The list follows; a choice whose file is gone counts no more; a photo may keep all of its copies."""
    library.photo(1, ["a.jpg", "b/c.jpg", "d/e/f.jpg"])
    await library.told()
    root = library.root

    async def lines() -> list[str]:
        table = (await album.client.get("/duplicates/removable.csv")).text
        return [line.split(",")[0].removeprefix(f"{root}/") for line in table.splitlines()[1:]]

    async def choose(**fields: str) -> None:
        sent = {"image": image_id(1), "next": "/duplicates", **fields}
        answer = await album.client.post("/commands/keep-copy", data=sent, headers=FORM)
        assert answer.status_code == 200, answer.text

    assert await lines() == ["b/c.jpg", "d/e/f.jpg"]
    await choose(path=f"{root}/d/e/f.jpg")
    assert await lines() == ["a.jpg", "b/c.jpg"]
    await choose(every="true")
    assert await lines() == []
    assert "You chose to keep all." in (await album.client.get("/duplicates")).text
    await choose()
    assert await lines() == ["b/c.jpg", "d/e/f.jpg"]
    await choose(path=f"{root}/d/e/f.jpg")
    library.lose(image_id(1), "d/e/f.jpg")
    await library.told()
    assert await lines() == ["b/c.jpg"]
    await give(album, "prefer-folders", folders=[f"{root}/b"])
    assert await lines() == ["a.jpg"]


def test_the_folders_to_choose_from() -> None:
    """Right below what the duplicates of a photo folder have in common; the fullest first, behind those that win."""
    photos = [["/p/x/a/1"], ["/p/x/a/b/2"], ["/p/x/c/3", "/p/x/a/3"], ["/q/4"], ["/p/x/5"]]
    found = holders(photos, ["/p", "/q", "/"], ["/gone", "/p/x/a/b"])
    assert found == [
        Holder("/gone", 0, True),
        Holder("/p/x/a/b", 1, True),
        Holder("/p/x/a", 2, False),
        Holder("/p/x", 1, False),
        Holder("/p/x/c", 1, False),
        Holder("/q", 1, False),
    ]
    assert holders([], ["/p"], []) == []
