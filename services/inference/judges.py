"""Loads a model of any kind. TensorFlow is imported with the first, as it takes seconds."""

from typing import TYPE_CHECKING

from services.inference.registry import DetectorSpec, Spec

if TYPE_CHECKING:
    from services.inference.detector import Detector
    from services.inference.model import Classifier

    Judge = Classifier | Detector


def load(spec: Spec, batch: int) -> "Judge":
    """As `Classifier.load` and `Detector.load`."""
    if isinstance(spec, DetectorSpec):
        from services.inference.detector import Detector

        return Detector.load(spec)
    from services.inference.model import Classifier

    return Classifier.load(spec, batch)
