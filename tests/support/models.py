"""Models as a classifier announces them, for tests that are about something else."""

from collections.abc import Sequence

from services.domain.models.events import ModelKind, ModelRegistered
from services.kernel.bus.contract import Message
from services.kernel.bus.topology import RESULTS
from services.kernel.log import codec
from services.kernel.log.ids import derived_id
from tests.support.stack import Stack
from tests.support.waiting import eventually


def registered(
    model_id: str,
    name: str = "",
    *,
    kind: ModelKind = "classes",
    digest: str = "d",
    preprocessing_id: str = "p",
    side: int = 224,
    count: int = 1000,
    labels: Sequence[str] = (),
) -> ModelRegistered:
    """`name`: the id in capitals if not given. `side`: pixels. `count`: of its classes."""
    return ModelRegistered(
        model_id=model_id,
        name=name or model_id.upper(),
        weights_digest=digest,
        preprocessing_id=preprocessing_id,
        input_size=side,
        class_count=count,
        source="a test",
        labels=list(labels),
        kind=kind,
    )


def announcement(event: ModelRegistered) -> Message:
    message_id = derived_id(event.TYPE, event.model_id)
    return Message(
        message_id=message_id,
        type=event.TYPE,
        schema_version=event.VERSION,
        correlation_id=message_id,
        body=codec.encode(event),
    )


async def announce(stack: Stack, *events: ModelRegistered) -> None:
    """As a classifier does; returns once the models are known."""
    await stack.broker.publish(RESULTS, [announcement(event) for event in events])
    wanted = {event.model_id for event in events}

    async def known() -> bool:
        return {model["id"] for model in await stack.get("/api/models")} >= wanted

    await eventually(known, "the models are known")
