"""Albums with a password, as an attacker and as the owner meet them."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import pytest
from argon2 import profiles
from PIL import ExifTags

from services.domain.albums.events import AlbumCreated
from services.domain.albums.sharing import AlbumShared
from services.gateway.access import password, tokens
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import Keyring, Role
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.imported import imported
from tests.support.stack import Stack, stack

PASSWORD: Final = "correct horse battery"
AS_EVER: Final = profiles.RFC_9106_LOW_MEMORY


class Locked:
    """An album with a password, reached over the network; and the ways into it."""

    def __init__(self, running: Stack, gate: Gate) -> None:
        self.running, self.gate = running, gate

    @asynccontextmanager
    async def signed_in(self, text: str = PASSWORD) -> AsyncIterator[httpx.AsyncClient]:
        """A browser, after it has sent the form."""
        async with self.running.browser() as browser:
            await browser.post("/sign-in", data={"password": text, "next": "/albums"})
            yield browser

    def token(self, role: Role) -> dict[str, str]:
        """The headers of a program with a new token."""
        secret = self.gate.keyring.change(lambda keys: tokens.create(keys, "program", role))
        return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "data/previews", workers=1, host="0.0.0.0")


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed as ever but with the least work, which a hash states and a comparison repeats."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles, "RFC_9106_LOW_MEMORY", profiles.CHEAPEST)
        yield


def with_password(settings: Settings, text: str = PASSWORD) -> None:
    hash = password.hashed(text)
    Keyring(settings.data).change(lambda keys: setattr(keys, "password", hash))


@pytest.fixture
async def locked(settings: Settings) -> AsyncIterator[Locked]:
    with_password(settings)
    async with stack(settings, projector=False) as running:
        yield Locked(running, running.gate)


@pytest.fixture
async def open_album(settings: Settings) -> AsyncIterator[Locked]:
    """On loopback, without a password."""
    async with stack(msgspec.structs.replace(settings, host="127.0.0.1"), projector=False) as running:
        yield Locked(running, running.gate)


class Shared:
    """A library of four photos over the network, the first two in an album with a link."""

    def __init__(self, locked: Locked, headers: dict[str, str]) -> None:
        self.locked, self.running, self.owner = locked, locked.running, headers
        self.album = ""
        self.ids: list[str] = []

    async def command(self, name: str, /, **body: Any) -> dict[str, Any]:
        answer = await self.running.client.post(f"/commands/{name}", json=body, headers=self.owner)
        assert answer.status_code == 202, answer.text
        await self.running.caught_up()
        found: dict[str, Any] = answer.json()
        return found

    async def share(self, **fields: str) -> str:
        """The path of a new link, made on the page."""
        answer = await self.running.client.post(
            f"/albums/{self.album}/links", data=fields, headers=self.owner
        )
        assert answer.status_code == 200, answer.text
        match = re.search(r"<code>http://127\.0\.0\.1:8333(/s/[\w-]{22})</code>", answer.text)
        assert match, answer.text
        return match[1]

    async def link_ids(self) -> list[str]:
        return [event.link_id for event in await self.running.events(AlbumShared)]


async def with_album(running: Stack) -> Shared:
    """An album of the first two photos, described."""
    locked = Locked(running, running.gate)
    own = Shared(locked, locked.token(Role.OWNER))
    items = running.client.get("/api/images?sort=taken_at", headers=own.owner)
    own.ids = [item["id"] for item in (await items).json()["items"]]
    await own.command("create-album", name="Lake", images=own.ids[:2])
    (own.album,) = [event.album_id for event in await running.events(AlbumCreated)]
    await own.command("describe-album", album_id=own.album, description="Our week at the lake")
    return own


@pytest.fixture
async def shared(settings: Settings) -> AsyncIterator[Shared]:
    """Without files, but with previews."""
    with_password(settings)
    async with stack(settings) as running:
        for image_id in await imported(running, 4):
            photos.write(preview_path(settings.previews, image_id))
        yield await with_album(running)


@pytest.fixture
async def with_files(settings: Settings, tmp_path: Path) -> AsyncIterator[Shared]:
    """Photos that say where and with what they were taken."""
    root = tmp_path / "photos" / "Secret trip"
    for number in range(3):
        exif = photos.exif(f"2020:01:0{number + 1} 10:00:00", Model="Camera", BodySerialNumber="SERIAL42")
        exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (47.0, 30.0, 0.0), 3: "E", 4: (9.0, 15.0, 0.0)}
        photos.write(root / f"private-{number}.jpg", number, exif=exif)
    async with stack(
        msgspec.structs.replace(settings, photos=(tmp_path / "photos",), host="127.0.0.1")
    ) as running:
        await running.done("scan")
        details = await running.get(f"/api/images/{(await running.get('/api/images'))['items'][0]['id']}")
        assert "47.5" in str(details) and "private-" in str(details), "the library knows where it was taken"
        with_password(settings)
        yield await with_album(running)
