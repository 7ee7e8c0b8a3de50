"""A detector read from TensorFlow.js's format: a tiny one that finds red and blue squares, and the embedded one."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from services.domain.jobs.objects import ObjectBox
from services.inference.registry import DETECTORS
from services.inference.weights import WeightsDamaged, WeightsNotFound
from tests.support import detectors

if TYPE_CHECKING:
    from services.inference.detector import Detector
    from services.inference.network import Array

pytestmark = pytest.mark.tensorflow


def picture(width: int = 32, height: int = 32) -> "Array":
    return np.zeros((height, width, 3), np.uint8)


def model(**changes: "Array") -> tuple[bytes, bytes]:
    """The made network, with some weights changed."""
    return detectors.files(
        detectors.weights() | {name.replace("_", "/"): value for name, value in changes.items()}
    )


def load(folder: Path, content: tuple[bytes, bytes] | None = None) -> "Detector":
    from services.inference.detector import Detector

    return Detector.load(detectors.spec(folder, content))


def test_it_says_what_is_where(tmp_path: Path) -> None:
    seen = picture()
    seen[12:16, 8:12, 0] = 255
    seen[20:24, 24:28, 2] = 255
    (found,) = load(tmp_path).classify([seen])
    assert [(box.label, box.x, box.y, box.width, box.height) for box in found.boxes] == [
        (0, 125, 125, 250, 500),
        (1, 625, 375, 250, 500),
    ]
    assert all(box.score > 0.9 for box in found.boxes)


def test_lengths_are_shares_of_the_picture_and_not_of_the_square_around_it(tmp_path: Path) -> None:
    """A picture half as high as wide lies in the middle of the square, between two black bars."""
    seen = picture(32, 16)
    seen[4:8, 8:12, 0] = 255
    (found,) = load(tmp_path).classify([seen])
    assert [box.label for box in found.boxes] == [0]
    assert found.boxes[0] == ObjectBox(0, found.boxes[0].score, 125, 0, 250, 750)


def test_nothing_is_found_in_a_black_picture(tmp_path: Path) -> None:
    assert [one.boxes for one in load(tmp_path).classify([picture(), picture(9, 32)])] == [[], []]


@pytest.mark.parametrize("name", ["seen/bias", "reach/bias"])
def test_a_network_that_gives_no_numbers_fails(tmp_path: Path, name: str) -> None:
    from services.inference import graph_model
    from services.inference.detector import Detector
    from services.inference.devices import plans
    from services.inference.model import NotFinite

    spec = detectors.spec(tmp_path)
    read = graph_model.read(*spec.files, spec.digest)
    numbers = read.weights[name].copy()
    numbers[0] = np.nan
    broken = msgspec.structs.replace(read, weights={**read.weights, name: numbers})
    with pytest.raises(NotFinite, match="Tiny gave no numbers"):
        Detector(spec, plans()[-1], broken).classify([picture()])


@pytest.mark.parametrize("part", [0, 1])
def test_a_file_that_was_changed_is_not_used(tmp_path: Path, part: int) -> None:
    from services.inference.detector import Detector

    spec = detectors.spec(tmp_path)
    spec.files[part].write_bytes(spec.files[part].read_bytes() + b" ")
    with pytest.raises(WeightsDamaged, match="damaged or altered"):
        Detector.load(spec)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    from services.inference.detector import Detector

    spec = detectors.spec(tmp_path)
    spec.files[1].unlink()
    with pytest.raises(WeightsNotFound, match="can't be read"):
        Detector.load(spec)


def test_maps_of_another_shape_are_refused(tmp_path: Path) -> None:
    three = {"seen_kernel": np.zeros((4, 4, 3, 3)), "seen_bias": np.zeros(3)}
    with pytest.raises(WeightsDamaged, match="another shape"):
        load(tmp_path, model(**three))
    with pytest.raises(WeightsDamaged, match="another shape"):
        load(tmp_path, model(reach_kernel=np.zeros((4, 4, 3, 5)), reach_bias=np.zeros(5)))


def test_weights_that_do_not_fit_the_operations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsDamaged, match="another shape"):
        load(tmp_path, model(seen_bias=np.zeros(7)))


def test_files_that_are_no_graph_model_are_refused() -> None:
    from services.inference import graph_model

    text, content = detectors.files()
    for broken, weights, reason in (
        (b"{", content, "no graph model"),
        (b"[]", content, "no graph model"),
        (b'{"modelTopology": {"node": []}}', content, "no graph model"),
        (text, content[:-2], "end too early"),
        (text, content + b"\0\0", "more weights"),
        (text.replace(b'"shape":[2]', b'"shape":[-2]'), content, "end too early"),
        (text.replace(b'"float16"', b'"uint8"'), content, "not known here"),
        (*model(seen_bias=np.array([np.nan, 0])), "not numbers"),
        (*model(seen_bias=np.array([np.inf, 0])), "not numbers"),
    ):
        with pytest.raises(WeightsDamaged, match=reason):
            graph_model.graph_of(broken, weights)


def test_operations_that_are_not_known_are_refused(tmp_path: Path) -> None:
    for name, changed in (("op", "WriteFile"), ("op", "Placeholder")):
        topology = detectors.graph()
        topology["modelTopology"]["node"][2][name] = changed
        with pytest.raises(WeightsDamaged, match=f"not known here \\({changed}\\)"):
            load(tmp_path, detectors.files(topology=topology))


def test_a_graph_in_circles_or_with_a_missing_node_is_refused(tmp_path: Path) -> None:
    for source, reason in (("heat", "in circles"), ("elsewhere", "lacks elsewhere")):
        topology = detectors.graph()
        topology["modelTopology"]["node"][1]["input"][0] = source
        with pytest.raises(WeightsDamaged, match=reason):
            load(tmp_path, detectors.files(topology=topology))


def test_the_embedded_detector_is_the_published_one() -> None:
    """Its files have the pinned digest, and its maps the shape of the classes that are named."""
    from services.inference.detector import Detector

    assert Detector.load(DETECTORS["centernet-mobilenetv3"]).classify([picture(512, 341)])[0].boxes == []
