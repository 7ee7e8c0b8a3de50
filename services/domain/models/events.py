"""Facts about classifiers: which are available, and which one categories come from."""

from typing import ClassVar, Literal

import msgspec

from services.domain.fields import Whole
from services.domain.subject import Actor, Event, InStream, Section
from services.domain.words import ModelName
from services.kernel.sentence import Sentence, Spoken

ModelKind = Literal["classes", "boxes", "words"]
"""What a model says of a photo: which classes it shows, where objects are (`jobs/objects.py`), or what it has in common
with words (`jobs/encoding.py`)."""


class ModelRegistered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "model_registered"
    STREAM: ClassVar[str] = "model-{self.model_id}"
    ACTOR: ClassVar[Actor] = "model"
    model_id: str
    """For example `efficientnet-lite0`."""
    name: str
    weights_digest: str
    preprocessing_id: str
    input_size: Whole
    class_count: Whole
    source: str
    labels: list[str] = msgspec.field(default_factory=list)
    """Names of its classes; empty for ImageNet's classes."""
    kind: ModelKind = "classes"

    def line(self) -> Spoken:
        return Sentence("%(model)s is available", model=self.name)


class ModelActivated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "model_activated"
    STREAM: ClassVar[str] = "models"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    UNDOABLE: ClassVar[bool] = True
    model_id: str
    previous: str | None = None
    """The model that was active before, if known: undo returns to it."""

    def undo(self, stream: InStream) -> list[Event]:
        if self.previous is None or any(isinstance(event, ModelActivated) for _, event in stream.after):
            return []
        return [ModelActivated(model_id=self.previous, previous=self.model_id)]

    def line(self) -> Spoken:
        return Sentence("Categories come from %(model)s", model=ModelName(self.model_id))


class ModelLoaded(Event, frozen=True, kw_only=True):
    """An inference worker has loaded this model, and reports what it runs on."""

    TYPE: ClassVar[str] = "model_loaded"
    STREAM: ClassVar[str] = "model-{self.model_id}"
    ACTOR: ClassVar[Actor] = "model"
    model_id: str
    worker_id: str
    device: str
    """For people to read: `CPU (2 cores, AMX bfloat16)`, `NVIDIA L4`."""
    precision: str
    """`float32`, `bfloat16` or `mixed_float16`."""

    def line(self) -> Spoken:
        return Sentence("Loaded %(model)s on %(device)s", model=ModelName(self.model_id), device=self.device)
