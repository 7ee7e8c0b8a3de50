"""Brings previews to a gateway on another computer."""

import asyncio
from typing import Final
from uuid import UUID

import httpx
import structlog

from services.kernel import gateway_client, previews
from services.kernel.gateway_client import problem_of
from services.kernel.settings import Settings
from services.kernel.version import VERSION, VERSION_HEADER

log = structlog.get_logger(__name__)

UPLOAD_S: Final = 60.0
TRIED_AGAIN_S: Final = (0.5, 2.0, 10.0)
"""Pauses while the gateway can't be reached; the last one from then on."""
_AWAY: Final = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)
"""With all that begin with 5: the same will do later."""
_REFUSED: Final = (
    *(httpx.codes.CONFLICT, httpx.codes.REQUEST_ENTITY_TOO_LARGE),
    httpx.codes.UNPROCESSABLE_ENTITY,
)
"""It waits for no such preview, or this is none."""


class Unserved(Exception):
    """This scanner can't go on, and not because of a photo. The message says why; what it has in hand is for others."""


class NotTaken(Exception):
    """The gateway doesn't take this preview, nobody waits for it any more, or there is none."""


class Uploads:
    def __init__(self, settings: Settings, connections: int) -> None:
        """Without a gateway in the settings, the folder of previews is the gateway's own. `connections`: at most.
        Raises GatewayUnusable."""
        self._folder = settings.previews
        self._client: httpx.AsyncClient | None = None
        if settings.gateway:
            self._client = gateway_client.client(
                settings, timeout=UPLOAD_S, connections=connections, headers={VERSION_HEADER: VERSION}
            )

    async def aclose(self) -> None:
        if self._client:
            await self._client.aclose()

    async def send(self, request_id: UUID, image_id: str) -> None:
        """The gateway has it then. Waits for one that is away. Raises NotTaken, Unserved."""
        if self._client is None:
            return
        content = await asyncio.to_thread(previews.load, self._folder, image_id)
        if content is None:
            raise NotTaken("The preview is gone.")
        failures = 0
        while not await _sent(self._client, request_id, image_id, content):
            await asyncio.sleep(TRIED_AGAIN_S[min(failures, len(TRIED_AGAIN_S) - 1)])
            failures += 1


async def _sent(gateway: httpx.AsyncClient, request_id: UUID, image_id: str, content: bytes) -> bool:
    """False: the gateway is away. Raises NotTaken, Unserved."""
    try:
        answer = await gateway.put(
            f"/images/{image_id}/preview",
            params={"scan": str(request_id)},
            content=content,
        )
    except httpx.HTTPError as error:
        log.warning("the gateway can't be reached", reason=str(error) or type(error).__name__)
        return False
    if answer.status_code == httpx.codes.NO_CONTENT:
        return True
    problem = problem_of(answer.status_code, answer.reason_phrase, answer.content)
    if answer.is_server_error or answer.status_code in _AWAY:
        log.warning("the gateway takes no preview now", reason=problem)
        return False
    if answer.status_code in _REFUSED:
        raise NotTaken(problem)
    raise Unserved(f"The gateway doesn't let this scanner in ({problem}).")
