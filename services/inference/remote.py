"""Previews from a gateway on another computer, for a classifier that has no mount of them.

They are kept in the folder of previews (about 30 kB each), which may be emptied at any time. Each says whose it is and
carries a BLAKE3 of the rest (`kernel/previews.py`), so one that was changed on the way is not used.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import httpx
import msgspec
import structlog

from services.kernel import previews
from services.kernel.http_address import is_http
from services.kernel.paths import preview_path
from services.kernel.secret_file import secret
from services.kernel.settings import Settings
from services.kernel.version import VERSION, VERSION_HEADER

log = structlog.get_logger(__name__)

CONNECTIONS_AT_MOST: Final = 16
"""Requests."""
REPLY_S: Final = 60.0
"""The gateway may have to make a preview again first."""
TRIED_AGAIN_S: Final = (0.5, 2.0, 10.0)
"""Pauses while the gateway can't be reached or doesn't let us in; the last one from then on."""
NO_GATEWAY: Final = "ALBUMEN_GATEWAY must be an address like https://album.example:8333, not {0!r}."


class GatewayUnusable(Exception):
    """The address, or the file with the token; the message names the setting."""


class RemotePreviews:
    def __init__(self, settings: Settings) -> None:
        """Raises GatewayUnusable."""
        if not is_http(settings.gateway or ""):
            raise GatewayUnusable(NO_GATEWAY.format(settings.gateway))
        headers = {VERSION_HEADER: VERSION}
        try:
            if settings.gateway_token:
                token = secret(settings.gateway_token, "ALBUMEN_GATEWAY_TOKEN_FILE")
                headers["Authorization"] = f"Bearer {token}"
        except ValueError as error:
            raise GatewayUnusable(str(error)) from error
        self._folder = settings.previews
        self._turn = asyncio.Semaphore(CONNECTIONS_AT_MOST)
        self._client = httpx.AsyncClient(
            base_url=settings.gateway or "",
            headers=headers,
            timeout=REPLY_S,
            limits=httpx.Limits(max_connections=CONNECTIONS_AT_MOST),
        )

    async def fetch(self, image_ids: Iterable[str]) -> None:
        """Those that are not there yet. Waits for a gateway that is away; a photo without a preview is left out."""
        await asyncio.gather(*(self._one(image_id) for image_id in dict.fromkeys(image_ids)))

    async def close(self) -> None:
        await self._client.aclose()

    async def _one(self, image_id: str) -> None:
        path = preview_path(self._folder, image_id)
        async with self._turn:
            if not await asyncio.to_thread(_there, path, image_id) and (
                content := await self._asked(image_id)
            ):
                await asyncio.to_thread(_put, path, content)

    async def _asked(self, image_id: str) -> bytes | None:
        """None if the gateway has none."""
        failures = 0
        while True:
            try:
                # As it is kept: this computer rotates it.
                answer = await self._client.get(f"/images/{image_id}/preview", params={"rotation": 1})
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                if answer.is_error:
                    reason = _refusal(answer)
                elif previews.is_whole(answer.content, image_id):
                    return answer.content
                else:
                    reason = "what it sent is not this photo's preview"
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
            pause = TRIED_AGAIN_S[min(failures, len(TRIED_AGAIN_S) - 1)]
            failures += 1
            log.warning("the gateway gave no preview", reason=reason, again_in_s=pause)
            await asyncio.sleep(pause)


class _Problem(msgspec.Struct):
    detail: str


def _refusal(answer: httpx.Response) -> str:
    """The gateway's own words, if there are any: that the token is wrong, or the version another."""
    try:
        detail = msgspec.json.decode(answer.content, type=_Problem).detail
    except (msgspec.DecodeError, UnicodeDecodeError):
        detail = answer.reason_phrase
    return f"{answer.status_code}: {detail[:300]}"


def _there(path: Path, image_id: str) -> bool:
    try:
        return previews.is_whole(path.read_bytes(), image_id)
    except OSError:
        return False


def _put(path: Path, content: bytes) -> None:
    """Raises OSError. It is not flushed: after a power cut it is fetched again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
