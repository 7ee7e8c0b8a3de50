"""What a reader has besides its copy of the log: how it asks the album itself for what it doesn't hold."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import httpx
import structlog

from services.gateway.following.copying import CODES, Copying
from services.gateway.health.watch import Check
from services.gateway.running.folders import Folders
from services.gateway.running.growth import grown
from services.gateway.workers.pool import PreviewNotWritten
from services.kernel import gateway_client, previews
from services.kernel.gateway_client import NoPreview
from services.kernel.log.replica import ReplicaLog
from services.kernel.settings import Settings

log = structlog.get_logger(__name__)

CONNECTIONS: Final = 32
ANSWERED_WITHIN_S: Final = 120.0
"""A larger picture, or an import, may have to be made first."""
REACHED_S: Final = 5.0
_LOOK_S: Final = 60.0


class PreviewElsewhere(PreviewNotWritten):
    """Not the photo's fault either: the album can't be reached."""


class Upstream:
    def __init__(self, settings: Settings, events: ReplicaLog) -> None:
        """Raises gateway_client.GatewayUnusable."""
        self._events, self._previews = events, settings.previews
        self.address = gateway_client.address(settings)
        self.copying = Copying(settings, events)
        self.client = gateway_client.client(
            settings,
            timeout=httpx.Timeout(ANSWERED_WITHIN_S, connect=REACHED_S),
            connections=CONNECTIONS,
            headers={},
        )

    async def close(self) -> None:
        await self.copying.close()
        await self.client.aclose()

    async def fetch_preview(self, image_id: str) -> None:
        """Keep it, if the album has it. Raises PreviewElsewhere."""
        try:
            content = await gateway_client.preview(self.client, image_id)
        except NoPreview as error:
            log.warning("the album gave no preview", reason=str(error))
            raise PreviewElsewhere(
                "This comes from %(address)s, which can’t be reached.", address=self.address
            ) from error
        if content:
            await asyncio.to_thread(previews.store, self._previews, image_id, content)

    @property
    def check(self) -> Check:
        return Check(CODES, self.copying.ask)

    def tasks(
        self, folders: Folders, stopping: asyncio.Event
    ) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        """What runs in the background, with names."""
        return [("copying", self.copying.run), ("folders", lambda: self._keep_folders(folders, stopping))]

    async def _keep_folders(self, folders: Folders, stopping: asyncio.Event) -> None:
        """The photo folders as the log names them, whenever it has grown. Until it stops."""
        while not stopping.is_set():
            head = await self._events.head()
            await folders.begin([])
            await grown(self._events, stopping, head, _LOOK_S)
