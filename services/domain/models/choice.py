"""Which model categories come from, by the log: the read tables lag behind it."""

from services.domain.models.events import ModelActivated
from services.domain.subject import Known, event_of


async def model_in_use(known: Known) -> tuple[str | None, dict[str, int]]:
    """None before the first choice. With the version of the stream that this rests on."""
    rows = await known.stream(ModelActivated.STREAM)
    events = [event_of(row) for row in rows]
    models = [event.model_id for event in events if isinstance(event, ModelActivated)]
    return models[-1] if models else None, {ModelActivated.STREAM: rows[-1].version if rows else 0}
