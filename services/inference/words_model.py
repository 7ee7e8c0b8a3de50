"""A model with pictures and words in one space (A. Radford et al., Learning Transferable Visual Models From Natural
Language Supervision, 2021): a tower of pictures and a tower of sentences, whose vectors point the same way where a
sentence says what a picture shows.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from services.inference.devices import plans  # first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.domain.photos.explaining import ClassHeat
from services.inference import bpe, keras_network, words_folder
from services.inference.installed import Installed, ModelRefused, digest, verify
from services.inference.model import NoMaps, NotFinite
from services.inference.plan import CPU, Plan
from services.inference.verdict import Array, Vector
from services.inference.words_folder import WordsFolder
from services.knowledge import vectors

BATCH: Final = 32
"""Most pictures at once."""
_SENTENCE: Final = "a photo of two dogs on a beach"


class WordsModel:
    """Loaded and warmed up. `classify` and `sentence` are thread-safe."""

    def __init__(self, spec: Installed, plan: Plan, folder: Path, description: WordsFolder) -> None:
        """Raises ModelRefused for towers of another shape."""
        one, self.spec, self.plan = description, spec, plan
        self._description = one
        self._tokenizer = bpe.read(folder / one.merges)
        side = one.input_size
        pictures, sentences = _tower(folder, "pictures", one.image), _tower(folder, "sentences", one.text)

        @tf.function(input_signature=[tf.TensorSpec([None, side, side, 3], tf.uint8)], autograph=False)  # type: ignore[untyped-decorator]
        def see(pixels: Any) -> Any:
            with tf.device(plan.device):
                return pictures((tf.cast(pixels, tf.float32) / 255.0 - one.mean) / one.std)

        @tf.function(input_signature=[tf.TensorSpec([None, one.context], tf.int32)], autograph=False)  # type: ignore[untyped-decorator]
        def read(tokens: Any) -> Any:
            with tf.device(plan.device):
                return sentences(tokens)

        self._see, self._read = _traced("pictures", see), _traced("sentences", read)

    @classmethod
    def load(cls, spec: Installed, ways: Sequence[Plan] | None = None) -> "WordsModel":
        """On a GPU if there is one, in float32. Raises WeightsNotFound, WeightsDamaged, and TensorFlow's errors."""
        verify(spec)
        return cls._warm(spec, spec.path, words_folder.whole_folder(spec.path), ways or plans())

    @classmethod
    def examined(cls, folder: Path, model_id: str) -> Installed:
        """The model in a folder, once it has answered a picture and a sentence. Raises ModelRefused."""
        one = words_folder.whole_folder(folder)
        spec = Installed(
            model_id=model_id,
            name=one.name,
            kind="words",
            file=folder.name,
            digest=digest(folder),
            input_size=one.input_size,
            class_count=one.dimensions,
            source=one.source,
        )
        try:
            cls._warm(spec, folder, one, plans())
        except NotFinite as error:
            raise ModelRefused(str(error)) from error
        except tf.errors.OpError as error:
            raise ModelRefused(f"It fails at a test picture or sentence ({str(error)[:200]}).") from error
        return spec

    @classmethod
    def _warm(cls, spec: Installed, folder: Path, one: WordsFolder, ways: Sequence[Plan]) -> "WordsModel":
        plan = ways[0] if ways[0].device != CPU else ways[-1]
        model = cls(spec, plan._replace(precision="float32", largest=BATCH), folder, one)
        side = one.input_size
        noise = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), np.uint8)
        model.classify(list(noise))
        model.sentence(_SENTENCE)
        return model

    def classify(self, pictures: Sequence[Array]) -> list[Vector]:
        """uint8 [s, s, 3] each -> their vectors. Raises NotFinite, and TensorFlow's errors."""
        parts = [np.stack(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
        rows = [self._called(self._see, part) for part in parts]
        return [Vector(code) for part in rows for code in vectors.encoded_vectors(part)]

    def sentence(self, text: str) -> Array:
        """float32 [dimensions], of unit length. What its context doesn't hold is left out (`fits`). Raises NotFinite,
        and TensorFlow's errors."""
        one = self._description
        tokens = self._tokenizer.encode(text, one.context, one.padding)
        row: Array = self._called(self._read, tokens[np.newaxis])[0]
        unit: Array = row / max(float(np.linalg.norm(row)), 1e-9)
        return unit

    def fits(self, text: str) -> bool:
        """Whether the model reads the sentence to its end."""
        return self._tokenizer.length(text) <= self._description.context

    def explain(self, pixels: Array, classes: Sequence[int]) -> list[ClassHeat]:
        """Raises NoMaps: it has no classes."""
        raise NoMaps(f"{self.spec.name} has no maps of classes: it compares pictures with words.")

    def _called(self, tower: Callable[[Any], Any], inputs: Array) -> Array:
        rows: Array = tower(tf.constant(inputs)).numpy().astype(np.float32)
        if rows.shape != (len(inputs), self._description.dimensions):
            raise ModelRefused(
                f"Its vectors have the shape {rows.shape[1:]}, not {self._description.dimensions} dimensions."
            )
        if not np.isfinite(rows).all():
            raise NotFinite(f"{self.spec.name} gave no numbers.")
        return rows


def _tower(folder: Path, what: str, path: str) -> Callable[[Any], Any]:
    """Raises ModelRefused."""
    try:
        loaded = keras_network.load(folder / path)
    except ModelRefused as error:
        raise ModelRefused(f"Its tower of {what}, {path}: {error}") from error
    return lambda inputs: loaded.call(inputs)[0]


def _traced(what: str, tower: Any) -> Callable[[Any], Any]:
    try:
        concrete: Callable[[Any], Any] = tower.get_concrete_function()
    except (ValueError, TypeError, KeyError, IndexError, tf.errors.OpError) as error:
        raise ModelRefused(f"Its tower of {what} has another shape ({str(error)[:200]}).") from error
    return concrete
