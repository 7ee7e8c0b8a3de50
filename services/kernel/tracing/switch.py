"""Whether spans are exported, and to where: ALBUMEN_TRACES. What that needs is loaded for it alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from services.kernel.http_address import is_http, is_local
from services.kernel.settings import Settings
from services.kernel.tracing import spans

NO_COLLECTOR: Final = "ALBUMEN_TRACES must be an address like http://127.0.0.1:4318, not {0!r}."
MORE: Final = (
    "ALBUMEN_TRACES holds more than http(s)://host:port and a path: leave out user, password and query."
)
OUTSIDE: Final = "ALBUMEN_TRACES must be on this computer or the local network, which {0} is not."
NOT_INSTALLED: Final = (
    "ALBUMEN_TRACES needs OpenTelemetry, which is not installed. Install the wheel with [cpu,traces] after its name; "
    "in a clone: .venv/bin/pip install -r requirements-traces.lock"
)


def check_traces(settings: Settings) -> None:
    """Raises ValueError, which says what can't be used or is missing."""
    if settings.traces is None:
        return
    parts = urlsplit(settings.traces) if "://" in settings.traces else None
    if parts and (parts.username is not None or parts.query or parts.fragment):
        raise ValueError(MORE)
    if parts is None or not is_http(settings.traces):
        raise ValueError(NO_COLLECTOR.format(settings.traces))
    if is_local(parts.hostname or "") is False:
        raise ValueError(OUTSIDE.format(parts.hostname))
    if not _is_installed():
        raise ValueError(NOT_INSTALLED)


def _is_installed() -> bool:
    try:
        return all(find_spec(f"opentelemetry.{name}") for name in ("sdk", "exporter.otlp.proto.http"))
    except ModuleNotFoundError:  # of a package above it
        return False


@contextmanager
def exported(settings: Settings, service: str) -> Iterator[None]:
    """Spans go to where the settings say. Raises ValueError as `check_traces`."""
    check_traces(settings)
    if settings.traces is None:
        yield
        return
    from services.kernel.tracing.export import Exporter

    exporter = Exporter(settings.traces, service)
    spans.export_to(exporter.add)
    try:
        yield
    finally:
        spans.export_to(None)
        exporter.close()
