"""What could not be read of a photo, or of the file beside it, is said in its panel, in the API and on `/jobs`."""

import json
from pathlib import Path

import msgspec
import pytest

from services.domain.files.events import ImageImported, SidecarRead
from services.domain.files.rejections import FileRejected
from services.gateway.reading import unread
from services.gateway.reading.photo import Photo, Rejected
from services.gateway.running.beside import Beside
from services.gateway.workers.pool import WorkerPool
from services.kernel.settings import Settings
from tests.gateway.library.test_words import packet
from tests.gateway.writes.test_rereading import WORDS
from tests.gateway.writes.test_scan import TAKEOUT
from tests.support import photos
from tests.support.stack import Stack

DAMAGED_FILE = "This XMP file is damaged or cut off."
DAMAGED = unread.NO_XMP.format(unread.BROKEN)


async def image_of(stack: Stack, name: str) -> str:
    items = (await stack.get("/api/images?limit=500"))["items"]
    return str(next(one["id"] for one in items if Path(one["files"][0]).name == name))


async def unread_of(stack: Stack, name: str) -> list[tuple[str, str]]:
    metadata = (await stack.get(f"/api/images/{await image_of(stack, name)}"))["metadata"]
    return [(one["place"], one["reason"]) for one in metadata["unread"]]


async def text(stack: Stack, path: str) -> str:
    answer = await stack.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


async def test_unreadable_notes_of_a_photo_are_told(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    photos.write(root / "a.jpg", 50, xmp=WORDS[:-50], exif=photos.exif(Make="Acme"))
    photos.write(root / "b.jpg", 51, xmp=WORDS[:-50])
    await stack.done("scan")
    assert await unread_of(stack, "a.jpg") == [("", DAMAGED)]
    assert await unread_of(stack, "0.jpg") == []
    shown = DAMAGED.replace("'", "&#39;")
    assert shown in await text(stack, f"/images/{await image_of(stack, 'a.jpg')}")
    jobs = await text(stack, "/jobs")
    assert jobs.count(shown) == 1
    assert "2 photos" in jobs[jobs.index('id="unread"') :]
    assert 'id="problems"' not in jobs
    assert (await stack.get("/api/images?q=is:unread-notes"))["total"] == 2
    photos.write(root / "a.jpg", 50, xmp=WORDS)
    photos.write(root / "b.jpg", 51, xmp=WORDS)
    await stack.done("scan")
    assert await unread_of(stack, "a.jpg") == []
    assert (await stack.get("/api/images?q=is:unread-notes"))["total"] == 0


async def test_in_german(stack: Stack, settings: Settings) -> None:
    photos.write(settings.photos[0] / "a.jpg", 50, xmp=WORDS[:-50])
    await stack.done("scan")
    answer = await stack.client.get("/jobs", headers={"Accept": "text/html", "Accept-Language": "de"})
    assert (
        "Die eigenen Angaben des Fotos (XMP) konnten nicht gelesen werden: sie sind beschädigt" in answer.text
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("0.xmp", WORDS[:-50], DAMAGED_FILE),
        ("0.jpg.xmp", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "This XMP file declares entities"),
        ("0.jpg.json", json.dumps(TAKEOUT).encode()[:-40], "This JSON file is damaged or cut off."),
    ],
)
async def test_an_unreadable_file_beside_a_photo_is_told_until_it_is_mended_or_gone(
    stack: Stack, settings: Settings, name: str, content: bytes, reason: str
) -> None:
    beside = settings.photos[0] / name
    beside.write_bytes(content)
    for _ in range(2):
        await stack.done("scan")
        ((place, why),) = await unread_of(stack, "0.jpg")
        assert (place, why[: len(reason)]) == (name, reason)
    assert len(await stack.events(FileRejected)) == len(await stack.events(SidecarRead)) == 1
    jobs = await text(stack, "/jobs")
    assert name in jobs[jobs.index('id="problems"') :]
    assert 'id="unread"' not in jobs, "it is among the problems already"
    assert name in await text(stack, f"/images/{await image_of(stack, '0.jpg')}")
    beside.unlink()
    await stack.done("scan")
    assert await unread_of(stack, "0.jpg") == []
    beside.write_bytes(content + b" ")
    await stack.done("scan")
    assert len(await unread_of(stack, "0.jpg")) == 1
    beside.write_bytes(WORDS if name.endswith("xmp") else json.dumps(TAKEOUT).encode())
    await stack.done("scan")
    assert await unread_of(stack, "0.jpg") == []
    assert 'id="problems"' not in await text(stack, "/jobs")


async def test_a_broken_file_beside_two_photos_is_told_at_both(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    (root / "0.png").write_bytes(photos.encoded(photos.picture(60), "PNG"))
    (root / "0.xmp").write_bytes(WORDS[:-50])
    await stack.done("scan")
    assert await unread_of(stack, "0.jpg") == await unread_of(stack, "0.png") == [("0.xmp", DAMAGED_FILE)]


async def test_the_words_of_a_file_that_breaks_are_no_longer_believed(
    stack: Stack, settings: Settings
) -> None:
    beside = settings.photos[0] / "0.xmp"
    beside.write_bytes(WORDS)
    await stack.done("scan")
    image = await image_of(stack, "0.jpg")
    assert (await stack.get(f"/api/images/{image}"))["metadata"]["title"] == "Weir"
    beside.write_bytes(WORDS[:-50])
    await stack.done("scan")
    shown = (await stack.get(f"/api/images/{image}"))["metadata"]
    assert (shown["title"], shown["rating"], shown["keywords"]) == (None, 0, [])
    assert "0.xmp can’t be read, or only in part" in await text(stack, f"/images/{image}")


async def test_what_was_rejected_before_it_was_recorded_of_which_photo(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next scan records it, and a problem that a person ignores stays ignored."""
    (settings.photos[0] / "0.xmp").write_bytes(WORDS[:-50])

    def as_before(self: Beside, image_id: str, item: object, reason: str) -> list[object]:
        return [self._facts.rejected(self._root, item, reason)]  # type: ignore[arg-type]

    with monkeypatch.context() as version:
        version.setattr(Beside, "_unreadable", as_before)
        await stack.done("scan")
    assert await unread_of(stack, "0.jpg") == []
    await stack.done("ignore-problems", {"reason": DAMAGED_FILE})
    for _ in range(2):
        await stack.done("scan")
        assert await unread_of(stack, "0.jpg") == [("0.xmp", DAMAGED_FILE)]
        assert (len(await stack.events(FileRejected)), len(await stack.events(SidecarRead))) == (1, 1)
        assert 'id="problems"' not in await text(stack, "/jobs")
    await stack.done("show-problems", {"reason": DAMAGED_FILE})
    await stack.done("retry-rejected")
    assert len(await stack.events(FileRejected)) == 2
    assert await unread_of(stack, "0.jpg") == [("0.xmp", DAMAGED_FILE)]


async def test_a_caption_that_is_cut_is_told(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    caption = "<dc:description><rdf:Alt><rdf:li>{}</rdf:li></rdf:Alt></dc:description>"
    (root / "0.xmp").write_bytes(packet(caption.format("c" * 12_000)))
    (root / "1.jpg.json").write_text(json.dumps({**TAKEOUT, "description": "d" * 12_000}))
    photos.write(root / "a.jpg", 50, xmp=packet(caption.format("e" * 12_000)))
    await stack.done("scan")
    long = "The caption is longer than 10,000 characters. What follows them was left out."
    for name, place, letter in (("0.jpg", "0.xmp", "c"), ("1.jpg", "1.jpg.json", "d"), ("a.jpg", "", "e")):
        assert await unread_of(stack, name) == [(place, long)]
        shown = (await stack.get(f"/api/images/{await image_of(stack, name)}"))["metadata"]
        assert shown["description"] == letter * 10_000
    assert "3 photos" in (await text(stack, "/jobs"))


async def test_a_person_may_write_as_much(stack: Stack) -> None:
    await stack.done("scan")
    image = await image_of(stack, "0.jpg")
    await stack.done("set-caption", {"images": [image], "caption": "c" * 10_000})
    assert (await stack.post("set-caption", {"images": [image], "caption": "c" * 10_001})).status_code == 422
    assert 'maxlength="10000"' in await text(stack, f"/images/{image}")


async def test_photos_of_an_earlier_version_are_read_once_more(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos.write(settings.photos[0] / "a.jpg", 50, xmp=WORDS[:-50])
    read = WorkerPool.read

    async def as_before(pool: WorkerPool, root: Path, path: str) -> Photo | Rejected:
        photo = await read(pool, root, path)
        assert isinstance(photo, Photo)
        return msgspec.structs.replace(photo, facts=msgspec.structs.replace(photo.facts, unread=[], facts=2))

    with monkeypatch.context() as version:
        version.setattr(WorkerPool, "read", as_before)
        await stack.done("scan")
    assert await unread_of(stack, "a.jpg") == []
    for _ in range(2):
        await stack.done("scan")
        assert await unread_of(stack, "a.jpg") == [("", DAMAGED)]
        assert [one.again for one in await stack.events(ImageImported)].count(True) == 1
