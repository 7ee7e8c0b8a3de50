"""How many of a person's answers decide what a category takes in."""

from typing import Final

ENOUGH_TO_FIT: Final = 3
"""Photos that belong to a described category, and as many that don't, from which on answers move its line."""
