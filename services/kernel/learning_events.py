"""What is learned from a person's examples: who asked for it, and what came of it."""

from typing import ClassVar

from services.kernel.event import Event


class CategoryTaught(Event, frozen=True, kw_only=True):
    """A person wants the category to find its photos by itself, from those that are in it, or no longer."""

    TYPE: ClassVar[str] = "category_taught"
    category_id: str
    taught: bool


class CategoryLearned(Event, frozen=True, kw_only=True):
    """A linear classifier over the embeddings of a model (`learning.py`). It takes the place of the one before."""

    TYPE: ClassVar[str] = "category_learned"
    category_id: str
    model_id: str
    weights: bytes
    """int8, one per feature; times `scale`."""
    scale: float
    bias: float
    examples: int
    refused: int
    """How many photos it was learned from."""
    until: int
    """Position in the log up to which answers were heard."""
