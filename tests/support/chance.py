"""Examples that Hypothesis makes."""

from typing import Any, Final

from hypothesis import settings

USUAL: Final = 100
"""Examples of a test that asks for no number, in the usual profile."""


def examples(number: int, **options: Any) -> settings:
    """`@examples(300)`: so many in the usual profile, and in another one as many times more as that one tries."""
    return settings(max_examples=number * settings().max_examples // USUAL, **options)
