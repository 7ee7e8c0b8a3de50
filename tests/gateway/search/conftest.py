"""The album for tests of what people write, read only, on a day in autumn."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.kernel import clock
from services.kernel.settings import Settings
from tests.gateway.search.written_library import TODAY, library
from tests.support import log
from tests.support.stack import Stack, stack


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("written"), library)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def album(settings: Settings) -> AsyncIterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: TODAY)
        async with stack(settings) as running:
            yield running
