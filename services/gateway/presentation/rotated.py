"""How photos are rotated, as one request shows them: the addresses of their pictures say it, so that browsers may keep
these for ever.

It is kept in a context variable: pictures are shown in many places, most of which know no more of a photo than its id.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final

import msgspec

from services.gateway.queries.rotations import rotations
from services.gateway.tables.pool import TablesDamaged, Views
from services.knowledge.rotations import NONE

PARAMETER: Final = "rotation"
"""Of the addresses of pictures."""


class _Request(msgspec.Struct):
    rotations: Mapping[str, int] = {}
    """Of photos that are rotated."""
    always: bool = False
    """Say it of the others, too: they may be rotated by now."""


_shown: ContextVar[_Request] = ContextVar("rotations")


@contextmanager
def showing() -> Iterator[None]:
    """For one request. Its tasks share what `show` says: their contexts are copies."""
    token = _shown.set(_Request())
    try:
        yield
    finally:
        _shown.reset(token)


async def show(views: Views, past: bool = False) -> None:
    """Photos as these tables have them, from now on in this request. `past`: they are those of an earlier moment."""
    request = _shown.get(None)
    if request is not None:
        with suppress(TablesDamaged):  # whoever needs the tables will say so
            request.rotations = await rotations(views)
            request.always = past


def preview(image_id: str, rotation: int | None = None) -> str:
    """The address of its preview. `rotation`: if it is at hand."""
    end = query(image_id)
    if rotation is not None and rotation != NONE:
        end = f"?{PARAMETER}={rotation}"
    return f"/images/{image_id}/preview{end}"


def query(image_id: str) -> str:
    """What the addresses of its pictures end with: `?rotation=6`, or nothing."""
    request = _shown.get(None)
    if request is None:
        return ""
    rotation = request.rotations.get(image_id, NONE)
    return f"?{PARAMETER}={rotation}" if rotation != NONE or request.always else ""
