"""The networks of `keras.applications` available for download, with the digests that Keras itself pins.

The digests are read from the source of the installed Keras, as importing it takes seconds. Input sizes: M. Tan and
Q. Le, EfficientNet (2019) and EfficientNetV2 (2021), as built by Keras.
"""

import ast
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from services.inference.installed import Installed
from services.inference.registry import CLASS_COUNT


class Application(NamedTuple):
    model_id: str
    name: str
    architecture: str
    """The function of `keras.applications` that builds it."""
    file: str
    place: str
    """Path on the server where Keras publishes its weights."""
    module: str
    """The Keras module that holds the digests."""
    input_size: int
    megabytes: int

    def manifest(self, sha256: str) -> Installed:
        """Its manifest once the weights are downloaded."""
        return Installed(
            model_id=self.model_id,
            name=self.name,
            kind="application",
            file=self.file,
            digest=sha256,
            input_size=self.input_size,
            class_count=CLASS_COUNT,
            source=f"{self.file} (keras.applications), ImageNet-1k",
            architecture=self.architecture,
        )


def _application(name: str, file: str, place: str, module: str, size: int, megabytes: int) -> Application:
    return Application(name.lower(), name, name.replace("-", ""), file, place, module, size, megabytes)


def _b(number: int, size: int, megabytes: int) -> Application:
    name, file = f"EfficientNet-B{number}", f"efficientnetb{number}.h5"
    return _application(name, file, "keras-applications/", "efficientnet", size, megabytes)


def _v2(variant: str, size: int, megabytes: int) -> Application:
    name, place = f"EfficientNetV2-{variant}", "tensorflow/keras-applications/efficientnet_v2/"
    return _application(name, f"{name.lower()}.h5", place, "efficientnet_v2", size, megabytes)


APPLICATIONS: Final[dict[str, Application]] = {
    one.model_id: one
    for one in (
        *(_b(0, 224, 29), _b(1, 240, 31), _b(2, 260, 36), _b(3, 300, 48)),
        *(_b(4, 380, 75), _b(5, 456, 118), _b(6, 528, 166), _b(7, 600, 256)),
        *(_v2("B0", 224, 29), _v2("B1", 240, 34), _v2("B2", 260, 42), _v2("B3", 300, 59)),
        *(_v2("S", 384, 88), _v2("M", 480, 220), _v2("L", 480, 479)),
    )
}


def pinned(one: Application) -> str:
    """The digest of the complete weights file as pinned by Keras: MD5 or SHA-256, hex."""
    return _hashes(one.module)[one.model_id[-2:]][0]


@lru_cache
def _hashes(module: str) -> dict[str, tuple[str, str]]:
    spec = find_spec("keras")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("Keras is not installed: run ./albumen setup.")
    source = Path(spec.submodule_search_locations[0], "src", "applications", f"{module}.py").read_text()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WEIGHTS_HASHES":
            hashes: dict[str, tuple[str, str]] = ast.literal_eval(node.value)
            return hashes
    raise LookupError(f"keras/src/applications/{module}.py has no WEIGHTS_HASHES.")
