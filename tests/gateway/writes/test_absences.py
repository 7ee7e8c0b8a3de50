"""Very many photos are missing: the question, its answers, and copies that our own script has removed. With real files,
scans and shells."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.arguments import parser
from services.cli.errors import Unusable
from services.cli.jobs import questions
from services.cli.missing import answer, question_about, sources_of
from services.domain.files.absences import MissingSettled
from services.domain.files.events import FileMissing, FileReturned, SourceUnavailable
from services.domain.files.removals import CopiesRemoved, RemovalsIgnored
from services.gateway.queries.absences import Source
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.one_line import one_line
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S

HERE, ELSEWHERE = 4, 24
"""Photos in the folder itself, and in the folder `Italy` below it."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = tmp_path / "photos"
    for number in range(HERE):
        photos.write(root / f"{number}.jpg", number, size=(64, 48))
    for number in range(ELSEWHERE):
        photos.write(root / f"Italy/{number}.jpg", 100 + number, size=(64, 48))
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(root,), workers=1)


@pytest.fixture
async def stack(settings: Settings) -> AsyncIterator[Stack]:
    async with running_stack(settings) as running:
        await running.done("scan")
        yield running


@pytest.fixture
def root(settings: Settings) -> Path:
    return settings.photos[0]


def unplugged(folder: Path) -> Path:
    """Moves it to where no scan looks; returns that place."""
    return folder.rename(folder.parents[0 if folder.name == "photos" else 1] / "unplugged")


async def question(stack: Stack) -> str:
    (source,) = await stack.get("/api/missing")
    id_ = source["question"]
    assert isinstance(id_, str)
    return id_


async def total(stack: Stack) -> int:
    number: int = (await stack.get("/api/images"))["total"]
    return number


async def jobs_page(stack: Stack) -> str:
    return one_line((await stack.client.get("/jobs", headers={"Accept": "text/html"})).text)


async def test_a_folder_that_is_gone_is_asked_about(stack: Stack, root: Path) -> None:
    """Nothing is missing until somebody answers."""
    unplugged(root / "Italy")
    await stack.done("scan")
    assert await stack.get("/api/missing") == [
        {
            "root": str(root),
            "reason": f"24 of 28 photos in {root} are not there. Is a disk not connected?",
            "question": await question(stack),
            "missing": 24,
            "photos": 28,
            "below": "Italy",
            "answer": "open",
        }
    ]
    assert await stack.events(FileMissing) == []
    assert await total(stack) == 28
    page = await jobs_page(stack)
    assert "24 of 28 photos" in page
    assert 'action="/commands/confirm-missing"' in page
    assert 'formaction="/commands/mark-unavailable"' in page
    assert '<code dir="auto">Italy</code>' in page


async def test_they_are_gone(stack: Stack, root: Path) -> None:
    """A scan begins at once and records exactly these as missing; then nothing is left to ask."""
    shutil.rmtree(root / "Italy")
    await stack.done("scan")
    status = await stack.done("confirm-missing", {"question": await question(stack)})
    assert (status["type"], status["status"]) == ("confirm_missing", "done")
    assert len(await stack.events(FileMissing)) == 24
    assert await total(stack) == 4
    assert await stack.get("/api/missing") == []
    assert "confirm-missing" not in await jobs_page(stack)
    await stack.done("scan")
    assert len(await stack.events(SourceUnavailable)) == 1
    assert [(event.root, event.missing) for event in await stack.events(MissingSettled)] == [(str(root), 24)]


async def test_the_buttons_work_without_a_script(stack: Stack, root: Path) -> None:
    shutil.rmtree(root / "Italy")
    await stack.done("scan")
    form = {"question": await question(stack), "next": "/jobs"}
    reply = await stack.client.post("/commands/confirm-missing", data=form)
    assert (reply.status_code, reply.headers["Location"]) == (303, "/jobs")


async def test_a_whole_root_is_emptied(stack: Stack, root: Path) -> None:
    """As an unmounted disk leaves it; or it was emptied by hand."""
    for path in [root / "Italy", *(root / f"{number}.jpg" for number in range(HERE))]:
        shutil.rmtree(path) if path.name == "Italy" else path.unlink()
    await stack.done("scan")
    assert await stack.events(FileMissing) == []
    assert "28 of 28 photos" in await jobs_page(stack)
    await stack.done("confirm-missing", {"question": await question(stack)})
    assert await total(stack) == 0


async def test_a_whole_root_is_no_longer_there(stack: Stack, root: Path) -> None:
    """It may be on a disk, however few photos it had. If they are gone, the folder still can't be read."""
    for number in range(20):
        (root / f"Italy/{number}.jpg").unlink()
    await stack.done("scan")
    away = unplugged(root)
    await stack.done("scan")
    (source,) = await stack.get("/api/missing")
    assert (source["missing"], source["photos"]) == (8, 8)
    assert source["reason"] == f"The folder {root} can't be read: No such file or directory."
    assert await total(stack) == 8
    await stack.done("confirm-missing", {"question": source["question"]})
    assert await total(stack) == 0
    (source,) = await stack.get("/api/missing")
    assert source["question"] is None
    away.rename(root)
    await stack.done("scan")
    assert await total(stack) == 8
    assert await stack.get("/api/missing") == []


async def test_the_disk_is_away_until_it_is_back(stack: Stack, root: Path) -> None:
    """Nothing is missing, and nobody asks again. Once it is back, everything is as it was; the next time is another."""
    away = unplugged(root / "Italy")
    await stack.done("scan")
    first = await question(stack)
    await stack.done("mark-unavailable", {"question": first})
    for _ in range(2):
        await stack.done("scan")
        (source,) = await stack.get("/api/missing")
        assert (source["answer"], source["question"]) == ("away", first)
        page = await jobs_page(stack)
        assert "until it is back" in page
        assert "mark-unavailable" not in page
    history = one_line((await stack.client.get("/history", headers={"Accept": "text/html"})).text)
    assert history.count("24 of 28 photos in") == 2, "the question and the answer, whatever later scans say"
    away.rename(root / "Italy")
    await stack.done("scan")
    assert await stack.get("/api/missing") == []
    assert await stack.events(FileMissing, FileReturned) == []
    assert await total(stack) == 28
    (root / "Italy").rename(away)
    await stack.done("scan")
    (source,) = await stack.get("/api/missing")
    assert (source["answer"], source["question"]) == ("open", first)


async def test_something_has_changed_while_the_disk_is_away(stack: Stack, root: Path) -> None:
    """One more photo is missing: that is another question."""
    unplugged(root / "Italy")
    await stack.done("scan")
    first = await question(stack)
    await stack.done("mark-unavailable", {"question": first})
    (root / "0.jpg").unlink()
    await stack.done("scan")
    (source,) = await stack.get("/api/missing")
    assert (source["answer"], source["missing"]) == ("open", 25)
    assert source["question"] != first


async def test_an_answer_holds_for_what_was_shown(stack: Stack, root: Path) -> None:
    """Meanwhile more went, unseen by any scan: nothing is missing, and the question is asked anew."""
    shutil.rmtree(root / "Italy")
    await stack.done("scan")
    first = await question(stack)
    (root / "0.jpg").unlink()
    await stack.done("confirm-missing", {"question": first})
    assert await stack.events(FileMissing) == []
    (source,) = await stack.get("/api/missing")
    assert (source["missing"], source["answer"]) == (25, "open")
    refused = await stack.post("confirm-missing", {"question": first})
    assert refused.status_code == 422
    assert "Meanwhile 25 of 28 photos" in refused.json()["detail"]
    await stack.done("confirm-missing", {"question": source["question"]})
    assert await total(stack) == 3


async def test_the_disk_comes_back_before_the_answer(stack: Stack, root: Path) -> None:
    """They are not gone, whatever was said."""
    away = unplugged(root / "Italy")
    await stack.done("scan")
    first = await question(stack)
    away.rename(root / "Italy")
    await stack.done("confirm-missing", {"question": first})
    assert await stack.events(FileMissing) == []
    assert await stack.get("/api/missing") == []
    refused = await stack.post("mark-unavailable", {"question": first})
    assert "nothing left to answer" in refused.json()["detail"]


async def test_an_answer_given_twice_counts_once(stack: Stack, root: Path) -> None:
    """The second is refused, before and after the scan."""
    shutil.rmtree(root / "Italy")
    await stack.done("scan")
    body = {"question": await question(stack)}
    replies = [await stack.post("confirm-missing", body) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [202, 422]
    await stack.done("scan")
    assert (await stack.post("confirm-missing", body)).status_code == 422
    assert len(await stack.events(FileMissing)) == 24


async def test_an_answer_survives_a_stop(settings: Settings, root: Path) -> None:
    """Its scan was cancelled: the next one believes it."""
    async with running_stack(settings) as stack:
        await stack.done("scan")
        shutil.rmtree(root / "Italy")
        await stack.done("scan")
        reply = await stack.post("confirm-missing", {"question": await question(stack)})
        await stack.post("cancel-job", {"job_id": reply.json()["command_id"]})
    async with running_stack(settings) as stack:
        await stack.done("scan")
        assert len(await stack.events(FileMissing)) == 24


async def test_from_the_shell(stack: Stack, root: Path) -> None:
    """By the folder, by the question, or without either if there is only one."""
    unplugged(root / "Italy")
    await stack.done("scan")
    (source,) = sources = await sources_of(stack.client)
    assert questions(sources) == [f"{source.reason} Answer with: albumen missing gone|away {root}"]
    assert (await answer(stack.client, "away", str(root))).status == "done"
    assert questions(await sources_of(stack.client)) == []
    assert (await answer(stack.client, "gone", None)).status == "done"
    assert await sources_of(stack.client) == []
    with pytest.raises(Unusable, match="nothing to answer"):
        await answer(stack.client, "gone", None)
    with pytest.raises(Unusable, match="no question about"):
        await answer(stack.client, "gone", source.question)


def test_the_shell_asks_which_folder() -> None:
    fields: dict[str, Any] = {"reason": None, "missing": 30, "photos": 40, "below": "", "answer": "open"}
    sources = [Source(root=f"/{name}", question=name or None, **fields) for name in ("a", "b", "")]
    assert question_about(sources, "b") == question_about(sources, "/b") == "b"
    with pytest.raises(Unusable, match="One of: /a, /b"):
        question_about(sources, None)
    with pytest.raises(Unusable, match="no question about “/”"):
        question_about(sources, "/")
    assert parser().parse_args(["missing"]).action == "list"


HOSTILE = ["two\nlines.jpg", "'; rm -rf ~; '.jpg", "-rf.jpg", '$(id) `id` "x".jpg', "nicht-utf8-\udcff.jpg"]
NAMES = [*HOSTILE, *(f"{number}.jpg" for number in range(9))]


@pytest.fixture
async def copies(settings: Settings, root: Path) -> AsyncIterator[Stack]:
    """Fourteen photos, each in three places; nothing else. The script removes 28 of 42 files."""
    shutil.rmtree(root)
    for number, name in enumerate(NAMES):
        first = photos.write(root / "a" / name, number, size=(64, 48))
        for folder in ("second", "the third"):
            (root / folder).mkdir(exist_ok=True)
            shutil.copy2(first, root / folder / name)
    async with running_stack(settings) as running:
        await running.done("scan")
        yield running


async def script(stack: Stack) -> bytes:
    return (await stack.client.get("/duplicates/removable.sh")).content


def run(content: bytes, folder: Path, shell: str = "sh") -> bytes:
    """Returns what it complained of."""
    (folder / "removable.sh").write_bytes(content)
    script = folder / "removable.sh"
    return subprocess.run([shell, script], capture_output=True, check=True, timeout=PATIENCE_S).stderr


async def scan(stack: Stack) -> None:
    """To its very end: lists that were read are deleted once the log says so."""
    await stack.done("scan")
    await stack.gateway.scanning.idle()


def lists(stack: Stack) -> list[Path]:
    return sorted((stack.settings.data / "removals").glob("*.removed*"))


def there(root: Path) -> int:
    return sum(path.is_file() for path in root.rglob("*"))


@pytest.mark.parametrize("shell", [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)])
async def test_the_script_needs_no_question(copies: Stack, root: Path, tmp_path: Path, shell: str) -> None:
    """Its list is read, deleted and told in the history; nothing is a duplicate any more."""
    content = await script(copies)
    assert run(content, tmp_path, shell) == b""
    assert (there(root), len(lists(copies))) == (14, 1)
    await scan(copies)
    assert await copies.events(SourceUnavailable) == []
    assert len(await copies.events(FileMissing)) == 28
    assert (await copies.get("/api/duplicates"))["exact"] == []
    assert lists(copies) == []
    history = one_line((await copies.client.get("/history", headers={"Accept": "text/html"})).text)
    assert "The script has removed 28 copies" in history
    assert (copies.settings.data / "removals/key").stat().st_mode & 0o777 == 0o600


async def test_the_script_run_twice_accounts_once(copies: Stack, root: Path, tmp_path: Path) -> None:
    """Before a scan or after it; the second run finds nothing to remove."""
    content = await script(copies)
    run(content, tmp_path)
    run(content, tmp_path)
    await scan(copies)
    run(content, tmp_path)
    await scan(copies)
    assert (there(root), lists(copies)) == (14, [])
    assert await copies.events(SourceUnavailable, RemovalsIgnored) == []
    assert len(await copies.events(CopiesRemoved)) == 1


def halves(content: bytes) -> bytes:
    """The script as far as it came when it was stopped: after 24 of its 28 files."""
    lines = content.split(b"\n")
    last = next(number for number, line in enumerate(lines) if line.endswith(b"echo 24 >&3"))
    return b"\n".join(lines[: last + 1]) + b"\n"


async def test_the_script_run_by_halves_accounts_for_each(copies: Stack, root: Path, tmp_path: Path) -> None:
    """The list of a script that may still be running stays until it has ended."""
    content = await script(copies)
    run(halves(content), tmp_path)
    await scan(copies)
    assert (there(root), len(lists(copies))) == (18, 1)
    assert len(await copies.events(FileMissing)) == 24
    run(content, tmp_path)
    await scan(copies)
    assert (there(root), lists(copies)) == (14, [])
    numbers = [event.numbers for event in await copies.events(CopiesRemoved)]
    assert [len(one) for one in numbers] == [24, 4]
    assert await copies.events(SourceUnavailable, RemovalsIgnored) == []


async def test_a_script_that_was_stopped_long_ago(copies: Stack, tmp_path: Path) -> None:
    run(halves(await script(copies)), tmp_path)
    (left,) = lists(copies)
    os.utime(left, (0, 0))
    await scan(copies)
    assert lists(copies) == []
    assert await copies.events(SourceUnavailable, RemovalsIgnored) == []


async def test_what_the_script_did_not_remove_is_in_question(
    copies: Stack, root: Path, tmp_path: Path
) -> None:
    """It was stopped, then the disk was unplugged: the list excuses only what it says."""
    lines = (await script(copies)).split(b"\n")
    last = next(number for number, line in enumerate(lines) if line.endswith(b"echo 3 >&3"))
    run(b"\n".join(lines[: last + 1]) + b"\n", tmp_path)
    for folder in ("second", "the third"):
        unplugged(root / folder).rename(tmp_path / f"away {folder}")
    await scan(copies)
    (source,) = await copies.get("/api/missing")
    assert (source["missing"], source["photos"]) == (25, 39)
    assert len(lists(copies)) == 1, "it is read once the disk is back"
    for folder in ("second", "the third"):
        (tmp_path / f"away {folder}").rename(root / folder)
    await scan(copies)
    assert len(await copies.events(FileMissing)) == 3
    assert await copies.get("/api/missing") == []


async def ignored(stack: Stack) -> str:
    """Scans, and returns why a list was ignored; what it lists is in question."""
    await scan(stack)
    (event,) = await stack.events(RemovalsIgnored)
    assert isinstance(event, RemovalsIgnored)
    assert lists(stack) == []
    (source,) = await stack.get("/api/missing")
    assert source["missing"] == 28
    history = one_line((await stack.client.get("/history", headers={"Accept": "text/html"})).text)
    assert f"A list of removed copies was ignored. {event.reason}" in history
    return event.reason


async def test_an_edited_list_is_ignored_with_a_word(copies: Stack, tmp_path: Path) -> None:
    run(await script(copies), tmp_path)
    (left,) = lists(copies)
    left.write_bytes(left.read_bytes().replace(b"/second/", b"/Second/", 1))
    assert "It was changed" in await ignored(copies)


async def test_a_forged_list_is_ignored_with_a_word(copies: Stack, tmp_path: Path) -> None:
    """Signed with another key, as the list of another data folder is."""
    run(await script(copies), tmp_path)
    (copies.settings.data / "removals/key").write_bytes(bytes(32))
    assert "not written by this Albumen" in await ignored(copies)


async def test_an_old_list_is_ignored_with_a_word(
    copies: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr("services.gateway.running.removals.now_us", lambda: 1_600_000_000_000_000)
        content = await script(copies)
    run(content, tmp_path)
    assert "older than 30 days" in await ignored(copies)


async def test_a_replayed_list_is_ignored_with_a_word(copies: Stack, root: Path, tmp_path: Path) -> None:
    """The copies were put back, and now their disk is away: a list from before says nothing about that."""
    for folder in ("second", "the third"):
        shutil.copytree(root / folder, tmp_path / "backup" / folder)
    run(await script(copies), tmp_path)
    (left,) = lists(copies)
    kept = left.read_bytes()
    await scan(copies)
    shutil.copytree(tmp_path / "backup", root, dirs_exist_ok=True)
    await scan(copies)
    assert await total(copies) == 14
    for folder in ("second", "the third"):
        shutil.rmtree(root / folder)
    left.write_bytes(kept)
    assert await ignored(copies) == "It was read before."


async def test_a_copy_that_changed_meanwhile_is_not_excused(
    copies: Stack, root: Path, tmp_path: Path
) -> None:
    """The list knows each file by its content: another picture at its path is another photo."""
    content = await script(copies)
    run(content, tmp_path)
    for number, folder in enumerate(("second", "the third")):
        for other, name in enumerate(NAMES):
            photos.write(root / folder / name, 1000 + 100 * number + other, size=(64, 48))
    (left,) = lists(copies)
    elsewhere = left.rename(tmp_path / "kept")
    await scan(copies)
    for folder in ("second", "the third"):
        shutil.rmtree(root / folder)
    elsewhere.rename(left)
    await scan(copies)
    (source,) = await copies.get("/api/missing")
    assert (source["missing"], source["photos"]) == (28, 42)


async def test_without_a_data_folder_the_script_still_works(
    copies: Stack, root: Path, tmp_path: Path
) -> None:
    """As in a container, whose folders the computer doesn't have: then there is a question."""
    content = (await script(copies)).replace(os.fsencode(copies.settings.data), b"/nowhere")
    assert b"may ask whether these files are gone" in run(content, tmp_path)
    assert there(root) == 14
    await scan(copies)
    assert (await copies.get("/api/missing"))[0]["missing"] == 28


async def test_what_lies_beside_the_lists_is_left_alone(copies: Stack, tmp_path: Path) -> None:
    """Neither read nor deleted; a folder or a pipe with such a name holds up no scan."""
    run(await script(copies), tmp_path)
    folder = copies.settings.data / "removals"
    (folder / "note.txt").write_text("mine")
    (folder / "folder.removed").mkdir()
    os.mkfifo(folder / "pipe.removed")
    await scan(copies)
    assert sorted(path.name for path in folder.iterdir()) == [
        "folder.removed",
        "key",
        "note.txt",
        "pipe.removed",
    ]
    assert await copies.events(SourceUnavailable, RemovalsIgnored) == []
