"""A receiver of OpenTelemetry's traces, by OTLP over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Seen(msgspec.Struct, frozen=True):
    """A span as it came."""

    service: str
    name: str
    trace: str
    """32 hex digits."""
    id: str
    parent: str
    """Empty: it has none."""
    kind: int
    failed: bool
    links: tuple[tuple[str, str], ...]
    """Trace and span each."""
    attributes: dict[str, Any]


class Collector:
    """Notes what it gets, and answers with `status`, after `free` is set."""

    def __init__(self, port: int) -> None:
        self.status, self.free = 200, threading.Event()
        self.free.set()
        self.bodies: list[bytes] = []
        self.paths: set[str] = set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.free.wait()
                collector.paths.add(self.path)
                collector.bodies.append(body)
                self.send_response(collector.status)
                if 300 <= collector.status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def spans(self) -> list[Seen]:
        return [one for body in list(self.bodies) for one in _spans(body)]

    def trace(self, command_id: str) -> list[Seen]:
        return [one for one in self.spans() if one.trace == command_id.replace("-", "")]


def _spans(body: bytes) -> Iterator[Seen]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = {one.key: one.value.string_value for one in resource.resource.attributes}["service.name"]
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Seen(
                    service=service,
                    name=span.name,
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    kind=span.kind,
                    failed=span.status.code == 2,
                    links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
                    attributes={
                        one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes
                    },
                )


@contextmanager
def collecting(port: int = 0) -> Iterator[Collector]:
    """On this computer, until the end; `port`: 0 for any."""
    collector = Collector(port)
    thread = threading.Thread(target=collector.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.free.set()
        collector.server.shutdown()
        thread.join()
        collector.server.server_close()
