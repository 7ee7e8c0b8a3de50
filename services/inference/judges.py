"""Loads a model of any kind. TensorFlow is imported with the first, as it takes seconds."""

from typing import TYPE_CHECKING

from services.inference.installed import Installed
from services.inference.registry import DetectorSpec, Spec

if TYPE_CHECKING:
    from services.inference.detector import Detector
    from services.inference.model import Classifier
    from services.inference.words_model import WordsModel

    Judge = Classifier | Detector | WordsModel


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
