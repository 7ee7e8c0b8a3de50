"""Words models: a tiny one in the format of real ones, and everything that such a folder may lack."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import numpy as np
import pytest

from services.domain.jobs.encoding import ImageEncoded
from services.inference import bpe, judges, worker
from services.inference.installed import ModelRefused, find
from services.inference.staging import install
from services.inference.weights import WeightsDamaged
from services.inference.words_folder import described_words
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import ClassifyJob, EncodeJob, SentenceEncoded
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE, RESULTS
from services.kernel.log import codec
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from services.knowledge import vectors
from tests.support import photos, words
from tests.support.waiting import PATIENCE_S

if TYPE_CHECKING:
    from services.inference.words_model import WordsModel

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings(
        "ignore:__array__ implementation:DeprecationWarning"
    ),  # Keras 3.15 with NumPy 2.4
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return words.published(tmp_path_factory.mktemp("words") / "colours")


def installed(models: Path, source: Path) -> None:
    from services.inference.words_model import WordsModel

    install(models, "colours", source, lambda copy: WordsModel.examined(copy, "colours"), "words")


def loaded(models: Path) -> "WordsModel":
    from services.inference.words_model import WordsModel

    model = judges.load(find(models, "colours"), 8)
    assert isinstance(model, WordsModel)
    return model


def likeness(model: "WordsModel", sentence: str) -> dict[str, float]:
    seen = vectors.vector_levels(
        [one.code for one in model.classify([words.picture(name) for name in words.COLOURS])]
    )
    unit = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    return dict(zip(words.COLOURS, (unit @ model.sentence(sentence)).tolist(), strict=True))


@pytest.mark.parametrize("saved", [False, True])
def test_a_sentence_is_near_what_it_says(tmp_path: Path, saved: bool) -> None:
    """With towers in either format."""
    from services.inference.model import NoMaps

    installed(tmp_path / "models", words.published(tmp_path / "source", saved=saved))
    model = loaded(tmp_path / "models")
    assert (model.spec.task, model.spec.class_count) == ("words", words.DIMENSIONS)
    for name in words.COLOURS:
        near = likeness(model, f"the {name} one")
        assert near[name] > 0.98
        assert max(near, key=lambda other: near[other]) == name
    assert np.linalg.norm(model.sentence("red")) == pytest.approx(1)
    assert len(model.classify([words.picture("red")] * 70)) == 70
    with pytest.raises(NoMaps):
        model.explain(words.picture("red")[np.newaxis], [0])


def test_sentences_of_any_kind(tmp_path: Path, published: Path) -> None:
    installed(tmp_path, published)
    model = loaded(tmp_path)
    for sentence in ("", "東京", "<b>red</b>", "red " * 10_000, "x" * 10_000):
        assert np.isfinite(model.sentence(sentence)).all()
    assert model.fits("a red dog")
    assert not model.fits("red " * 12)
    assert np.allclose(model.sentence("red " * 40), model.sentence("red " * 10))


async def _results(broker: EmbeddedBroker) -> AsyncIterator[Message]:
    async with broker.consume(RESULTS, 100) as deliveries:
        async for delivery in deliveries:
            await delivery.ack()
            yield delivery.message


async def test_the_worker_sees_photos_and_reads_sentences(tmp_path: Path, published: Path) -> None:
    """One queue, one answer each; a sentence for another kind of model, or for none, is answered with the reason."""
    settings = Settings(
        data=tmp_path, previews=tmp_path / "previews", warm_up=False, heartbeat=tmp_path / "beat"
    )
    installed(settings.models, published)
    image_id = f"{1:032x}"
    photos.write(preview_path(settings.previews, image_id), 1, size=(512, 384))
    broker, stop = EmbeddedBroker(), asyncio.Event()
    working = asyncio.create_task(worker.run(broker, settings, stop))
    jobs: list[Any] = [
        ClassifyJob(job_id=str(uuid4()), image_id=image_id, model_id="colours"),
        EncodeJob(model_id="colours", sentence="a red one"),
        EncodeJob(model_id="colours", sentence="red " * 40),
        EncodeJob(model_id="centernet-mobilenetv3", sentence="red"),
        EncodeJob(model_id="none", sentence="red"),
    ]
    await broker.publish(CLASSIFY_INTERACTIVE, [_message(job) for job in jobs])
    vector, version, answers = "", "", list[SentenceEncoded]()
    async with asyncio.timeout(PATIENCE_S):
        async for message in _results(broker):
            if message.type == ImageEncoded.TYPE:
                event = codec.decode_event(message.type, message.schema_version, message.body)
                assert isinstance(event, ImageEncoded)
                assert (event.image_id, event.preprocessing_id) == (image_id, "preview512-middle-1")
                vector, version = event.code, event.weights_digest
            elif message.type == SentenceEncoded.TYPE:
                answers.append(msgspec.json.decode(message.body, type=SentenceEncoded))
            if vector and len(answers) == 4:
                break
    stop.set()
    await working
    await broker.close()
    assert vectors.dimensions(vector) == words.DIMENSIONS
    red, long, detector, none = answers
    assert len(red.vector) == words.DIMENSIONS
    assert np.linalg.norm(red.vector) == pytest.approx(1, abs=1e-3)
    assert (red.whole, long.whole, red.reason) == (True, False, "")
    assert red.weights_digest == version, "so their vectors are comparable"
    assert "is no words model" in detector.reason
    assert "no model called “none”" in none.reason
    assert not detector.vector
    assert not none.vector


def _message(job: Any) -> Message:
    message_id = uuid4()
    return Message(
        message_id=message_id,
        type=job.TYPE,
        schema_version=job.VERSION,
        correlation_id=message_id,
        body=codec.encode(job),
    )


def edited(published: Path, tmp_path: Path, **changes: Any) -> Path:
    """A copy whose description says something else."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in published.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    fields = json.loads((copy / "words.json").read_text("utf-8")) | changes
    (copy / "words.json").write_text(json.dumps(fields), "utf-8")
    return copy


def test_a_missing_tokenizer(published: Path, tmp_path: Path) -> None:
    """Whether its file is gone, or the description has none."""
    copy = edited(published, tmp_path)
    (copy / "merges.txt").unlink()
    with pytest.raises(ModelRefused, match=r"merges\.txt can't be read \(No such file"):
        installed(tmp_path / "models", copy)
    files = json.loads((published / "words.json").read_text("utf-8"))["files"]
    del files["merges.txt"]
    (copy / "words.json").write_text(
        json.dumps(json.loads((copy / "words.json").read_text()) | {"files": files})
    )
    with pytest.raises(ModelRefused, match="no tokenizer, without which"):
        installed(tmp_path / "models", copy)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("name", ["image.keras", "text.keras", "merges.txt"])
def test_a_wrong_digest(published: Path, tmp_path: Path, name: str) -> None:
    copy = edited(published, tmp_path)
    (copy / name).write_bytes((copy / name).read_bytes() + b"\n")
    with pytest.raises(ModelRefused, match=f"{name} is not the one that words.json pins"):
        installed(tmp_path / "models", copy)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"files": {"../../etc/passwd": "0" * 64}}, "no model may have"),
        ({"files": {"words.json": "0" * 64}}, "no model may have"),
        ({"files": {"a//b": "0" * 64}}, "no model may have"),
        ({"files": {"merges.txt": "abc"}}, "no SHA-256 for merges.txt"),
        ({"image": "other.keras"}, "no tower of pictures"),
        ({"text": "../text.keras"}, "no tower of sentences"),
        ({"input_size": 4}, "input_size"),
        ({"dimensions": 100_000}, "dimensions"),
        ({"context": 0}, "context"),
        ({"std": [0.1, 0, 0.1]}, "above 0"),
        ({"name": ""}, "name"),
        ({"mean": None}, "mean"),
        ({"dimensions": words.DIMENSIONS + 1}, "dimensions"),
        ({"input_size": words.SIDE * 2}, "tower of pictures has another shape"),
        ({"context": words.CONTEXT + 1}, "tower of sentences has another shape"),
        ({"image": "text.keras", "text": "image.keras"}, "another shape"),
    ],
)
def test_descriptions_that_are_refused(
    published: Path, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ModelRefused, match=reason):
        installed(tmp_path / "models", edited(published, tmp_path, **changes))
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_description(content: bytes) -> None:
    with pytest.raises(ModelRefused, match=r"words\.json does not describe"):
        described_words(content)


def test_a_model_without_numbers(tmp_path: Path) -> None:
    folder = words.published(tmp_path / "source")
    words.sentences(bpe.read(folder / "merges.txt"), numbers=False).save(folder / "text.keras")
    with pytest.raises(ModelRefused, match="not numbers"):
        installed(tmp_path / "models", words.described(folder))


def test_a_file_changed_since(tmp_path: Path, published: Path) -> None:
    installed(tmp_path, published)
    (tmp_path / "colours" / "words" / "merges.txt").write_text("a b\n")
    with pytest.raises(WeightsDamaged, match="was changed since it was added"):
        loaded(tmp_path)
