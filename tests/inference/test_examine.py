"""A person's own classifier is installed completely, or refused with the reason and not at all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.inference import examine
from services.inference.installed import Installed, ModelRefused, find, found
from services.inference.ranges import range_of
from services.inference.registry import UnknownModel
from services.inference.staging import install
from tests.support import networks

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings(
        "ignore:__array__ implementation:DeprecationWarning"
    ),  # Keras 3.15 with NumPy 2.4
]
THREE = ["one", "two", "three"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def taken(folder: Path, model: Any, labels: list[str] = THREE, **said: Any) -> tuple[Installed, list[str]]:
    source = folder.parent / "source.keras"
    model.save(source)
    report: list[str] = []

    def examined(copy: Path) -> Installed:
        one, sentences = examine.examine(copy, "own", "Own", labels, **said)
        report.extend(sentences)
        return one

    return install(folder, "own", source, examined, "network.keras"), report


def test_what_is_taken_in_is_found_again(folder: Path) -> None:
    one, report = taken(folder, networks.tiny(3))
    (again,) = found(folder)
    assert again == find(folder, "own")
    assert (again.labels, again.input_size, again.range, again.outputs) == (
        THREE,
        32,
        "0..255",
        "probabilities",
    )
    assert again.digest == one.digest
    assert "by its Rescaling layer" in report[0]


def layers(*given: Any, side: int = 16, classes: int = 3, activation: str | None = "softmax") -> Any:
    import keras

    return keras.Sequential(
        [
            keras.layers.Input((side, side, 3)),
            *given,
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation=activation),
        ]
    )


def test_the_range_is_what_its_first_layer_says() -> None:
    from keras.layers import Normalization, Rescaling

    def said(layer: Any) -> str | None:
        return range_of(layers(layer).layers)[0]

    assert said(Rescaling(1 / 255)) == "0..255"
    assert said(Rescaling(1 / 127.5, offset=-1)) == "0..255"
    assert said(Rescaling(2.0, offset=-1)) == "0..1"
    assert said(Rescaling([1 / 58, 1 / 57, 1 / 57], offset=[-2.1, -2.0, -1.8])) == "0..255"
    assert said(Normalization(mean=[0.485, 0.456, 0.406], variance=[0.05, 0.05, 0.05])) == "0..1"
    assert said(Normalization(mean=[123.0, 117.0, 104.0], variance=[3000.0] * 3)) == "0..255"
    assert said(Normalization(mean=[0.0] * 3, variance=[1.0] * 3)) is None
    assert said(Rescaling(0.001)) is None


@pytest.mark.parametrize(
    ("answers", "outputs"),
    [
        ([[0.2, 0.8], [1.0, 0.0]], "probabilities"),
        ([[0.2, 0.3], [0.9, 0.9]], "independent"),
        ([[-2.0, 0.3], [0.9, 4.0]], "logits"),
    ],
)
def test_what_the_answers_are(answers: list[list[float]], outputs: str) -> None:
    assert examine.outputs_of(np.array(answers)) == outputs


def test_a_background_class_is_left_out_when_it_is_said(folder: Path) -> None:
    one, _ = taken(folder, networks.tiny(4), background=True)
    assert (one.background, one.class_count) == (True, 3)


def test_labels_may_be_imagenets(folder: Path) -> None:
    one, _ = taken(folder, networks.tiny(1000), [])
    assert (one.class_count, one.labels) == (1000, [])


def refused(folder: Path, model: Any, says: str, labels: list[str] = THREE, **said: Any) -> None:
    with pytest.raises(ModelRefused) as refusal:
        taken(folder, model, labels, **said)
    assert says in str(refusal.value)
    assert found(folder) == []
    assert list(folder.iterdir()) == [], "nothing of it stays"
    with pytest.raises(UnknownModel):
        find(folder, "own")


def test_what_is_refused(folder: Path) -> None:
    from keras import Input, Model, Sequential
    from keras.layers import Conv2D, Dense, Flatten, Rescaling

    scale = Rescaling(1 / 255)
    refused(folder, networks.tiny(4), "background class, say --background")
    refused(folder, networks.tiny(3), "off by one", ["background", *THREE])
    refused(folder, networks.tiny(3), "no background class", background=True)
    refused(folder, networks.tiny(7), "another model's labels")
    refused(folder, networks.tiny(1001), "background class", [])
    refused(folder, networks.tiny(1, activation="sigmoid"), "1 output")
    refused(folder, networks.tiny(3, rescaled=False), "--range")
    refused(folder, networks.tiny(3), "not 64", size=64)
    refused(folder, Sequential([Input((16, 24, 3)), scale, Flatten(), Dense(3)]), "square")
    refused(folder, Sequential([Input((16, 16, 1)), Flatten(), Dense(3)]), "16 × 16 × 1")
    refused(folder, Sequential([Input((16, 16, 3)), scale, Conv2D(3, 3)]), "axes")
    one, other = Input((16, 16, 3)), Input((16, 16, 3))
    refused(folder, Model([one, other], Dense(3)(Flatten()(one + other))), "one input")
    open_size = networks.tiny(3, side=None)
    refused(folder, open_size, "--size")
    assert taken(folder, open_size, size=48)[0].input_size == 48


def test_answers_and_weights_that_are_no_numbers(folder: Path) -> None:
    from keras import ops
    from keras.layers import Activation, Rescaling

    broken = networks.tiny(3)
    kernel, bias = broken.layers[-1].get_weights()
    broken.layers[-1].set_weights([kernel * np.nan, bias])
    refused(folder, broken, "not numbers")
    assert ops is not None
    endless = layers(
        Rescaling(1 / 255), Activation("exponential"), Activation("exponential"), activation=None
    )
    weights = endless.layers[-1].get_weights()
    endless.layers[-1].set_weights([weights[0] * 3e38, weights[1]])
    refused(folder, endless, "NaN")


def test_what_is_no_model_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "source.keras").write_bytes(b"PK\x03\x04 no zip after all")
    with pytest.raises(ModelRefused, match="can't be loaded"):
        install(
            folder,
            "own",
            tmp_path / "source.keras",
            lambda copy: examine.examine(copy, "own", "Own", THREE)[0],
            "network.keras",
        )
    assert list(folder.iterdir()) == []


def test_labels_go_by_the_whole_name(tmp_path: Path) -> None:
    """If one name stood for two classes, one would be filed under the other: cranes that fly and cranes that lift."""
    assert examine.labels_of(networks.labels(tmp_path / "l", "crane, bird", "crane, machine")) == [
        "crane, bird",
        "crane, machine",
    ]
    with pytest.raises(ModelRefused, match="lines 1 and 3"):
        examine.labels_of(networks.labels(tmp_path / "l", "crane", "dog", "Crane"))
    with pytest.raises(ModelRefused, match="Line 2"):
        examine.labels_of(networks.labels(tmp_path / "l", "crane", " ", "dog"))
    (tmp_path / "l").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelRefused, match="can't be read"):
        examine.labels_of(tmp_path / "l")
