"""Spans, their ids and parents, and their way to a collector."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
import structlog

from services.domain.albums.commands import CreateAlbum
from services.domain.albums.events import AlbumCreated
from services.kernel.log.envelope import record_command
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from services.kernel.tracing import export, spans, switch
from services.kernel.tracing.export import Exporter
from services.kernel.tracing.ids import SpanContext, command_span, parsed_traceparent
from services.kernel.tracing.spans import Origin, SpanData
from tests.kernel.bus.conftest import message
from tests.support.collector import Collector, collecting
from tests.support.given import by
from tests.support.log import records
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_S, eventually

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def origin(causation: bool = True) -> Origin:
    own = uuid4()
    return Origin(own, own if causation else None)


@pytest.fixture
def made() -> Iterator[list[SpanData]]:
    """Spans, as they end."""
    found: list[SpanData] = []
    spans.export_to(found.append)
    yield found
    spans.export_to(None)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as one:
        yield one


def exporting(address: str) -> Iterator[Exporter]:
    exporter = Exporter(address, "gateway")
    yield exporter
    exporter.close()


@pytest.fixture
def exporter(collector: Collector) -> Iterator[Exporter]:
    yield from exporting(collector.address)


def a_span(name: str = "x", **attributes: spans.Attribute) -> SpanData:
    return SpanData(
        name=name,
        context=SpanContext(uuid4().int, 7),
        parent=None,
        ended_ns=time.time_ns(),
        attributes=attributes,
    )


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-03", True),
        (f"cc-{TRACE}-{SPAN}-01-what-comes-some-day", True),
    ],
)
def test_a_traceparent_is_read_as_the_standard_says(text: str, sampled: bool) -> None:
    found = parsed_traceparent(text)
    assert found == SpanContext(int(TRACE, 16), int(SPAN, 16), sampled)


@pytest.mark.parametrize(
    "text",
    [
        *(None, 7, "", "00", f"00-{TRACE}-{SPAN}", f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-01-more"),
        *(f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE.upper()}-{SPAN}-01"),
        *(f"00-{TRACE}-{SPAN}-01\n", f" 00-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01.more", "é" * 55),
    ],
)
def test_what_is_no_traceparent_counts_as_none(text: object) -> None:
    assert parsed_traceparent(text) is None


def test_what_is_written_can_be_read() -> None:
    one = SpanContext(uuid4().int, command_span(uuid4()))
    assert parsed_traceparent(one.traceparent) == one


def test_a_trace_has_the_id_of_its_command(made: list[SpanData]) -> None:
    id_ = uuid4()
    with spans.command(id_, "create_album"), spans.stage("decide"):
        inside = parsed_traceparent(spans.traceparent(id_))
    decided, command = made
    assert command.context == SpanContext(id_.int, command_span(id_))
    assert (command.parent, decided.parent, decided.context) == (None, command.context, inside)
    assert command.began_ns <= decided.began_ns <= decided.ended_ns <= command.ended_ns


def test_whoever_knows_only_the_row_finds_the_command(made: list[SpanData]) -> None:
    began, by_itself = origin(), origin(causation=False)
    with spans.batch("apply", [began, by_itself, began]):
        pass
    assert [one.context.trace_id for one in made] == [began.correlation_id.int, by_itself.correlation_id.int]
    assert [one.parent and one.parent.span_id for one in made] == [command_span(began.correlation_id), None]
    assert [one.attributes for one in made] == [{"albumen.records": 2}, {"albumen.records": 1}]


def test_a_commands_own_row_belongs_to_it(made: list[SpanData]) -> None:
    """It has no cause, as little as what a classifier says of itself, whose id is its correlation id, too."""
    command_id, event = uuid4(), msgspec.structs.replace(message(), correlation_id=uuid4())
    row = record_command(CreateAlbum(name="Rome"), command_id=command_id)
    with spans.batch("ring", [row, event]):
        pass
    assert [one.parent for one in made] == [SpanContext(command_id.int, command_span(command_id)), None]


def test_what_a_message_says_comes_first_unless_it_is_of_another_trace(made: list[SpanData]) -> None:
    good, alien = message(causation=uuid4()), message(causation=uuid4())
    said = SpanContext(good.correlation_id.int, 5)
    good = msgspec.structs.replace(good, traceparent=said.traceparent)
    alien = msgspec.structs.replace(alien, traceparent=f"00-{TRACE}-{SPAN}-01")
    with spans.batch("classify", [good, alien], "consumer"):
        pass
    assert made[0].parent == said
    assert made[1].parent == SpanContext(alien.correlation_id.int, command_span(alien.correlation_id))


def test_a_batch_of_many_traces_is_some_spans_and_links(made: list[SpanData]) -> None:
    many = [origin() for _ in range(spans.IN_A_BATCH + spans.LINKED + 9)]
    with spans.batch("commit", many):
        pass
    assert len(made) == spans.IN_A_BATCH
    assert [len(one.links) for one in made] == [spans.LINKED, *[0] * (spans.IN_A_BATCH - 1)]
    assert made[0].links[0].trace_id == many[spans.IN_A_BATCH].correlation_id.int


def test_what_fails_is_marked_without_its_words(made: list[SpanData]) -> None:
    with suppress(ValueError), spans.command(uuid4(), "create_album"):
        raise ValueError("Grandmother")
    assert (made[0].failed, made[0].attributes) == (True, {"error.type": "ValueError"})


def test_a_callers_trace_is_linked_and_never_taken_over(made: list[SpanData]) -> None:
    """Whoever calls can't choose the ids of a command."""
    id_ = uuid4()
    with spans.request(f"00-{TRACE}-{SPAN}-01", "POST"), spans.command(id_, "create_album"):
        pass
    command, request = made
    assert request.context.trace_id == int(TRACE, 16)
    assert request.parent == SpanContext(int(TRACE, 16), int(SPAN, 16))
    assert (command.context.trace_id, command.parent, command.links) == (id_.int, None, [request.context])


def test_a_caller_who_records_nothing_gets_nothing(made: list[SpanData]) -> None:
    with spans.request(f"00-{TRACE}-{SPAN}-00", "POST"), spans.command(uuid4(), "create_album"):
        pass
    assert [(one.name, one.links) for one in made] == [("create_album", [])]


def test_a_request_that_gives_no_command_is_no_span(made: list[SpanData]) -> None:
    with spans.request(None, "GET"):
        pass
    assert made == []


def test_the_second_command_of_a_request_is_linked_to_it(made: list[SpanData]) -> None:
    first, second = uuid4(), uuid4()
    with spans.request("nonsense", "POST"):
        for id_ in (first, second):
            with spans.command(id_, "create_album"):
                pass
    one, other, request = made
    assert request.context.trace_id == one.context.trace_id == first.int
    assert (one.parent, other.parent, other.links) == (request.context, None, [request.context])


async def test_callers_of_one_commit_each_have_their_part_in_it(tmp_path: Path, made: list[SpanData]) -> None:
    log = await SqliteLog.open(tmp_path / "events.db")

    async def append(id_: UUID) -> None:
        with spans.command(id_, "create_album"):
            rows = records([by(id_, AlbumCreated(album_id=str(id_), name="Rome"))])
            await log.append(rows)

    try:
        await asyncio.gather(*(append(uuid4()) for _ in range(3)))
    finally:
        await log.close()
    by_trace: dict[int, dict[str, SpanData]] = {}
    for span in made:
        by_trace.setdefault(span.context.trace_id, {})[span.name] = span
    assert len(by_trace) == 3
    for one in by_trace.values():
        assert one["commit"].parent == one["append"].context
        assert one["append"].parent == one["create_album"].context


def test_nothing_is_noted_while_nobody_exports(tmp_path: Path) -> None:
    looked: list[Origin] = []

    def never() -> Iterator[Origin]:
        looked.append(origin())
        yield looked[-1]

    with spans.batch("apply", never()), spans.command(uuid4(), "x") as span, spans.stage("y"):
        assert span is None
        assert not spans.open_spans()
        assert spans.traceparent(uuid4()) is None
    assert looked == []


async def test_a_span_arrives_as_it_was(collector: Collector, exporter: Exporter) -> None:
    link, parent = SpanContext(int(TRACE, 16), 9), SpanContext(uuid4().int, 8)
    span = a_span("commit", a=1, b="two", c=True)
    span.context = SpanContext(parent.trace_id, 3)
    span.parent, span.links, span.failed, span.kind = parent, [link], True, "consumer"
    exporter.add(span)
    await eventually(lambda: bool(collector.spans()), "it has come")
    (seen,) = collector.spans()
    assert (seen.service, seen.name, seen.kind, seen.failed) == ("albumen-gateway", "commit", 5, True)
    assert (seen.trace, seen.id, seen.parent) == (f"{parent.trace_id:032x}", f"{3:016x}", f"{8:016x}")
    assert seen.links == ((TRACE, f"{9:016x}"),)
    assert seen.attributes == {"a": 1, "b": "two", "c": True}
    assert exporter.lost == 0


async def test_the_queue_has_an_end_and_nobody_waits_for_it(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "QUEUE", 10)
    monkeypatch.setattr(export, "SPANS_AT_ONCE", 5)
    collector.free.clear()
    (exporter,) = exporters = [Exporter(collector.address, "gateway")]
    try:
        for _ in range(25):
            exporter.add(a_span())  # would wait for ever if it waited for the answer
        assert exporter.lost == 15
        collector.free.set()
        await eventually(lambda: len(collector.spans()) == 10, "the others have come")
        exporter.add(a_span())
        await eventually(lambda: len(collector.spans()) == 11, "there is room again")
    finally:
        for one in exporters:
            one.close()


def has_lost(exporter: Exporter, count: int) -> bool:
    return exporter.lost == count


async def test_a_failure_is_said_once_and_so_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "EVERY_MS", 10)
    monkeypatch.setattr(export, "COLLECTOR_S", 0.1)
    port = free_port()
    with structlog.testing.capture_logs() as lines:
        exporter = Exporter(f"http://127.0.0.1:{port}", "gateway")
        try:
            for count in (1, 2, 3):
                exporter.add(a_span())
                await eventually(partial(has_lost, exporter, count), "it is lost")
            with collecting(port) as collector:
                collector.status = 503
                exporter.add(a_span())
                await eventually(lambda: exporter.lost == 4, "it is refused")
                collector.status = 307
                exporter.add(a_span())
                await eventually(lambda: exporter.lost == 5, "it is sent elsewhere")
                collector.status = 200
                exporter.add(a_span())
                await eventually(lambda: len(lines) == 2, "it is well again")
                assert collector.paths == {"/v1/traces"}
        finally:
            exporter.close()
    assert [(one["event"], one["log_level"]) for one in lines] == [
        ("traces can't be sent", "warning"),
        ("traces are sent again", "info"),
    ]
    assert "refused" in lines[0]["reason"]
    assert lines[1]["lost"] == 5


async def test_a_name_that_leads_out_of_the_network_is_not_followed(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a name that is looked up might: the address counts that is connected to."""
    monkeypatch.setattr(export, "is_local", lambda host: host != "127.0.0.1")
    monkeypatch.setattr(export, "COLLECTOR_S", 0.1)
    with structlog.testing.capture_logs() as lines:
        exporter = Exporter(collector.address.replace("127.0.0.1", "localhost"), "gateway")
        try:
            exporter.add(a_span())
            await eventually(lambda: exporter.lost == 1, "it is lost")
        finally:
            exporter.close()
    assert "localhost is outside the local network" in lines[0]["reason"]
    assert collector.bodies == []


async def test_a_proxy_of_the_environment_is_not_used(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    for exporter in exporting(collector.address):
        exporter.add(a_span())
        await eventually(lambda: bool(collector.spans()), "it has come")


async def test_it_ends_soon_though_the_collector_hangs(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "COLLECTOR_S", 3600.0)
    collector.free.clear()
    exporter = Exporter(collector.address, "gateway")
    exporter.add(a_span())
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.to_thread(exporter.close)


def settings(tmp_path: Path, traces: str | None) -> Settings:
    return Settings(data=tmp_path, previews=tmp_path, traces=traces)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("localhost:4318", "must be an address like http://127.0.0.1:4318"),
        ("grpc://localhost:4317", "must be an address like http://127.0.0.1:4318"),
        ("http://", "must be an address like"),
        ("http://localhost:99999", "must be an address like"),
        ("http://me:secret@localhost:4318", "leave out user, password and query"),
        ("http://localhost:4318?key=secret", "leave out user, password and query"),
        ("http://8.8.8.8:4318", "which 8.8.8.8 is not"),
        ("http://[2001:4860:4860::8888]:4318", "which 2001:4860:4860::8888 is not"),
    ],
)
def test_an_address_that_can_not_be_used_is_said(tmp_path: Path, address: str, says: str) -> None:
    with pytest.raises(ValueError, match="ALBUMEN_TRACES") as error:
        switch.check_traces(settings(tmp_path, address))
    assert says in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [None, "http://127.0.0.1:4318", "http://[::1]:4318/", "https://nas:4318/otlp", "http://192.168.0.7"],
)
def test_others_can(tmp_path: Path, address: str | None) -> None:
    switch.check_traces(settings(tmp_path, address))


@pytest.mark.parametrize("missing", ["opentelemetry", "opentelemetry.exporter"])
def test_what_has_to_be_installed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)

    class Without:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            if name == missing:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Without, *sys.meta_path])
    with pytest.raises(ValueError, match=r"Install the wheel with \[cpu,traces\]"):
        switch.check_traces(settings(tmp_path, "http://127.0.0.1:4318"))
    switch.check_traces(settings(tmp_path, None))


def test_spans_go_nowhere_once_it_is_over(tmp_path: Path, collector: Collector) -> None:
    with switch.exported(settings(tmp_path, collector.address), "projector"):
        assert spans.are_exported()
        with spans.command(uuid4(), "create_album"):
            pass
    assert not spans.are_exported()
    assert [(one.service, one.name) for one in collector.spans()] == [("albumen-projector", "create_album")]
