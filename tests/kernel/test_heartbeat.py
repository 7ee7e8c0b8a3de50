"""The heartbeat file, which shows from outside that a service is alive."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.kernel import heartbeat
from tests.support.waiting import eventually


async def test_a_heartbeat_that_cannot_be_written_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is in the way of its folder: the service keeps running, and beats once the file is gone."""
    monkeypatch.setattr(heartbeat, "EVERY_S", 0.01)
    (tmp_path / "run").write_text("in the way")
    file = tmp_path / "run" / "beat"
    with capture_logs() as lines:
        beating = asyncio.create_task(heartbeat.beat(file))
        await eventually(lambda: len(lines) > 1, "it was tried again")
        assert not beating.done()
    (tmp_path / "run").unlink()
    await eventually(file.exists, "a beat")
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
