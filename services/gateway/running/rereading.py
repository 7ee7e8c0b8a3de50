"""What an earlier version dropped of a known file is read once: its words, without its pixels."""

from pathlib import Path

import msgspec

from services.domain.files.events import ImageImported
from services.gateway.listing.found import Found
from services.gateway.queries.reads import FileRow
from services.gateway.reading.photo import FileWords, Rejected
from services.gateway.running.checks import Checks
from services.gateway.running.facts import Facts
from services.gateway.workers.pool import WorkerPool
from services.kernel.log.envelope import Record
from services.knowledge import facts_version


class Rereading:
    """Of one scan."""

    def __init__(self, facts: Facts, pool: WorkerPool) -> None:
        self._facts, self._pool = facts, pool
        self._images: set[str] = set()

    def wants(self, row: FileRow | None) -> bool:
        """Whether an earlier version read the file; of several copies, only the first."""
        if row is None or row.image_id is None or not row.stale or row.image_id in self._images:
            return False
        self._images.add(row.image_id)
        return True

    async def records(self, row: FileRow, root: Path, item: Found, checks: Checks) -> list[Record]:
        """Its facts, if it says more than was read of it; that it was read is noted in any case. A file that can no
        longer be read keeps what it said. Raises as `WorkerPool.read`."""
        if row.image_id is None or not row.stale:
            return []
        words: FileWords | Rejected = await self._pool.words(root, item.path)
        last = next(
            (one for one in reversed(await checks.stream(row.image_id)) if isinstance(one, ImageImported)),
            None,
        )
        now = {} if last is None or isinstance(words, Rejected) else msgspec.structs.asdict(words)
        if last is None or all(getattr(last, name) == value for name, value in now.items()):
            checks.file(item, row.image_id, facts=facts_version.CURRENT)
            return []
        return [
            self._facts.corrected(
                msgspec.structs.replace(last, facts=facts_version.CURRENT, again=True, **now)
            )
        ]
