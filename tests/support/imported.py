"""Photos in the log, without files."""

from uuid import UUID, uuid4

from services.domain.files.events import FileAdded, ImageImported
from services.kernel.log.envelope import record_event
from tests.support.stack import Stack


async def imported(stack: Stack, count: int) -> list[str]:
    """Returns their ids once they are in the read tables."""
    ids = [f"{number:032x}" for number in range(count)]
    records = []
    for number, image_id in enumerate(ids):
        image = ImageImported(
            image_id=image_id,
            format="JPEG",
            size=1,
            width=4,
            height=3,
            colour="#000000",
            taken_at=f"2020-01-01T10:{number // 60:02}:{number % 60:02}",
            taken_at_source="exif",
        )
        added = FileAdded(image_id=image_id, root="/p", path=f"{number}.jpg", size=1, mtime_ns=1)
        records += [
            record_event(event, event_id=uuid4(), stream=f"image-{image_id}", correlation_id=UUID(int=1))
            for event in (image, added)
        ]
    await stack.gateway.events.append(records)
    await stack.caught_up()
    return ids
