"""Archives as programs write them, and as none does."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

DAY: Final = datetime(2021, 5, 6, 7, 8, 10, tzinfo=UTC)
"""When the members of the archives made here were last changed."""


def files(folder: Path) -> dict[str, bytes]:
    """Paths and contents of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def zipped(path: Path, members: Mapping[str, bytes], deflated: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, DAY.timetuple()[:6]), content, method)
    return path


def tarred(path: Path, members: Mapping[str, bytes]) -> Path:
    """Packed by gzip unless the name ends in `.tar`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w" if path.suffix == ".tar" else "w:gz") as archive:
        for name, content in members.items():
            row = tarfile.TarInfo(name)
            row.size, row.mtime = len(content), int(DAY.timestamp())
            archive.addfile(row, io.BytesIO(content))
    return path


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """In the format of the name's suffix; a zip deflated."""
    return zipped(path, members, deflated=True) if path.suffix == ".zip" else tarred(path, members)
