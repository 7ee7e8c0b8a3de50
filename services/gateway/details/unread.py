"""Whether something that the photo's file, or a file beside it, says of it could not be read."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail(
    "unread-notes",
    "state",
    """(i.image_id IN (SELECT e.image_id FROM embedded e WHERE e.unread <> '[]')
      OR i.image_id IN (SELECT s.image_id FROM sidecar s WHERE s.unread <> '[]'))""",
)
