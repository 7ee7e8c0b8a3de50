"""All checks of a running gateway."""

from collections.abc import Sequence

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
    ended = bus.ended if isinstance(bus, EmbeddedBroker) else None
    return [
        Check(CODES_OF_STORAGE, Storage(settings).ask),
        Check(
            ("projector_down", "projector_starting", "projector_behind", "tables_damaged"),
            Projection(settings, events, views, ended).ask,
        ),
        Check(("broker_away", "workers_missing", "workers_starting"), Services(bus, ended).ask),
        Check(("decoders_failing", "previews_failing"), scans.ask),
        Check(("clock_back",), Clock(lambda: last_recorded_us(events)).ask),
        Check(("photos_away",), Folders(roots).ask),
        Check(("events_set_aside",), EntriesSetAside(views).ask),
    ]


async def last_recorded_us(events: Log) -> int:
    """When the log's last event was recorded, microseconds since 1970 (UTC); 0 for none."""
    rows = await events.read(max(await events.head() - 1, 0), 1)
    return rows[-1].recorded_at if rows else 0
