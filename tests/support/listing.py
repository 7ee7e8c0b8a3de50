"""Listing photo folders in this process, so that tests can change how."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import pytest

from services.gateway.listing.lister import Lister
from services.gateway.listing.messages import Listed
from services.gateway.listing.process import items
from services.gateway.queries.known import KnownFiles
from services.gateway.reading.suffixless import Suffixless


def list_here(monkeypatch: pytest.MonkeyPatch) -> None:
    async def here(
        lister: Lister, root: Path, before: KnownFiles, elsewhere: Iterable[str]
    ) -> AsyncGenerator[Listed, None]:
        listing = lister._listing(root, before, [*elsewhere])
        for item in await asyncio.to_thread(lambda: list(items(listing, Suffixless()))):
            yield item

    monkeypatch.setattr(Lister, "items", here)
