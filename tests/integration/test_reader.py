"""A reader as a person runs it: processes, folders, and what it says when something is wrong."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support import photos
from tests.support.album import Album, Service, client_of, command_line
from tests.support.ports import free_port
from tests.support.waiting import eventually

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    folder = tmp_path_factory.mktemp("album")
    for number in range(3):
        photos.write(folder / f"photos/{number}.jpg", number, size=(640, 480))
    one = Album(folder / "photos", folder / "data", None, "--no-classify")
    one.start_all()
    yield one
    one.stop_all()


class Reader:
    def __init__(self, album: Album, data: Path) -> None:
        self.port, data_log = free_port(), data.with_suffix(".log")
        origin = f"http://127.0.0.1:{album.port}"
        options = ("--from", origin, "--data", data, "--port", str(self.port), "--no-browser", "--verbose")
        self.service = Service("reader", *options, log=data_log)

    async def client(self) -> httpx.AsyncClient:
        def listens() -> bool:
            assert self.service.running, self.service.errors()
            return self.service.url is not None

        await eventually(listens, "it listens")
        return client_of(self.service.url or "")


async def same_log(one: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    async def same() -> bool:
        logs = [(await client.get("/events")).content for client in (one, other)]
        return logs[0] == logs[1] != b""

    await eventually(same, "both logs are the same")


async def test_it_follows_changes_and_survives_both_being_killed(album: Album, tmp_path: Path) -> None:
    reader = Reader(album, tmp_path / "copy")
    try:
        async with await album.scanned() as origin, await reader.client() as client:
            await same_log(client, origin)
            answer = await client.post("/commands/create-album", json={"name": "From afar"})
            assert answer.status_code == 202, answer.text
            for one in (client, origin):
                assert [row["name"] for row in (await one.get("/api/albums")).json()] == ["From afar"]
            assert reader.service.child("inference") is None
            album.gateway.kill()
            page = (await client.get("/albums")).text
            assert "From afar" in page

            async def told() -> bool:
                return "Showing the library as of" in (await client.get("/albums")).text

            await eventually(told, "every page says that the album is away")
            assert (await client.post("/commands/create-album", json={"name": "b"})).status_code == 503
        reader.service.kill()
        album.start_all()
        reader = Reader(album, tmp_path / "copy")
        async with await album.ready() as origin, await reader.client() as client:
            await same_log(client, origin)
            assert (await client.get("/readyz")).status_code == 200
    finally:
        reader.service.stop()


async def test_a_folder_is_an_album_or_a_copy(album: Album, tmp_path: Path) -> None:
    origin = f"http://127.0.0.1:{album.port}"
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "events.db").write_bytes(b"an album")
    copy = tmp_path / "copy"
    async with await album.ready():
        refused = command_line("reader", "--from", origin, "--data", mine, "--port", str(free_port()))
        assert refused.returncode == 2
        assert "holds a library of its own" in refused.stderr
        assert [path.name for path in mine.iterdir() if path.name != "run"] == ["events.db"]
        reader = Reader(album, copy)
        try:
            async with await reader.client():
                pass
        finally:
            reader.service.stop()
    for command in (["up", album.photos], ["restore", mine], ["doctor", "--recover"], ["forget", "--finish"]):
        refused = command_line(*command, "--data", copy)
        assert refused.returncode == 2, refused.stderr
        assert f"holds a copy of the library at {origin}" in refused.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Which library?"),
        (("--from", "album.example"), "Which library?"),
        (("--from", "ftp://album.example"), "Which library?"),
        (("--from", "http://127.0.0.1:9", "--token-file", "nowhere"), "--token-file: "),
    ],
)
def test_what_it_is_told_must_make_sense(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    refused = command_line("reader", *options, "--data", tmp_path / "copy")
    assert refused.returncode == 2
    assert words in refused.stderr
    assert not (tmp_path / "copy").exists()
