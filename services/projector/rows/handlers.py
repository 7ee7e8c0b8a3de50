"""Maps events to their projections, by the type of a function's first parameter: `(e: AlbumCreated, at: Place)`.

Runs once, when the projections are imported, so each event costs one dict lookup. A mistake stops the program right
there, before anything is written.
"""

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, get_type_hints

from services.domain.registry import EVENTS
from services.domain.subject import Event
from services.projector.rows.statement import Changes, Place

Handler = Callable[[Any, Place], Changes]


class BadProjection(TypeError):
    """A subject's function that is not quite a projection, or a second one for the same event."""


def handlers(subjects: Iterable[ModuleType]) -> dict[type[Event], tuple[Handler, ...]]:
    """Each event's projections in the order of the subjects, each of which has at most one.

    All public functions of a subject that take an event or a `Place` are projections; other functions are helpers.
    One that takes a `FAMILY` projects every event of it. Raises BadProjection.
    """
    by_event: dict[type[Event], tuple[Handler, ...]] = {}
    for subject in subjects:
        for event, handler in _of(subject).items():
            by_event[event] = (*by_event.get(event, ()), handler)
    return by_event


def _of(subject: ModuleType) -> dict[type[Event], Handler]:
    own: dict[type[Event], Handler] = {}
    for name, function in inspect.getmembers(subject, inspect.isfunction):
        if function.__module__ != subject.__name__ or name.startswith("_"):
            continue
        for event in _members(_event(function)):
            if event in own:
                raise BadProjection(
                    f"{_name(function)}: {own[event].__name__} projects {event.__name__} already."
                )
            own[event] = function
    return own


def _members(event: type[Event] | None) -> list[type[Event]]:
    """An event itself; of a `FAMILY`, all that the registry imports, also those that nobody has imported yet."""
    if event is None or event.TYPE:
        return [event] if event else []
    return [one for one in EVENTS.values() if issubclass(one, event)]


def _event(function: Callable[..., Any]) -> type[Event] | None:
    """The event it projects; None when it is no projection at all."""
    hints = get_type_hints(function)
    types = [hints.get(name) for name in inspect.signature(function).parameters]
    events = [one for one in types if isinstance(one, type) and issubclass(one, Event)]
    if not events and Place not in types:
        return None
    if types != [*events, Place] or len(events) != 1 or hints.get("return") != Changes:
        raise BadProjection(f"{_name(function)}: a projection takes (event, at: Place) and returns Changes.")
    if not events[0].TYPE and not events[0].FAMILY:
        raise BadProjection(f"{_name(function)}: {events[0].__name__} is no single type of event.")
    return events[0]


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
