"""A command's way to the read tables is one trace, through all processes."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import photos
from tests.support.album import Album, command_line, give
from tests.support.collector import Collector, Seen, collecting
from tests.support.waiting import eventually

COUNT = 3
TITLE = "Grandmother’s secret birthday"
FILE = "grandmother"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(COUNT):
        photos.write(tmp_path / f"photos/{FILE}{number}.jpg", number, size=(320, 240))
    return tmp_path / "photos"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as one:
        yield one


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def album(
    request: pytest.FixtureRequest, tmp_path: Path, folder: Path, collector: Collector
) -> Iterator[Album]:
    broker = request.getfixturevalue("amqp_url") if request.param == "rabbitmq" else None
    variables = {"ALBUMEN_TRACES": collector.address, "ALBUMEN_LOG": "json", "ALBUMEN_LOG_LEVEL": "debug"}
    started = Album(folder, tmp_path / "data", broker, "--no-classify", **variables)
    started.start_all()
    yield started
    started.stop_all()


def names(spans: list[Seen]) -> set[tuple[str, str]]:
    return {(one.service.removeprefix("albumen-"), one.name) for one in spans}


def root_of(spans: list[Seen]) -> Seen:
    """All others hang from it."""
    ids = {one.id for one in spans}
    assert len(ids) == len(spans), "an id of two spans"
    assert [one for one in spans if one.parent and one.parent not in ids] == []
    (root,) = [one for one in spans if not one.parent]
    return root


async def whole(collector: Collector, command_id: str, wanted: set[tuple[str, str]]) -> list[Seen]:
    """The spans of a command, once the wanted ones have come."""

    def came() -> bool:
        return wanted <= names(collector.trace(command_id))

    try:
        await eventually(came, "its trace is whole", 60)
    except AssertionError:
        assert wanted <= names(collector.trace(command_id))
    return collector.trace(command_id)


def lines(album: Album, command_id: str) -> set[tuple[str, str]]:
    """Service and event of those in the log that are about a command."""
    written = "".join(service.errors() for service in album.services.values()).splitlines()
    said = [json.loads(line) for line in written if line.startswith("{")]
    return {(one["service"], one["event"]) for one in said if command_id in one.get("correlation_id", "")}


REQUEST = ("gateway", "POST /commands/{command}")
WRITTEN = {("gateway", "append"), ("gateway", "commit"), ("gateway", "ring"), ("projector", "apply")}


@pytest.mark.tensorflow
async def test_a_command_and_all_that_it_leads_to_is_one_trace(album: Album, collector: Collector) -> None:
    async with await album.scanned() as client:
        answer = (await client.post("/commands/create-album", json={"name": TITLE})).json()
        spans = await whole(
            collector,
            answer["command_id"],
            {REQUEST, ("gateway", "create_album"), ("gateway", "decide"), *WRITTEN},
        )
        assert (root_of(spans).service, root_of(spans).name) == ("albumen-gateway", REQUEST[1])
        assert root_of(spans).attributes["http.response.status_code"] == 202
        given = (await client.post("/commands/classify", json={})).json()
        wanted = {REQUEST, ("gateway", "classify_images"), *WRITTEN}
        wanted |= {("gateway", "send classify.bulk"), ("gateway", "process gateway.results")}
        wanted |= {("inference", name) for name in ("classify", "load", "network", "publish")}
        spans = await whole(collector, given["command_id"], wanted)
        assert root_of(spans).name == REQUEST[1]
        by_id = {one.id: one for one in spans}
        assert {by_id[one.parent].name for one in spans if one.name == "classify"} == {"send classify.bulk"}
        assert {by_id[one.parent].name for one in spans if one.name == "process gateway.results"} == {
            "classify"
        }
        sent = [
            one.attributes["messaging.batch.message_count"] for one in spans if one.name.startswith("send")
        ]
        assert sum(sent) == COUNT
    album.stop_all()
    assert {("gateway", "command accepted"), ("gateway", "results appended")} <= lines(
        album, given["command_id"]
    )
    assert {("inference", "a batch is done"), ("projector", "records applied")} <= lines(
        album, given["command_id"]
    )
    said = b"".join(collector.bodies)
    assert FILE.encode() not in said
    assert TITLE.encode() not in said
    assert collector.paths == {"/v1/traces"}


async def test_many_records_are_few_spans(folder: Path, tmp_path: Path, collector: Collector) -> None:
    """A scan's facts go into its trace batch by batch."""
    album = Album(folder, tmp_path / "data", None, "--no-classify", ALBUMEN_TRACES=collector.address)
    album.start_all()
    try:
        async with await album.scanned() as client:
            *_, scan = [
                one for one in (await client.get("/api/jobs")).json() if one["type"] == "scan_library"
            ]
            spans = await whole(collector, scan["command_id"], WRITTEN)
            assert root_of(spans).name == "scan_library"
            events = (await client.get("/events")).text.count(scan["command_id"])
            applied = [one.attributes["albumen.records"] for one in spans if one.name == "apply"]
            assert len(applied) < sum(applied) <= events
    finally:
        album.stop_all()


async def test_a_collector_that_does_not_answer_holds_up_nothing(
    folder: Path, tmp_path: Path, collector: Collector
) -> None:
    """It is said once by each service, commands are answered, and the album ends as soon as ever."""
    collector.free.clear()
    album = Album(folder, tmp_path / "data", None, "--no-classify", ALBUMEN_TRACES=collector.address)
    album.start_all()
    try:
        async with await album.scanned() as client:

            def said() -> int:
                lines = album.gateway.errors().splitlines()
                return sum("traces can't be sent" in line and "service=gateway" in line for line in lines)

            await eventually(lambda: said() > 0, "it is said")
            for number in range(20):
                assert (await give(client, "create-album", {"name": f"Album {number}"}))["status"] == "done"
            assert said() == 1
            assert "opentelemetry" not in album.gateway.errors()
    finally:
        assert album.gateway.stop(within=60) == 0
    assert collector.spans() == []


@pytest.mark.tensorflow
@pytest.mark.parametrize("switched_on", [False, True])
async def test_what_it_needs_is_loaded_for_it_alone(
    folder: Path, tmp_path: Path, collector: Collector, switched_on: bool
) -> None:
    """By none of the processes. (Litestar loads some of OpenTelemetry’s API itself, where that is installed.)"""
    variables: dict[str, Any] = {"ALBUMEN_TRACES": collector.address} if switched_on else {}
    album = Album(folder, tmp_path / "data", None, PYTHONPROFILEIMPORTTIME="1", **variables)
    album.start_all()
    try:
        async with await album.scanned() as client:
            await give(client, "create-album", {"name": "Rome"})
    finally:
        album.stop_all()
    loaded = album.gateway.errors() + (tmp_path / "data/run/tensorflow.log").read_text()
    for module in ("services.gateway.app", "services.projector.runner", "services.inference.worker"):
        assert module in loaded
    assert ("opentelemetry.sdk" in loaded) is switched_on
    assert ("services.kernel.tracing.export" in loaded) is switched_on


@pytest.mark.parametrize("command", ["up", "projector", "inference"])
async def test_an_address_that_can_not_be_used_is_said_before_the_start(
    folder: Path, tmp_path: Path, command: str
) -> None:
    given = [folder] if command == "up" else []
    ran = await asyncio.to_thread(
        command_line, command, *given, "--data", tmp_path / "data", ALBUMEN_TRACES="http://8.8.8.8:4318"
    )
    assert ran.returncode == 2
    assert "ALBUMEN_TRACES must be on this computer or the local network" in ran.stderr
    assert not (tmp_path / "data/events.db").exists()
