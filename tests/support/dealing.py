"""The order of tests for several workers: those that need the same costly thing follow each other at the start of a
worker's share, so that it is seldom started twice, and nothing that takes long is left for the end.

Of xdist's `worksteal`: each worker gets an equal share of the list; one that has nothing left takes half of another's,
from its end.
"""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

import pytest

KINDS: Final = ("rabbitmq", "browser", "tensorflow")
"""Markers of tests that need a node, a browser and its library, or TensorFlow's import of several seconds."""
LOADED_EARLY: Final = pytest.StashKey[list[str]]()
"""Test files that load TensorFlow when they are imported, as every worker imports them all: none should."""


class Marked(Protocol):
    def get_closest_marker(self, name: str) -> object | None: ...


_Item = TypeVar("_Item", bound=Marked)


def dealt(items: Sequence[_Item], workers: int) -> list[_Item]:
    """All of them, those of one kind and all others in the order that they had."""
    by_kind: dict[str | None, list[_Item]] = {kind: [] for kind in (*KINDS, None)}
    for item in items:
        by_kind[_kind(item)].append(item)
    shares: list[list[_Item]] = [[] for _ in range(workers)]
    for number, kind in enumerate(KINDS):
        shares[number % workers] += by_kind[kind]
    others, first = by_kind[None], 0
    for number, share in enumerate(shares):
        wanted = max((len(items) + number) // workers - len(share), 0)
        share += others[first : first + wanted]
        first += wanted
    return [item for share in shares for item in share] + others[first:]


def _kind(item: Marked) -> str | None:
    return next((kind for kind in KINDS if item.get_closest_marker(kind)), None)
