"""Where on a photo a model saw what it said."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.fields import Id
from services.domain.subject import Actor, Command, Decision, Event, Known
from services.kernel.sentence import Sentence, Spoken


class ClassHeat(msgspec.Struct, frozen=True):
    """Where a class was seen."""

    class_index: int
    side: int
    """Cells in a row, and rows."""
    cells: bytes
    """side × side, row by row: 0 where nothing speaks for the class, 255 where most does."""


class ImageExplained(Event, frozen=True, kw_only=True):
    """Where on a picture a network saw what it said (class activation maps)."""

    TYPE: ClassVar[str] = "image_explained"
    STREAM: ClassVar[str] = "image-{self.image_id}"
    ACTOR: ClassVar[Actor] = "model"
    image_id: str
    model_id: str
    weights_digest: str
    share: float
    """The maps cover the square in the middle of the picture whose side is this share of the short side."""
    heat: list[ClassHeat]

    def line(self) -> Spoken:
        return Sentence("%(model)s showed where it looked", model=self.model_id)


class ExplainImage(Command, frozen=True, kw_only=True):
    """Where on a photo did a model see what it said? A classifier answers; nothing is decided here."""

    TYPE: ClassVar[str] = "explain_image"
    NAME: ClassVar[str] = "explain"
    image: Id
    model: Id | None = None
    """The active one when left out."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos([self.image])
        return Decision()

    def toast(self, events: Sequence[Event]) -> None:
        return None  # the page says it over the photo
