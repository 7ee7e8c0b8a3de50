"""The inference service over the embedded bus, with the real network."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import msgspec
import pytest
from PIL import Image

from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.domain.jobs.objects import ObjectsDetected
from services.domain.models.events import ModelLoaded, ModelRegistered
from services.domain.photos.explaining import ImageExplained
from services.inference import judges, worker
from services.inference.lanes import lane_count
from services.inference.registry import DETECTORS, EMBEDDED, MODELS, Spec
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import STAGES, ClassifyJob, ExplainJob, WorkerReport
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.topology import CLASSIFY_BULK, CLASSIFY_INTERACTIVE, RESULTS
from services.kernel.log import codec
from services.kernel.log.event import Event
from services.kernel.log.ids import derived_id, result_id
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from services.knowledge import embedding
from tests.support import networks, photos
from tests.support.waiting import PATIENCE_S, eventually

if TYPE_CHECKING:
    from services.inference.judges import Judge

pytestmark = pytest.mark.tensorflow

JOB = str(uuid4())
LITE0 = "efficientnet-lite0"
BATCH = 8
E = TypeVar("E", bound=Event)


@pytest.fixture(scope="module", autouse=True)
def networks_loaded_once() -> Iterator[None]:
    """Those that come with Albumen: a worker's first one takes longer than all that most tests do with it."""
    loaded: dict[str, Judge] = {}
    load = judges.load

    def once(spec: Spec, batch: int) -> "Judge":
        if spec.model_id not in EMBEDDED:
            return load(spec, batch)
        if spec.model_id not in loaded:
            loaded[spec.model_id] = load(spec, BATCH)
        return loaded[spec.model_id]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judges, "load", once)
        yield


def image_id(number: int) -> str:
    return f"{number:032x}"


def message(number: int, model_id: str = LITE0, job_id: str = JOB) -> Message:
    job = ClassifyJob(job_id=job_id, image_id=image_id(number), model_id=model_id)
    return Message(
        message_id=derived_id(job_id, number),
        type=ClassifyJob.TYPE,
        schema_version=ClassifyJob.VERSION,
        correlation_id=uuid4(),
        body=codec.encode(job),
    )


class Running:
    """A worker and the messages it has sent so far."""

    def __init__(self, broker: EmbeddedBroker, settings: Settings) -> None:
        self.broker, self.settings, self.stop = broker, settings, asyncio.Event()
        self.said: list[tuple[Message, Event]] = []
        self.reports: asyncio.Queue[WorkerReport] = asyncio.Queue()
        self.working = asyncio.create_task(worker.run(broker, settings, self.stop))
        self.listening = asyncio.create_task(self._listen())
        self._more = asyncio.Event()

    async def _listen(self) -> None:
        async with self.broker.consume(RESULTS, 1000) as deliveries:
            async for delivery in deliveries:
                sent = delivery.message
                await delivery.ack()
                if sent.type == WorkerReport.TYPE:
                    self.reports.put_nowait(msgspec.json.decode(sent.body, type=WorkerReport))
                    continue
                self.said.append((sent, codec.decode_event(sent.type, sent.schema_version, sent.body)))
                self._more.set()

    async def of(self, kind: type[E], count: int) -> list[E]:
        async with asyncio.timeout(PATIENCE_S):
            while len(found := [event for _, event in self.said if isinstance(event, kind)]) < count:
                self._more.clear()
                await self._more.wait()
        return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, previews=tmp_path / "previews", batch=BATCH, heartbeat=tmp_path / "beat")


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Running]:
    async with started(settings) as one:
        yield one


@contextlib.asynccontextmanager
async def started(settings: Settings, broker: EmbeddedBroker | None = None) -> AsyncIterator[Running]:
    """`broker`: empty if not given."""
    broker = broker or EmbeddedBroker()
    one = Running(broker, settings)
    yield one
    one.stop.set()
    one.listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(one.working, one.listening)
    await broker.close()


def preview(settings: Settings, number: int) -> None:
    photos.write(preview_path(settings.previews, image_id(number)), number, size=(512, 384))


async def test_it_reports_what_it_has_done(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its start on, also before there was any work."""
    monkeypatch.setattr(worker, "REPORT_S", 0.05)
    async with started(settings) as running:
        first = await running.reports.get()
        assert (first.batches, first.photos, set(first.seconds.values())) == (0, 0, {0.0})
        preview(settings, 1)
        await running.broker.publish(CLASSIFY_BULK, [message(1), message(2)])
        async with asyncio.timeout(PATIENCE_S):
            while (report := await running.reports.get()).photos < 2:
                assert report.worker_id == first.worker_id
        assert 1 <= report.batches <= 2
        assert all(report.seconds[stage] > 0 for stage in STAGES), report.seconds


async def test_jobs_in_verdicts_out(running: Running) -> None:
    """Every model is registered, the default one loaded; each photo gets one verdict with the agreed id."""
    for number in range(20):
        preview(running.settings, number)
    jobs = [message(number) for number in range(20)]
    await running.broker.publish(CLASSIFY_BULK, jobs)
    found = await running.of(ImageClassified, 20)
    assert {event.image_id for event in found} == {image_id(number) for number in range(20)}
    assert all(len(event.classes) == 20 and event.weights_digest == MODELS[LITE0].digest for event in found)
    assert embedding.decode([event.embedding for event in found]).shape == (20, 1280)
    by_id = {sent.message_id: sent for sent, event in running.said if isinstance(event, ImageClassified)}
    for number, one in enumerate(jobs):
        answer = by_id[result_id(image_id(number), LITE0, JOB)]
        assert answer.correlation_id == one.correlation_id
    assert {event.model_id for event in await running.of(ModelRegistered, 4)} == set(EMBEDDED)
    (loaded,) = await running.of(ModelLoaded, 1)
    assert loaded.device
    assert running.settings.heartbeat and running.settings.heartbeat.exists()


async def test_a_detector_looks_at_photos_beside_the_classifier(running: Running) -> None:
    """Each answers for itself: a photo that the one can't read keeps what the other has said."""
    detector = "centernet-mobilenetv3"
    other_job = str(uuid4())
    preview(running.settings, 1)
    await running.broker.publish(CLASSIFY_BULK, [message(1)])
    await running.of(ImageClassified, 1)
    jobs = [message(number, detector, other_job) for number in (1, 2)]
    await running.broker.publish(CLASSIFY_BULK, jobs)
    (found,) = await running.of(ObjectsDetected, 1)
    (failed,) = await running.of(ClassificationFailed, 1)
    assert (found.image_id, found.model_id) == (image_id(1), detector)
    assert found.weights_digest == DETECTORS[detector].digest
    assert (failed.image_id, failed.model_id) == (image_id(2), detector)
    assert "preview is missing" in failed.reason
    registered = {event.model_id: event.kind for event in await running.of(ModelRegistered, 4)}
    assert registered == dict.fromkeys(MODELS, "classes") | {detector: "boxes"}


async def test_without_warming_up_only_what_is_asked_for_is_loaded(settings: Settings) -> None:
    async with started(msgspec.structs.replace(settings, warm_up=False)) as running:
        preview(running.settings, 1)
        other = "efficientnet-lite1"
        await running.broker.publish(CLASSIFY_BULK, [message(1, other)])
        await running.of(ImageClassified, 1)
        assert [event.model_id for event in await running.of(ModelLoaded, 1)] == [other]
        assert {event.model_id for event in await running.of(ModelRegistered, 4)} == set(EMBEDDED)


def where(number: int, *classes: int, model_id: str = LITE0) -> Message:
    job = ExplainJob(image_id=image_id(number), model_id=model_id, classes=list(classes))
    return Message(
        message_id=uuid4(),
        type=ExplainJob.TYPE,
        schema_version=ExplainJob.VERSION,
        correlation_id=uuid4(),
        body=codec.encode(job),
    )


async def test_where_it_saw_what_it_saw(running: Running) -> None:
    """The same question gets the same answer, including its id; unanswerable questions hold nothing up."""
    preview(running.settings, 1)
    lost, unknown = where(2, 7), where(1, 7, model_id="nothing")
    await running.broker.publish(CLASSIFY_INTERACTIVE, [lost, unknown, where(1, 207, 3), where(1, 207, 3)])
    one, again = await running.of(ImageExplained, 2)
    assert one == again
    assert len({sent.message_id for sent, event in running.said if isinstance(event, ImageExplained)}) == 1
    assert one.share == 0.875
    assert [heat.class_index for heat in one.heat] == [207, 3]
    assert all(heat.side == 7 and len(heat.cells) == 49 for heat in one.heat)
    assert any(max(heat.cells) == 255 for heat in one.heat)


async def test_what_can_not_be_classified_fails_alone(running: Running) -> None:
    """A missing and a damaged preview, an unknown model and a foreign message, among good ones."""
    preview(running.settings, 1)
    preview(running.settings, 2)
    preview_path(running.settings.previews, image_id(2)).write_bytes(b"damaged")
    preview(running.settings, 4)
    foreign = message(9)
    alien = Message(
        message_id=uuid4(),
        type="classify_job",
        schema_version=1,
        correlation_id=uuid4(),
        body=b'{"image_id": "../x"}',
    )
    jobs = [message(1), alien, message(2), message(3), message(4, "resnet"), foreign]
    await running.broker.publish(CLASSIFY_BULK, jobs)
    failed = {event.image_id: event.reason for event in await running.of(ClassificationFailed, 4)}
    assert "damaged" in failed[image_id(2)]
    assert "missing" in failed[image_id(3)]
    assert "resnet" in failed[image_id(4)]
    assert [event.image_id for event in await running.of(ImageClassified, 1)] == [image_id(1)]
    preview(running.settings, 5)
    await running.broker.publish(CLASSIFY_BULK, [message(5)])
    assert len(await running.of(ImageClassified, 2)) == 2
    assert [dead.message for dead in running.broker.dead(9)] == [alien]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras 3.15 with NumPy 2.4
async def test_a_model_that_is_added_meanwhile_and_fails_at_one_photo(running: Running) -> None:
    """It is available without a restart; the photo for which it gives no numbers fails alone, with the reason."""
    embedded = len(EMBEDDED)
    await running.of(ModelRegistered, embedded)
    networks.installed(running.settings.models, networks.dazzled(), ["dark", "bright"])
    found = await running.of(ModelRegistered, embedded + 1)
    assert (found[-1].model_id, found[-1].labels) == ("own", ["dark", "bright"])
    for number, grey in enumerate((10, 255, 20)):
        path = preview_path(running.settings.previews, image_id(number))
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (512, 384), (grey, grey, grey)).save(path, quality=90)
    await running.broker.publish(CLASSIFY_BULK, [message(number, "own") for number in range(3)])
    (failed,) = await running.of(ClassificationFailed, 1)
    assert failed.image_id == image_id(1)
    assert "gave no numbers" in failed.reason
    good = await running.of(ImageClassified, 2)
    assert {event.image_id for event in good} == {image_id(0), image_id(2)}
    assert all(sorted(event.labels) == ["bright", "dark"] for event in good)
    shutil.rmtree(running.settings.models / "own")
    networks.installed(running.settings.models, networks.dazzled(), ["one", "other"])
    await running.broker.publish(CLASSIFY_BULK, [message(0, "own", job_id=str(uuid4()))])
    *_, again = await running.of(ImageClassified, 3)
    assert sorted(again.labels) == ["one", "other"], "added again, it is another model"


async def test_what_a_person_waits_for_overtakes(settings: Settings) -> None:
    """Of many waiting photos most come after one requested later on the interactive queue."""
    settings = msgspec.structs.replace(settings, batch=1)
    count = 10 * worker.PREFETCH_BATCHES * lane_count()
    for number in range(count + 1):
        preview(settings, number)
    broker = EmbeddedBroker()
    await broker.publish(CLASSIFY_BULK, [message(number) for number in range(count)])
    await broker.publish(CLASSIFY_INTERACTIVE, [message(count)])
    async with started(settings, broker) as running:
        order = [event.image_id for event in await running.of(ImageClassified, count + 1)]
    assert order.index(image_id(count)) < count / 2


async def test_stops_soon_and_gives_back_what_it_had(running: Running) -> None:
    for number in range(64):
        preview(running.settings, number)
    await running.of(ModelLoaded, 1)
    await running.broker.publish(CLASSIFY_BULK, [message(number) for number in range(64)])
    await running.of(ImageClassified, 1)
    running.stop.set()
    async with asyncio.timeout(30):
        await running.working
    running.listening.cancel()
    await asyncio.gather(running.listening, return_exceptions=True)
    before = {event.image_id for _, event in running.said if isinstance(event, ImageClassified)}
    again = Running(running.broker, running.settings)
    try:
        await again.of(ImageClassified, 64 - len(before))

        def classified() -> set[str]:
            return before | {e.image_id for _, e in again.said if isinstance(e, ImageClassified)}

        await eventually(lambda: len(classified()) == 64, "every photo has its verdict")
    finally:
        again.stop.set()
        again.listening.cancel()
        await asyncio.gather(again.working, again.listening, return_exceptions=True)
