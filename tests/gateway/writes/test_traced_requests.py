"""Requests as spans."""

from collections.abc import Iterator

import pytest

from services.kernel.tracing import spans
from services.kernel.tracing.ids import SpanContext
from services.kernel.tracing.spans import SpanData
from tests.support.stack import Stack

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED = f"00-{TRACE}-{SPAN}-01"


@pytest.fixture
def made(stack: Stack) -> Iterator[list[SpanData]]:
    """Spans of requests, as they end."""
    found: list[SpanData] = []
    spans.export_to(lambda span: found.append(span) if span.kind == "server" else None)
    yield found
    spans.export_to(None)


async def test_a_click_is_the_beginning_of_its_commands_trace(stack: Stack, made: list[SpanData]) -> None:
    answer = await stack.post("create-album", {"name": "Rome"})
    (span,) = made
    assert f"{span.context.trace_id:032x}" == answer.json()["command_id"].replace("-", "")
    assert (span.name, span.parent, span.failed) == ("POST /commands/{command}", None, False)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/commands/{command}",
        "http.response.status_code": 202,
    }


async def test_a_refused_command_has_a_trace_too(stack: Stack, made: list[SpanData]) -> None:
    assert (await stack.post("rename-album", {"album_id": "no", "name": "Rome"})).status_code == 404
    (span,) = made
    assert (span.attributes["http.response.status_code"], span.failed) == (404, False)


async def test_a_repeated_command_is_not_noted_twice(stack: Stack, made: list[SpanData]) -> None:
    """Its own span, that is: each request is one."""
    commands: list[SpanData] = []
    spans.export_to(lambda span: commands.append(span) if span.name == "create_album" else made.append(span))
    for _ in range(2):
        await stack.post("create-album", {"name": "Rome"}, Idempotency_Key="k")
    assert len(commands) == 1
    assert len([span for span in made if span.kind == "server"]) == 2


async def test_a_request_is_in_its_callers_trace(stack: Stack, made: list[SpanData]) -> None:
    """Whatever it asks for. Nothing of the path is told but the route."""
    await stack.client.get("/search?q=grandmother", headers={"traceparent": SAMPLED})
    await stack.client.get("/albums/grandmother", headers={"traceparent": SAMPLED})
    await stack.client.get("/grandmother", headers={"traceparent": SAMPLED})
    assert [span.parent for span in made] == 3 * [SpanContext(int(TRACE, 16), int(SPAN, 16))]
    assert len({span.context for span in made}) == 3
    assert "grandmother" not in str(made)


@pytest.mark.parametrize("headers", [[], [SAMPLED, SAMPLED], ["nonsense"], [f"00-{TRACE}-{SPAN}-00"]])
async def test_pages_that_nobody_traces_are_no_spans(
    stack: Stack, made: list[SpanData], headers: list[str]
) -> None:
    answer = await stack.client.get("/albums", headers=[("traceparent", one) for one in headers])
    assert answer.status_code == 200
    assert made == []
