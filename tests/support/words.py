"""A tiny words model in the format of real ones, which knows colours: a picture and the name of its colour have vectors
in the same direction."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from services.inference import bpe
from services.inference.installed import digest

SIDE, CONTEXT, DIMENSIONS = 32, 12, 48
MERGES = ("r e", "re d</w>", "b l", "bl u", "blu e</w>", "g r", "gr e", "gre e", "gree n</w>")
COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}
_MEAN, _STD = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)


def _projection() -> Any:
    return np.random.default_rng(4).normal(size=(3, DIMENSIONS)).astype(np.float32)


def pictures(dimensions: int = DIMENSIONS) -> Any:
    """The tower of pictures: their mean colour, projected."""
    import keras

    model = keras.Sequential(
        [
            keras.layers.Input((SIDE, SIDE, 3)),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(dimensions, use_bias=False),
        ]
    )
    model.layers[-1].set_weights([_projection()[:, :dimensions]])
    return model


def sentences(tokenizer: bpe.Tokenizer, *, numbers: bool = True) -> Any:
    """The tower of sentences: the sum of what their words mean. Without `numbers`, its vectors are none."""
    import keras

    meanings = np.zeros((tokenizer.end + 1, DIMENSIONS), np.float32)
    for name, colour in COLOURS.items():
        (token,) = tokenizer.encode(name, 3)[1:2]
        meanings[token] = ((np.array(colour) / 255 - _MEAN) / _STD) @ _projection()
    if not numbers:
        meanings[tokenizer.start] = np.nan
    model = keras.Sequential(
        [
            keras.layers.Input((CONTEXT,), dtype="int32"),
            keras.layers.Embedding(tokenizer.end + 1, DIMENSIONS),
            keras.layers.GlobalAveragePooling1D(),
        ]
    )
    model.layers[0].set_weights([meanings])
    return model


def published(folder: Path, *, saved: bool = False, **changes: Any) -> Path:
    """A folder as `models fetch` takes it. `saved`: with SavedModels instead of .keras files; `changes`: of its
    description."""
    folder.mkdir(parents=True)
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n", "utf-8")
    tokenizer = bpe.read(folder / "merges.txt")
    for name, model in (("image", pictures()), ("text", sentences(tokenizer))):
        if saved:
            model.export(folder / name, verbose=False)
        else:
            model.save(folder / f"{name}.keras")
    return described(folder, "" if saved else ".keras", **changes)


def described(folder: Path, suffix: str = ".keras", **changes: Any) -> Path:
    """The same folder, with a description of what is in it now."""
    description = folder / "words.json"
    description.unlink(missing_ok=True)
    files = {
        file.relative_to(folder).as_posix(): digest(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "fingerprint.pb"
    }
    fields = {
        "name": "Colours",
        "source": "a test, CC0",
        "image": f"image{suffix}",
        "text": f"text{suffix}",
        "merges": "merges.txt",
        "input_size": SIDE,
        "dimensions": DIMENSIONS,
        "context": CONTEXT,
        "mean": _MEAN,
        "std": _STD,
        "files": files,
    }
    description.write_text(json.dumps(fields | changes), "utf-8")
    return folder


def picture(name: str) -> Any:
    """uint8 [side, side, 3] of one colour."""
    return np.full((SIDE, SIDE, 3), COLOURS[name], np.uint8)
