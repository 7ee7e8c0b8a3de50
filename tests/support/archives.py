"""Archives as programs write them, and as none does."""

import io
import random
import struct
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


def encrypted(name: str, content: bytes) -> bytes:
    """A zip with one member as WinZip and 7-Zip encrypt it by AES-256: method 99, and the true one in the extra field
    0x9901 (APPNOTE 6.3.10, 4.4.5 and appendix E; WinZip's AE-2, which leaves out the checksum). Its bytes are no
    cipher's, which can't be told without the password."""
    noise = random.Random(name).randbytes(
        16 + 2 + len(content) + 10
    )  # salt, check of the password, content, its code
    extra = struct.pack("<2HH2sBH", 0x9901, 7, 2, b"AE", 3, 8)
    common = struct.pack("<5H3I2H", 51, 1, 99, 0, 0x5821, 0, len(noise), len(content), len(name), len(extra))
    local = b"PK\3\4" + common + name.encode() + extra + noise
    entry = (
        b"PK\1\2"
        + struct.pack("<H", 63)
        + common
        + struct.pack("<3H2I", 0, 0, 0, 0, 0)
        + name.encode()
        + extra
    )
    return local + entry + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)
