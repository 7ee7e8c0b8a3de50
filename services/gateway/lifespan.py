"""The gateway's components and background tasks: opened in order, closed in reverse order."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog

from services.gateway.access.visits import Visits
from services.gateway.closed import wording
from services.gateway.closed.opening import opened_log, upstream_of
from services.gateway.closed.standing import SOUND, Standing
from services.gateway.closed.watch import watch_for_its_return, watch_log
from services.gateway.health.board import Health
from services.gateway.health.checks import checks, checks_of_copy
from services.gateway.health.log import CODES_OF_THE_LOG, LogState
from services.gateway.health.scans import Scans
from services.gateway.health.watch import Check, watch
from services.gateway.history.lines import Chronicle
from services.gateway.media.viewing import Viewing
from services.gateway.metrics.measures import Measures
from services.gateway.presentation.rail import Rail
from services.gateway.queries.reads import Work
from services.gateway.running import ahead, relay
from services.gateway.running.automatic import Automatic, begin, scan_changes
from services.gateway.running.backups import Backups
from services.gateway.running.board import JobBoard
from services.gateway.running.by_words import ByWords
from services.gateway.running.classification import Classification
from services.gateway.running.describing import Describing
from services.gateway.running.explaining import Explaining
from services.gateway.running.exporting import Exporting
from services.gateway.running.fleet import Fleet
from services.gateway.running.folders import Folders
from services.gateway.running.growth import grown
from services.gateway.running.importing import Importing
from services.gateway.running.learning import Learning
from services.gateway.running.on_demand import LikenessOnDemand
from services.gateway.running.scanning import Scanning
from services.gateway.running.tasks import cancelled, kept_running
from services.gateway.running.text_pages import TextPages
from services.gateway.scanners.scanners import Scanners
from services.gateway.tables.pool import Views
from services.gateway.time_travel.past import Past
from services.gateway.webhooks.target import target
from services.gateway.workers import notice
from services.gateway.write import intake
from services.gateway.write.dispatch import Dispatcher
from services.gateway.write.reads import Reads
from services.kernel.bus.contract import Bus
from services.kernel.bus.jobs import SentenceEncoded, WorkerReport
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings

if TYPE_CHECKING:
    from services.gateway.following.upstream import Upstream
    from services.gateway.webhooks.delivery import Delivery

log = structlog.get_logger(__name__)

SETTLED_S: Final = 10.0
"""How long after the start the day's backup may begin: the first pages and the scan come first …"""
LONG_SCAN_S: Final = 3600.0
"""… but it doesn't wait longer for a scan."""

_Action = Callable[[], Coroutine[Any, Any, None]]


class Gateway(msgspec.Struct, kw_only=True):
    """Everything that request handlers can have injected, by name."""

    settings: Settings
    roots: list[str]
    """Folders with photos, as `folders` has them now."""
    folders: Folders
    events: SqliteLog
    bus: Bus
    views: Views
    work: Work
    dispatcher: Dispatcher
    explaining: Explaining
    scanners: Scanners
    scanning: Scanning
    exporting: Exporting
    classification: Classification
    importing: Importing
    jobs: JobBoard
    history: Chronicle
    past: Past
    viewing: Viewing
    likeness: LikenessOnDemand
    by_words: ByWords
    text_pages: TextPages
    visits: Visits
    health: Health
    backups: Backups
    rail: Rail
    fleet: Fleet
    measures: Measures
    stopping: asyncio.Event
    standing: Standing = SOUND
    upstream: "Upstream | None" = None
    """Of a copy: what follows the album, and asks it for what is not here."""

    def heard(self, message: intake.Passing) -> None:
        match message:
            case WorkerReport():
                self.fleet.heard(message)
            case SentenceEncoded():
                self.by_words.answered(message)
            case other:
                self.scanners.heard(other)

    @property
    def runners(self) -> tuple[Scanning, Exporting, Importing]:
        return self.scanning, self.exporting, self.importing


@asynccontextmanager
async def running(
    settings: Settings,
    bus: Bus,
    stopping: asyncio.Event,
    automatic: Automatic,
    standing: Standing = SOUND,
) -> AsyncIterator[Gateway]:
    """While the log is not to be believed, it stays untouched, and no background task runs but the one that looks
    whether it still is so.

    Raises finding.LogError or sqlite3.DatabaseError when the log can't be used, ValueError when the webhook can't."""
    async with AsyncExitStack() as stack:
        health = Health()
        views = await (Views.last(settings, standing.tables) if standing.setback else Views.open(settings))
        stack.push_async_callback(views.close)
        events, logbook = await opened_log(settings, standing, views)
        stack.push_async_callback(events.close)
        stack.push_async_callback(logbook.close)
        log_state = LogState(events, settings.events_db)
        of_the_log = Check(CODES_OF_THE_LOG, log_state.ask)
        work = Work(views)
        notice.warn_once()
        upstream = upstream_of(settings, events)
        if upstream:
            stack.push_async_callback(upstream.close)
        viewing = Viewing(settings, views, upstream.fetch_preview if upstream else None)
        stack.push_async_callback(viewing.close)

        async def caught_up() -> None:
            while not await views.wait_for(await events.head(), 1.0):
                log.debug("waiting for the read tables")

        folders = Folders(events, logbook, work)
        await folders.begin([str(root) for root in settings.photos])
        roots = folders.roots
        scanners = Scanners(bus, settings.previews)
        scanning = Scanning(events, work, views, settings, caught_up, scanners)
        stack.push_async_callback(scanning.close)
        exporting = Exporting(events, work, views, roots, settings.data, caught_up)
        by_words = ByWords(views, bus)
        students = (Learning(events, views, caught_up), Describing(events, views, by_words, caught_up))
        classification = Classification(events, bus, work, views.position, lambda: scanning.scanning)
        texts = TextPages(settings.previews)
        reads = Reads(events, work, views, roots, settings, texts.unlike, lambda j: gateway.jobs.progress(j))
        dispatcher = Dispatcher(events, reads)
        importing = Importing(events, logbook, reads, settings.previews, caught_up)
        stack.push_async_callback(importing.close)
        past = Past(settings.views, events, dispatcher)
        stack.push_async_callback(past.close)
        visits = Visits(events)
        stack.push_async_callback(visits.close)

        async def quiet() -> None:
            await asyncio.sleep(SETTLED_S)
            await caught_up()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONG_SCAN_S):
                    await scanning.idle()

        backups = Backups(settings, quiet)
        stack.push_async_callback(backups.close)
        jobs = JobBoard(events, views, work, classification, scanning, exporting, importing)
        fleet = Fleet()
        measures = Measures(settings, events, views, bus, work, jobs, fleet, backups, scanners)
        stack.push_async_callback(measures.close)
        gateway = Gateway(
            settings=settings,
            roots=roots,
            folders=folders,
            events=events,
            bus=bus,
            views=views,
            work=work,
            dispatcher=dispatcher,
            explaining=Explaining(dispatcher, bus, views),
            scanners=scanners,
            scanning=scanning,
            exporting=exporting,
            classification=classification,
            importing=importing,
            jobs=jobs,
            history=Chronicle(events, logbook),
            past=past,
            viewing=viewing,
            likeness=LikenessOnDemand(views),
            by_words=by_words,
            text_pages=texts,
            visits=visits,
            health=health,
            backups=backups,
            rail=Rail(views),
            fleet=fleet,
            measures=measures,
            stopping=stopping,
            standing=standing,
            upstream=upstream,
        )
        scans = Scans(settings.previews, lambda: scanning.trouble, scanning.mended)
        of_backups = Check(("backup_failed",), backups.ask)
        all_checks = [*checks(settings, roots, events, views, bus, scans), of_the_log, of_backups]
        deliveries = _deliveries(settings, events, stopping)
        all_checks += [Check(("webhook_failing",), one.ask) for one in deliveries]
        everywhere = [
            ("log", lambda: watch_log(settings, events, views, standing.restart)),
            ("health", lambda: watch(health, all_checks)),
            ("verification", log_state.run),
            ("relay", lambda: relay.run(events, bus)),
            ("rail", lambda: gateway.rail.run(gateway.jobs)),
            ("duplicates", lambda: ahead.run(views, work, texts.unlike)),
        ]
        background = [
            *everywhere,
            ("intake", lambda: intake.run(bus, events, classification.settled, gateway.heard)),
            ("classification", classification.run),
            ("scanning", scanning.run),
            ("importing", importing.run),
            ("exporting", exporting.run),
            *((type(student).__name__.lower(), student.run) for student in students),
            ("growth", lambda: _follow(gateway, students)),
            ("automatic", lambda: begin(gateway, automatic, caught_up)),
            ("watching", lambda: scan_changes(gateway, automatic, caught_up)),
            *([("backups", backups.run)] if automatic.backup else []),
            *(("webhook", one.run) for one in deliveries),
        ]
        if upstream:
            all_checks = [*checks_of_copy(settings, events, views, bus), of_the_log, upstream.check]
            background = [*everywhere, *upstream.tasks(folders, stopping)]
        if standing.setback:
            health.report(wording.condition(standing.setback))
            background = [("log", lambda: watch_for_its_return(settings, standing.restart))]
        tasks = [asyncio.create_task(kept_running(name, start), name=name) for name, start in background]
        stack.push_async_callback(cancelled, tasks)
        gc.collect()
        gc.freeze()
        yield gateway
        stopping.set()


def _deliveries(settings: Settings, events: SqliteLog, stopping: asyncio.Event) -> "list[Delivery]":
    """At most one. Its client loads much that hardly any album needs."""
    hook = target(settings)
    if hook is None:
        return []
    from services.gateway.webhooks.delivery import Delivery

    return [Delivery(hook, events, stopping, settings.data)]


async def _follow(gateway: Gateway, students: tuple[Learning, Describing]) -> None:
    """Wake the job runners once the read tables have caught up with newly appended events."""
    seen = -1
    while True:
        head = await gateway.events.head()
        if head == seen:
            await grown(gateway.events, gateway.stopping, seen, 5.0)
            head = await gateway.events.head()
        seen = head
        if await gateway.views.wait_for(head, 1.0):
            await gateway.folders.settle(gateway.dispatcher.handle)
        for runner in (*gateway.runners, gateway.classification, *students):
            runner.wake()
        await _obey(gateway)
        if gateway.stopping.is_set():
            return


async def _obey(gateway: Gateway) -> None:
    """Stop a job that somebody paused or cancelled."""
    for runner in gateway.runners:
        if current := runner.current:
            row = await gateway.work.job(current.job_id)
            if row and row.status in ("paused", "cancelled"):
                runner.stop(current.job_id)
