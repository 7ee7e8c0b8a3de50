"""The whole way as a person runs it: folder, scan, log, job, network, result, log, read tables, pages."""

import asyncio
import contextlib
import json
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import photos
from tests.support.album import Album, Service, alive, all_classified, command_line, give
from tests.support.rabbitmq import Node
from tests.support.waiting import eventually

pytestmark = pytest.mark.tensorflow

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(COUNT):
        photos.write(tmp_path / f"photos/{number % 3}/{number}.jpg", number, size=(640, 480))
    (tmp_path / "photos/broken.jpg").write_bytes(b"broken")
    return tmp_path / "photos"


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def album(request: pytest.FixtureRequest, tmp_path: Path, folder: Path) -> Iterator[Album]:
    broker = request.getfixturevalue("amqp_url") if request.param == "rabbitmq" else None
    started = Album(folder, tmp_path / "data", broker)
    started.start_all()
    yield started
    started.stop_all()


async def test_photos_are_seen_and_classified_unasked(album: Album, folder: Path) -> None:
    """After a restart nothing is done twice."""
    async with await album.ready() as client:
        await all_classified(client, COUNT)
        images = (await client.get("/api/images?limit=100")).json()
        assert images["total"] == COUNT
        detail = (await client.get(f"/api/images/{images['items'][0]['id']}")).json()
        (model,) = [one for one in detail["models"] if one["classes"]]
        assert len(model["classes"]) == 20
        models = {one["id"]: one for one in (await client.get("/api/models")).json()}
        assert models["efficientnet-lite0"]["device"]
        page = (await client.get("/jobs", headers={"Accept": "text/html"})).text
        assert "broken.jpg" in page
        before = (await client.get("/events")).text
    album.stop_all()
    album.start_all()
    async with await album.ready() as client:
        jobs = [json.loads(line) for line in before.splitlines()]

        async def scanned_again() -> bool:
            return (await client.get("/events")).text.count('"scan_finished"') == 2

        await eventually(scanned_again, "the second scan has ended")
        after = [json.loads(line) for line in (await client.get("/events")).text.splitlines()]
        for kind in ("image_imported", "file_added", "image_classified", "file_rejected"):
            assert sum(e["type"] == kind for e in after) == sum(e["type"] == kind for e in jobs)


async def started_by(gateway: Service) -> list[int]:
    """The processes of its services, once there are all."""
    found: list[int] = []

    def started() -> bool:
        found[:] = filter(None, map(gateway.child, ("inference", "projector")))
        return len(found) == 2

    await eventually(started, "classifier and projector have started")
    return found


async def test_ctrl_c_ends_it_soon_and_leaves_no_process(tmp_path: Path, folder: Path) -> None:
    album = Album(folder, tmp_path / "data")
    album.start_all()
    async with await album.ready():
        children = await started_by(album.gateway)
    assert album.gateway.stop(within=30.0) == 0, album.gateway.errors()
    assert [pid for pid in children if alive(pid)] == []


async def test_a_killed_gateway_takes_its_services_along(tmp_path: Path, folder: Path) -> None:
    album = Album(folder, tmp_path / "data")
    album.start_all()
    async with await album.ready():
        children = await started_by(album.gateway)
    album.gateway.kill()
    await eventually(lambda: not any(alive(pid) for pid in children), "no process is left")


@pytest.mark.rabbitmq
async def test_without_a_broker_the_pages_work_and_the_job_waits(tmp_path: Path, folder: Path) -> None:
    """The broker may be away at the start: the scan is done, photos are shown, and the job says what it is waiting
    for."""
    album = Album(folder, tmp_path / "data", "amqp://127.0.0.1:9/", "--no-classify")
    album.start("gateway")
    album.start("projector")
    try:
        async with await album.ready() as client:

            async def shown() -> bool:
                return bool((await client.get("/api/images")).json()["total"] == COUNT)

            await eventually(shown, "the photos are shown")
            answer = (await client.post("/commands/classify", json={})).json()

            async def says_so() -> bool:
                status = (await client.get(answer["status_url"])).json()
                return status["status"] == "running" and "broker" in (status["note"] or "")

            await eventually(says_so, "the job says what it waits for")
            assert (await client.get("/readyz")).status_code == 503
    finally:
        album.stop_all()


async def test_commands_from_the_shell(tmp_path: Path, folder: Path) -> None:
    """With nothing running, and beside a running gateway."""
    data = tmp_path / "data"
    scanned = command_line("scan", "--data", data, "--json", ALBUMEN_PHOTOS=str(folder))
    assert scanned.returncode == 0, scanned.stderr
    assert json.loads(scanned.stdout)["done"] == COUNT
    classified = command_line("classify", "--data", data, "--json")
    assert classified.returncode == 0, classified.stderr
    assert json.loads(classified.stdout)["done"] == COUNT
    models = json.loads(command_line("models", "--data", data, "--json").stdout)
    assert next(one for one in models if one["active"])["classified"] == COUNT
    replayed = command_line("replay", "--data", data, "--json")
    assert replayed.returncode == 0, replayed.stderr
    assert json.loads(replayed.stdout)["events"] > COUNT * 3
    album = Album(folder, data, None, "--no-classify")
    album.start_all()
    try:
        async with await album.ready() as client:
            beside = command_line("classify", "--all", "--data", data)
            found = command_line("classify", "--search", "name:1.jpg", "--data", data, "--json")
            assert json.loads(found.stdout)["done"] == 2, found.stderr
            listed = json.loads(command_line("jobs", "--data", data, "--json").stdout)
            assert [job["total"] for job in listed[:2]] == [2, COUNT]
            ended = command_line("jobs", "pause", listed[0]["command_id"], "--data", data)
            assert (ended.returncode, "has ended" in ended.stderr) == (2, True), ended.stderr
            assert beside.returncode == 0, beside.stderr
            assert f"{COUNT} photos classified" in beside.stdout
            second = command_line("up", folder, "--data", data, "--port", "0", "--no-browser")
            assert second.returncode == 1
            assert f"already running on {data} at {client.base_url}" in second.stderr
            await give(client, "create-album", {"name": "Holiday"})

            async def listed() -> bool:
                return "Holiday" in command_line("albums", "--data", data).stdout

            await eventually(listed, "the album is listed")
    finally:
        album.stop_all()


def logs(folder: Path) -> str:
    """The logs of all services."""
    return "".join(path.read_text() for path in folder.rglob("*.log"))


async def test_read_tables_of_another_version_are_made_anew_first(tmp_path: Path, folder: Path) -> None:
    """No page and no task ever sees tables it can't read."""
    data = tmp_path / "data"
    assert command_line("scan", "--data", data, ALBUMEN_PHOTOS=str(folder)).returncode == 0
    views = data / "views"
    current = views / (views / "current").read_text().strip()
    _, _, number = current.stem.split("-")
    older = current.rename(views / f"views-0123456789ab-{number}.db")
    (views / "current").write_text(f"{older.name}\n")
    with contextlib.closing(sqlite3.connect(older)) as db:
        db.execute("ALTER TABLE job DROP COLUMN asked")
    album = Album(folder, data, None, "--no-classify")
    album.start_all()
    try:
        async with await album.ready() as client:
            assert (await client.get("/api/images")).json()["total"] == COUNT
            assert (await client.get("/jobs")).status_code == 200
    finally:
        album.stop_all()
    output = logs(tmp_path)
    assert "rebuilding them from the log" in output
    assert "a background task failed" not in output


async def test_replay_beside_a_running_album(tmp_path: Path, folder: Path) -> None:
    """Pages are served while the read tables are rebuilt, and the new tables include what happened meanwhile."""
    album = Album(folder, tmp_path / "data", None, "--no-classify")
    album.start_all()
    try:
        async with await album.ready() as client:

            async def total() -> int:
                found: int = (await client.get("/api/images")).json()["total"]
                return found

            async def scanned() -> bool:
                return await total() == COUNT

            await eventually(scanned, "the photos are shown")
            replaying = asyncio.create_task(asyncio.to_thread(command_line, "replay", "--data", album.data))
            seen = set()
            while not replaying.done():
                seen.add(await total())
            assert replaying.result().returncode == 0, replaying.result().stderr
            assert seen <= {COUNT}
            await give(client, "create-album", {"name": "After"})

            async def shown() -> bool:
                return [one["name"] for one in (await client.get("/api/albums")).json()] == ["After"]

            await eventually(shown, "the new tables are kept up")
    finally:
        album.stop_all()


@pytest.mark.rabbitmq
async def test_a_broker_that_goes_in_the_middle_and_comes_back(
    tmp_path: Path, folder: Path, rabbitmq: Node, amqp_url: str
) -> None:
    """Pages work meanwhile, the job waits, and then every photo is classified exactly once. Two classifiers share
    it."""
    for number in range(100, 160):
        photos.write(folder / f"{number}.jpg", number, size=(640, 480))
    album = Album(folder, tmp_path / "data", amqp_url)
    album.start_all()
    another = Service(
        "inference", "--data", album.data, log=album.data / "another.log", ALBUMEN_BROKER=amqp_url
    )
    try:
        async with await album.ready() as client:

            async def begun() -> bool:
                return any(one["classified"] > 0 for one in (await client.get("/api/models")).json())

            await eventually(begun, "some photos are classified")
            rabbitmq.stop()
            assert (await client.get("/", headers={"Accept": "text/html"})).status_code == 200
            answer = await client.post("/commands/create-album", json={"name": "Meanwhile"})
            assert answer.status_code == 202
            await asyncio.to_thread(rabbitmq.start)
            await all_classified(client, COUNT + 60)
            rows = [json.loads(line) for line in (await client.get("/events")).text.splitlines()]
            ids = [row["data"]["image_id"] for row in rows if row["type"] == "image_classified"]
            assert len(ids) == len(set(ids)) == COUNT + 60
    finally:
        another.kill()
        album.stop_all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["up", "/no/such/folder"], "does not exist"),
        (["up"], "Which photos?"),
        (["up", ".", "--port", "99999"], "not a port"),
        (["gateway"], "ALBUMEN_BROKER"),
        (["inference"], "ALBUMEN_BROKER"),
        (["replay"], "no log here yet"),
        (["migrate"], "no log here yet"),
        (["classify"], "no library"),
        (["bench", "no-such"], "no benchmark"),
        (["frobnicate"], "There is no command “frobnicate”"),
    ],
)
def test_what_can_not_be_done_is_said_with_status_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    extra = [] if arguments[0] in ("bench", "frobnicate") else ["--data", str(tmp_path / "data")]
    ran = command_line(*arguments, *extra)
    assert (ran.returncode, said in ran.stderr) == (2, True), ran.stderr
    assert "Traceback" not in ran.stderr


def test_data_inside_the_photos_is_refused(tmp_path: Path) -> None:
    """Albumen never writes to the photos, even when told to."""
    ran = command_line("up", tmp_path, "--data", tmp_path / "data", "--no-browser")
    assert ran.returncode == 2
    assert "only read" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_told(tmp_path: Path, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = command_line("up", folder, "--data", tmp_path / "data", "--port", str(port), "--no-browser")
    assert ran.returncode == 2
    assert "Choose another port" in ran.stderr


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 100])
def test_a_log_that_is_none_is_left_alone(tmp_path: Path, folder: Path, content: bytes) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/events.db").write_bytes(content)
    ran = command_line("up", folder, "--data", tmp_path / "data", "--port", "0", "--no-browser")
    assert ran.returncode == 2, ran.stderr
    assert "events.db is not an Albumen log" in ran.stderr
    assert "Choose another --data folder" in ran.stderr
    assert (tmp_path / "data/events.db").read_bytes() == content


def test_a_log_of_a_newer_version_is_left_alone(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    db = sqlite3.connect(data / "events.db")
    db.execute("PRAGMA user_version = 999")
    db.close()
    ran = command_line("up", folder, "--data", data, "--port", "0", "--no-browser")
    assert ran.returncode == 2, ran.stderr
    assert "install that version" in ran.stderr


def test_the_folder_is_only_read(tmp_path: Path, folder: Path) -> None:
    """By the first scan, and by one that reads everything again."""
    before = {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}
    for flags in ((), ("--again",)):
        ran = command_line("scan", *flags, "--data", tmp_path / "data", ALBUMEN_PHOTOS=str(folder))
        assert ran.returncode == 0, ran.stderr
        assert {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))} == before
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "events.db")) as db:
        started = db.execute(
            "SELECT json_extract(data, '$.everything') FROM event WHERE type = 'scan_started'"
        )
        assert started.fetchall() == [(None,), (1,)]


@pytest.mark.rabbitmq
async def test_a_classifier_elsewhere_needs_no_mount(amqp_url: str, tmp_path: Path, folder: Path) -> None:
    """It reaches the broker and the gateway, and has folders of its own."""
    album = Album(folder, tmp_path / "data", amqp_url)
    for name in ("gateway", "projector"):
        album.start(name)
    try:
        async with await album.ready() as client:
            worker = Service(
                *("inference", "--data", tmp_path / "elsewhere"),
                log=tmp_path / "worker.log",
                ALBUMEN_BROKER=amqp_url,
                ALBUMEN_GATEWAY=str(client.base_url),
            )
            try:
                await all_classified(client, COUNT)
            finally:
                worker.stop()
            images = (await client.get("/api/images?limit=100")).json()["items"]
    finally:
        album.stop_all()
    kept = {path.stem for path in (tmp_path / "elsewhere/previews").rglob("*.jpg")}
    assert kept == {image["id"] for image in images}
