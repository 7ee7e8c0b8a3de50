"""Installed models beside the embedded ones: each a folder `DATA/models/<id>` with the network's file and `model.json`.

A model appears complete by a single rename (`staging.py`); a folder without `model.json` is no model. The file is
verified against `model.json`, its SHA-256 first, at each load.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import structlog

from services.domain.models.events import ModelKind
from services.inference.registry import EMBEDDED, Spec, UnknownModel
from services.inference.weights import WeightsDamaged, WeightsNotFound

log = structlog.get_logger(__name__)

MANIFEST: Final = "model.json"
SAFE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_CHUNK: Final = 1 << 20

FileKind = Literal["application", "keras", "savedmodel", "words"]
Range = Literal["0..255", "0..1", "-1..1"]
Outputs = Literal["probabilities", "logits", "independent"]


class ModelRefused(WeightsDamaged):
    """The file is not a usable classifier; the message is the reason."""


class Installed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`model.json`, and its folder."""

    model_id: str
    name: str
    kind: FileKind
    file: str
    """Name of the file, or of the folder of a SavedModel or words model, in the model's folder."""
    digest: str
    """SHA-256 of the file, hex; of a folder, the hash of its files' names and digests."""
    input_size: int
    class_count: int
    """Of a words model, the dimensions of its vectors."""
    source: str
    architecture: str = ""
    """The function of `keras.applications` that builds the network for these weights."""
    labels: list[str] = []
    range: Range = "0..255"
    """The pixel values that the network expects."""
    outputs: Outputs = "probabilities"
    """`logits` need a softmax; `independent`: a separate probability (sigmoid) for each class."""
    background: bool = False
    """Its first output is no class but “none of them”, and is dropped."""
    folder: str = ""
    """Path of the model's folder; not written to the file."""

    @property
    def path(self) -> Path:
        return Path(self.folder) / self.file

    @property
    def task(self) -> ModelKind:
        return "words" if self.kind == "words" else "classes"

    @property
    def scaling(self) -> str:
        return "" if self.range == "0..255" else f" scaled to {self.range}"


def found(folder: Path) -> list[Installed]:
    """All models in the folder, by id. Unreadable ones are skipped and logged."""
    return [one for entry in sorted(_entries(folder)) if (one := _read(entry)) is not None]


def find(folder: Path, model_id: str) -> Spec:
    """An embedded model, or one in the folder. Raises UnknownModel."""
    if model_id in EMBEDDED:
        return EMBEDDED[model_id]
    installed = _read(folder / model_id) if SAFE_NAME.fullmatch(model_id) else None
    if installed is None:
        raise UnknownModel(model_id, (one.model_id for one in found(folder)))
    return installed


def _entries(folder: Path) -> Iterable[Path]:
    try:
        return [entry for entry in folder.iterdir() if SAFE_NAME.fullmatch(entry.name) and entry.is_dir()]
    except OSError:
        return []


def _read(folder: Path) -> Installed | None:
    try:
        one = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Installed)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        return _skipped(folder, str(error))
    if one.model_id != folder.name or one.model_id in EMBEDDED or not SAFE_NAME.fullmatch(one.file):
        return _skipped(folder, "model.json is another model's")
    if one.labels and len(one.labels) != one.class_count:
        return _skipped(folder, f"model.json has {len(one.labels)} labels for {one.class_count} classes")
    return msgspec.structs.replace(one, folder=str(folder))


@lru_cache
def _skipped(folder: Path, reason: str) -> None:
    """Logged once, however often the folder is scanned."""
    log.warning("a model can't be used", folder=str(folder), reason=reason)


def digest(path: Path) -> str:
    """SHA-256 of a file or folder, hex. Raises OSError."""
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
    """Raises WeightsNotFound, or WeightsDamaged when the file has changed since it was added."""
    try:
        now = digest(one.path)
    except OSError as error:
        raise WeightsNotFound(f"The file of {one.name} can't be read ({error.strerror}).") from error
    if now != one.digest:
        raise WeightsDamaged(
            f"The file of {one.name} was changed since it was added (SHA-256 {now[:16]}…, then {one.digest[:16]}…): "
            f"remove {one.folder} and add it again."
        )
