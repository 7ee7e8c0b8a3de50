"""The figures beside the rail's entries. They are counted now and then, so that no page waits for them."""

import asyncio
from typing import Any, Final

import msgspec
import structlog
from litestar import Request

from services.gateway.i18n.wording import count, percent
from services.gateway.queries.bin import binned
from services.gateway.queries.months import months
from services.gateway.queries.problems import counted
from services.gateway.running.job_status import Jobs, JobStatus
from services.gateway.search.filters import Filter
from services.gateway.search.states import LABELLED
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import moment

log = structlog.get_logger(__name__)

FAVORITES: Final = Filter(category=LABELLED["favorite"])
HIDDEN_PHOTOS: Final = Filter(hidden=True)
BIN: Final = Filter(q="is:trashed")
_EVERY_S: Final = 1.0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    albums: int = 0
    favorites: int = 0
    problems: int = 0
    put_away: int = 0
    """Photos that are hidden or in the bin."""
    running: bool = False
    progress: float | None = None
    """0 to 1, of the job that runs; None: it does not say."""

    def texts(self) -> dict[str, str]:
        """As the rail shows them, by its entries' names; empty: nothing to show there. While a job runs, its progress
        stands where the problems stand otherwise."""
        running = ("…" if self.progress is None else percent(self.progress)) if self.running else ""
        numbers = {"albums": self.albums, "favorites": self.favorites, "put-away": self.put_away}
        texts = {name: count(number) if number else "" for name, number in numbers.items()}
        return texts | {
            "running": running,
            "problems": count(self.problems) if self.problems and not running else "",
        }


class Rail:
    def __init__(self, views: Views) -> None:
        self._views = views
        self._turn = asyncio.Lock()
        self.figures = Figures()

    async def run(self, jobs: Jobs) -> None:
        """Until it is cancelled. When the tables can't be read, the figures stay as they are."""
        while True:
            try:
                await self.look(jobs)
            except Exception:
                log.exception("the figures of the rail could not be counted")
            await asyncio.sleep(_EVERY_S)

    async def look(self, jobs: Jobs) -> None:
        async with self._turn:  # what is counted last is the newest
            views = self._views.look()
            at_work = [job for job in await jobs.running() if job.status == "running"]
            self.figures = Figures(
                albums=len((await collections(views)).albums),
                favorites=(await months(views, FAVORITES)).total,
                problems=(await counted(views))[0],
                put_away=(await months(views, HIDDEN_PHOTOS)).total + await binned(views),
                running=bool(at_work),
                progress=_progress(at_work[0]) if at_work else None,
            )


def _progress(job: JobStatus) -> float | None:
    return min(1.0, (job.done + job.failed) / job.total) if job.total else None


def figures(request: Request[Any, Any, Any]) -> Figures:
    """For templates; none of strangers, and none of a moment in the past."""
    gateway, gate = getattr(request.app.state, "gateway", None), request.app.state.gate
    return gateway.rail.figures if gateway and gate.admits(request) and not moment(request) else Figures()
