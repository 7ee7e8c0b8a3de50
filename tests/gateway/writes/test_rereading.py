"""What an earlier version of Albumen dropped of files is read once by the next scan, without decoding pictures."""

import shutil
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from services.domain.files.checked import FilesChecked
from services.domain.files.events import ImageImported, SidecarRead
from services.gateway.reading.photo import FileWords, Photo, Rejected, Said
from services.gateway.workers.pool import WorkerPool
from services.kernel.settings import Settings
from services.knowledge import facts_version
from tests.gateway.library.test_words import packet
from tests.support import photos
from tests.support.stack import Stack

WORDS: Final = packet(
    "<dc:title><rdf:Alt><rdf:li>Weir</rdf:li></rdf:Alt></dc:title>"
    "<dc:subject><rdf:Bag><rdf:li>Heron</rdf:li></rdf:Bag></dc:subject>",
    'xmp:Rating="4"',
)


@pytest.fixture
async def early(stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Scanned by a version that knew no words: two of its four photos and one sidecar have some, one in two copies."""
    root = settings.photos[0]
    photos.write(root / "4.jpg", 51, xmp=WORDS)
    photos.write(root / "5.jpg", 52, xmp=WORDS.replace(b"Weir", b"Mill"))
    shutil.copy(root / "4.jpg", root / "again.jpg")
    (root / "0.xmp").write_bytes(WORDS.replace(b"Weir", b"Beside"))
    read, sidecar = WorkerPool.read, WorkerPool.sidecar

    async def without_words(pool: WorkerPool, root: Path, path: str) -> Photo | Rejected:
        photo = await read(pool, root, path)
        assert isinstance(photo, Photo)
        nothing: dict[str, Any] = {
            "keywords": [],
            "stars": None,
            "properties": [],
            "description": None,
            "facts": 0,
        }
        return msgspec.structs.replace(photo, facts=msgspec.structs.replace(photo.facts, **nothing))

    async def with_keywords_alone(pool: WorkerPool, root: Path, path: str) -> Said | Rejected:
        said = await sidecar(pool, root, path)
        assert isinstance(said, Said)
        return msgspec.structs.replace(said, properties=[], description=None)

    with monkeypatch.context() as version:
        version.setattr(WorkerPool, "read", without_words)
        version.setattr(WorkerPool, "sidecar", with_keywords_alone)
        version.setattr("services.gateway.running.facts.of_sidecars", lambda kind: 0)
        await stack.done("scan")
    return stack


async def titles(stack: Stack) -> dict[str, str | None]:
    items = (await stack.get("/api/images"))["items"]
    details = [await stack.get(f"/api/images/{one['id']}") for one in items]
    return {Path(one["files"][0]).name: one["metadata"]["title"] for one in details}


async def test_words_are_read_once_and_no_picture_is_decoded(
    early: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set((await titles(early)).values()) == {None}
    words, asked = WorkerPool.words, list[str]()

    async def counted(pool: WorkerPool, root: Path, path: str) -> FileWords | Rejected:
        asked.append(path)
        return await words(pool, root, path)

    async def refused(pool: WorkerPool, root: Path, path: str) -> Photo | Rejected:
        raise AssertionError(path)

    monkeypatch.setattr(WorkerPool, "words", counted)
    monkeypatch.setattr(WorkerPool, "read", refused)
    await early.done("scan")
    assert await titles(early) == {
        "0.jpg": "Beside",
        "1.jpg": None,
        "2.jpg": None,
        "4.jpg": "Weir",
        "5.jpg": "Mill",
    }
    assert (await early.get("/api/images?q=rating:4"))["total"] == 3
    assert len(asked) == 5  # one of two copies is enough
    imported = await early.events(ImageImported)
    assert [(one.again, one.facts) for one in imported] == [(False, 0)] * 5 + [
        (True, facts_version.CURRENT)
    ] * 2
    noted = [file.path for event in await early.events(FilesChecked) for file in event.files if file.facts]
    assert sorted(noted) == ["0.jpg", "1.jpg", "2.jpg"]
    assert [one.facts for one in await early.events(SidecarRead)] == [0, facts_version.of_sidecars("xmp")]
    before = len(await early.log())
    await early.done("scan")
    assert (len(asked), len(await early.log())) == (5, before + 3)


async def test_a_file_that_can_no_longer_be_read_keeps_what_it_said(
    early: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(pool: WorkerPool, root: Path, path: str) -> FileWords | Rejected:
        return Rejected(reason="It is broken.", size=1, mtime_ns=1)

    with monkeypatch.context() as bad:
        bad.setattr(WorkerPool, "words", broken)
        await early.done("scan")
    assert (await early.get("/api/images"))["total"] == 5
    assert len(await early.events(ImageImported)) == 5


async def test_reading_everything_again_says_only_what_is_new(early: Stack) -> None:
    await early.done("scan", {"again": True})
    again = [one for one in await early.events(ImageImported) if one.again]
    assert sorted(one.properties[0].value for one in again) == ["Mill", "Weir"]
    await early.done("scan")
    assert len(await early.events(ImageImported)) == 7
