"""Installs models atomically: files are staged beside the models until complete, then renamed into place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from services.inference.installed import MANIFEST, Installed
from services.kernel.durable import flush_open


def staging(folder: Path, model_id: str) -> Path:
    """The folder for a model's files until it is complete."""
    return folder / f".{model_id}.part"


def complete(folder: Path, one: Installed) -> None:
    """Turn the staged files into a model, atomically. Raises OSError."""
    part = staging(folder, one.model_id)
    manifest = msgspec.json.encode(msgspec.structs.replace(one, folder=""))
    with (part / MANIFEST).open("wb") as file:
        file.write(msgspec.json.format(manifest, indent=2))
        file.flush()
        flush_open(file.fileno())
    part.rename(folder / one.model_id)


def install(
    folder: Path, model_id: str, source: Path, examine: Callable[[Path], Installed], file: str
) -> Installed:
    """Copy a file or folder in as `file`; keep it unless `examine` (called with the copy) raises."""
    part = staging(folder, model_id)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        copy = part / file
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copyfile(source, copy)
        one = examine(copy)
        complete(folder, one)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return one
