"""An import that is stopped, interrupted or overtaken by a person; and the shell's command for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.cli.arguments import parser
from services.cli.errors import Unusable
from services.cli.imports import run
from services.cli.imports import tell as shown
from services.cli.joblist import retry, steer
from services.domain.imports.events import ImportFinished
from services.gateway.imports.contract import Told
from services.gateway.queries import imports
from services.gateway.reading.photo import Rejected
from services.gateway.running.job_status import Failure, JobStatus
from services.gateway.running.one_import import OVERTAKEN
from services.gateway.workers.pool import WorkerPool
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack

Held = Callable[[], None]


def tree(folder: Path) -> Path:
    (folder / "Rome").mkdir(parents=True)
    for number in (1, 2, 3):
        (folder / "Rome" / f"IMG_{number}.yml").write_text(f"UID: a\nTakenAt: 2019-01-01\nTitle: T{number}\n")
    return folder


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """The second file waits; (it has begun to, it may go on)"""
    begun, free = asyncio.Event(), asyncio.Event()
    told = WorkerPool.told

    async def slow(self: WorkerPool, root: Path, path: str) -> Told | Rejected:
        if path.endswith("IMG_2.yml"):
            begun.set()
            await free.wait()
        return await told(self, root, path)

    monkeypatch.setattr(WorkerPool, "told", slow)
    return begun, free


async def titles(stack: Stack) -> list[str | None]:
    items = (await stack.get("/api/images?sort=taken_at"))["items"]
    return [(await stack.get(f"/api/images/{one['id']}"))["metadata"]["title"] for one in items][:3]


async def begun(stack: Stack, source: Path) -> str:
    answer = await stack.post("import", {"source": str(source)})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["command_id"])


async def test_a_paused_import_goes_on_and_a_running_one_is_not_undone(
    scanned: Stack, tmp_path: Path, held: tuple[asyncio.Event, asyncio.Event]
) -> None:
    job = await begun(scanned, tree(tmp_path / "other"))
    await held[0].wait()
    refused = await scanned.post("undo", {"command_id": job})
    assert (refused.status_code, "still running" in refused.json()["detail"]) == (422, True)
    assert (await steer(scanned.client, "pause", job)).status == "paused"
    held[1].set()
    assert await scanned.events(ImportFinished) == []
    await scanned.done("resume-job", {"job_id": job})
    await ended(scanned, job)
    assert await titles(scanned) == ["T1", "T2", "T3"]


async def ended(stack: Stack, job: str) -> dict[str, Any]:
    while (status := await stack.get(f"/commands/{job}"))["status"] not in ("done", "cancelled"):
        await stack.caught_up()
    await stack.caught_up()
    result: dict[str, Any] = status
    return result


async def test_a_stopped_import_can_be_taken_back(
    scanned: Stack, tmp_path: Path, held: tuple[asyncio.Event, asyncio.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.running.one_import.IN_A_BATCH", 1)
    job = await begun(scanned, tree(tmp_path / "other"))
    await held[0].wait()
    await scanned.done("cancel-job", {"job_id": job})
    held[1].set()
    status = await ended(scanned, job)
    assert (status["status"], status["undoable"], status["total"]) == ("cancelled", True, 1)
    assert await titles(scanned) == ["T1", None, None]
    await scanned.done("undo", {"command_id": job})
    assert await titles(scanned) == [None, None, None]
    assert (await scanned.get(f"/commands/{job}"))["undoable"] is False


async def test_an_interrupted_import_goes_on_at_the_next_start(
    settings: Settings,
    tmp_path: Path,
    held: tuple[asyncio.Event, asyncio.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.gateway.running.one_import.IN_A_BATCH", 1)
    async with running_stack(settings) as first:
        await first.done("scan")
        job = await begun(first, tree(tmp_path / "other"))
        await held[0].wait()
    held[1].set()
    async with running_stack(settings) as second:
        await ended(second, job)
        assert await titles(second) == ["T1", "T2", "T3"]
        [finished] = await second.events(ImportFinished)
        assert (finished.matches, finished.changed) == (3, 3)
        said = [row for row in await second.log() if row.kind == "C" and row.type == "set_title"]
        assert len(said) == 3


async def test_a_person_who_says_something_at_the_same_time_has_the_last_word(
    scanned: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_photos, calls = imports.known_photos, 0

    async def overtaken(views: Any, ids: Any) -> Any:
        nonlocal calls
        result = await known_photos(views, ids)
        calls += 1
        if calls == 1:
            for image in sorted(ids)[:1]:
                await scanned.post("set-title", {"images": [image], "title": "Mine"})
        return result

    monkeypatch.setattr(imports, "known_photos", overtaken)
    status = await scanned.done("import", {"source": str(tree(tmp_path / "other"))})
    assert sorted(str(one) for one in await titles(scanned)).count("Mine") == 1
    await scanned.done("undo", {"command_id": status["command_id"]})
    assert sorted(str(one) for one in await titles(scanned)) == ["Mine", "None", "None"]


async def test_a_fault_of_the_program_ends_the_import_with_a_sentence(
    scanned: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not tried again for ever; what it has said can be taken back."""
    monkeypatch.setattr("services.gateway.running.one_import.IN_A_BATCH", 2)
    known_photos, calls = imports.known_photos, 0

    async def faulty(views: Any, ids: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise ZeroDivisionError("no")
        return await known_photos(views, ids)

    monkeypatch.setattr(imports, "known_photos", faulty)
    status = await scanned.done("import", {"source": str(tree(tmp_path / "other"))})
    reason = "Albumen failed at it (ZeroDivisionError: no): this is a fault of the program."
    assert [one["reason"] for one in status["failures"]] == [reason]
    assert await titles(scanned) == ["T1", "T2", None]
    monkeypatch.setattr(imports, "known_photos", known_photos)
    await scanned.done("undo", {"command_id": status["command_id"]})
    assert await titles(scanned) == [None, None, None]


async def test_people_who_never_stop_changing_the_same_photos_end_it(
    scanned: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    albums_by_name = imports.albums_by_name
    photo = (await scanned.get("/api/images?sort=-taken_at"))["items"][0]["id"]

    async def overtaken(views: Any) -> Any:
        await scanned.post("set-title", {"images": [photo], "title": "Mine"})
        return await albums_by_name(views)

    monkeypatch.setattr("services.gateway.running.one_import._ATTEMPTS", 2)
    monkeypatch.setattr(imports, "albums_by_name", overtaken)
    status = await scanned.done("import", {"source": str(tree(tmp_path / "other"))})
    assert [one["reason"] for one in status["failures"]] == [OVERTAKEN]


async def test_its_workers_are_gone_when_the_album_is(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it closes while they end: whoever saw the import finished may close it at once."""
    end_workers, close_log, ending, ended = WorkerPool.close, SqliteLog.close, asyncio.Event(), list[str]()

    async def slow(self: WorkerPool) -> None:
        ending.set()
        for _ in range(1000):
            await asyncio.sleep(0)
        await end_workers(self)
        ended.append("workers")

    async def close(self: SqliteLog) -> None:
        ended.append("log")
        await close_log(self)

    monkeypatch.setattr(SqliteLog, "close", close)
    async with running_stack(settings) as stack:
        monkeypatch.setattr(WorkerPool, "close", slow)
        await begun(stack, tree(tmp_path / "other"))
        await ending.wait()
        monkeypatch.setattr(WorkerPool, "close", end_workers)
    assert ended == ["workers", "log"]


async def test_an_import_waits_for_the_one_before_it(
    scanned: Stack, tmp_path: Path, held: tuple[asyncio.Event, asyncio.Event]
) -> None:
    first = await begun(scanned, tree(tmp_path / "other"))
    await held[0].wait()
    second = await begun(scanned, tree(tmp_path / "more"))
    await scanned.caught_up()
    status = await scanned.get(f"/commands/{second}")
    assert (status["status"], status["note"]) == ("running", "Waiting for the import before it.")
    held[1].set()
    await ended(scanned, first)
    await ended(scanned, second)


async def test_the_shell_lists_it_and_says_what_to_do(scanned: Stack, tmp_path: Path) -> None:
    status = await scanned.done("import", {"source": str(tree(tmp_path / "other"))})
    with pytest.raises(Unusable, match="Start the import again"):
        await retry(scanned.client, status["command_id"])


def test_the_shell_prints_nothing_that_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["\x1b[2J\x1b]0;owned\x07.xmp", "two\nlines", "\u202egpj.xmp", "Grüße \uf7ff.xmp"]
    failures = [Failure(image_id=None, path=name, reason="It is damaged.") for name in names]
    shown(JobStatus(command_id="a", type="import_metadata", status="done", failed=4, failures=failures))
    assert capsys.readouterr().out.splitlines()[2:] == [
        "  \\x1b[2J\\x1b]0;owned\\x07.xmp: It is damaged.",
        "  two\\nlines: It is damaged.",
        "  \\u202egpj.xmp: It is damaged.",
        "  Grüße \\xff.xmp: It is damaged.",
    ]


@pytest.mark.parametrize("words", [[], ["x", "--undo", "y"]])
def test_the_shell_wants_a_source_or_an_import(settings: Settings, words: list[str]) -> None:
    with pytest.raises(Unusable, match="Import from what"):
        run(settings, parser().parse_args(["import", *words]))
