"""Downloading photos: the original, a zip, or a list."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.files.events import FileMoved
from services.gateway.archives.shelf import Shelf
from services.gateway.media.archive import Gone, Notes, Picture, plan, zipped
from services.gateway.media.zipnames import LONGEST, apart, safe_name
from services.gateway.queries.images import File
from services.kernel.paths import to_text
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id, path, photo, photo_bytes, taken
from tests.support import names
from tests.support.shared import shared_folders
from tests.support.stack import Stack

THERE = [1, 51, 101, 151]


def opened(answer: httpx.Response) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert found.testzip() is None
    return found


async def asked(client: httpx.AsyncClient, *numbers: int, path: str = "/download") -> httpx.Response:
    return await client.post(path, json={"images": [image_id(number) for number in numbers]})


async def test_several_are_a_zip_of_the_originals(client: httpx.AsyncClient) -> None:
    """A photo requested twice is included once."""
    answer = await asked(client, *THERE, 51)
    found = opened(answer)
    assert found.namelist() == [f"4 photos/IMG_{number:04}.jpg" for number in THERE]
    assert [found.read(name) for name in found.namelist()] == [photo_bytes(number) for number in THERE]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="4 photos.zip"; filename*=')


async def test_a_form_asks_as_well(client: httpx.AsyncClient) -> None:
    answer = await client.post("/download", data={"images": [image_id(1), f"{image_id(51)},{image_id(101)}"]})
    assert len(opened(answer).namelist()) == 3


async def test_one_is_the_plain_original(client: httpx.AsyncClient) -> None:
    answer = await asked(client, 51)
    assert answer.content == photo_bytes(51)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="IMG_0051.jpg"')


async def test_what_is_gone_is_named_inside(client: httpx.AsyncClient, laid_down: Settings) -> None:
    found = opened(await asked(client, 1, 3, 51))
    names = found.namelist()
    assert names[-1] == "3 photos/MISSING.txt"
    assert len(names) == 3
    assert f"{laid_down.photos[0]}/holiday/IMG_0003.jpg" in found.read(names[-1]).decode()


async def test_what_is_shown_with_a_photo_comes_with_it(album: Stack) -> None:
    """Its RAW file and the film of a live photo, though they are in no list."""
    root = album.settings.photos[0]
    beside: dict[int, tuple[str, dict[str, Any]]] = {
        201: ("CR2", {"format": "CR2"}),
        202: ("MOV", {"format": "MOV", "duration_s": 2.5}),
    }
    for number, (suffix, facts) in beside.items():
        to = f"holiday/IMG_0051.{suffix}"
        size = (root / to).write_bytes(photo_bytes(number))
        moved = FileMoved(
            image_id=image_id(number),
            from_root=str(root),
            from_path=path(number),
            root=str(root),
            path=to,
            size=size,
            mtime_ns=1,
        )
        await album.tell(*photo(number, root, taken_at=taken(51).isoformat()[:19], **facts), moved)
    found = opened(await asked(album.client, 51))
    contents = {name.rpartition(".")[2]: found.read(name) for name in found.namelist()}
    assert contents == {"jpg": photo_bytes(51), "CR2": photo_bytes(201), "MOV": photo_bytes(202)}


async def test_an_album_is_named_like_it(client: httpx.AsyncClient) -> None:
    """`/` can't occur in a name; the album has photos 0, 2, 4 …, none of them on disk."""
    answer = await client.post("/download", json={"album": "lake", "images": [image_id(1)]})
    found = opened(answer)
    assert found.namelist() == ["Lake & shore/IMG_0001.jpg", "Lake & shore/MISSING.txt"]
    assert "Lake%20%26%20shore.zip" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"images": []}, 422),
        ({"images": "all"}, 422),
        ({"images": ["../../etc/passwd"]}, 422),
        ({"images": ["f" * 32]}, 404),
        ({"images": [image_id(3)]}, 404),
        ({"images": [image_id(3), image_id(5)]}, 404),
        ({"album": "none"}, 404),
        ({"album": "empty"}, 404),
    ],
)
async def test_what_cannot_be_had_is_said(
    client: httpx.AsyncClient, body: dict[str, object], status: int
) -> None:
    answer = await client.post("/download", json=body)
    assert answer.status_code == status
    assert "data-detail" in answer.text


async def test_no_json_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/download", content=b"\xff{")).status_code == 422


async def test_the_list_has_a_path_on_each_line(client: httpx.AsyncClient, laid_down: Settings) -> None:
    answer = await asked(client, 1, 3, path="/download/list")
    top = laid_down.photos[0]
    assert answer.text == f"{top}/holiday/IMG_0001.jpg\n{top}/holiday/IMG_0003.jpg\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    body = {"images": [image_id(1)], "format": "csv"}
    table = (await client.post("/download/list", json=body)).text
    assert table.splitlines()[1] == f"{top}/holiday/IMG_0001.jpg,{len(photo_bytes(1))},{image_id(1)}"


async def test_a_link_put_in_a_photos_place_is_not_followed(album: Stack, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(photo_bytes(51))
    place = album.settings.photos[0] / "holiday" / "IMG_0051.jpg"
    place.unlink()
    place.symlink_to(secret)
    assert (await asked(album.client, 51)).status_code == 404
    assert opened(await asked(album.client, 1, 51)).namelist()[-1].endswith("MISSING.txt")


async def test_a_header_holds_any_name(album: Stack) -> None:
    name = 'x"\r\nSet-Cookie: a=b\u202egpj.été.jpg'
    root = str(album.settings.photos[0])
    size = len(photo_bytes(51))
    moved = FileMoved(
        image_id=image_id(51), from_root=root, from_path=path(51), root=root, path=f"holiday/{name}", size=size,
        mtime_ns=1,
    )  # fmt: skip
    await album.tell(moved)
    (album.settings.photos[0] / "holiday" / name).write_bytes(photo_bytes(51))
    browser = album.client
    for answer in (await asked(browser, 51), await browser.get(f"/images/{image_id(51)}/original")):
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        header = answer.headers["Content-Disposition"]
        assert re.search(r'filename="x___Set-Cookie_ a=bgpj\._t_\.jpg"', header)
        assert unquote(header.partition("UTF-8''")[2]) == "x___Set-Cookie_ a=bgpj.été.jpg"


def copies(folder: Path, *names: str) -> list[list[File]]:
    return [[File(str(folder), "", to_text(name), (folder / name).stat().st_size, False)] for name in names]


def pictures(folder: Path, *names: str) -> list[Picture]:
    return [Picture(one) for one in copies(folder, *names)]


NOTES = Notes(missing="", unrotated="")


def written(folder: Path, count: int) -> list[str]:
    names = [f"{number}.jpg" for number in range(count)]
    for name in names:
        (folder / name).write_bytes(name.encode() * 1000)
    return names


@pytest.mark.parametrize("how", ["gone", "cut", "longer"])
def test_a_file_that_changes_meanwhile_breaks_it_off(tmp_path: Path, how: str) -> None:
    """Never a zip that looks complete but is not; another copy of the photo is used if there is one."""
    planned = plan(pictures(tmp_path, *written(tmp_path, 3)), Shelf(tmp_path))
    if how == "gone":
        (tmp_path / "2.jpg").unlink()
    else:
        (tmp_path / "2.jpg").write_bytes(b"x" * (5 if how == "cut" else 10_000))
    length, parts = zipped(planned, "folder", NOTES, Shelf(tmp_path))
    sent = 0
    with pytest.raises(Gone):
        for part in parts:
            sent += len(part)
    assert sent < length


def test_a_second_copy_stands_in(tmp_path: Path) -> None:
    """The first was deleted after the zip was begun."""
    written(tmp_path, 1)
    (tmp_path / "copy.jpg").write_bytes((tmp_path / "0.jpg").read_bytes())
    both = [one for photo in copies(tmp_path, "0.jpg", "copy.jpg") for one in photo]
    planned = plan([Picture(both)], Shelf(tmp_path))
    (tmp_path / "0.jpg").unlink()
    length, parts = zipped(planned, "folder", NOTES, Shelf(tmp_path))
    whole = b"".join(parts)
    assert len(whole) == length
    assert zipfile.ZipFile(io.BytesIO(whole)).read("folder/0.jpg") == b"0.jpg" * 1000


def test_files_are_opened_one_after_the_other_and_closed(tmp_path: Path) -> None:
    """Also when the client stops early."""

    def held() -> int:
        links = [one.resolve() for one in Path("/proc/self/fd").iterdir()]
        return sum(link.parent == tmp_path for link in links)

    planned = plan(pictures(tmp_path, *written(tmp_path, 50)), Shelf(tmp_path))
    assert held() == 0
    _length, parts = zipped(planned, "folder", NOTES, Shelf(tmp_path))
    most = 0
    for _number, _part in zip(range(20), parts, strict=False):
        most = max(most, held())
    assert most == 1
    parts.close()  # type: ignore[attr-defined]
    assert held() == 0


@pytest.mark.parametrize(
    "folder", [None, *shared_folders("names")], ids=lambda folder: (folder and "real") or "made"
)
def test_names_that_people_and_machines_give(tmp_path: Path, folder: Path | None) -> None:
    folder = folder or names.write(tmp_path)
    listed = sorted(path.name for path in folder.iterdir() if path.is_file())
    length, parts = zipped(plan(pictures(folder, *listed), Shelf(folder)), "photos", NOTES, Shelf(folder))
    whole = b"".join(parts)
    assert len(whole) == length
    found = zipfile.ZipFile(io.BytesIO(whole))
    assert found.testzip() is None
    assert len(found.namelist()) == len(set(found.namelist())) == len(listed)
    assert all(re.fullmatch(r"photos/[^/\\]+", name) for name in found.namelist())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b.jpg", "a_b.jpg"),
        ("..", "photo"),
        (".", "photo"),
        ("", "photo"),
        ("/etc/passwd", "_etc_passwd"),
        ("..\\..\\x.jpg", ".._.._x.jpg"),
        ("C:\\x.jpg", "C__x.jpg"),
        ("a\x00b\n.jpg", "a_b_.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        (to_text("caf\udce9.jpg"), "caf_.jpg"),
        ("con.jpg", "_con.jpg"),
        ("COM1", "_COM1"),
        ("console.jpg", "console.jpg"),
        ("what?*<>|.jpg", "what_____.jpg"),
        ("ends. . ", "ends"),
        ("é" * 200 + ".jpeg", "é" * 125 + ".jpeg"),
        ("🏖️ été 👨‍👩‍👧.jpg", "🏖️ été 👨‍👩‍👧.jpg"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_same_name_twice_is_told_apart() -> None:
    """Also if they differ only in case or in the Unicode form of é, and if the new name is taken."""
    assert apart(["a.jpg", "A.JPG", "a.jpg", "a (2).jpg"]) == [
        "a.jpg",
        "A (2).JPG",
        "a (3).jpg",
        "a (2) (2).jpg",
    ]
    assert apart(["e\u0301.jpg", "\u00e9.jpg"]) == ["e\u0301.jpg", "\u00e9 (2).jpg"]
    assert apart(["missing.TXT"], ["MISSING.txt"]) == ["missing (2).TXT"]
    long = "x" * 300 + ".jpg"
    assert [len(name) for name in apart([long, long])] == [LONGEST, LONGEST]


@given(st.lists(st.text(max_size=300), max_size=20))
def test_any_names_become_parts_of_a_path(names: list[str]) -> None:
    found = apart(names)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert 0 < len(name.encode()) <= LONGEST
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
        assert name.strip(". ")
        assert json.loads(json.dumps(name)) == name
