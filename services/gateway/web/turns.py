"""Requests of one client take turns, so that one that asks for much doesn't keep others waiting."""

import asyncio
from collections import defaultdict
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

AT_A_TIME: Final = 64
"""Requests of one address that are worked on until their answers begin; a browser sends six. The others wait in order:
how many can, the limits of connections say."""


class Turns(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    def __init__(self) -> None:
        self._waiting: dict[str, int] = defaultdict(int)
        """Address -> its requests that have not been answered yet."""
        self._turns: dict[str, asyncio.Semaphore] = {}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        client = scope.get("client")
        address = client[0] if client else ""
        turns = self._turns.setdefault(address, asyncio.Semaphore(AT_A_TIME))
        self._waiting[address] += 1
        begun = False

        def end() -> None:
            nonlocal begun
            if not begun:
                begun = True
                turns.release()

        async def sending(message: Any) -> None:
            end()  # what is sent is the client's to read, however long a stream lasts
            await send(message)

        try:
            await turns.acquire()
            try:
                await next_app(scope, receive, sending)
            finally:
                end()
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address], self._turns[address]
