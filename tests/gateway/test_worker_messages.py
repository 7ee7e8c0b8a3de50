"""What a classifier or a scanner sends is a result that the read tables can take, or is refused: never an error of
ours."""

import json
import os
import random
from typing import Any, Final
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.files.events import FileAdded
from services.gateway.reading.photo import Photo
from services.gateway.reading.scanner_answers import FileScanned, is_believable
from services.gateway.write.intake import RESULT, NotAResult, record
from services.inference.batching import job_of
from services.kernel.bus import amqp
from services.kernel.bus.contract import Message
from services.kernel.untrusted import NotJson, decoded
from tests.kernel.test_messages import STORED
from tests.support.given import By, deliver, log_rows, read_tables

ID: Final = UUID(int=1)
VALUES: Final[list[Any]] = [
    None, True, -1, 0, 2**31, 2**63, -(2**63) - 1, 10**30, 1.5, 1e308, "",
    "\0", "a" * 10_000, "\ud7ff\U0010ffff", "x\ny",
    [], [[]], [None], {}, {"a": 1}, [[207, 0.9]], [[10**30, 0.5]], [[-5, 2.0]], [[1, -1.0]] * 3, "AAAA", "!!!",
]  # fmt: skip


def message(type_: str, body: bytes, version: int = 1) -> Message:
    return Message(
        message_id=ID, type=type_, schema_version=version, correlation_id=ID, causation_id=None, body=body
    )


def mutated(value: Any, chance: random.Random) -> Any:
    """The same JSON with one part exchanged, left out or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        name = chance.choice(sorted(value))
        if chance.random() < 0.15:
            return {key: part for key, part in value.items() if key != name}
        return value | {name: mutated(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        place = chance.randrange(len(value))
        return [*value[:place], mutated(value[place], chance), *value[place:][chance.randrange(2) :]]
    return chance.choice(VALUES)


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", RESULT, ids=lambda kind: kind.TYPE)
def test_a_result_that_is_taken_is_one_that_the_tables_hold(kind: Any) -> None:
    example = json.loads((STORED / f"{kind.TYPE}.v{kind.VERSION}.json").read_bytes())
    chance, taken = random.Random(int(os.environ.get("ALBUMEN_FUZZ_SEED") or 13)), 0
    for _ in range(300):
        body = json.dumps(mutated(example, chance)).encode()
        try:
            event, _row = record(message(kind.TYPE, body))
        except NotAResult:
            continue
        taken += 1
        db, tables = read_tables()
        deliver(tables, log_rows([By(event, ID)]))
        db.close()
    assert taken > 5, "the mutations were all refused, so nothing was tried"


@pytest.mark.fuzz
def test_a_photo_that_is_believed_is_one_that_the_tables_hold() -> None:
    """As a scanner tells of it."""
    example = json.loads((STORED / "image_imported.v1.json").read_bytes()) | {
        "keywords": ["sea"],
        "properties": [["description", "At the sea", "xmp"]],
        "regions": [{"name": "Ann", "x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}],
    }
    chance, believed = random.Random(int(os.environ.get("ALBUMEN_FUZZ_SEED") or 13)), 0
    photo = {"type": "photo", "facts": example, "place_at": "2017-08-11", "place_source": "folder"}
    for _ in range(600):
        answer = {"request_id": str(ID), "outcome": mutated(photo, chance)}
        try:
            outcome = decoded(json.dumps(answer), FileScanned).outcome
        except (msgspec.ValidationError, NotJson):
            continue
        if not isinstance(outcome, Photo) or not is_believable(outcome, example["size"]):
            continue
        believed += 1
        added = FileAdded(
            image_id=outcome.image_id,
            root="/photos",
            path="1.jpg",
            size=outcome.facts.size,
            mtime_ns=1,
            taken_at=outcome.place_at,
            taken_at_source=outcome.place_source,
        )
        db, tables = read_tables()
        deliver(tables, log_rows([By(outcome.imported(), ID), By(added, ID)]))
        db.close()
    assert believed > 5, "the mutations were all refused, so nothing was tried"


@given(st.one_of(st.binary(max_size=300), st.just(b"[" * 50_000), st.just(b'{"image_id":' * 20_000)))
def test_any_bytes_are_no_result_and_no_job(body: bytes) -> None:
    for kind in RESULT:
        with pytest.raises(NotAResult):
            record(message(kind.TYPE, body))
    for type_ in ("classify_image", "explain_image"):
        assert job_of(message(type_, body)) is None


@given(
    st.none() | st.text(max_size=40), st.none() | st.text(max_size=40), st.none() | st.text(max_size=10),
    st.dictionaries(
        st.sampled_from(["schema_version", "causation_id", "x-delivery-count", "x-acquired-count", "other"]),
        st.none() | st.integers() | st.text(max_size=5) | st.booleans() | st.binary(max_size=3),
    ),
)  # fmt: skip
def test_any_properties_are_ours_or_refused(
    message_id: str | None, correlation_id: str | None, type_: str | None, headers: dict[str, Any]
) -> None:
    try:
        result = amqp.message(
            b"", message_id=message_id, correlation_id=correlation_id, type=type_, headers=headers
        )
    except amqp.NotOurs:
        return
    with pytest.raises(NotAResult):
        record(result)
