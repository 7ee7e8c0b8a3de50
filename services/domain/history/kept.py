"""What the undo of a job leaves: the job spoke for the person, who may have said something themselves since, or built
upon what it began."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from services.domain.erasure import Erasure
from services.domain.subject import Event, Known, Recorded, Respect

Own = dict[str, dict[int, Event]]
"""The job's events: stream -> position -> event."""


class Kept(NamedTuple):
    names: Sequence[str] = ()
    """Of what the job began and others have built upon."""
    photos: frozenset[str] = frozenset()
    """Ids of those of which others have the last word in some respect that it spoke of."""


async def left_to_others(
    known: Known, own: Own, stream_of: Callable[[str], Awaitable[list[Recorded]]]
) -> Kept:
    """Takes out of `own` what is no longer the job's."""
    positions = frozenset(position for events in own.values() for position in events)
    names: dict[str, None] = {}
    photos: set[str] = set()
    for name, events in own.items():
        stream = await stream_of(name)
        for position, event in list(events.items()):
            if (called := await event.built_upon(known, stream, positions)) is not None:
                del events[position]
                names[called] = None
        theirs = _of_others(events, stream)
        photos |= {image for image, _, _ in theirs}
        for position, event in list(events.items()) if theirs else ():
            if images := {respect[0] for respect in event.respects() if respect in theirs}:
                rest = event.without(Erasure(frozenset(images), frozenset()))
                if rest is None:
                    del events[position]
                else:
                    events[position] = rest
    return Kept(list(names), frozenset(photos))


def _of_others(events: dict[int, Event], stream: list[Recorded]) -> set[Respect]:
    """Those in which somebody else has spoken last."""
    mine = {respect for event in events.values() for respect in event.respects()}
    last: dict[Respect, bool] = {}
    for position, event in stream:
        last |= {respect: position in events for respect in event.respects() if respect in mine}
    return {respect for respect, own in last.items() if not own}
