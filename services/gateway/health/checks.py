"""All checks of a running gateway."""

from collections.abc import Mapping, Sequence

from services.gateway.health.clock import Clock
from services.gateway.health.folders import Folders
from services.gateway.health.projection import Projection
from services.gateway.health.scans import Scans
from services.gateway.health.services import Services
from services.gateway.health.set_aside import EntriesSetAside
from services.gateway.health.storage import CODES_OF_STORAGE, Storage
from services.gateway.health.watch import Check
from services.gateway.tables.pool import Views
from services.kernel.bus.contract import Bus
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log.eventlog import Log
from services.kernel.settings import Settings


def checks(
    settings: Settings, roots: Sequence[str], events: Log, views: Views, bus: Bus, scans: Scans
) -> list[Check]:
    """Of an album."""
    return [
        *checks_of_copy(settings, events, views, bus),
        Check(("broker_away", "workers_missing", "workers_starting"), Services(bus, _ended(bus)).ask),
        Check(("decoders_failing", "previews_failing"), scans.ask),
        Check(("clock_back",), Clock(lambda: last_recorded_us(events)).ask),
        Check(("photos_away",), Folders(roots).ask),
    ]


def checks_of_copy(settings: Settings, events: Log, views: Views, bus: Bus) -> list[Check]:
    """Of whatever shows a log: also of a copy, which neither scans nor classifies."""
    return [
        Check(CODES_OF_STORAGE, Storage(settings).ask),
        Check(
            ("projector_down", "projector_starting", "projector_behind", "tables_damaged"),
            Projection(settings, events, views, _ended(bus)).ask,
        ),
        Check(("events_set_aside",), EntriesSetAside(views).ask),
    ]


def _ended(bus: Bus) -> Mapping[str, float | None] | None:
    """The services that were started with us, and when one ended by itself."""
    return bus.ended if isinstance(bus, EmbeddedBroker) else None


async def last_recorded_us(events: Log) -> int:
    """When the log's last event was recorded, microseconds since 1970 (UTC); 0 for none."""
    rows = await events.read(max(await events.head() - 1, 0), 1)
    return rows[-1].recorded_at if rows else 0
