"""The structure of the code: the figures from `ops/structure.py` stay within limits, and each detects what it
should."""

from collections import Counter
from typing import Final

import pytest

from ops import structure

PARTICIPLES: Final = 11
"""As variable names, after the last clean-up; the number may only fall."""


def test_no_function_does_too_much() -> None:
    """Cyclomatic complexity according to radon."""
    complexities = structure.complexities()
    assert [name for name, figure in complexities.items() if figure > 20] == []
    assert len([name for name, figure in complexities.items() if figure > 15]) <= 12


def test_packages_import_each_other_in_no_circle() -> None:
    assert structure.circles(structure.package_arrows()) == []


@pytest.mark.parametrize(
    ("arrows", "circles"),
    [
        ({"a": {"b"}, "b": {"c"}}, []),
        ({"a": {"b"}, "b": {"a"}}, [{"a", "b"}]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}}, [{"d", "e"}, {"a", "b", "c"}]),
    ],
)
def test_circles_are_found(arrows: dict[str, set[str]], circles: list[set[str]]) -> None:
    assert structure.circles(arrows) == circles


def test_what_serves_stands_in_rooms() -> None:
    assert len(structure.gateway_root()) <= 3


def test_a_name_is_of_one_thing() -> None:
    """Public names defined in three or more modules, except those that every module of a kind has."""
    assert structure.public_names() == {}


def test_participles_that_stand_for_a_thing_get_fewer() -> None:
    """A variable called `found` says how it came about, not what it is."""
    count: Counter[str] = structure.nameless_words()
    assert count.total() <= PARTICIPLES, count
