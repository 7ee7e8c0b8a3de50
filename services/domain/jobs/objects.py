"""The people and things that a detector found in a photo, and where."""

from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from services.domain.fields import Whole
from services.domain.jobs.events import Result
from services.domain.words import ModelName
from services.kernel.sentence import Sentence, Spoken
from services.knowledge import coco
from services.knowledge.rotations import Rotation

SCALE: Final = 1000
"""Lengths are thousandths of the picture's width or height."""
MOST_OBJECTS: Final = 100
"""Objects kept of one photo."""
SURE: Final = 0.4
"""Score from which on a box is shown and counts."""
VISIBLE: Final = 80
"""Length of the longer side of a person who is no mere speck in the distance."""

_Edge = Annotated[int, Meta(ge=0, lt=SCALE)]
_Length = Annotated[int, Meta(ge=1, le=SCALE)]


class ObjectBox(msgspec.Struct, frozen=True, array_like=True):
    """One object in the upright picture that the detector saw. Raises ValueError if it lies outside of it."""

    label: Whole
    """Index of the class (`knowledge.coco`)."""
    score: Annotated[float, Meta(ge=0, le=1)]
    x: _Edge
    y: _Edge
    """The left and the upper edge."""
    width: _Length
    height: _Length

    def __post_init__(self) -> None:
        if self.x + self.width > SCALE or self.y + self.height > SCALE:
            raise ValueError("The object lies outside the picture.")

    @property
    def is_person(self) -> bool:
        """Whether this is surely a person, and clearly visible."""
        person = coco.COCO.index(coco.PERSON)
        return self.label == person and self.score >= SURE and max(self.width, self.height) >= VISIBLE


class ObjectsDetected(Result, frozen=True, kw_only=True):
    """A detector's raw output for a photo; which of it counts is decided where it is read."""

    TYPE: ClassVar[str] = "objects_detected"
    weights_digest: str
    """SHA-256 of the network's files, hex."""
    preprocessing_id: str
    boxes: Annotated[list[ObjectBox], Meta(max_length=MOST_OBJECTS)]
    """Best first."""
    rotation: Rotation = 1
    """How the person had rotated the picture that the detector saw."""

    def line(self) -> Spoken:
        return Sentence(
            "%(model)s looked for people and things",
            model=ModelName(self.model_id),
        )
