"""Sources that could not be scanned completely, and what a person is asked about them."""

from typing import Final

import msgspec

from services.domain.files.absences import Answer
from services.gateway.tables.pool import Reader


class Source(msgspec.Struct, frozen=True, kw_only=True):
    root: str
    reason: str | None
    """A sentence for the user; None while it is scanned."""
    question: str | None
    """To be answered by `confirm-missing` or `mark-unavailable`; None: there is nothing to answer."""
    missing: int
    """Photos that the question is about."""
    photos: int
    """Number of photos in the root, missing ones included."""
    below: str
    """The folder that all missing photos were in, relative to the root."""
    answer: Answer


_ANSWER: Final = "iif(answered = question AND answered_at > opened, answer, 'open')"
"""An answer holds for its question, and only if that was open."""
_UNAVAILABLE: Final = f"""SELECT root, unavailable, question, missing, photos, below, {_ANSWER} FROM source
  WHERE (unavailable IS NOT NULL OR question IS NOT NULL) AND in_use = 1 ORDER BY root"""
_QUESTION: Final = f"SELECT question, {_ANSWER} FROM source WHERE root = ?"


async def unavailable(views: Reader) -> list[Source]:
    """Those that are believed to be gone are left out: a scan is recording that."""
    rows = await views.fetch(_UNAVAILABLE)
    sources = [Source(**dict(zip(Source.__struct_fields__, row, strict=True))) for row in rows]
    return [one for one in sources if one.answer != "gone"]


async def question(views: Reader, root: str) -> tuple[str | None, Answer]:
    """The id of the question about a root, if there is one, and its answer."""
    rows = await views.fetch(_QUESTION, (root,))
    return (rows[0][0], rows[0][1]) if rows else (None, "open")
