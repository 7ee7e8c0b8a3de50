"""Small seeded networks, and files of them, for tests of whatever loads networks."""

from pathlib import Path
from typing import Any

import numpy as np

from services.inference.installed import Installed, digest
from services.inference.staging import complete, staging


def tiny(
    classes: int = 3, side: int | None = 32, *, rescaled: bool = True, activation: str | None = "softmax"
) -> Any:
    """A Keras classifier with a few hundred weights, always the same."""
    import keras

    keras.utils.set_random_seed(1)
    layers = [keras.layers.Input((side, side, 3))]
    if rescaled:
        layers.append(keras.layers.Rescaling(1 / 255))
    layers += [
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(
            classes, activation=activation, kernel_initializer=keras.initializers.RandomNormal(0, 9)
        ),
    ]
    return keras.Sequential(layers)


def efficientnet(path: Path, architecture: str = "EfficientNetB0") -> None:
    """A weights file as Keras publishes them, with seeded weights that give confident answers."""
    import keras

    keras.utils.set_random_seed(2)
    model = getattr(keras.applications, architecture)(weights=None)
    random = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            layer.set_weights(
                [np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225]) ** 2, np.array(0)]
            )
        elif isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma, random.normal(0, 0.3, beta.shape), mean, variance])
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel * 60, bias])
    model.save(path)


def labels(path: Path, *names: str) -> Path:
    path.write_text("".join(f"{name}\n" for name in names))
    return path


def dazzled() -> Any:
    """A two-class classifier that overflows on bright pictures."""
    import keras

    model = keras.Sequential(
        [
            keras.layers.Input((32, 32, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation="exponential"),
        ]
    )
    model.layers[-1].set_weights([np.full((3, 2), 40.0), np.zeros(2)])
    return model


def installed(folder: Path, model: Any, names: list[str]) -> None:
    """Install it as the model `own` without examining its answers."""
    part = staging(folder, "own")
    part.mkdir(parents=True)
    model.save(part / "network.keras")
    one = Installed(
        model_id="own",
        name="Own",
        kind="keras",
        file="network.keras",
        digest=digest(part / "network.keras"),
        input_size=32,
        class_count=len(names),
        source="a test",
        labels=names,
    )
    complete(folder, one)
