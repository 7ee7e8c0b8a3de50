"""Whether the log has entries that can't be read."""

from collections.abc import Collection

from services.gateway.health.condition import Condition
from services.gateway.queries.set_aside import set_aside_count
from services.gateway.tables.pool import Views
from services.kernel.sentence import Plural, Sentence


class EntriesSetAside:
    def __init__(self, views: Views) -> None:
        self._views = views
        self._position, self._count = -1, 0

    async def ask(self) -> Collection[Condition]:
        position = await self._views.position()
        if position != self._position:
            self._position, self._count = position, await set_aside_count(self._views)
        if not self._count:
            return []
        problem = Plural(
            "%(num)s entry of the log can’t be read and was set aside; everything else is shown.",
            "%(num)s entries of the log can’t be read and were set aside; everything else is shown.",
            self._count,
        )
        remedy = Sentence("The page “The log” lists what was set aside. A backup may still have it.")
        return [Condition(code="events_set_aside", problem=problem, remedy=remedy, grave=False)]
