"""A video that is coded as browsers don't play it is had as one that they do."""

import asyncio
import io
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from PIL import Image

from services.gateway.media import film_copies
from services.kernel.settings import Settings
from tests.gateway.library.test_motion import GOOGLE
from tests.support import photos
from tests.support.films import film, made, pictures
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.workers


@pytest.fixture
async def ids(settings: Settings, stack: Stack) -> dict[str, str]:
    """Name of a file -> its photo: one that all browsers play, three that few do, a motion photo and a picture."""
    (root,) = settings.photos
    clip = film("mp4", "libx265")
    (root / "phone.mp4").write_bytes(film("mp4", "libx264", "aac"))
    (root / "newer.mp4").write_bytes(film("mp4", "libx265", "aac", seconds=2))
    (root / "old.avi").write_bytes(film("avi", "mpeg4", "libmp3lame", seconds=3))
    (root / "motion.jpg").write_bytes(
        photos.encoded(photos.picture(9), xmp=(GOOGLE % len(clip)).encode()) + clip
    )
    await stack.done("scan")
    items = (await stack.get("/api/images"))["items"]
    return {Path(item["files"][0]).name: item["id"] for item in items}


async def whole(stack: Stack, path: str) -> httpx.Response:
    """As it is when it's made, which the first answer may not wait for."""
    await stack.client.get(path)
    return await stack.client.get(path)


@pytest.mark.parametrize(
    ("name", "count"), [("phone.mp4", 10), ("newer.mp4", 20), ("old.avi", 30), ("motion.jpg", 10)]
)
async def test_it_is_h264_in_an_mp4(stack: Stack, ids: dict[str, str], name: str, count: int) -> None:
    path = f"/images/{ids[name]}/video"
    answer = await whole(stack, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
    assert len(pictures(answer.content)) == count
    with av.open(io.BytesIO(answer.content)) as container:
        assert container.streams.video[0].codec_context.codec.canonical_name == "h264"
    part = await stack.client.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, answer.content[100:200])
    known = await stack.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


async def test_it_is_made_once_and_had_without_its_file_afterwards(
    settings: Settings, stack: Stack, ids: dict[str, str]
) -> None:
    path = f"/images/{ids['old.avi']}/video"
    first = await whole(stack, path)
    (settings.photos[0] / "old.avi").unlink()
    assert (await stack.client.get(path)).content == first.content
    (kept,) = (settings.data / "large").rglob("*.video")
    kept.unlink()
    gone = await stack.client.get(path)
    assert gone.status_code == 404
    assert "can’t be played" in gone.text


NOISE = 60
"""Pictures of a film that is coded as several MB, in parts of 1 MB or sooner."""


@pytest.fixture
def long(settings: Settings) -> None:
    chance = np.random.default_rng(1)
    frames = [Image.fromarray(chance.integers(0, 255, (270, 480, 3), np.uint8)) for _ in range(NOISE)]
    (settings.photos[0] / "long.avi").write_bytes(made(frames, "avi", "mpeg4", flags=""))


async def test_a_long_one_is_watched_while_it_is_made(
    long: None, settings: Settings, stack: Stack, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a length, and to be kept by no browser; from its end on as every other, with the same bytes from the
    first second on."""
    monkeypatch.setattr(film_copies, "WHOLE_WITHIN_S", 0)
    path = f"/images/{ids['long.avi']}/video"
    growing = await stack.client.get(path, headers={"Range": "bytes=0-"})
    assert (growing.status_code, growing.headers["Content-Type"]) == (200, "video/mp4")
    assert growing.headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Accept-Ranges", "Content-Length", "Content-Range"} & {*growing.headers}
    assert len(pictures(growing.content)) == NOISE
    kept = await stack.client.get(path)
    assert kept.headers["Accept-Ranges"] == "bytes" and len(pictures(kept.content)) == NOISE
    assert growing.content[4096:] == kept.content[4096:]


async def test_another_part_of_it_waits_for_the_whole(
    long: None, stack: Stack, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_copies, "WHOLE_WITHIN_S", 0)
    part = await stack.client.get(f"/images/{ids['long.avi']}/video", headers={"Range": "bytes=0-1"})
    assert (part.status_code, len(part.content)) == (206, 2)
    assert int(part.headers["Content-Range"].rpartition("/")[2]) > 1_000_000


async def test_whoever_leaves_finds_it_made(stack: Stack, ids: dict[str, str], settings: Settings) -> None:
    """Players ask for the beginning, leave, and ask again."""
    asking = asyncio.create_task(stack.client.get(f"/images/{ids['old.avi']}/video"))
    await eventually(lambda: bool([*(settings.data / "large").rglob("*.video*.part")]), "it is being made")
    asking.cancel()
    await eventually(lambda: bool([*(settings.data / "large").rglob("*.video")]), "it is made")


@pytest.mark.parametrize("key", ["0.jpg", None])
async def test_what_is_no_video_has_none(stack: Stack, ids: dict[str, str], key: str | None) -> None:
    image_id = ids[key] if key else "f" * 32
    assert (await stack.client.get(f"/images/{image_id}/video")).status_code == 404


async def test_pages_name_both(stack: Stack, ids: dict[str, str]) -> None:
    """What the file holds first, if some browsers can play it."""
    newer, old, motion = ids["newer.mp4"], ids["old.avi"], ids["motion.jpg"]
    async with stack.browser() as browser:
        page = (await browser.get(f"/images/{newer}")).text
        assert page.index(f'src="/images/{newer}/original"') < page.index(f'src="/images/{newer}/video"')
        page = (await browser.get(f"/images/{old}")).text
        assert f'src="/images/{old}/video"' in page
        assert f'<source src="/images/{old}/original"' not in page
        page = (await browser.get(f"/images/{motion}")).text
        assert page.index(f'src="/images/{motion}/film"') < page.index(f'src="/images/{motion}/video"')
    here = (await stack.get(f"/images/{old}/around"))["here"]
    assert (here["film"], here["video"]) == (f"/images/{old}/video", f"/images/{old}/video")
    assert not here.get("live")
    assert (await stack.get(f"/api/images/{old}"))["video_url"] == f"/images/{old}/video"
    assert (await stack.get(f"/api/images/{ids['0.jpg']}"))["video_url"] is None
    here = (await stack.get(f"/images/{motion}/around"))["here"]
    assert (here["film"], here["video"], here["live"]) == (
        f"/images/{motion}/film",
        f"/images/{motion}/video",
        True,
    )


async def test_a_full_disk_is_told(stack: Stack, ids: dict[str, str], settings: Settings) -> None:
    (settings.data / "large").mkdir(exist_ok=True)
    place = settings.data / "large" / ids["old.avi"][:2]
    place.write_bytes(b"a file where a folder has to be")
    answer = await stack.client.get(f"/images/{ids['old.avi']}/video")
    assert answer.status_code == 503
    assert "there is no room for it" in answer.text
