"""Previews from a gateway on another computer, for a classifier that has no mount of them.

They are kept in the folder of previews (about 30 kB each), which may be emptied at any time. Each says whose it is and
carries a BLAKE3 of the rest (`kernel/previews.py`), so one that was changed on the way is not used.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from services.kernel import gateway_client, previews
from services.kernel.gateway_client import NoPreview
from services.kernel.settings import Settings
from services.kernel.version import VERSION, VERSION_HEADER

log = structlog.get_logger(__name__)

CONNECTIONS_AT_MOST: Final = 16
"""Requests."""
REPLY_S: Final = 60.0
"""The gateway may have to make a preview again first."""
TRIED_AGAIN_S: Final = (0.5, 2.0, 10.0)
"""Pauses while the gateway can't be reached or doesn't let us in; the last one from then on."""


class RemotePreviews:
    def __init__(self, settings: Settings) -> None:
        """Raises GatewayUnusable."""
        self._folder = settings.previews
        self._turn = asyncio.Semaphore(CONNECTIONS_AT_MOST)
        self._client = gateway_client.client(
            settings,
            timeout=REPLY_S,
            connections=CONNECTIONS_AT_MOST,
            headers={VERSION_HEADER: VERSION},
        )

    async def fetch(self, image_ids: Iterable[str]) -> None:
        """Those that are not there yet. Waits for a gateway that is away; a photo without a preview is left out."""
        await asyncio.gather(*(self._one(image_id) for image_id in dict.fromkeys(image_ids)))

    async def close(self) -> None:
        await self._client.aclose()

    async def _one(self, image_id: str) -> None:
        async with self._turn:
            there = await asyncio.to_thread(previews.load, self._folder, image_id)
            if there is None and (content := await self._asked(image_id)):
                await asyncio.to_thread(previews.store, self._folder, image_id, content)

    async def _asked(self, image_id: str) -> bytes | None:
        """None if the gateway has none."""
        failures = 0
        while True:
            try:
                return await gateway_client.preview(self._client, image_id)
            except NoPreview as error:
                pause = TRIED_AGAIN_S[min(failures, len(TRIED_AGAIN_S) - 1)]
                failures += 1
                log.warning("the gateway gave no preview", reason=str(error), again_in_s=pause)
                await asyncio.sleep(pause)
