"""One application may serve one album after another, and keeps nothing of the former."""

import asyncio
from pathlib import Path

import httpx
import msgspec
from litestar import Litestar

from services.gateway.app import NOTHING, application, serve_album
from services.gateway.closed.standing import SOUND
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.settings import Settings
from tests.gateway.locked.conftest import with_password
from tests.support.asgi import asgi


async def answers(app: Litestar, settings: Settings, host: str = "127.0.0.1") -> tuple[int, int]:
    """The statuses of the list of albums and of the log, while it serves this album."""
    broker, stopping = EmbeddedBroker(), asyncio.Event()
    serve_album(app, settings, broker, stopping, NOTHING, SOUND)
    async with app.lifespan(), httpx.AsyncClient(transport=asgi(app), base_url=f"http://{host}") as client:
        found = [(await client.get(path)).status_code for path in ("/api/albums", "/events?after=0")]
    await broker.close()
    return found[0], found[1]


async def test_each_album_has_its_own_password_and_names(tmp_path: Path) -> None:
    app = application()
    locked = Settings(data=tmp_path / "locked", previews=tmp_path / "p", allowed_hosts=("album.example",))
    with_password(locked)
    free = msgspec.structs.replace(locked, data=tmp_path / "free", allowed_hosts=())
    for _ in range(2):
        assert await answers(app, locked) == (401, 401)
        assert await answers(app, locked, "album.example") == (401, 401)
        assert await answers(app, free) == (200, 200)
        assert await answers(app, free, "album.example") == (400, 400)


async def test_nothing_of_the_former_album_is_left(tmp_path: Path) -> None:
    app = application()
    settings = Settings(data=tmp_path / "first", previews=tmp_path / "p")
    await answers(app, settings)
    former = app.state.gateway
    serve_album(app, settings, EmbeddedBroker(), asyncio.Event(), NOTHING, SOUND)
    assert former not in app.state.dict().values()
    assert "gateway" not in app.state
