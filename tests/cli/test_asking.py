"""`albumen status`, `search`, `open` and `jobs` by part of an id, beside a running Albumen and without one."""

import asyncio
import json
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from services.cli.__main__ import main
from tests.support import photos
from tests.support.album import Album
from tests.support.waiting import PATIENCE_S, eventually

Ran = tuple[int, str, str]
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the photos and the data are."""
    folder = tmp_path_factory.mktemp("asking")
    for number in range(3):
        photos.write(folder / f"photos/{number} of mine.jpg", number)
    (folder / "photos/broken.jpg").write_bytes(b"\xff\xd8\xff but no photo")
    return folder


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    """Of an Albumen that has scanned the photos. Its classifier is there and does nothing, so jobs of photos wait."""
    album = Album(library / "photos", library / "data", None, "--no-classify")
    album.start_all()

    async def scanned() -> str:
        async with await album.scanned() as client:

            async def served() -> bool:
                return bool((await client.get("/api/models")).json())

            await eventually(served, "the classifier is there")
            return str(client.base_url).rstrip("/")

    url = asyncio.run(scanned())
    classifier = album.gateway.child("inference")
    assert classifier
    os.kill(classifier, signal.SIGSTOP)
    yield url
    os.kill(classifier, signal.SIGKILL)
    album.stop_all()


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S, trust_env=False) as client:
        yield client


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    """`main` takes others' rights from all that this process makes from then on."""
    before = os.umask(0o077)
    os.umask(before)
    yield
    os.umask(before)


def runner(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["albumen", *arguments, "--data", str(data)])
        status = main()
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def run(library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`albumen …` on the data folder, in this process: exit status, output, errors."""
    return runner(library / "data", monkeypatch, capsys)


async def classifying(client: httpx.AsyncClient) -> str:
    """The id of a job that waits."""
    job: str = (await client.post("/commands/classify", json={})).json()["command_id"]

    async def listed() -> bool:
        return job in [one["command_id"] for one in (await client.get("/api/jobs")).json()]

    await eventually(listed, "the job is listed")
    return job


async def test_status(client: httpx.AsyncClient, address: str, run: Run, library: Path) -> None:
    status, output, errors = await asyncio.to_thread(run, "status")
    assert (status, errors) == (0, "")
    assert f"Albumen: {address}" in output
    assert f"Data:    {library / 'data'}" in output
    assert "Photos:  3; 1 could not be read" in output
    job = await classifying(client)
    told = json.loads((await asyncio.to_thread(run, "status", "--json"))[1])
    assert (told["photos"], told["unreadable"]) == (3, 1)
    assert (told["jobs"][0]["command_id"], told["jobs"][0]["type"]) == (job, "classify_images")


async def test_search(address: str, run: Run, library: Path) -> None:
    folder = library / "photos"
    found = await asyncio.to_thread(run, "search", "name:1", "of", "mine")
    assert found == (0, f"{folder / '1 of mine.jpg'}\n", "")
    status, output, _ = await asyncio.to_thread(run, "search", "mine", "--null")
    assert status == 0
    assert sorted(output.split("\0")) == ["", *(f"{folder}/{number} of mine.jpg" for number in range(3))]
    one = json.loads((await asyncio.to_thread(run, "search", "mine", "--limit", "1", "--json"))[1])
    assert [len(item["files"]) for item in one] == [1]
    assert await asyncio.to_thread(run, "search", "name:none") == (
        1,
        "",
        "albumen: No photo matches “name:none”.\n",
    )
    assert (await asyncio.to_thread(run, "search", "mine", "--limit", "0"))[0] == 2


async def test_every_page_of_a_long_list_is_asked_for(
    address: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.searching.MAX_LIMIT", 2)
    assert len((await asyncio.to_thread(run, "search", "mine"))[1].splitlines()) == 3


async def test_open(address: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    status, output, _ = await asyncio.to_thread(run, "open")
    assert (status, opened) == (0, [output.strip()])
    assert opened[0].rstrip("/") == address


async def test_a_job_by_part_of_its_id(client: httpx.AsyncClient, run: Run) -> None:
    whole = await classifying(client)
    jobs = (await client.get("/api/jobs")).json()
    for part in (whole, whole[:30], whole[-6:]):
        status, output, errors = await asyncio.to_thread(run, "jobs", "pause", part, "--json")
        assert (status, json.loads(output)[0]["status"]) == (0, "paused"), errors
        assert (await asyncio.to_thread(run, "jobs", "resume", part))[0] == 0
    assert len({job["command_id"][0] for job in jobs}) == 1
    status, _, errors = await asyncio.to_thread(run, "jobs", "pause", whole[0])
    assert (status, "Several jobs match this id" in errors) == (2, True)
    assert (await asyncio.to_thread(run, "jobs", "pause", "no-such"))[0] == 2


def test_without_a_running_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(tmp_path / "data", monkeypatch, capsys)
    status, output, errors = run("status")
    assert (status, errors) == (1, "albumen: It is not running.\n")
    assert "Albumen: not running" in output
    assert "Photos:  0\n" in output
    status, _, errors = run("open")
    assert (status, "albumen up FOLDER starts it" in errors) == (1, True)
    assert run("search", "dog")[0] == 2, "there is no library"
