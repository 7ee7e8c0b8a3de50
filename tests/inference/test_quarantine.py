"""A photo that kills the process fails alone; the rest of its batch get their verdicts."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.inference.quarantine import Quarantine
from services.inference.verdict import Verdict
from services.inference.worker import SUSPECT, Worker
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.topology import RESULTS
from services.kernel.log import codec
from services.kernel.log.event import Event
from services.kernel.settings import Settings
from tests.support import deadly
from tests.support.waiting import PATIENCE_S

MODEL = "efficientnet-lite0"


async def test_what_kills_the_process_fails_alone(tmp_path: Path) -> None:
    async with Quarantine(tmp_path, deadly.serve) as quarantine:
        results = [
            await quarantine.classify(MODEL, tmp_path / name)
            for name in ("1.jpg", "deadly.jpg", "2.jpg", "damaged.jpg")
        ]
    assert results[0] == results[2] == deadly.VERDICT
    assert results[1] == "The classifier's process ended while it worked on this photo."
    assert results[3] == "It is damaged."


async def test_a_model_that_kills_it_is_told_from_a_photo(tmp_path: Path) -> None:
    async with Quarantine(tmp_path, deadly.serve) as quarantine:
        assert "could not be loaded" in str(await quarantine.classify("broken", tmp_path / "1.jpg"))
        assert await quarantine.classify(MODEL, tmp_path / "1.jpg") == deadly.VERDICT


async def test_the_process_ends_with_the_last_that_uses_it(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path, deadly.serve)
    async with quarantine:
        async with quarantine:
            await quarantine.classify(MODEL, tmp_path / "1.jpg")
        process = quarantine._process
        assert process and process.pid and process.is_alive()
    assert quarantine._process is None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


class Handed:
    """A delivery that records how it was settled."""

    def __init__(self, image_id: str, returned: int) -> None:
        job = ClassifyJob(job_id=str(uuid4()), image_id=image_id, model_id=MODEL)
        self.settled: list[str] = []
        self.message = Message(
            message_id=uuid4(),
            type=job.TYPE,
            schema_version=job.VERSION,
            correlation_id=uuid4(),
            body=codec.encode(job),
            returned=returned,
        )

    async def ack(self) -> None:
        self.settled.append("ack")

    async def reject(self) -> None:
        self.settled.append("reject")


async def test_one_whose_process_is_ended_from_outside_is_tried_again(tmp_path: Path) -> None:
    async with Quarantine(tmp_path, deadly.serve) as quarantine:
        assert await quarantine.classify("any", tmp_path / "killed.jpg") == deadly.VERDICT
    assert (tmp_path / "killed.once").exists()


async def test_only_what_came_back_too_often_is_suspected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is answered and settled; the rest of the batch is classified as usual."""
    names = {f"{n:032x}": name for n, name in enumerate(("good", "deadly", "innocent"))}
    monkeypatch.setattr(
        "services.inference.worker.preview_path", lambda _, image_id: tmp_path / f"{names[image_id]}.jpg"
    )
    broker = EmbeddedBroker()
    settings = Settings(data=tmp_path, previews=tmp_path)
    with ThreadPoolExecutor(1) as threads:
        worker = Worker(broker, settings, threads)
        worker._quarantine = Quarantine(tmp_path, deadly.serve)

        async def failing(model_id: str, jobs: list[tuple[Any, Any]]) -> list[Message]:
            assert [job.image_id for _, job in jobs] == [f"{0:032x}"]
            return []

        monkeypatch.setattr(worker, "_answers", failing)
        handed = [Handed(image_id, SUSPECT * (name != "good")) for image_id, name in names.items()]
        await worker._batch(handed)  # type: ignore[arg-type]
    assert [one.settled for one in handed] == [["ack"]] * 3
    events: list[Event] = []
    async with asyncio.timeout(PATIENCE_S), broker.consume(RESULTS, 10) as deliveries:
        for _ in range(2):
            sent = (await anext(deliveries)).message
            events.append(codec.decode_event(sent.type, sent.schema_version, sent.body))
    failed, classified = events
    assert isinstance(failed, ClassificationFailed)
    assert names[failed.image_id] == "deadly"
    assert isinstance(classified, ImageClassified)
    assert names[classified.image_id] == "innocent"
    assert classified.classes == [(7, 0.5)]
    await broker.close()


@pytest.mark.tensorflow
async def test_with_the_real_network(tmp_path: Path) -> None:
    from tests.support import photos

    photos.write(tmp_path / "1.jpg", 1, size=(512, 384))
    (tmp_path / "2.jpg").write_bytes(b"damaged")
    async with Quarantine(tmp_path) as quarantine:
        verdict = await quarantine.classify(MODEL, tmp_path / "1.jpg")
        assert "damaged" in str(await quarantine.classify(MODEL, tmp_path / "2.jpg"))
        assert "no model called" in str(await quarantine.classify("nothing", tmp_path / "1.jpg"))
    assert isinstance(verdict, Verdict)
    assert len(verdict.scores) == 20
