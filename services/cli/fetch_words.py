"""`albumen models fetch NAME --from`: a words model, from a folder or from where somebody publishes it.

Its description pins the digest of every other file, and is itself pinned by the digest that the person gives, which a
download can't do without: so nothing is installed but what they chose. Downloads resume as those of networks do.
"""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Final

import httpx
from rich.progress import DownloadColumn, Progress, TransferSpeedColumn

from services.cli.errors import Unsuccessful, Unusable
from services.cli.fetch import download
from services.cli.model_names import id_of
from services.cli.output import progress
from services.inference import words_folder
from services.inference.installed import Installed, ModelRefused, digest
from services.inference.staging import complete, install, staging
from services.inference.words_folder import DESCRIPTION
from services.kernel.settings import Settings

_FILES: Final = "words"
"""The model's files, in the folder of the installed model."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def is_words(source: str) -> bool:
    """Whether a words model is meant, rather than the weights of a network."""
    return _is_url(source) or Path(source).is_dir()


def _is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def fetch_words(settings: Settings, name: str, source: str, sha256: str | None) -> str:
    """What was done, as a sentence. `sha256`: of the description, hex. Raises Unusable and Unsuccessful, having
    installed nothing."""
    model_id = id_of(settings, name, "")
    expected = sha256.strip().lower() if sha256 is not None else None
    if expected is not None and not _SHA256.fullmatch(expected):
        raise Unusable("--sha256 takes the 64 digits and letters (a to f) of a SHA-256.")
    try:
        if _is_url(source):
            one = _from_server(settings, model_id, source, expected)
        else:
            one = _from_folder(settings, model_id, Path(source), expected)
    except ModelRefused as error:
        raise Unsuccessful(f"{name} was not installed. {error}") from error
    except OSError as error:
        raise Unsuccessful(f"{settings.models} can't be written to ({error.strerror or error}).") from error
    return f"{one.name} is installed as {model_id}."


def _from_folder(settings: Settings, model_id: str, source: Path, expected: str | None) -> Installed:
    description = words_folder.whole_folder(source)
    if expected is not None:
        _pinned(source / DESCRIPTION, expected)

    def examined(copy: Path) -> Installed:
        for file in [file for file in copy.rglob("*") if file.is_file()]:
            if file.relative_to(copy).as_posix() not in {DESCRIPTION, *description.files}:
                file.unlink()
        return _examined(copy, model_id)

    return install(settings.models, model_id, source, examined, _FILES)


def _from_server(settings: Settings, model_id: str, source: str, expected: str | None) -> Installed:
    if expected is None:
        raise Unusable(
            f"A download must be pinned: give the SHA-256 of {DESCRIPTION}, as its publisher states it, with --sha256."
        )
    place = httpx.URL(source if source.endswith(".json") else f"{source.removesuffix('/')}/{DESCRIPTION}")
    part = staging(settings.models, model_id)
    folder = part / _FILES
    folder.mkdir(parents=True, exist_ok=True)
    description = folder / DESCRIPTION
    try:
        description.unlink(missing_ok=True)
        _download(place, description)
        _pinned(description, expected)
        for path, pin in words_folder.described_words(description.read_bytes()).files.items():
            file = folder / path
            if not file.exists() or digest(file) != pin:
                file.unlink(missing_ok=True)
                _download(place.join(path), file)
                words_folder.check_pin(file, path, pin)
        one = _examined(folder, model_id)
    except (ModelRefused, Unusable):
        shutil.rmtree(part)
        raise
    complete(settings.models, one)
    return one


def _download(url: httpx.URL, file: Path) -> None:
    """Raises Unsuccessful; what was received is kept for the next time."""
    growing = file.with_name(f"{file.name}.part")
    growing.parent.mkdir(parents=True, exist_ok=True)
    with progress(*Progress.get_default_columns(), DownloadColumn(), TransferSpeedColumn()) as bars:
        bar = bars.add_task(file.name, total=None)
        download(
            str(url), growing, lambda done, total: bars.update(bar, completed=done, total=total), "FOLDER"
        )
    growing.rename(file)


def _pinned(description: Path, expected: str) -> None:
    """Raises ModelRefused."""
    sha256 = hashlib.sha256(description.read_bytes()).hexdigest()
    if sha256 != expected:
        raise ModelRefused(
            f"{DESCRIPTION} is another one than you asked for (SHA-256 {sha256[:16]}…, expected {expected[:16]}…)."
        )


def _examined(folder: Path, model_id: str) -> Installed:
    from services.inference.words_model import WordsModel  # which imports TensorFlow

    return WordsModel.examined(folder, model_id)
