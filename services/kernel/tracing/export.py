"""Spans on their way to a collector on this computer or the local network, by OTLP over HTTP.

Needs the extra `traces`. A collector that is away, slow or out of its mind costs nobody anything: spans wait in a queue
of limited length, are counted when they get lost, and one line of the log says so until it is better.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Any, Final

import requests
import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind as OtelKind
from opentelemetry.trace import StatusCode, TraceFlags
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from services.kernel.http_address import is_local
from services.kernel.tracing.ids import SpanContext
from services.kernel.tracing.spans import SpanData, SpanKind
from services.kernel.version import VERSION

log = structlog.get_logger(__name__)

QUEUE: Final = 4096
"""Spans that wait at most; those beyond it are lost."""
SPANS_AT_ONCE: Final = 512
EVERY_MS: Final = 1000
COLLECTOR_S: Final = 3.0
"""How long the collector may take, with what is tried again."""
LAST_S: Final = 1.0
"""How long a service that stops waits for the last spans."""
_KINDS: Final[dict[SpanKind, OtelKind]] = {
    "internal": OtelKind.INTERNAL,
    "server": OtelKind.SERVER,
    "producer": OtelKind.PRODUCER,
    "consumer": OtelKind.CONSUMER,
}


class Exporter:
    """`spans.export_to` gets `add`."""

    def __init__(self, address: str, service: str) -> None:
        """`address`: `http(s)://host:port`, to which OTLP's path is added."""
        for name in ("opentelemetry", "urllib3"):  # what they complain about, `_Telling` says once
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self.lost = 0
        """Spans, so far."""
        self._waiting = 0
        self._lock = threading.Lock()
        self._ids = _GivenIds()
        self._sending = _Telling(address, self)
        resource = Resource(
            {
                "service.name": f"albumen-{service}",
                "service.namespace": "albumen",
                "service.version": VERSION,
            }
        )
        self._provider = TracerProvider(
            sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False, id_generator=self._ids
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._sending, QUEUE, EVERY_MS, SPANS_AT_ONCE))
        self._tracer = self._provider.get_tracer("albumen", VERSION)

    def add(self, span: SpanData) -> None:
        """From any thread; never waits."""
        with self._lock:
            if self._waiting >= QUEUE:
                self.lost += 1
                return
            self._waiting += 1
        parent = (
            trace.set_span_in_context(trace.NonRecordingSpan(_context(span.parent))) if span.parent else None
        )
        self._ids.next = span.context
        otel_span = self._tracer.start_span(
            span.name,
            context=parent or trace.set_span_in_context(trace.INVALID_SPAN),
            kind=_KINDS[span.kind],
            attributes=span.attributes,
            links=[trace.Link(_context(one)) for one in span.links],
            start_time=span.began_ns,
        )
        if span.failed:
            otel_span.set_status(StatusCode.ERROR)
        otel_span.end(span.ended_ns)

    def handed_over(self, count: int, lost: bool) -> None:
        with self._lock:
            self._waiting -= count
            self.lost += count * lost

    def close(self) -> None:
        """What is left goes out, if the collector takes anything and that is quick."""
        closing = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        closing.start()
        closing.join(0 if self._sending.failing else LAST_S)


def _context(of: SpanContext) -> trace.SpanContext:
    return trace.SpanContext(of.trace_id, of.span_id, is_remote=True, trace_flags=TraceFlags(of.sampled))


class _GivenIds(IdGenerator, threading.local):
    """Those of the span that is made next, in this thread."""

    next = SpanContext(0, 0)

    def generate_trace_id(self) -> int:
        return self.next.trace_id

    def generate_span_id(self) -> int:
        return self.next.span_id

    def is_trace_id_random(self) -> bool:
        """A UUID has a few bits that aren't."""
        return False


class _Telling(SpanExporter):
    """Says once when spans can't be sent, and once when they can again."""

    def __init__(self, address: str, spans: Exporter) -> None:
        self._address, self._spans = address, spans
        self._session = _LocalSession()
        self.failing = False
        path = f"{address.rstrip('/')}/v1/traces"
        self._otlp = OTLPSpanExporter(path, timeout=COLLECTOR_S, session=self._session)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._session.reason = ""
        try:
            result = self._otlp.export(spans)
        except Exception as error:  # whatever it answered, nobody else may notice
            self._session.reason, result = str(error), SpanExportResult.FAILURE
        failed = result is not SpanExportResult.SUCCESS
        self._spans.handed_over(len(spans), failed)
        if failed and not self.failing:
            log.warning("traces can't be sent", address=self._address, reason=self._session.reason[:300])
        elif self.failing and not failed:
            log.info("traces are sent again", address=self._address, lost=self._spans.lost)
        self.failing = failed
        return result

    def shutdown(self) -> None:
        self._otlp.shutdown()  # type: ignore[no-untyped-call]


class _LocalSession(requests.Session):
    """Reaches nothing but the local network: without a proxy, without redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.reason = ""
        """Why the last request failed."""
        for scheme in ("http://", "https://"):
            self.mount(scheme, _LocalAdapter())

    def request(self, *args: Any, **options: Any) -> requests.Response:
        try:
            response = super().request(*args, **options)
        except requests.RequestException as error:
            self.reason = str(error)
            raise
        if response.status_code >= 300:
            self.reason = f"it answered {response.status_code}"
        if 300 <= response.status_code < 400:  # which the exporter takes for success
            raise requests.TooManyRedirects(self.reason)
        return response


class _LocalAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _LocalPool, "https": _LocalTlsPool}


class _LocalConnection(HTTPConnection):
    def _new_conn(self) -> Any:
        """Before a byte is sent. Raises NewConnectionError."""
        sock = super()._new_conn()
        if not is_local(sock.getpeername()[0]):
            sock.close()
            raise NewConnectionError(self, f"{self.host} is outside the local network")
        return sock


class _LocalTlsConnection(_LocalConnection, HTTPSConnection):
    pass


class _LocalPool(HTTPConnectionPool):
    ConnectionCls = _LocalConnection


class _LocalTlsPool(HTTPSConnectionPool):
    ConnectionCls = _LocalTlsConnection
