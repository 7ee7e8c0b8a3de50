"""The messages on the classify queues: one small message per picture."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta


class ClassifyJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Classify one picture from its stored preview. Answered with `ImageClassified` or `ClassificationFailed`, whose
    event id is `ids.result_id(image_id, model_id, job_id)`."""

    TYPE: ClassVar[str] = "classify_job"
    VERSION: ClassVar[int] = 1

    job_id: str
    image_id: str
    model_id: str
    rotation: Annotated[int, Meta(ge=1, le=8)] = 1
    """What to do to the preview first, by EXIF's numbers."""


class ExplainJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Find where in a picture a model sees some classes. Answered with `ImageExplained`, or not at all: then the
    worker logs the reason. The event's id is derived from image, model, weights and classes."""

    TYPE: ClassVar[str] = "explain_job"
    VERSION: ClassVar[int] = 1

    image_id: str
    model_id: str
    classes: list[int]
    rotation: Annotated[int, Meta(ge=1, le=8)] = 1
    """As in `ClassifyJob`."""
