"""Loads and uses models of any kind. TensorFlow is imported with the first, as it takes seconds."""

from typing import TYPE_CHECKING

import structlog

from services.inference.boxes import Objects
from services.inference.installed import Installed
from services.inference.preprocess import Array
from services.inference.registry import DetectorSpec, Spec
from services.inference.verdict import Vector, Verdict

if TYPE_CHECKING:
    from services.inference.detector import Detector
    from services.inference.model import Classifier
    from services.inference.words_model import WordsModel

    Judge = Classifier | Detector | WordsModel

log = structlog.get_logger(__name__)


class ClassifierStumbled(Exception):
    """The network failed at this one photo; the message is the reason shown to the user."""


Judgement = Verdict | Objects | Vector | ClassifierStumbled


def load(spec: Spec, batch: int) -> "Judge":
    """As `Classifier.load`, `Detector.load` and `WordsModel.load`."""
    if isinstance(spec, DetectorSpec):
        from services.inference.detector import Detector

        return Detector.load(spec)
    if isinstance(spec, Installed) and spec.task == "words":
        from services.inference.words_model import WordsModel

        return WordsModel.load(spec)
    from services.inference.model import Classifier

    return Classifier.load(spec, batch)


def classified(classifier: "Judge", pixels: list[Array]) -> list[Judgement]:
    """All at once; if that fails, one by one, so that a bad photo does not fail the others."""
    try:
        return list(classifier.classify(pixels))
    except Exception as error:  # TensorFlow's are many: out of memory, a lost device, …
        log.warning("a batch could not be classified", size=len(pixels), reason=str(error)[:300])
    return [_classified_alone(classifier, one) for one in pixels]


def _classified_alone(classifier: "Judge", pixels: Array) -> Judgement:
    try:
        return classifier.classify([pixels])[0]
    except Exception as error:  # as above
        return ClassifierStumbled(f"The network failed at this photo ({str(error)[:120]}).")
