import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.media.byterange import Unsatisfiable, requested
from services.kernel.paths import preview_path
from tests.gateway.pages.seeded import image_id, photo, photo_bytes, preview_bytes
from tests.support.log import records
from tests.support.stack import Stack

ORIGINAL = f"/images/{image_id(51)}/original"
BYTES = photo_bytes(51)
BYTES_ALONE = "application/octet-stream"


async def test_previews_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/images/{image_id(1)}/preview")
    assert answer.content == preview_bytes(1)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = await client.get(
        f"/images/{image_id(1)}/preview", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        preview_bytes(1)[:-9],
        preview_bytes(2),
        preview_bytes(1).replace(b"preview", b"PREVIEW"),
        b"<html>",
    ],
    ids=["empty", "half", "another photo's", "with other bytes inside", "no picture"],
)
async def test_a_preview_that_is_not_whole_is_never_served(album: Stack, content: bytes) -> None:
    """A browser would keep it for a year. This photo's file is no picture, so there is no other one."""
    path = preview_path(album.settings.previews, image_id(1))
    path.write_bytes(content)
    answer = await album.client.get(f"/images/{image_id(1)}/preview")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("path", ["preview", "original"])
@pytest.mark.parametrize("key", ["none", "f" * 32, "..%2F..%2Fetc%2Fpasswd", image_id(3)])
async def test_pictures_that_are_not_there_are_404(client: httpx.AsyncClient, key: str, path: str) -> None:
    """Unknown and malformed ids, and photos whose files are missing."""
    answer = await client.get(f"/images/{key}/{path}")
    assert answer.status_code == 404


async def test_the_original_is_the_file(client: httpx.AsyncClient) -> None:
    answer = await client.get(ORIGINAL)
    assert (answer.status_code, answer.content) == (200, BYTES)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        answer.headers["Content-Disposition"]
        == "inline; filename=\"IMG_0051.jpg\"; filename*=UTF-8''IMG_0051.jpg"
    )


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *(("HEIF", "image/heic"), ("MOV", "video/quicktime"), ("mpeg", "video/mpeg")),
        *(("MTS", "video/mp2t"), ("M2TS", "video/mp2t"), ("WMV", "video/x-ms-wmv"), ("MP", "video/mp4")),
        *(("MV", "video/mp4"), ("3G2", "video/3gpp2"), ("CR2", BYTES_ALONE), ("XYZ", BYTES_ALONE)),
    ],
)
async def test_the_original_is_sent_as_what_it_is(album: Stack, name: str, media_type: str) -> None:
    again = photo(51, album.settings.photos[0], format=name)
    await album.gateway.events.append(records(again))
    await album.caught_up()
    response = await album.client.get(ORIGINAL)
    kept = await album.client.post("/download", json={"images": [image_id(51)]})
    for answer in (response, kept):
        assert (answer.headers["Content-Type"], answer.content) == (media_type, BYTES)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, len(BYTES)),
        ("bytes=-5", len(BYTES) - 5, len(BYTES)),
        ("bytes=5-99999", 5, len(BYTES)),
    ],
)
async def test_a_range_is_sent_alone(client: httpx.AsyncClient, asked: str, start: int, end: int) -> None:
    answer = await client.get(ORIGINAL, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, BYTES[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(BYTES)}"
    assert answer.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0"])
async def test_bytes_that_are_not_there_are_416(client: httpx.AsyncClient, asked: str) -> None:
    answer = await client.get(ORIGINAL, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(BYTES)}"


async def test_a_range_of_another_version_gets_the_whole_file(client: httpx.AsyncClient) -> None:
    answer = await client.get(ORIGINAL, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (answer.status_code, answer.content) == (200, BYTES)


async def test_a_file_that_has_another_length_now_is_not_this_photo(album: Stack) -> None:
    """The file was replaced since the last scan; its URL promises the old content."""
    (album.settings.photos[0] / "holiday" / "IMG_0051.jpg").write_bytes(b"another")
    assert (await album.client.get(ORIGINAL)).status_code == 404


@given(st.integers(0, 400), st.one_of(st.none(), st.integers(0, 400)), st.integers(1, 300))
def test_a_range_lies_within_the_file(first: int, last: int | None, size: int) -> None:
    header = f"bytes={first}-{'' if last is None else last}"
    try:
        found = requested(header, size)
    except Unsatisfiable:
        assert first >= size
        return
    if found is None:
        assert last is not None
        assert last < first
    else:
        assert 0 <= found[0] == first < found[1] <= size


@pytest.mark.parametrize("header", [None, "", "bytes", "bytes=-", "items=0-1", "bytes=0-1,3-4", "bytes=b-a"])
def test_a_range_that_is_not_understood_is_ignored(header: str | None) -> None:
    assert requested(header, 10) is None
