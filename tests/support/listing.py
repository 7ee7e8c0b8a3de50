"""Listing photo folders in this process, so that tests can change how."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import pytest

from services.gateway.listing.lister import Lister
from services.gateway.listing.messages import Listed, Listing
from services.gateway.listing.process import items
from services.gateway.reading.suffixless import Suffixless


def list_here(monkeypatch: pytest.MonkeyPatch) -> None:
    async def here(
        _: Lister, root: Path, known: Iterable[str], elsewhere: Iterable[str]
    ) -> AsyncGenerator[Listed, None]:
        listing = Listing(os.fsencode(root), [*map(os.fsencode, elsewhere)], [*known])
        for item in await asyncio.to_thread(lambda: list(items(listing, Suffixless()))):
            yield item

    monkeypatch.setattr(Lister, "items", here)
