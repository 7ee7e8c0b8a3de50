"""What a detail of a photo is."""

from typing import Literal

import msgspec


class Detail(msgspec.Struct, frozen=True):
    """Something that the read tables know of a photo: a field of the API and a term of the search."""

    name: str
    """In `GET /api/images/{id}`, under `details`; in a search `is:<name>` or `<name>:`."""
    kind: Literal["state", "number"]
    """It is so or not; or it is a whole number, which searches compare: `stars:4`, `stars:3..5`, `stars:3..`."""
    sql: str
    """An expression over `image i`, true or the number; NULL: nothing is known."""
