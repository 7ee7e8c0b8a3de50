"""A function's annotation says which event it projects, and mistakes in it are reported at once."""

import subprocess
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated, AlbumRenamed
from services.domain.subject import Event
from services.projector.rows.handlers import BadProjection, handlers
from services.projector.rows.statement import Changes, Place


def created(e: AlbumCreated, at: Place) -> Changes:
    return []


def created_again(e: AlbumCreated, at: Place) -> Changes:
    return []


def renamed(e: AlbumRenamed, at: Place) -> Changes:
    return []


def quoted(e: "AlbumRenamed", at: "Place") -> "Changes":
    return []


def named(name: str, album_id: str) -> Changes:
    """A helper of projections is not a projection."""
    return []


def bare(e, at: Place) -> Changes:  # type: ignore[no-untyped-def]
    return []


def either(e: AlbumCreated | AlbumRenamed, at: Place) -> Changes:
    return []


def any_event(e: Event, at: Place) -> Changes:
    return []


def no_event(e: str, at: Place) -> Changes:
    return []


def nowhere(e: AlbumCreated) -> Changes:
    return []


def turned(at: Place, e: AlbumCreated) -> Changes:
    return []


def too_many(e: AlbumCreated, at: Place, more: int = 0) -> Changes:
    return []


def two_events(e: AlbumCreated, other: AlbumRenamed, at: Place) -> Changes:
    return []


def nothing(e: AlbumCreated, at: Place) -> None: ...


def subject(name: str, *functions: Callable[..., Any]) -> ModuleType:
    """A module that defines these functions."""
    module = ModuleType(name)
    for function in functions:
        own = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
        own.__module__, own.__annotations__ = name, function.__annotations__
        setattr(module, function.__name__, own)
    return module


def names(subjects: list[ModuleType]) -> dict[type[Event], list[str]]:
    return {event: [f"{f.__module__}.{f.__name__}" for f in of] for event, of in handlers(subjects).items()}


def test_projections_are_found_by_their_event() -> None:
    """In the order of the subjects, quoted annotations included; other functions are ignored."""
    a, b = subject("a", created, quoted, named), subject("b", created_again)
    assert names([a, b]) == {AlbumCreated: ["a.created", "b.created_again"], AlbumRenamed: ["a.quoted"]}
    assert names([b, a])[AlbumCreated] == ["b.created_again", "a.created"]


def test_what_a_subject_only_imports_is_not_its_own() -> None:
    """No function is called twice for one event."""
    a, b = subject("a", created), subject("b", renamed)
    b.created = a.created  # type: ignore[attr-defined]
    assert names([a, b]) == {AlbumCreated: ["a.created"], AlbumRenamed: ["b.renamed"]}


def test_two_of_one_subject_for_an_event_are_refused() -> None:
    """One of them was meant for another event."""
    with pytest.raises(BadProjection, match=r"a\.created_again: created projects AlbumCreated already"):
        handlers([subject("a", created, created_again)])


@pytest.mark.parametrize(
    "function",
    [bare, either, any_event, no_event, nowhere, turned, too_many, two_events, nothing],
    ids=lambda function: function.__name__,
)
def test_what_is_not_quite_a_projection_is_refused(function: Callable[..., Any]) -> None:
    """Otherwise a wrong annotation would silently ignore an event."""
    with pytest.raises(BadProjection, match=rf"a\.{function.__name__}: "):
        handlers([subject("a", function)])


def test_a_program_that_imports_only_the_projections_has_them_all() -> None:
    """Events register when they are imported: a family once lacked those that nobody had imported before."""
    program = (
        "from services.projector.projections import PROJECTIONS\n"
        "from services.domain.registry import EVENTS\n"
        "print(*[one.__name__ for one in EVENTS.values() if one not in PROJECTIONS])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []
