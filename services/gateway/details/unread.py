"""Whether something that the photo's file, or a file beside it, says of it could not be read."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail(
    "unread-notes",
    "state",
    """(EXISTS (SELECT 1 FROM embedded e WHERE e.image_id = i.image_id AND e.unread <> '[]')
      OR EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = i.image_id AND s.unread <> '[]'))""",
)
