"""The definition of a detail of a photo."""

from typing import Literal

import msgspec


class Detail(msgspec.Struct, frozen=True):
    """A fact about a photo in the read tables: a field of the API and a search term."""

    name: str
    """In `GET /api/images/{id}`, under `details`; in a search, `is:<name>` or `<name>:`."""
    kind: Literal["state", "number"]
    """True or false; or an integer, which searches compare: `stars:4`, `stars:3..5`, `stars:3..`."""
    sql: str
    """An expression over `image i`: a truth value or the number; NULL: unknown."""
