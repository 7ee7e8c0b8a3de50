"""Files that only their owner may read: https://cwe.mitre.org/data/definitions/732.html"""

import os
import stat
from pathlib import Path
from typing import Final

from services.kernel.durable import flush_open

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def write(path: Path, content: bytes) -> None:
    """Replace the file's content, on disk before this returns; after a crash the file is the old one or the new one.
    Raises OSError."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        flush_open(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        flush_open(folder)  # or a power cut brings back a session that was ended
    finally:
        os.close(folder)


def tighten(folder: Path) -> bool:
    """Take the rights of other users away: of the folder, and of the files in it and in its small subfolders, in case
    the folder is opened again. Returns whether somebody else could read a file in it until now.

    The previews are left as they are: nobody gets past the folder above them. A folder that belongs to somebody else,
    or in which everybody may create files (`/tmp`), is not ours to close. Raises PermissionError for such a folder if
    others may read it, and OSError.
    """
    status = folder.stat()
    if not status.st_mode & _OTHERS:
        return False
    if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX:
        raise PermissionError
    for path in (*folder.iterdir(), *(folder / "views").glob("*"), *(folder / "run").glob("*")):
        if not path.is_symlink() and path.lstat().st_uid == os.geteuid():
            path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
    folder.chmod(FOLDER_MODE)
    return any(path.is_file() for path in folder.rglob("*"))
