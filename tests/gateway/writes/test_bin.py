"""The bin: out of everything but its own page, by a person or by what other programs say; and the script that empties
it."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.domain.files.events import ImageImported, SidecarGone, SidecarRead
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.imported import imported
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S


async def listed(stack: Stack, q: str = "") -> list[str]:
    """Ids in the timeline, or found by a search."""
    path = f"/api/images?q={q}" if q else "/api/images"
    return sorted(item["id"] for item in (await stack.get(path))["items"])


def beside(image: str, path: str, kind: str = "takeout", **said: Any) -> SidecarRead:
    return SidecarRead(image_id=image, root="/p", path=path, size=1, mtime_ns=1, kind=kind, **said)


async def html(stack: Stack, path: str) -> str:
    return (await stack.client.get(path, headers={"Accept": "text/html"})).text


async def test_what_is_in_the_bin_is_nowhere_else(stack: Stack) -> None:
    one, two, three = await imported(stack, 3)
    album = await stack.done("create-album", {"name": "All", "images": [one, two, three]})
    given = await stack.done("move-to-bin", {"images": [one, two]})
    assert await listed(stack) == await listed(stack, "album:All") == await listed(stack, "jpg") == [three]
    assert await listed(stack, "is:trashed") == [one, two]
    assert await listed(stack, "is:trashed 0.jpg") == [one]
    page = await html(stack, "/bin")
    assert f'id="p-{one}"' in page and f'id="p-{three}"' not in page
    details = await stack.get(f"/api/images/{one}")
    assert details["metadata"]["trashed"]
    assert "This photo is in the bin." in await html(stack, f"/images/{one}")
    await stack.done("restore-from-bin", {"images": [one]})
    assert await listed(stack) == [one, three]
    await stack.done("undo", {"command_id": given["command_id"]})
    assert await listed(stack, "album:All") == [one, two, three]
    assert "The bin is empty" in await html(stack, "/bin")
    assert album["status"] == "done"


async def test_a_hidden_photo_in_the_bin_is_only_there(stack: Stack) -> None:
    one, _ = await imported(stack, 2)
    await stack.done("hide-images", {"images": [one]})
    await stack.done("move-to-bin", {"images": [one]})
    assert await listed(stack, "is:hidden") == []
    assert await listed(stack, "is:trashed") == [one]
    await stack.done("restore-from-bin", {"images": [one]})
    assert await listed(stack, "is:hidden") == [one]


@pytest.mark.parametrize(
    ("sidecars", "trashed"),
    [
        ([("a.json", "takeout", {"trashed": True})], True),
        ([("a.json", "takeout", {"trashed": True}), ("b/a.json", "takeout", {})], False),
        ([("a.json", "takeout", {"trashed": True}), ("a.xmp", "xmp", {"stars": 3})], True),
        ([("a.xmp", "xmp", {"stars": -1})], True),
        ([("a.xmp", "xmp", {"stars": 0})], False),
    ],
)
async def test_other_programs_bins_count(
    stack: Stack, sidecars: list[tuple[str, str, dict[str, Any]]], trashed: bool
) -> None:
    """Google's only if all of its sidecars agree. What a person says outranks them; it goes with the sidecar."""
    one, other = await imported(stack, 2)
    await stack.tell(*(beside(one, path, kind, **said) for path, kind, said in sidecars))
    assert await listed(stack, "is:trashed") == ([one] if trashed else [])
    assert await listed(stack) == ([other] if trashed else [one, other])
    restored = await stack.done("restore-from-bin", {"images": [one]})
    assert await listed(stack) == [one, other]
    await stack.done("undo", {"command_id": restored["command_id"]})
    assert await listed(stack, "is:trashed") == ([one] if trashed else [])
    await stack.tell(*(SidecarGone(image_id=one, root="/p", path=path) for path, _, _ in sidecars))
    assert await listed(stack) == [one, other]


async def test_a_picture_that_its_own_file_rejects_is_in_the_bin(stack: Stack) -> None:
    """Unless a sidecar says something else of its stars."""
    one, other = await imported(stack, 2)
    picture = ImageImported(
        image_id=one, format="JPEG", size=1, width=4, height=3, colour="#000000", taken_at="2020-01-01T10:00:00",
        taken_at_source="exif", stars=-1, again=True,
    )  # fmt: skip
    await stack.tell(picture)
    assert await listed(stack) == [other]
    await stack.tell(beside(one, "0.xmp", "xmp", stars=2))
    assert await listed(stack) == [one, other]


async def test_what_google_has_archived_is_found_but_not_in_the_timeline(stack: Stack) -> None:
    """Until a person says that it is not archived."""
    one, other = await imported(stack, 2)
    await stack.tell(beside(one, "0.json", archived=True))
    assert await listed(stack) == [other]
    assert await listed(stack, "is:archived") == await listed(stack, "0.jpg") == [one]
    await stack.done("reject-category", {"category_id": "kind-archived", "images": [one]})
    assert await listed(stack) == [one, other]


@pytest.mark.skipif(shutil.which("sh") is None, reason="the script is for a shell")
async def test_the_script_removes_these_files_and_no_others(stack: Stack, settings: Settings) -> None:
    """All copies of them; not one that has changed since. The next scan asks nothing about them."""
    root = settings.photos[0]
    shutil.rmtree(root)
    paths = [photos.write(root / name, number) for number, name in enumerate(("a.jpg", "it's.jpg", "-c.jpg"))]
    shutil.copy(paths[1], root / "copy.jpg")
    await stack.done("scan")
    ids = {item["files"][0]: item["id"] for item in (await stack.get("/api/images"))["items"]}
    gone = [image for path, image in ids.items() if "a.jpg" not in path]
    await stack.done("move-to-bin", {"images": gone})
    paths[2].write_bytes(b"other")
    answer = await stack.client.get("/bin/removable.sh")
    assert answer.headers["content-type"].startswith("text/x-shellscript")
    script = Path(settings.data) / "bin.sh"
    script.write_bytes(answer.content)
    await asyncio.to_thread(subprocess.run, ["sh", str(script)], check=True, timeout=PATIENCE_S)
    assert sorted(path.name for path in root.iterdir()) == ["-c.jpg", "a.jpg"]
    await stack.done("scan")
    assert await stack.get("/api/missing") == []
