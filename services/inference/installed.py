"""Models beside the embedded ones: each a folder `DATA/models/<id>` with the network's file and `model.json`.

`model.json` comes last and by one rename (`staging.py`), so a folder without it is no model, and nothing is ever half
there. What it says of the file, its SHA-256 first, is checked at each load.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import structlog

from services.inference.registry import MODELS, Spec, UnknownModel
from services.inference.weights import WeightsDamaged, WeightsNotFound

log = structlog.get_logger(__name__)

MANIFEST: Final = "model.json"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_CHUNK: Final = 1 << 20

FileKind = Literal["application", "keras", "savedmodel"]
Range = Literal["0..255", "0..1", "-1..1"]
Outputs = Literal["probabilities", "logits", "independent"]


class ModelRefused(WeightsDamaged):
    """The file is no classifier that can be used here; the message is the reason."""


class Installed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`model.json`, and where it lies."""

    model_id: str
    name: str
    kind: FileKind
    file: str
    """In its folder; of a SavedModel the folder's name."""
    digest: str
    """SHA-256 of the file, hex; of a folder that of its files' names and digests."""
    input_size: int
    class_count: int
    source: str
    architecture: str = ""
    """The function of `keras.applications` that makes the network that the weights are for."""
    labels: list[str] = []
    range: Range = "0..255"
    """Of the values that the network expects."""
    outputs: Outputs = "probabilities"
    """`logits` need a softmax; `independent`: each class has a probability of its own (a sigmoid)."""
    background: bool = False
    """Its first output is no class but “none of them”, and is left out."""
    folder: str = ""
    """Where it was found; not written."""

    @property
    def path(self) -> Path:
        return Path(self.folder) / self.file

    @property
    def scaling(self) -> str:
        return "" if self.range == "0..255" else f" scaled to {self.range}"


def found(folder: Path) -> list[Installed]:
    """All models in the folder, by id. What can't be read is left out and said in the log."""
    return [one for entry in sorted(_entries(folder)) if (one := _read(entry)) is not None]


def find(folder: Path, model_id: str) -> Spec:
    """An embedded model, or one of the folder. Raises UnknownModel."""
    if model_id in MODELS:
        return MODELS[model_id]
    installed = _read(folder / model_id) if NAME.fullmatch(model_id) else None
    if installed is None:
        raise UnknownModel(model_id, (one.model_id for one in found(folder)))
    return installed


def _entries(folder: Path) -> Iterable[Path]:
    try:
        return [entry for entry in folder.iterdir() if NAME.fullmatch(entry.name) and entry.is_dir()]
    except OSError:
        return []


def _read(folder: Path) -> Installed | None:
    try:
        one = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Installed)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        return _passed_over(folder, str(error))
    if one.model_id != folder.name or one.model_id in MODELS or not NAME.fullmatch(one.file):
        return _passed_over(folder, "model.json is another model's")
    if one.labels and len(one.labels) != one.class_count:
        return _passed_over(folder, f"model.json has {len(one.labels)} labels for {one.class_count} classes")
    return msgspec.structs.replace(one, folder=str(folder))


@lru_cache
def _passed_over(folder: Path, reason: str) -> None:
    """Said once, however often we look."""
    log.warning("a model can't be used", folder=str(folder), reason=reason)


def digest(path: Path) -> str:
    """SHA-256, hex. Raises OSError."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        lines = [f"{file.relative_to(path).as_posix()}\0{digest(file)}\n" for file in files]
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
    return whole.hexdigest()


def verify(one: Installed) -> None:
    """Raises WeightsNotFound, or WeightsDamaged when the file is not the one that was taken in."""
    try:
        now = digest(one.path)
    except OSError as error:
        raise WeightsNotFound(f"The file of {one.name} can't be read ({error.strerror}).") from error
    if now != one.digest:
        raise WeightsDamaged(
            f"The file of {one.name} was changed since it was added (SHA-256 {now[:16]}…, then {one.digest[:16]}…): "
            f"remove {one.folder} and add it again."
        )
