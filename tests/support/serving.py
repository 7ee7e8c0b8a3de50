"""An application in this process, on a port: for programs that come over a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from litestar import Litestar

from tests.support.waiting import PATIENCE_S, eventually


@asynccontextmanager
async def served(app: Litestar, port: int) -> AsyncIterator[str]:
    """Its address, until all connections are cut. The application's lifespan is the caller's."""
    config = uvicorn.Config(app, port=port, lifespan="off", log_config=None, timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:
        await eventually(lambda: server.started or serving.done(), "it listens", PATIENCE_S)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        await serving
