"""A classifier may still be looking at a photo when it is forgotten for good: what it says then is kept nowhere."""

import asyncio
from pathlib import Path

import msgspec

from services.cli import erasing
from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.domain.photos.explaining import ImageExplained
from services.domain.subject import Event
from services.kernel.bus.topology import RESULTS
from services.kernel.log.ids import new_id
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.classifier import MODEL, classifier_of, verdict
from tests.support.stack import stack
from tests.support.waiting import eventually


async def test_late_results_of_a_forgotten_photo_are_dropped(tmp_path: Path) -> None:
    """Of every kind; those of other photos, which arrive together with them, are taken."""
    for number in range(2):
        photos.write(tmp_path / "photos" / f"{number}.jpg", number)
    settings = Settings(
        data=tmp_path / "data", previews=tmp_path / "data/previews", photos=(tmp_path / "photos",), workers=1
    )
    async with stack(settings) as running:
        await running.done("scan")
        await running.post("classify")
        async with classifier_of(running) as classifier:
            (request, first), (_, second) = [await classifier.take() for _ in range(2)]
    gone, kept = first.image_id, second.image_id
    await asyncio.to_thread(erasing.erase, settings, [gone], lambda done: None)
    await asyncio.to_thread(erasing.finish, settings, True)
    late: list[Event | None] = [
        None,
        ClassificationFailed(image_id=gone, model_id=MODEL, reason="late"),
        ImageExplained(image_id=gone, model_id=MODEL, weights_digest="d", share=1.0, heat=[]),
    ]
    messages = [
        msgspec.structs.replace(verdict(first, request.message, event), message_id=new_id()) for event in late
    ]
    async with stack(settings) as running:
        await running.broker.publish(RESULTS, [*messages, verdict(second, request.message), messages[0]])

        async def taken() -> bool:
            return [event.image_id for event in await running.events(ImageClassified)] == [kept]

        await eventually(taken, "the result of the other photo is in the log")
        await running.broker.publish(RESULTS, [verdict(second, request.message)])
        await running.caught_up()
        assert await running.events(ClassificationFailed, ImageExplained) == []
        assert await running.broker.dead_letters(9) == []
    for file in settings.data.rglob("*"):
        if file.is_file():
            assert gone.encode() not in file.read_bytes(), file
