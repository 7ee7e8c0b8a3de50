"""Services that `albumen up` starts: that one has ended is known at once, so that it is missed within seconds."""

import time
from pathlib import Path

from services.cli.children import Child
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.settings import Settings
from tests.support.waiting import eventually


async def test_that_a_service_has_ended_is_known(tmp_path: Path) -> None:
    broker = EmbeddedBroker()
    began = time.monotonic()
    child = Child("no-such-service", broker, Settings(data=tmp_path, previews=tmp_path))
    assert broker.ended == {"no-such-service": None}, "it is being started"
    try:
        await eventually(lambda: broker.ended["no-such-service"] is not None, "it has ended")
        assert began < (broker.ended["no-such-service"] or 0) <= time.monotonic()
    finally:
        await child.stop()
        await broker.close()
