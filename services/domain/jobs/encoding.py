"""What a words model makes of a photo: a vector, which points the same way as those of sentences that say what it
shows."""

from typing import Annotated, ClassVar

from msgspec import Meta

from services.domain.jobs.events import Result
from services.domain.words import ModelName
from services.kernel.sentence import Sentence, Spoken
from services.knowledge.rotations import Rotation


class ImageEncoded(Result, frozen=True, kw_only=True):
    """Which words it is near to is found out where it is read: a new question needs no new look at the photo."""

    TYPE: ClassVar[str] = "image_encoded"
    weights_digest: str
    """The hash of all files of the model, hex."""
    preprocessing_id: str
    code: Annotated[str, Meta(min_length=1, max_length=600)]
    """As `vectors.encoded_vectors` writes it."""
    rotation: Rotation = 1
    """How the person had rotated the picture that the model saw."""

    def line(self) -> Spoken:
        return Sentence(
            "%(model)s looked at it, so that it can be found by words", model=ModelName(self.model_id)
        )
