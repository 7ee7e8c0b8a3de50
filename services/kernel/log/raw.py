"""Reads a file without SQLite, byte by byte: whatever its disk still gives, and what the system says where it doesn't.

SQLite calls a log damaged whose disk fails to read a page (`SQLITE_IOERR_CORRUPTFS` becomes `SQLITE_CORRUPT` in
`vdbe.c`). Only the disk itself can say which of the two it is: the one may pass, the other stays.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

_AT_ONCE: Final = 1 << 20
_SECTOR: Final = 4096
"""Bytes of a disk that are lost together; also a page of the log."""
_IN_MEMORY: Final = 1 << 28
"""Bytes up to which a file is read rather than mapped."""


def read_failure(path: Path) -> str | None:
    """What the operating system says if some byte of the file or of its `-wal` can't be read; None if all can, or if
    there is no such file. Reads both to their end."""
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            with file.open("rb") as stream:
                at = 0
                while content := os.pread(stream.fileno(), _AT_ONCE, at):
                    at += len(content)
        except FileNotFoundError:
            continue
        except OSError as error:
            return error.strerror
    return None


def content(stack: ExitStack, path: Path) -> bytes | memoryview:
    """Of a file; empty if there is none, zeros where its disk fails. Until the stack is closed. Raises OSError if it
    can't be opened, or if a large one has to be copied and there is no room beside it."""
    try:
        file = stack.enter_context(path.open("rb"))
    except FileNotFoundError:
        return b""
    size, descriptor = os.fstat(file.fileno()).st_size, file.fileno()
    if size < _IN_MEMORY:
        return b"".join(_readable(descriptor, size))
    if read_failure(path):  # what is mapped and can't be read would end the process (SIGBUS)
        copy = stack.enter_context(TemporaryFile(dir=path.parent))  # noqa: SIM115  the stack closes it
        copy.writelines(_readable(descriptor, size))
        copy.flush()
        descriptor = copy.fileno()
    return memoryview(mmap(descriptor, size, access=ACCESS_READ))


def _readable(descriptor: int, size: int) -> Iterator[bytes]:
    for start in range(0, size, _AT_ONCE):
        length = min(_AT_ONCE, size - start)
        try:
            yield os.pread(descriptor, length, start).ljust(length, b"\0")  # shorter if it was cut meanwhile
        except OSError:
            for at in range(start, start + length, _SECTOR):
                yield _sector(descriptor, min(_SECTOR, size - at), at)


def _sector(descriptor: int, length: int, at: int) -> bytes:
    with suppress(OSError):
        return os.pread(descriptor, length, at).ljust(length, b"\0")
    return bytes(length)
