"""Opens the log, or what stands in for one that is not to be believed."""

from typing import TYPE_CHECKING

from services.gateway.closed import wording
from services.gateway.closed.standing import Standing
from services.gateway.queries.logbook import Logbook
from services.gateway.tables.pool import Views
from services.kernel.log.closed_log import ClosedLog
from services.kernel.log.replica import ReplicaLog
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings

if TYPE_CHECKING:
    from services.gateway.following.upstream import Upstream


async def opened_log(settings: Settings, standing: Standing, views: Views) -> tuple[SqliteLog, Logbook]:
    """Raises finding.LogError or sqlite3.DatabaseError when the log can't be used."""
    if setback := standing.setback:
        path = settings.events_db if setback.legible else None
        closed = await ClosedLog.standing_in(wording.finding(setback), max(0, await views.reached()), path)
        return closed, await (
            Logbook.open(settings.events_db, damaged=True) if closed.readable else Logbook.empty()
        )
    events = await (ReplicaLog if standing.origin else SqliteLog).open(settings.events_db)
    try:
        return events, await Logbook.open(settings.events_db)
    except BaseException:
        await events.close()
        raise


def upstream_of(settings: Settings, events: SqliteLog) -> "Upstream | None":
    """What makes a copy follow its album; None for an album. Its client loads much that hardly any album needs."""
    if not isinstance(events, ReplicaLog):
        return None
    from services.gateway.following.upstream import Upstream

    return Upstream(settings, events)
