"""The part of a photo that a model's answer comes from."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.fields import Id, Whole
from services.domain.subject import Actor, Command, Decision, Event, Known
from services.domain.words import ModelName
from services.kernel.sentence import Sentence, Spoken
from services.knowledge.rotations import Rotation


class ClassHeat(msgspec.Struct, frozen=True):
    """Where a class was recognised."""

    class_index: Whole
    side: Whole
    """Number of cells per row, and of rows."""
    cells: bytes
    """side × side, row by row: 0 where nothing suggests the class, 255 where the most does."""


class ImageExplained(Event, frozen=True, kw_only=True):
    """Where in an image a network recognised its classes (class activation maps)."""

    TYPE: ClassVar[str] = "image_explained"
    STREAM: ClassVar[str] = "image-{self.image_id}"
    ACTOR: ClassVar[Actor] = "model"
    image_id: str
    model_id: str
    weights_digest: str
    share: float
    """The maps cover the centred square whose side is this share of the image's shorter side."""
    heat: list[ClassHeat]
    rotation: Rotation = 1
    """How the person had rotated the picture that the network saw."""

    def line(self) -> Spoken:
        return Sentence("%(model)s showed where it looked", model=ModelName(self.model_id))


class ExplainImage(Command, frozen=True, kw_only=True):
    """Asks a classifier which part of a photo its answer comes from; nothing is decided here."""

    TYPE: ClassVar[str] = "explain_image"
    NAME: ClassVar[str] = "explain"
    image: Id
    model: Id | None = None
    """Default: the active model."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos([self.image])
        return Decision()

    def toast(self, events: Sequence[Event]) -> None:
        return None  # the page shows the result over the photo
