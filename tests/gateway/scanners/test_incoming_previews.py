"""Previews that scanners bring: only those that a scan waits for, and only if they can be previews."""

import asyncio
import errno
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from services.gateway.listing.found import Found
from services.gateway.reading.scanner_answers import FileScanned, Unread
from services.gateway.scanners.incoming_previews import LARGEST_PREVIEW
from services.kernel import previews
from services.kernel.bus.topology import SCAN_FILES
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack

IMAGE = "0123456789abcdef" * 2
JPEG = photos.encoded(photos.picture(1), "JPEG")
GOOD = previews.marked(JPEG, IMAGE)


def resized(width: int, height: int) -> bytes:
    """The same bytes, whose header says that they are a picture of this size, with the right mark."""
    at = JPEG.index(b"\xff\xc0") + 5
    changed = JPEG[:at] + height.to_bytes(2) + width.to_bytes(2) + JPEG[at + 4 :]
    return previews.marked(changed, IMAGE)


def two_frames() -> bytes:
    """A second header, of another size, before the pixels: decoders differ in which of them counts."""
    start = JPEG.index(b"\xff\xc0")
    end = start + 2 + int.from_bytes(JPEG[start + 2 : start + 4])
    frame = JPEG[start:end]
    large = frame[:5] + b"\xff\xff\xff\xff" + frame[9:]
    return previews.marked(JPEG[:end] + large + JPEG[end:], IMAGE)


def padded(size: int) -> bytes:
    """Whole, and of this many bytes."""
    missing = size - len(previews.marked(JPEG, IMAGE))
    return previews.marked(JPEG[:-2] + bytes(missing) + JPEG[-2:], IMAGE)


REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "no JPEG": b"GIF89a",
    "no mark": JPEG,
    "no mark, as early versions wrote it": photos.encoded(photos.picture(1), "JPEG", quality=90),
    "another photo's": previews.marked(JPEG, "f" * 32),
    "changed on the way": GOOD[:400] + bytes([GOOD[400] ^ 1]) + GOOD[401:],
    "cut off": GOOD[:-10],
    "wide as none": resized(65_500, 1),
    "high as none": resized(1, 65_500),
    "a pixel too wide": resized(previews.PREVIEW_SIDE + 1, 10),
    "without a size": resized(0, 10),
    "with two sizes": two_frames(),
    "a byte too long": padded(LARGEST_PREVIEW + 1),
    "without a picture": previews.marked(JPEG[:20] + JPEG[-2:], IMAGE),
}


@pytest.fixture
async def request_id(album: Stack, settings: Settings) -> AsyncIterator[UUID]:
    """Of a file that a scan waits for."""
    known = album.gateway.scanners
    async with album.broker.consume(SCAN_FILES, 1) as deliveries:
        waiting = asyncio.create_task(known.read(str(uuid4()), settings.photos[0], Found("0.jpg", 1, 1), ""))
        delivery = await anext(deliveries)
        yield delivery.message.message_id
        known.heard(FileScanned(request_id=delivery.message.message_id, outcome=Unread(reason="x")))
        await waiting


async def put(album: Stack, content: bytes, scan: UUID | str | None, image_id: str = IMAGE) -> httpx.Response:
    params = {} if scan is None else {"scan": str(scan)}
    return await album.client.put(f"/images/{image_id}/preview", params=params, content=content)


def kept(settings: Settings) -> list[Path]:
    return [path for path in settings.previews.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [GOOD, padded(LARGEST_PREVIEW)], ids=["usual", "largest"])
async def test_a_preview_that_a_scan_waits_for(
    album: Stack, settings: Settings, request_id: UUID, content: bytes
) -> None:
    """As often as it comes."""
    for _ in range(2):
        answer = await put(album, content, request_id)
        assert (answer.status_code, answer.content) == (204, b"")
    assert previews.load(settings.previews, IMAGE) == content
    assert (await album.client.get(f"/images/{IMAGE}/preview", params={"rotation": 1})).content == content


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_no_preview_is_not_kept(
    album: Stack, settings: Settings, request_id: UUID, what: str
) -> None:
    answer = await put(album, REFUSED[what], request_id)
    assert (answer.status_code, answer.json()["detail"]) == (422, "This is no preview of this photo.")
    assert kept(settings) == []


async def test_more_than_any_body_may_be(album: Stack, settings: Settings, request_id: UUID) -> None:
    assert (await put(album, bytes(20_000_001), request_id)).status_code == 413
    assert kept(settings) == []


@pytest.mark.parametrize(
    ("scan", "image_id", "status"),
    [
        (uuid4(), IMAGE, 409),
        (None, IMAGE, 400),
        ("x", IMAGE, 400),
        ("own", "0" * 31, 404),
        ("own", "..%2f..%2fevents.db", 404),
        ("own", IMAGE.upper(), 404),
    ],
)
async def test_what_nobody_waits_for_is_not_kept(
    album: Stack, settings: Settings, request_id: UUID, scan: UUID | str | None, image_id: str, status: int
) -> None:
    assert (await put(album, GOOD, request_id if scan == "own" else scan, image_id)).status_code == status
    assert kept(settings) == []


async def test_once_it_is_answered_nobody_waits_any_more(
    album: Stack, settings: Settings, request_id: UUID
) -> None:
    answer = FileScanned(request_id=request_id, outcome=Unread(reason="x"))
    for _ in range(2):
        album.gateway.scanners.heard(answer)
    assert not album.gateway.scanners.waits_for(request_id)
    assert (await put(album, GOOD, request_id)).status_code == 409
    assert kept(settings) == []


async def test_a_full_disk_is_said(
    album: Stack, settings: Settings, request_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(previews, "store", full)
    answer = await put(album, GOOD, request_id)
    assert (answer.status_code, "No space left" in answer.json()["detail"]) == (503, True)
