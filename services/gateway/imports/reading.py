"""Reads a file of another program, in a decoder."""

from datetime import UTC, datetime
from typing import BinaryIO, Final

from services.gateway.imports.contract import Told
from services.gateway.imports.kinds import import_reader, kind_of
from services.gateway.reading.content import unreadable
from services.gateway.reading.photo import Rejected
from services.gateway.sidecars.facts import NotASidecar, Unreadable

OF_OTHERS: Final = "It is a file of a program that Albumen can’t import from."


def read_import(file: BinaryIO, path: str, size: int, mtime_ns: int) -> Told | Rejected:
    """`path`: below the folder that is imported."""
    kind = kind_of(path)
    try:
        content = file.read(size)
        for name in kind.readers if kind else ():
            try:
                return import_reader(name)(content, path, datetime.now(UTC))
            except NotASidecar:
                continue
    except OSError as error:
        return Rejected(reason=unreadable(error), size=size, mtime_ns=mtime_ns)
    except Unreadable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)
    return Rejected(reason=OF_OTHERS, size=size, mtime_ns=mtime_ns)
