"""Keras networks answer exactly as in Keras, including its preprocessing."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from ops.golden.inputs import pictures
from services.inference.catalog import APPLICATIONS, Application, pinned
from services.inference.installed import Installed, ModelRefused, digest
from services.inference.preprocess import pixels
from services.inference.weights import WeightsDamaged, WeightsNotFound
from tests.support import networks

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings(
        "ignore:__array__ implementation:DeprecationWarning"
    ),  # Keras 3.15 with NumPy 2.4
]


def plain(answers: Any) -> list[tuple[int, float]]:
    return [(int(row.argmax()), float(row.max())) for row in np.asarray(answers)]


def classified(one: Installed, photos: Any, batch: int = 4) -> list[Any]:
    from services.inference.model import Classifier
    from services.inference.plan import cpu_plans

    return Classifier.load(one, batch, cpu_plans(1, "")).classify(photos)


def fetched(folder: Path, one: Application) -> Installed:
    folder.mkdir(exist_ok=True)
    networks.efficientnet(folder / one.file, one.architecture)
    manifest = one.manifest(digest(folder / one.file))
    return msgspec.structs.replace(manifest, folder=str(folder))


def reference(monkeypatch: pytest.MonkeyPatch, one: Application, path: Path) -> Any:
    """The network that Keras builds with `weights="imagenet"`, from our file instead of a download."""
    import keras
    from keras.src.utils import file_utils

    monkeypatch.setattr(file_utils, "get_file", lambda *_, **__: str(path))
    return getattr(keras.applications, one.architecture)(weights="imagenet")


@pytest.mark.parametrize("model_id", ["efficientnet-b0", "efficientnetv2-b0"])
def test_answers_as_keras_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_id: str) -> None:
    """For photos: cropped, as 0..255, with the rescaling that only `weights="imagenet"` builds: given a path, Keras
    omits it and answers differently without an error."""
    import keras

    one = APPLICATIONS[model_id]
    installed = fetched(tmp_path, one)
    wide = np.pad(pictures(one.input_size), ((0, 0), (30, 30), (90, 90), (0, 0)))
    photos = np.stack([pixels(photo, one.input_size) for photo in wide])
    theirs = reference(monkeypatch, one, installed.path)
    wanted = np.asarray(theirs(photos.astype(np.float32), training=False))
    found = classified(installed, photos)
    for verdict, (index, p), row in zip(found, plain(wanted), wanted, strict=True):
        assert len(verdict.scores) == 20
        assert verdict.scores[0][0] == index
        assert p > 0.02, "sure enough for the comparison to mean something"
        assert all(abs(probability - row[i]) <= 1e-3 for i, probability in verdict.scores)
        assert len(verdict.embedding) == 400
    if one.module == "efficientnet":
        lost = keras.applications.EfficientNetB0(weights=str(installed.path))
        apart = np.abs(wanted - np.asarray(lost(photos.astype(np.float32), training=False))).max()
        assert apart > 5e-3, "more than we would let pass"


def test_where_it_looked(tmp_path: Path) -> None:
    """The mean of a class's map is its logit minus the bias."""
    from services.inference.keras_network import KerasWeights, load
    from services.inference.plan import cpu_plans

    model = networks.tiny(3, activation=None)
    model.save(tmp_path / "network.keras")
    one = own(tmp_path, outputs="logits")
    weights = KerasWeights(one)
    (plan,) = cpu_plans(1, "")
    network = weights.build(plan)
    photo = pictures(32)[:1]
    assert network.maps
    maps = network.maps(photo, [2, 0])
    logits = np.asarray(load(one.path).call(photo.astype(np.float32))[0])[0]
    assert maps.shape == (2, 30, 30)
    assert maps.mean(axis=(1, 2)) == pytest.approx([logits[2], logits[0]], abs=1e-3)


def own(folder: Path, file: str = "network.keras", **fields: Any) -> Installed:
    defaults: dict[str, Any] = {
        "model_id": "own",
        "name": "Own",
        "kind": "keras",
        "file": file,
        "digest": digest(folder / file),
        "input_size": 32,
        "class_count": 3,
        "labels": ["one", "two", "three"],
        "source": "a test",
        "folder": str(folder),
    }
    return Installed(**defaults | fields)


@pytest.mark.parametrize("wanted", ["0..255", "0..1", "-1..1"])
def test_pixels_in_the_range_that_it_wants(tmp_path: Path, wanted: Any) -> None:
    model = networks.tiny(3, rescaled=wanted == "0..255")
    model.save(tmp_path / "network.keras")
    photos = pictures(32).astype(np.float32)
    values = {"0..255": photos, "0..1": photos / 255, "-1..1": photos / 127.5 - 1}[wanted]
    rows = np.asarray(model(values))
    for verdict, row in zip(classified(own(tmp_path, range=wanted), pictures(32)), rows, strict=True):
        assert dict(verdict.scores) == pytest.approx(dict(enumerate(row)), abs=1e-3)


def test_logits_get_a_softmax_and_the_background_is_left_out(tmp_path: Path) -> None:
    model = networks.tiny(4, activation=None)
    model.save(tmp_path / "network.keras")
    logits = np.asarray(model(pictures(32).astype(np.float32)), np.float64)
    rows = np.exp(logits - logits.max(1, keepdims=True))
    rows /= rows.sum(1, keepdims=True)
    found = classified(own(tmp_path, outputs="logits", background=True), pictures(32))
    for verdict, row in zip(found, rows, strict=True):
        assert dict(verdict.scores) == pytest.approx({i: row[i + 1] for i in range(3)}, abs=1e-3)


def test_a_saved_model(tmp_path: Path) -> None:
    model = networks.tiny(3)
    model.export(tmp_path / "network", verbose=False)
    rows = np.asarray(model(pictures(32).astype(np.float32)))
    found = classified(own(tmp_path, "network", kind="savedmodel"), pictures(32))
    for verdict, row in zip(found, rows, strict=True):
        assert dict(verdict.scores) == pytest.approx(dict(enumerate(row)), abs=1e-3)
        assert verdict.embedding == "", "it tells no features"


def test_a_file_that_was_changed_is_not_loaded(tmp_path: Path) -> None:
    networks.tiny(3).save(tmp_path / "network.keras")
    one = own(tmp_path)
    with (tmp_path / "network.keras").open("ab") as file:
        file.write(b"!")
    with pytest.raises(WeightsDamaged, match="was changed"):
        classified(one, pictures(32))
    (tmp_path / "network.keras").unlink()
    with pytest.raises(WeightsNotFound, match="can't be read"):
        classified(one, pictures(32))


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_code_in_a_file_is_not_run(tmp_path: Path, suffix: str) -> None:
    import keras

    from services.inference.keras_network import load

    model = keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Lambda(lambda x: x * 2, output_shape=(4,))]
    )
    model.save(tmp_path / f"network.{suffix}")
    with pytest.raises(ModelRefused, match="code of its own"):
        load(tmp_path / f"network.{suffix}")


def test_a_configuration_that_names_other_code_is_not_followed(tmp_path: Path) -> None:
    """The archive's JSON says which class to make of what; `os.system` is none."""
    import json
    import zipfile

    import keras

    from services.inference.keras_network import load

    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2, activation="relu")])
    model.save(tmp_path / "good.keras")
    with (
        zipfile.ZipFile(tmp_path / "good.keras") as good,
        zipfile.ZipFile(tmp_path / "network.keras", "w") as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            if name == "config.json":
                config = json.loads(content)
                config["config"]["layers"][1] = {
                    "module": "os",
                    "class_name": "system",
                    "registered_name": "system",
                    "config": {"command": f"touch {tmp_path / 'ran'}"},
                }
                content = json.dumps(config).encode()
            bad.writestr(name, content)
    with pytest.raises(ModelRefused):
        load(tmp_path / "network.keras")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "way", ["WriteFile", "PrintV2", "SaveV2", "RestoreV2", "ReadFile", "MergeV2Checkpoints"]
)
def test_a_graph_that_writes_files_is_not_loaded(tmp_path: Path, way: str) -> None:
    import tensorflow as tf

    from services.inference.keras_network import load

    class Writing(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            self.factor = tf.Variable(1.0)  # so that there is a saver, which may write

        @tf.function(input_signature=[tf.TensorSpec([None, 8, 8, 3])])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> Any:
            written = str(tmp_path / "written")
            match way:
                case "WriteFile":
                    tf.io.write_file(written, "x")
                case "PrintV2":
                    tf.print("x", output_stream=f"file://{written}")
                case "SaveV2":
                    tf.raw_ops.SaveV2(prefix=written, tensor_names=["x"], shape_and_slices=[""], tensors=[x])
                case "MergeV2Checkpoints":
                    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=[written], destination_prefix=written)
                case "ReadFile":
                    x += tf.cast(tf.strings.length(tf.io.read_file("/etc/passwd")), tf.float32)
                case "RestoreV2":
                    x += tf.raw_ops.RestoreV2(
                        prefix=written, tensor_names=["x"], shape_and_slices=[""], dtypes=[tf.float32]
                    )[0]
            return tf.reduce_mean(x, axis=(1, 2)) * self.factor

    module = Writing()
    tf.saved_model.save(module, str(tmp_path / "network"), signatures=module.serve)
    with pytest.raises(ModelRefused, match=way):
        load(tmp_path / "network")
    assert not (tmp_path / "written").exists()


def test_what_saves_a_models_own_variables_is_called_by_nothing_else(tmp_path: Path) -> None:
    """A graph may name its saver's functions as what is to be run when it is loaded, or as its answer."""
    from tensorflow.core.protobuf import saved_model_pb2

    from services.inference.graphs import dangerous

    networks.tiny(3).export(tmp_path / "network", verbose=False)
    content = (tmp_path / "network/saved_model.pb").read_bytes()

    def graph() -> Any:
        return saved_model_pb2.SavedModel.FromString(content).meta_graphs[0]

    assert dangerous(graph()) == set()
    functions = {
        one.signature.name: {node.op for node in one.node_def} for one in graph().graph_def.library.function
    }
    (saving,) = [name for name, used in functions.items() if "SaveV2" in used]
    loaded, answering, restoring = graph(), graph(), graph()
    loaded.object_graph_def.concrete_functions[saving].SetInParent()
    assert "SaveV2" in dangerous(loaded)
    for output in answering.signature_def["serving_default"].outputs.values():
        output.name = answering.saver_def.save_tensor_name
    assert "SaveV2" in dangerous(answering)
    restoring.saver_def.restore_op_name = restoring.saver_def.save_tensor_name
    assert "SaveV2" in dangerous(restoring)


def test_every_network_has_a_pinned_digest() -> None:
    """Taken from the installed Keras, whose URLs and file names match ours, too."""
    from keras.src.applications import efficientnet, efficientnet_v2

    modules = {"efficientnet": efficientnet, "efficientnet_v2": efficientnet_v2}
    for one in APPLICATIONS.values():
        assert len(pinned(one)) in (32, 64)
        assert modules[one.module].BASE_WEIGHTS_PATH.endswith(f"storage.googleapis.com/{one.place}")
        assert hasattr(modules[one.module], one.architecture)
