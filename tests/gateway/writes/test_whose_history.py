"""Who did it: a person, a scan or a model; and runs of similar entries are folded into one."""

import re
from uuid import UUID, uuid4

import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.commands import ScanLibrary
from services.domain.files.events import ScanFinished, ScanStarted
from services.domain.jobs.commands import ClassifyImages
from services.domain.jobs.events import ClassificationRequested, JobFinished
from services.domain.photos.hiding import ImagesHidden
from services.domain.subject import Actor, Event
from services.gateway.history.entries import HistoryEntry
from services.gateway.history.grouping import FOLDED, folded, photos_of
from services.kernel.log.envelope import Record, record_command, record_event
from tests.support.history_lines import history_lines
from tests.support.imported import imported
from tests.support.stack import Stack

HTML = {"Accept": "text/html"}


def line(position: int, type_: str = "scan_finished", who: Actor = "scan") -> HistoryEntry:
    return HistoryEntry(position=position, recorded_at=0, text="", type=type_, who=who)


def of(command: UUID, stream: str, event: Event) -> Record:
    return record_event(event, event_id=uuid4(), stream=stream, correlation_id=command, causation_id=command)


async def told(stack: Stack, query: str = "") -> list[str]:
    page = (await stack.client.get(f"/history{query}", headers=HTML)).text
    return history_lines(page)


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    """Photos with history from a person, a scan and a model. The scan transferred decisions from an earlier version."""
    ids = await imported(stack, 2)
    scan, job = uuid4(), uuid4()
    assert (await stack.post("hide-images", {"images": ids[:1]})).status_code == 202
    request = ClassificationRequested(job_id=str(job), model_id="lite0", scope="all")
    await stack.gateway.events.append(
        [
            record_command(ScanLibrary(), command_id=scan),
            of(scan, f"job-{scan}", ScanStarted(roots=["/p"])),
            of(scan, f"image-{ids[1]}", CategoryAssigned(image_id=ids[1], category_id="dog")),
            of(scan, "library", ImagesHidden(image_ids=[ids[1]])),
            of(scan, f"job-{scan}", ScanFinished(found=2, added=2, rejected=0, unchanged=0)),
            record_command(ClassifyImages(images="all"), command_id=job),
            of(job, f"job-{job}", request),
            of(job, f"job-{job}", JobFinished(job_id=str(job), done=2, failed=0)),
        ]
    )
    await stack.caught_up()
    return ids


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("?who=user", ["1 photo hidden"]),
        ("?who=scan", ["Scan finished: 2 photos added", "1 photo hidden", "Marked 1 photo as “Dog”"]),
        ("?who=model", ["Classified 2 photos", "Started recognising all photos with lite0"]),
        ("?who=scan&about=photos", ["1 photo hidden", "Marked 1 photo as “Dog”"]),
        ("?who=model&about=albums", []),
        ("?category=dog&who=scan", ["Marked 1 photo as “Dog”"]),
        ("?category=dog&who=user", []),
    ],
)
async def test_the_history_is_narrowed_to_one_actor(
    stack: Stack, ids: list[str], query: str, lines: list[str]
) -> None:
    assert await told(stack, query) == lines


@pytest.mark.parametrize(
    "command", [ClassifyImages(), ClassifyImages(images="all"), ClassifyImages(images=["gone"])]
)
async def test_a_job_for_photos_that_nobody_named(stack: Stack, command: ClassifyImages) -> None:
    command_id = uuid4()
    request = ClassificationRequested(job_id=str(command_id), model_id="lite0", scope="unclassified")
    await stack.gateway.events.append(
        [record_command(command, command_id=command_id), of(command_id, f"job-{command_id}", request)]
    )
    await stack.caught_up()
    row = next(row for row in await stack.log() if row.event_id == command_id)
    assert photos_of(row) == (["gone"] if isinstance(command.images, list) else [])
    assert (await stack.client.get("/history", headers=HTML)).status_code == 200


async def test_an_unknown_actor_is_anyone(stack: Stack, ids: list[str]) -> None:
    assert await told(stack, "?who=%3Cb%3E") == await told(stack)


async def test_what_a_scan_handed_on_is_not_offered_to_be_undone(stack: Stack, ids: list[str]) -> None:
    page = (await stack.client.get("/history?who=scan", headers=HTML)).text
    assert 'action="/commands/undo"' not in page


async def test_each_filter_keeps_the_other(stack: Stack, ids: list[str]) -> None:
    page = (await stack.client.get("/history?who=user&about=photos", headers=HTML)).text
    assert 'href="/history?about=albums&amp;who=user"' in page
    assert 'href="/history?about=photos&amp;who=model"' in page
    own = (await stack.client.get(f"/history?image={ids[0]}", headers=HTML)).text
    assert f'href="/history?who=scan&amp;image={ids[0]}"' in own


def test_a_few_lines_of_a_kind_stand_for_themselves() -> None:
    few = [line(n) for n in range(FOLDED - 1)]
    assert folded(few) == [[one] for one in few]


def test_many_lines_of_a_kind_are_one_group() -> None:
    many, other = [line(n) for n in range(FOLDED)], [line(9, "job_finished", "model")]
    assert folded([*many, *other, *many]) == [many, other, many]


def test_two_actors_are_never_one_group() -> None:
    lines = [line(n, "category_assigned", "user" if n % 2 else "scan") for n in range(2 * FOLDED)]
    assert folded(lines) == [[one] for one in lines]


async def test_a_group_is_folded_away_behind_its_newest(stack: Stack) -> None:
    for number in range(FOLDED + 1):
        assert (await stack.post("create-album", {"name": f"A{number}"})).status_code == 202
    await stack.caught_up()
    page = (await stack.client.get("/history", headers=HTML)).text
    before, behind = page.split('<li class="fold">')
    assert f"<bdi>A{FOLDED}</bdi>" in before
    assert f"{FOLDED} more of this kind" in behind
    assert "<bdi>A0</bdi>" in behind
    assert behind.count('action="/commands/undo"') == FOLDED


async def test_an_album_is_called_by_its_name(stack: Stack) -> None:
    """By its current name, even if deleted; and not twice in a line."""
    ids = await imported(stack, 2)
    await stack.done("create-album", {"name": "Rome"})
    (album,) = await stack.get("/api/albums")
    await stack.done("add-to-album", {"album_id": album["id"], "images": ids})
    await stack.done("rename-album", {"album_id": album["id"], "name": "<i>Roma</i>"})
    await stack.done("delete-album", {"album_id": album["id"]})
    await stack.caught_up()
    page = (await stack.client.get("/history?about=albums", headers=HTML)).text
    links = re.findall(rf'<a href="/albums/{album["id"]}">(.*?)</a>', page)
    name = "<bdi>&lt;i&gt;Roma&lt;/i&gt;</bdi>"
    assert links == [name] * 4
