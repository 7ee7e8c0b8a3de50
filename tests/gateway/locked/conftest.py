"""Albums with a password, as an attacker and as the owner meet them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import msgspec
import pytest

from services.gateway.access import password, tokens
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import Keyring, Role
from services.kernel.settings import Settings
from tests.support.stack import Stack, stack

PASSWORD: Final = "correct horse battery"


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
