"""Photos are rotated and mirrored: previews, larger pictures, faces, the API, the search and classification follow; the
file stays."""

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from services.domain.files.events import SidecarRead
from services.domain.jobs.events import ImageClassified
from services.domain.photos.properties import Region
from services.gateway.access.keyring import secret_hash
from services.gateway.queries.inherited import estate
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.topology import RESULTS
from services.kernel.log.codec import encode
from services.kernel.paths import large_paths
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.classifier import MODEL, classifier_of, ended, verdict
from tests.support.stack import Stack


async def wide(stack: Stack) -> str:
    """A photo that is wider than high."""
    items = (await stack.get("/api/images"))["items"]
    return next(str(item["id"]) for item in items if item["width"] > item["height"])


@pytest.fixture
async def one(scanned: Stack) -> str:
    return await wide(scanned)


async def picture(stack: Stack, url: str) -> Image.Image:
    answer = await stack.client.get(url)
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


async def shown(stack: Stack, image: str) -> dict[str, Any]:
    found: dict[str, Any] = await stack.get(f"/api/images/{image}")
    return found


def apart(a: Image.Image, b: Image.Image) -> float:
    """The mean difference of two pictures of the same size, 0 to 255."""
    assert a.size == b.size
    means = ImageStat.Stat(ImageChops.difference(a, b)).mean
    return sum(means) / len(means)


@pytest.mark.parametrize(
    ("by", "method"),
    [
        ("left", Image.Transpose.ROTATE_90),
        ("right", Image.Transpose.ROTATE_270),
        ("mirror", Image.Transpose.FLIP_LEFT_RIGHT),
    ],
)
@pytest.mark.workers
async def test_every_picture_of_it_is_rotated(
    scanned: Stack, one: str, by: str, method: Image.Transpose
) -> None:
    before = await shown(scanned, one)
    plain = {size: await picture(scanned, f"/images/{one}/{size}") for size in ("preview", "large")}
    given = await scanned.done("rotate", {"images": [one], "by": by})
    after = await shown(scanned, one)
    size = plain["large"].transpose(method).size
    assert ((after["width"], after["height"]) == (before["width"], before["height"])) is (by == "mirror")
    assert await picture(scanned, after["preview_url"]) == await picture(scanned, f"/images/{one}/preview")
    for name, old in plain.items():
        now = await picture(scanned, f"/images/{one}/{name}")
        assert apart(now, old.transpose(method)) < 3 < apart(now.resize(size), old.resize(size)), name
    assert after["details"]["rotated"] is True
    assert [item["id"] for item in (await scanned.get("/api/images?q=is:rotated"))["items"]] == [one]
    await scanned.done("undo", {"command_id": given["command_id"]})
    again = await shown(scanned, one)
    assert (again["width"], again["preview_url"]) == (before["width"], before["preview_url"])
    assert await picture(scanned, f"/images/{one}/preview") == plain["preview"]


async def test_a_browser_never_shows_the_picture_from_before(scanned: Stack, one: str) -> None:
    """What may be kept for ever has another address. The address without a rotation must be asked for again."""
    old = await scanned.client.get(f"/images/{one}/preview")
    await scanned.done("rotate", {"images": [one], "by": "right"})
    url = (await shown(scanned, one))["preview_url"]
    assert url != f"/images/{one}/preview"
    kept, now = await scanned.client.get(url), await scanned.client.get(f"/images/{one}/preview")
    assert kept.headers["Cache-Control"].endswith("immutable")
    assert now.headers["Cache-Control"] == "private, no-cache"
    assert len({answer.headers["ETag"] for answer in (old, kept, now)}) == 2
    again = await scanned.client.get(url, headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    stale = await scanned.client.get(f"/images/{one}/preview", headers={"If-None-Match": old.headers["ETag"]})
    assert stale.status_code == 200
    as_before = await scanned.client.get(f"/images/{one}/preview?rotation=1")
    assert as_before.content == old.content


@pytest.mark.parametrize(
    ("value", "status"), [("0", 422), ("9", 422), ("-1", 422), ("1e99", 400), ("x", 400), ("", 400)]
)
@pytest.mark.parametrize("size", ["preview", "large", "whole"])
async def test_other_rotations_are_refused(untouched: Stack, size: str, value: str, status: int) -> None:
    answer = await untouched.client.get(f"/images/{await wide(untouched)}/{size}?rotation={value}")
    assert (answer.status_code, "rotation" in answer.text) == (status, True)


@pytest.mark.parametrize("body", [{"by": "up"}, {"by": ""}, {}])
async def test_there_is_no_other_way_to_rotate(untouched: Stack, body: dict[str, str]) -> None:
    answer = await untouched.post("rotate", {"images": [await wide(untouched)], **body})
    assert (answer.status_code, "by" in answer.text) == (422, True)


async def test_pages_link_to_the_rotated_picture(scanned: Stack, one: str) -> None:
    await scanned.done("rotate", {"images": [one], "by": "left"})
    async with scanned.browser() as browser:
        pages = {path: await browser.get(path) for path in ("/", f"/images/{one}", "/history")}
        pages["/edit"] = await browser.post("/edit", data={"images": one, "next": "/"})
        for path, answer in pages.items():
            page = answer.text
            assert f"/images/{one}/preview?rotation=8" in page, path
            assert f'/images/{one}/preview"' not in page, path
    here = (await scanned.get(f"/images/{one}/around"))["here"]
    assert here["preview"] == f"/images/{one}/preview?rotation=8"
    assert here["sharp"] == f"/images/{one}/large?rotation=8"


@pytest.mark.parametrize(
    ("kind", "orientation"), [("JPEG", 1), ("JPEG", 6), ("JPEG", 7), ("PNG", 1), ("WEBP", 1)]
)
@pytest.mark.workers
async def test_a_rotated_photo_is_zoomed_into_as_far_as_any_other(
    stack: Stack, settings: Settings, kind: str, orientation: int
) -> None:
    """All its pixels, upright and rotated, made when somebody looks and kept among the larger pictures."""
    flat = photos.picture(70, (2600, 1300))
    tags = photos.exif(Orientation=orientation) if orientation > 1 else photos.exif()
    path = settings.photos[0] / f"wide.{kind.lower()}"
    path.write_bytes(photos.encoded(flat, kind, exif=tags))
    await stack.done("scan")
    items = (await stack.get("/api/images"))["items"]
    image = next(str(item["id"]) for item in items if item["files"][0].endswith(path.name))
    assert (await stack.get(f"/images/{image}/around"))["here"].get("srcset") is None, (
        "it is shown whole at once"
    )
    await stack.done("rotate", {"images": [image], "by": "left"})
    here = (await stack.get(f"/images/{image}/around"))["here"]
    upright = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    wanted = upright.transpose(Image.Transpose.ROTATE_90)
    near = wanted.width * 2048 // 2600
    whole = f"/images/{image}/whole?rotation=8"
    assert here["srcset"] == f"/images/{image}/large?rotation=8 {near}w, {whole} {wanted.width}w"
    for _ in range(2):
        assert apart(await picture(stack, whole), wanted) < 3
        kept = [one for one in large_paths(settings.data / "large", image) if one.exists()]
        assert [one.name for one in kept] == [f"{image}.whole8.jpg"]
    assert (await stack.client.get(whole)).headers["cache-control"].endswith("immutable")
    plain = await stack.client.get(f"/images/{image}/whole")
    assert (plain.headers["cache-control"], plain.status_code) == ("private, no-cache", 200)
    assert apart(await picture(stack, f"/images/{image}/whole?rotation=1"), upright) < 3
    await stack.done("rotate", {"images": [image], "by": "right"})
    assert (await stack.get(f"/images/{image}/around"))["here"].get("srcset") is None


@pytest.mark.workers
async def test_a_rotated_photo_that_is_shown_in_all_its_pixels_needs_no_more(
    scanned: Stack, one: str
) -> None:
    await scanned.done("rotate", {"images": [one], "by": "left"})
    assert (await scanned.get(f"/images/{one}/around"))["here"].get("srcset") is None


async def test_faces_follow(scanned: Stack, one: str) -> None:
    region = Region(name="Ada", x=0.1, y=0.2, width=0.2, height=0.1)
    said = SidecarRead(
        image_id=one,
        root="/p",
        path="a.xmp",
        size=1,
        mtime_ns=1,
        kind="xmp",
        people=["Ada"],
        regions=[region],
    )
    await scanned.tell(said)
    await scanned.done("rotate", {"images": [one], "by": "right"})
    (face,) = (await shown(scanned, one))["metadata"]["faces"]
    assert (face["x"], face["y"], face["width"], face["height"]) == (0.7, 0.1, 0.1, 0.2)


async def test_quick_presses_add_up(scanned: Stack, one: str) -> None:
    """Each counts from the one before, whatever the read tables have by then."""
    for _ in range(3):
        assert (await scanned.post("rotate", {"images": [one], "by": "right"})).status_code == 202
    await scanned.caught_up()
    assert (await shown(scanned, one))["preview_url"].endswith("?rotation=8")
    assert [one.remarks for one in [await estate(scanned.gateway.views, one)]] == [[("rotation", "", 8)]]


async def test_a_rotated_photo_is_classified_again_as_it_lies(scanned: Stack, one: str) -> None:
    """By the next job for unclassified photos, once; what was said of it before stays until then."""
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        assert {job.rotation for job in await classifier.answer(3)} == {1}
        await ended(scanned, answer)
        assert not await scanned.gateway.work.never_tried(MODEL)
        await scanned.done("rotate", {"images": [one], "by": "right"})
        assert await scanned.gateway.work.never_tried(MODEL)
        answer = await scanned.post("classify")
        delivery, job = await classifier.take()
        assert (job.image_id, job.rotation) == (one, 6)
        result = ImageClassified(
            image_id=one,
            model_id=MODEL,
            weights_digest="d",
            preprocessing_id="p",
            classes=[(1, 0.9)],
            rotation=6,
        )
        await scanned.broker.publish(RESULTS, [verdict(job, delivery.message, result)])
        await delivery.ack()
        assert (await ended(scanned, answer))["done"] == 1
    assert not await scanned.gateway.work.never_tried(MODEL)


def test_a_job_for_a_photo_as_it_is_stays_as_older_classifiers_know_it() -> None:
    job = ClassifyJob(job_id="j", image_id="i", model_id="m")
    assert b"rotation" not in encode(job)
    assert b"rotation" in encode(ClassifyJob(job_id="j", image_id="i", model_id="m", rotation=6))


@pytest.mark.workers
async def test_rotated_pictures_are_kept_and_go_with_the_photo(scanned: Stack, one: str) -> None:
    await scanned.done("rotate", {"images": [one], "by": "right"})
    for size in ("preview", "large"):
        await scanned.client.get(f"/images/{one}/{size}?rotation=6")
    large = scanned.settings.data / "large"
    files = {path for path in large.rglob("*") if path.is_file()}
    assert {path.name for path in files} == {f"{one}.preview6.jpg", f"{one}.large6.jpg"}
    assert files <= set(large_paths(large, one))


async def test_the_file_stays(scanned: Stack, one: str) -> None:
    (path,) = (await shown(scanned, one))["files"]
    before = await asyncio.to_thread(Path(path).read_bytes)
    await scanned.done("rotate", {"images": [one], "by": "left"})
    assert (await scanned.client.get(f"/images/{one}/original")).content == before
    assert await asyncio.to_thread(Path(path).read_bytes) == before


async def test_a_shared_album_shows_it_as_it_is_rotated(scanned: Stack, one: str) -> None:
    await scanned.done("create-album", {"name": "Lake", "images": [one]})
    (album,) = await scanned.get("/api/albums")
    secret = "a-secret-of-128-random-bits"
    shared = {"album_id": album["id"], "secret_hash": secret_hash(secret), "downloads": True}
    await scanned.done("share-album", shared)
    await scanned.done("rotate", {"images": [one], "by": "right"})
    for size in ("preview", "large", "download"):
        plain = await picture(scanned, f"/s/{secret}/{one}/{size}")
        assert plain.width < plain.height, size
    async with scanned.browser() as browser:
        for path in ("", f"/{one}"):
            page = (await browser.get(f"/s/{secret}{path}")).text
            assert f"/s/{secret}/{one}/preview?rotation=6" in page


@pytest.mark.workers
async def test_downloads_say_how_it_is_rotated(scanned: Stack, one: str) -> None:
    """JPEGs with the same pixels; others are as they were, and listed."""
    root = scanned.settings.photos[0]
    await asyncio.to_thread((root / "scan.png").write_bytes, photos.encoded(photos.picture(7), "PNG"))
    await scanned.done("scan")
    items = (await scanned.get("/api/images"))["items"]
    png = next(str(item["id"]) for item in items if item["files"][0].endswith(".png"))
    original = (await scanned.client.get(f"/images/{one}/original")).content
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(original)))
    await scanned.done("rotate", {"images": [one, png], "by": "right"})
    answer = await scanned.client.post("/download", json={"images": [item["id"] for item in items]})
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert names.pop("NOT-ROTATED.txt").decode().splitlines()[2:] == ["scan.png"]
    (path,) = (await shown(scanned, one))["files"]
    for content in (
        names[path.rpartition("/")[2]],
        (await scanned.client.post("/download", json={"images": [one]})).content,
    ):
        copy = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
        assert copy.tobytes() == upright.transpose(Image.Transpose.ROTATE_270).tobytes()
        assert content[-1000:] == original[-1000:]
    assert len(names) == len(items)
