"""What failed: reported with its reason, retried, ignored, and reported again when it changes."""

import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.domain.files.events import ImageImported
from services.domain.files.rejections import FileRejected, FolderUnreadable, RejectionWithdrawn
from services.domain.problems.events import ProblemsIgnored
from services.gateway.listing import walk as walk_module
from services.gateway.listing.found import Found
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.classifier import classifier_of, ended
from tests.support.listing import list_here
from tests.support.stack import Stack

pytestmark = pytest.mark.workers

PAGE = {"Accept": "text/html"}
WRITTEN = (1_600_000_000_000_000_000, 1_600_000_000_000_000_000)


async def jobs_page(stack: Stack) -> str:
    return (await stack.client.get("/jobs", headers=PAGE)).text


def told(page: str, what: str) -> bool:
    """In the section of problems; not below, where finished jobs and ignored problems are."""
    return what in page.partition('id="problems"')[2].partition("</section>")[0]


async def form(stack: Stack, command: str, **fields: Any) -> httpx.Response:
    answer = await stack.client.post(f"/commands/{command}", data={"next": "/jobs", **fields}, headers=PAGE)
    await stack.caught_up()
    return answer


@pytest.fixture
def broken(settings: Settings) -> Path:
    """As long as a good picture."""
    path = settings.photos[0] / "album" / "broken.jpg"
    path.parent.mkdir()
    put(path, b"\0" * 20_000, WRITTEN)
    return path


async def test_a_rejected_file_is_told_with_its_reason(broken: Path, scanned: Stack) -> None:
    page = await jobs_page(scanned)
    assert told(page, str(broken)) and told(page, "nothing but zeros")


def put(path: Path, content: bytes, times: tuple[int, int] | None = None) -> None:
    path.write_bytes(content)
    if times:
        os.utime(path, ns=times)


async def test_it_is_looked_at_again_though_it_did_not_change(
    broken: Path, scanned: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Size and time are unchanged, so that a scan alone skips it where the file system tells no change times."""
    list_here(monkeypatch)
    monkeypatch.setattr(walk_module, "Found", lambda path, size, mtime_ns, _: Found(path, size, mtime_ns))
    good = photos.encoded(photos.picture(77))
    put(broken, good + b"\0" * (20_000 - len(good)), WRITTEN)
    await scanned.done("scan")
    assert len(await scanned.events(ImageImported)) == 3
    result = await scanned.done("retry-rejected", {"paths": [str(broken)]})
    assert result["status"] == "done"
    assert len(await scanned.events(ImageImported)) == 4
    assert not told(await jobs_page(scanned), str(broken))


async def test_retrying_what_is_still_broken_tells_it_again(broken: Path, scanned: Stack) -> None:
    await scanned.done("retry-rejected")
    assert len(await scanned.events(FileRejected)) == 2
    assert told(await jobs_page(scanned), str(broken))
    await scanned.done("scan")
    assert len(await scanned.events(FileRejected)) == 2


async def test_only_those_of_one_reason_are_retried(broken: Path, settings: Settings, stack: Stack) -> None:
    (settings.photos[0] / "empty.jpg").write_bytes(b"")
    await stack.done("scan")
    await stack.done("retry-rejected", {"reason": "The file is empty."})
    again = [event.path for event in await stack.events(FileRejected) if isinstance(event, FileRejected)]
    assert sorted(again) == ["album/broken.jpg", "empty.jpg", "empty.jpg"]


async def test_what_is_ignored_is_folded_away_and_can_be_shown_again(broken: Path, scanned: Stack) -> None:
    assert (await form(scanned, "ignore-problems", paths=str(broken))).status_code == 303
    page = await jobs_page(scanned)
    assert not told(page, str(broken)) and str(broken) in page
    await scanned.done("scan")
    assert not told(await jobs_page(scanned), str(broken))
    assert (await form(scanned, "show-problems", paths=str(broken))).status_code == 303
    assert told(await jobs_page(scanned), str(broken))


async def test_ignoring_can_be_undone(broken: Path, scanned: Stack) -> None:
    answer = await scanned.post("ignore-problems", {"paths": [str(broken)]})
    await scanned.caught_up()
    assert not told(await jobs_page(scanned), str(broken))
    await scanned.done("undo", {"command_id": answer.json()["command_id"]})
    assert told(await jobs_page(scanned), str(broken))
    assert "1 problem ignored" in (await scanned.client.get("/history", headers=PAGE)).text


async def test_an_ignored_file_that_changes_is_told_again(broken: Path, scanned: Stack) -> None:
    await form(scanned, "ignore-problems", paths=str(broken))
    put(broken, b"")
    await scanned.done("scan")
    page = await jobs_page(scanned)
    assert told(page, str(broken)) and told(page, "The file is empty")


@pytest.mark.parametrize(
    ("command", "body", "status"),
    [
        ("ignore-problems", {}, 422),
        ("ignore-problems", {"paths": ["/no/such.jpg"]}, 404),
        ("ignore-problems", {"reason": "Nobody says so."}, 404),
        ("show-problems", {"paths": ["/no/such.jpg"]}, 404),
        ("retry-rejected", {"paths": ["/no/such.jpg"]}, 404),
        ("retry-rejected", {"paths": "x"}, 422),
        ("retry-failed", {"reason": "Nobody says so."}, 422),
    ],
)
async def test_what_makes_no_sense_is_refused(untouched: Stack, command: str, body: Any, status: int) -> None:
    assert (await untouched.post(command, body)).status_code == status


async def test_a_double_click_ignores_once(broken: Path, scanned: Stack) -> None:
    for _ in range(2):
        assert (await form(scanned, "ignore-problems", paths=str(broken))).status_code == 303
    assert len(await scanned.events(ProblemsIgnored)) == 1


async def test_ignoring_what_is_ignored_says_so(broken: Path, scanned: Stack) -> None:
    """From an outdated page: it leads back there, and that says what happened."""
    await scanned.done("ignore-problems", {"paths": [str(broken)]})
    headers = {**PAGE, "Referer": "http://127.0.0.1:8333/jobs?x=1", "Host": "127.0.0.1:8333"}
    answer = await scanned.client.post(
        "/commands/ignore-problems", data={"next": "/jobs", "paths": str(broken)}, headers=headers
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs?x=1")
    assert "None of this is there any more." in (await scanned.client.get("/jobs?x=1", headers=PAGE)).text
    assert len(await scanned.events(ProblemsIgnored)) == 1


async def test_a_failed_photo_has_its_picture_retry_and_ignore(scanned: Stack) -> None:
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        job = await classifier.fail("The preview is damaged.")
        await classifier.answer(2)
    await ended(scanned, answer)
    page = await jobs_page(scanned)
    assert told(page, f'src="/images/{job.image_id}/preview"') and told(page, "The preview is damaged.")
    await form(scanned, "ignore-problems", images=job.image_id, model=job.model_id)
    assert not told(await jobs_page(scanned), "The preview is damaged.")
    assert (await scanned.post("retry-failed")).status_code == 422  # all remaining ones are ignored
    await form(scanned, "show-problems", images=job.image_id, model=job.model_id)
    again = await scanned.post("retry-failed", {"reason": "The preview is damaged."})
    async with classifier_of(scanned, CLASSIFY_INTERACTIVE) as classifier:
        await classifier.answer(1)
    await ended(scanned, again)
    assert "The preview is damaged." not in await jobs_page(scanned)


@pytest.fixture
def locked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """A folder that can't be listed until unlocked; the refusal is simulated, because root can list anything."""
    (settings.photos[0] / "locked").mkdir()
    state, scandir = {"locked": True}, os.scandir

    def refusing(path: Any) -> Any:
        if state["locked"] and str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    list_here(monkeypatch)
    monkeypatch.setattr(os, "scandir", refusing)
    return state


async def test_a_folder_that_cannot_be_read_is_told_once_and_withdrawn(
    locked: dict[str, bool], settings: Settings, scanned: Stack
) -> None:
    folder = str(settings.photos[0] / "locked")
    page = await jobs_page(scanned)
    assert told(page, folder) and told(page, "Permission denied")
    await form(scanned, "ignore-problems", paths=folder)
    await scanned.done("scan")
    assert len(await scanned.events(FolderUnreadable)) == 1
    assert not told(await jobs_page(scanned), folder)
    locked["locked"] = False
    await scanned.done("scan")
    assert len(await scanned.events(RejectionWithdrawn)) == 1
    assert folder not in await jobs_page(scanned)


async def test_many_of_one_reason_are_one_group_with_pages_behind_it(
    settings: Settings, stack: Stack
) -> None:
    folder = settings.photos[0] / "empty"
    folder.mkdir()
    for number in range(230):
        (folder / f"{number:03}.jpg").write_bytes(b"")
    await stack.done("scan")
    page = await jobs_page(stack)
    assert "230 files could not be read" in page
    assert page.count('class="thumb"') < 20
    url: str | None = re.search(r'href="(/jobs/problems[^"]*)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    seen: list[str] = []
    while url:
        text = (await stack.client.get(url, headers=PAGE)).text
        seen += re.findall(r"empty/(\d{3})\.jpg</code>", text)
        following = re.search(r'rel="next" href="([^"]*)"', text)
        url = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 230


@pytest.mark.parametrize("query", ["before=x", "kind=dog", "ignored=maybe"])
async def test_a_page_of_problems_that_makes_no_sense_is_refused(stack: Stack, query: str) -> None:
    assert (await stack.client.get(f"/jobs/problems?{query}")).status_code == 400


async def test_a_page_behind_the_last_says_so(stack: Stack) -> None:
    assert "None of this is left." in (await stack.client.get("/jobs/problems?before=1", headers=PAGE)).text
