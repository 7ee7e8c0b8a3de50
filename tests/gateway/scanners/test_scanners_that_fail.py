"""Scanners that go away, are refused, are of another version or lie, and a gateway that is away: a scan ends as it
would without them."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from structlog.testing import capture_logs

from services.domain.files.events import FileAdded, ImageImported, ScanFinished
from services.domain.files.rejections import FileRejected
from services.gateway.access.keyring import Role
from services.gateway.access.tokens import create
from services.gateway.listing.found import Found
from services.gateway.reading.photo import Photo
from services.gateway.reading.scanner_answers import FileScanned, Unread
from services.gateway.scanners import scanner, scanners
from services.gateway.scanners.incoming_previews import keep
from services.gateway.scanners.mounts import Mounts
from services.gateway.scanners.sharing import Sharing
from services.gateway.scanners.uploads import Uploads
from services.gateway.workers.pool import PreviewNotWritten, WorkerPool
from services.kernel import previews
from services.kernel.bus.contract import Message
from services.kernel.bus.scan_jobs import ScanFile, ScannerReport
from services.kernel.bus.topology import DEAD, RESULTS, SCAN_FILES
from services.kernel.log.codec import encode
from services.kernel.settings import Settings
from services.kernel.version import VERSION
from tests.gateway.scanners.conftest import COUNT, scanning, seen
from tests.support import photos
from tests.support.archives import zipped
from tests.support.ports import free_port
from tests.support.serving import served
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S, eventually

Answer = Callable[[ScanFile, UUID], Awaitable[Photo | Unread | None]]


def message(kind: Any, body: Any) -> Message:
    return Message(
        message_id=uuid4(),
        type=kind.TYPE,
        schema_version=kind.VERSION,
        correlation_id=uuid4(),
        body=encode(body),
    )


def answered(request: Message, outcome: Photo | Unread) -> Message:
    return message(FileScanned, FileScanned(request_id=request.message_id, outcome=outcome))


@asynccontextmanager
async def instead(album: Stack, answer: Answer) -> AsyncIterator[None]:
    """A program in place of a scanner, which answers as `answer` says, or not at all (None)."""

    async def work() -> None:
        async with album.broker.consume(SCAN_FILES, 4) as deliveries:
            async for delivery in deliveries:
                outcome = await answer(
                    msgspec.json.decode(delivery.message.body, type=ScanFile), delivery.message.message_id
                )
                if outcome:
                    await album.broker.publish(RESULTS, [answered(delivery.message, outcome)])
                    await delivery.ack()

    working = asyncio.create_task(work())
    try:
        await eventually(seen(album.broker, 1), "it is there")
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def whole(album: Stack) -> None:
    """The scan has found every photo, once."""
    assert len(await album.events(FileAdded)) == len(await album.events(ImageImported)) == COUNT
    assert await album.events(FileRejected) == []
    assert await album.broker.depth(SCAN_FILES) == 0


async def test_a_scanner_that_ends_in_the_middle_loses_nothing(album: Stack) -> None:
    """It has taken files, and never answers: they are read here once it is gone."""
    taken, gone = asyncio.Event(), asyncio.Event()

    async def silent(job: ScanFile, request: UUID) -> None:
        taken.set()
        await gone.wait()

    async with instead(album, silent):
        scan = asyncio.create_task(album.done("scan"))
        await taken.wait()
        assert album.gateway.scanners._asked
    await scan
    await whole(album)
    assert album.gateway.scanners.photos == 0


async def test_files_of_a_scanner_that_ends_are_for_the_next(
    album: Stack, elsewhere: Settings, settings: Settings
) -> None:
    taken = asyncio.Event()

    async def silent(job: ScanFile, request: UUID) -> None:
        taken.set()
        await asyncio.Event().wait()

    async with instead(album, silent):
        scan = asyncio.create_task(album.done("scan"))
        await taken.wait()
        next_one = scanning(album.broker, elsewhere, Mounts(settings.photos, {}))
        await next_one.__aenter__()
    await scan
    await next_one.__aexit__(None, None, None)
    await whole(album)
    assert album.gateway.scanners.photos > 0


async def test_a_scan_that_is_paused_leaves_nothing_for_scanners(
    album: Stack, elsewhere: Settings, settings: Settings
) -> None:
    """And goes on where it was, as if nobody had been asked."""
    taken = asyncio.Event()

    async def silent(job: ScanFile, request: UUID) -> None:
        taken.set()

    async with instead(album, silent):
        scan = (await album.post("scan")).json()["command_id"]
        await taken.wait()
        await album.broker.publish(SCAN_FILES, [message(ScanFile, {}) for _ in range(6)])
        assert await album.broker.depth(SCAN_FILES) > 0
        await album.done("pause-job", {"job_id": scan})

        async def empty() -> bool:
            return await album.broker.depth(SCAN_FILES) == 0 and not album.gateway.scanners._asked

        await eventually(empty, "the queue is empty")
    async with scanning(album.broker, elsewhere, Mounts(settings.photos, {})):
        await album.done("resume-job", {"job_id": scan})

        async def over() -> bool:
            return bool(await album.events(ScanFinished))

        await eventually(over, "the scan has ended")
    await album.caught_up()
    await whole(album)
    assert album.gateway.scanners.photos > 0


async def test_what_an_earlier_gateway_asked_for_is_forgotten(album: Stack, settings: Settings) -> None:
    await album.broker.publish(SCAN_FILES, [message(ScanFile, {}) for _ in range(6)])
    pool = WorkerPool(settings.previews, 1)
    async with Sharing(str(uuid4()), pool, album.gateway.scanners):
        assert await album.broker.depth(SCAN_FILES) == 0


async def test_a_scanner_that_is_there_and_silent_holds_up_no_scan_for_ever(
    album: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanners, "UNANSWERED_S", 0.01)

    async def silent(job: ScanFile, request: UUID) -> None:
        return None

    async with instead(album, silent):
        await album.done("scan")
        assert len(await album.events(FileAdded)) == COUNT


async def test_answers_that_come_twice_or_late_change_nothing(album: Stack, settings: Settings) -> None:
    """Each file's answer comes three times, and those of files that nobody asked for as well."""
    pool = WorkerPool(settings.previews, 1)

    async def eager(job: ScanFile, request: UUID) -> Photo | Unread:
        photo = await pool.read(Path(job.root), job.path)
        assert isinstance(photo, Photo)
        for asked in (request, request, uuid4()):
            answer = FileScanned(request_id=asked, outcome=photo)
            await album.broker.publish(RESULTS, [message(FileScanned, answer)])
        return photo

    async with instead(album, eager):
        await album.done("scan")
        await whole(album)
        before = len(await album.log())
        await album.done("scan")
    assert len(await album.log()) == before + 3, "the command, the start and the end"
    assert await album.broker.depth(DEAD) == 0


def lies() -> dict[str, Callable[[Photo], Photo]]:
    def other(**facts: Any) -> Callable[[Photo], Photo]:
        return lambda photo: msgspec.structs.replace(
            photo, facts=msgspec.structs.replace(photo.facts, **facts)
        )

    return {
        "no id": other(image_id="../../../etc/passwd"),
        "no preview": other(image_id="f" * 32),
        "another size": other(size=1),
        "number too large": other(width=2**63),
        "number too large for any": other(width=10**30),
        "correction": other(again=True),
        "too much": other(keywords=["word" * 100] * 3_000),
    }


@pytest.mark.parametrize("lie", lies())
async def test_what_can_not_be_true_is_not_believed(album: Stack, settings: Settings, lie: str) -> None:
    pool, told = WorkerPool(settings.previews, 1), 0

    async def liar(job: ScanFile, request: UUID) -> Photo:
        nonlocal told
        told += 1
        photo = await pool.read(Path(job.root), job.path)
        assert isinstance(photo, Photo)
        return lies()[lie](photo)

    async with instead(album, liar):
        await album.done("scan")
    assert told > 0
    await whole(album)
    assert album.gateway.scanners.photos == 0


async def test_an_answer_that_is_none_goes_to_the_dead_letters(album: Stack) -> None:
    for body in (b"{}", b"[", b'{"request_id":"x","outcome":{"type":"photo"}}'):
        await album.broker.publish(RESULTS, [msgspec.structs.replace(message(FileScanned, {}), body=body)])

    async def dead() -> bool:
        return await album.broker.depth(DEAD) == 3

    await eventually(dead, "they are set aside")
    await album.done("scan")
    await whole(album)


async def test_a_scanner_of_another_version_takes_nothing_and_says_why(
    album: Stack, elsewhere: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "VERSION", "99.0")
    with capture_logs() as logs:
        async with scanning(album.broker, elsewhere, Mounts(settings.photos, {})):
            await album.done("scan")
    await whole(album)
    assert album.gateway.scanners.photos == 0
    assert {line["reason"] for line in logs if line["event"] == "this scanner pauses"} == {
        f"The gateway is Albumen {VERSION}, this scanner 99.0: install the same version on both."
    }


@pytest.mark.parametrize("token", ["wrong", "right"])
async def test_the_gateway_lets_in_who_has_a_workers_token(
    settings: Settings, tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has none pauses, says why, and the scan is done without it."""
    from tests.gateway.locked.conftest import with_password

    with_password(settings)
    async with running_stack(settings) as album, served(album.app, free_port()) as url:
        own = {"Authorization": f"Bearer {album.gate.run_key}"}
        album.client.headers.update(own)
        secret = album.gate.keyring.change(lambda keys: create(keys, "scanner", Role.WORKER))
        file = tmp_path / "token"
        file.write_text(secret if token == "right" else "albumen_guess")
        file.chmod(0o600)
        away = Settings(
            data=tmp_path / "e",
            previews=tmp_path / "e/previews",
            workers=1,
            gateway=url,
            gateway_token=file,
        )
        with capture_logs() as logs:
            async with scanning(album.broker, away, Mounts(settings.photos, {})):
                await album.done("scan")
        await whole(album)
        assert (album.gateway.scanners.photos > 0) is (token == "right")
        reasons = {line["reason"] for line in logs if line["event"] == "this scanner pauses"}
        expected = {"The gateway doesn't let this scanner in (401: Sign in first.)."}
        assert reasons == (expected if token == "wrong" else set())


async def test_a_scanner_waits_for_a_gateway_that_is_away(
    album: Stack, tmp_path: Path, settings: Settings
) -> None:
    """It holds what it has read, and brings it when the gateway is back."""
    port = free_port()
    away = Settings(
        data=tmp_path / "e",
        previews=tmp_path / "e/previews",
        workers=1,
        gateway=f"http://127.0.0.1:{port}",
    )
    with capture_logs() as logs:
        async with scanning(album.broker, away, Mounts(settings.photos, {})):
            scan = asyncio.create_task(album.done("scan"))

            def tried() -> bool:
                return [line["event"] for line in logs].count("the gateway can't be reached") > 3

            await eventually(tried, "it has tried in vain")
            assert not scan.done()
            async with served(album.app, port):
                await scan
    await whole(album)
    assert album.gateway.scanners.photos > 0


async def test_a_scanner_without_room_for_previews_leaves_all_to_others(
    album: Stack, elsewhere: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = WorkerPool.read

    async def full(pool: WorkerPool, root: Path, path: str) -> Any:
        if pool._previews == elsewhere.previews:
            raise PreviewNotWritten(
                "Previews can't be written to %(folder)s: %(why)s.", folder="x", why="full"
            )
        return await read(pool, root, path)

    monkeypatch.setattr(WorkerPool, "read", full)
    with capture_logs() as logs:
        async with scanning(album.broker, elsewhere, Mounts(settings.photos, {})):
            await album.done("scan")
    await whole(album)
    assert album.gateway.scanners.photos == 0
    reasons = {line["reason"] for line in logs if line["event"] == "this scanner pauses"}
    assert reasons == {"Previews can't be written to x: full."}


class Held:
    """A delivery."""

    def __init__(self, message: Message) -> None:
        self._message, self.settled = message, ""

    @property
    def message(self) -> Message:
        return self._message

    async def ack(self) -> None:
        self.settled = "acknowledged"

    async def reject(self) -> None:
        self.settled = "rejected"


async def one(album: Stack, settings: Settings, sent: Message) -> tuple[str, list[FileScanned]]:
    """What becomes of a message at a scanner: how it is settled, and the answers."""
    pool, answers = WorkerPool(settings.previews, 1), list[FileScanned]()
    reader = scanner.Scanner(album.broker, settings, Mounts(settings.photos, {}))
    patch = pytest.MonkeyPatch()

    async def publish(queue: str, messages: list[Message]) -> None:
        answers.extend(msgspec.json.decode(one.body, type=FileScanned) for one in messages)

    patch.setattr(album.broker, "publish", publish)
    held = Held(sent)
    near = msgspec.structs.replace(settings, gateway=None)
    try:
        await reader._one(held, pool, Uploads(near, 1))
    finally:
        patch.undo()
    return held.settled, answers


async def test_a_file_that_comes_back_too_often_is_left_to_the_gateway(
    album: Stack, settings: Settings
) -> None:
    """It may be what ends scanners; so it never wears out, and is no dead letter."""
    path = settings.photos[0] / "0.jpg"
    job = ScanFile(
        version=VERSION,
        root=str(settings.photos[0]),
        path="0.jpg",
        size=path.stat().st_size,
        mtime_ns=path.stat().st_mtime_ns,
    )
    settled, answers = await one(album, settings, message(ScanFile, job))
    assert (settled, [type(each.outcome) for each in answers]) == ("acknowledged", [Photo])
    worn = msgspec.structs.replace(message(ScanFile, job), returned=scanner.SUSPECT)
    settled, answers = await one(album, settings, worn)
    assert (settled, [type(each.outcome) for each in answers]) == ("acknowledged", [Unread])


@pytest.mark.parametrize("change", ["none", "size", "time", "time meanwhile"])
async def test_a_file_that_is_another_is_not_told_of(
    album: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Nor read, if that is seen before."""
    path, opened, read = settings.photos[0] / "0.jpg", list[str](), WorkerPool.read
    seen = path.stat()
    job = ScanFile(
        version=VERSION,
        root=str(settings.photos[0]),
        path="0.jpg",
        size=seen.st_size + (change == "size"),
        mtime_ns=seen.st_mtime_ns + 1_000_000 * (change == "time"),
    )

    async def meanwhile(pool: WorkerPool, root: Path, path_: str) -> Any:
        opened.append(path_)
        answer = await read(pool, root, path_)
        if change == "time meanwhile":
            os.utime(path, ns=(0, seen.st_mtime_ns + 1_000_000))
        return answer

    monkeypatch.setattr(WorkerPool, "read", meanwhile)
    _, (answer,) = await one(album, settings, message(ScanFile, job))
    assert isinstance(answer.outcome, Photo if change == "none" else Unread)
    assert len(opened) == (change in ("none", "time meanwhile"))


async def test_members_of_archives_are_not_sent_away(album: Stack, settings: Settings) -> None:
    members = {f"{number}.jpg": photos.encoded(photos.picture(100 + number)) for number in range(12)}
    zipped(settings.photos[0] / "a.zip", members)
    paths = []

    async def noting(job: ScanFile, request: UUID) -> Unread:
        paths.append(job.path)
        return Unread(reason="no")

    async with instead(album, noting):
        await album.done("scan")
    assert len(await album.events(FileAdded)) == COUNT + 12
    assert paths
    assert [path for path in paths if path.startswith("a.zip")] == []


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("classify_job", b"{}"),
        ("scan_file", b"["),
        ("scan_file", b"{}"),
        ("scan_file", f'{{"version":"{VERSION}","root":1}}'.encode()),
    ],
)
async def test_what_is_no_file_to_read_is_rejected(
    album: Stack, settings: Settings, type_: str, body: bytes
) -> None:
    sent = msgspec.structs.replace(message(ScanFile, {}), type=type_, body=body)
    assert await one(album, settings, sent) == ("rejected", [])


@pytest.mark.parametrize("way", ["..", "link", "other", "file"])
async def test_a_scanner_reads_below_its_folders_only(
    album: Stack, settings: Settings, tmp_path: Path, way: str
) -> None:
    """Whoever can write messages gets no other file to see."""
    photos.write(tmp_path / "private/p.jpg")
    (settings.photos[0] / "link").symlink_to(tmp_path / "private")
    root, path = {
        "..": (f"{settings.photos[0]}/../private", "p.jpg"),
        "link": (f"{settings.photos[0]}/link", "p.jpg"),
        "other": (f"{tmp_path}/private", "p.jpg"),
        "file": (str(settings.photos[0]), "../private/p.jpg"),
    }[way]
    seen = (tmp_path / "private/p.jpg").stat()
    job = ScanFile(version=VERSION, root=root, path=path, size=seen.st_size, mtime_ns=seen.st_mtime_ns)
    settled, (answer,) = await one(album, settings, message(ScanFile, job))
    assert (settled, type(answer.outcome)) == ("acknowledged", Unread)


async def test_reports_say_how_many_files_scanners_may_have(
    album: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the broker sees one; a scanner that has been silent for long doesn't count."""
    known = album.gateway.scanners
    report = message(ScannerReport, ScannerReport(scanner_id="one", places=12))
    await album.broker.publish(RESULTS, [report])
    await eventually(lambda: known.alive == 1, "it is known")
    assert known.places == 0, "the broker sees none"

    async def nothing(job: ScanFile, request: UUID) -> None:
        return None

    async with instead(album, nothing):
        await known.look()
        assert known.places == 12
        monkeypatch.setattr(scanners, "ALIVE_S", -1.0)
        assert (known.alive, known.places) == (0, 1)


async def test_a_broker_that_goes_away_takes_no_photo_along(
    album: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = album.gateway.scanners
    known._consumers = 1
    await album.broker.close()
    item = Found("0.jpg", 1, 1)
    outcome = await known.read(str(uuid4()), settings.photos[0], item, "")
    assert isinstance(outcome, Unread)
    await known.look()
    assert known.places == 0


async def test_two_scans_in_a_row_ask_for_the_same_with_the_same_id(album: Stack, settings: Settings) -> None:
    """What a scanner still has in hand when its gateway is started again, and goes on with the scan, is not in vain."""
    job_id, ids = str(uuid4()), []
    known = album.gateway.scanners

    async def noting(job: ScanFile, request: UUID) -> Unread:
        ids.append(request)
        return Unread(reason="no")

    async with instead(album, noting):
        for _ in range(2):
            async with asyncio.timeout(PATIENCE_S):
                await known.read(job_id, settings.photos[0], Found("0.jpg", 1, 1), "")
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_preview_that_is_there_stays(settings: Settings) -> None:
    """Who may bring one for a new photo can't exchange an older one's."""
    image_id = "a" * 32
    mine, theirs = (
        previews.marked(photos.encoded(photos.picture(seed), "JPEG"), image_id) for seed in (1, 2)
    )
    assert keep(settings.previews, image_id, mine)
    assert keep(settings.previews, image_id, theirs)
    assert previews.load(settings.previews, image_id) == mine
