"""The messages on the classify queues: one small message per picture."""

from typing import Annotated, ClassVar, Final, Literal, get_args

import msgspec
from msgspec import Meta

LONGEST_SENTENCE: Final = 2000
"""Characters."""


REPORT_S: Final = 15.0
"""How often a worker reports: as often as Prometheus asks by default, or so."""
Stage = Literal["load", "network", "publish"]
"""Of a batch: previews are read and decoded, the network runs, the bus confirms the answers."""
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
Count = Annotated[int, Meta(ge=0)]


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


class EncodeJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Encode a sentence with a words model. Answered with `SentenceEncoded`, which is no event: what people search for
    is not kept. Whoever asks waits for a moment and does without."""

    TYPE: ClassVar[str] = "encode_job"
    VERSION: ClassVar[int] = 1

    model_id: str
    sentence: Annotated[str, Meta(max_length=LONGEST_SENTENCE)]


class SentenceEncoded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message on the results queue."""

    TYPE: ClassVar[str] = "sentence_encoded"
    VERSION: ClassVar[int] = 1

    model_id: str
    sentence: str
    vector: Annotated[list[float], Meta(max_length=4096)] = []
    """Of unit length; empty if there is none."""
    whole: bool = True
    """Whether the model has read the sentence to its end."""
    weights_digest: str = ""
    """The hash of the model's files, hex; empty if there is no vector."""
    reason: str = ""
    """Why there is no vector, as a sentence."""


class WorkerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A message on the results queue: that a worker is alive, and what it has done since it started. No event: nobody
    will ask tomorrow. Unknown fields are ignored, because a worker may be newer than its gateway."""

    TYPE: ClassVar[str] = "worker_report"
    VERSION: ClassVar[int] = 1

    worker_id: Annotated[str, Meta(max_length=300)]
    batches: Count
    photos: Count
    seconds: dict[Stage, Annotated[float, Meta(ge=0)]]
    """Spent in each stage, added up over batches, several of which may be in hand at a time."""
