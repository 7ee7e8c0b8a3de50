"""The folder in which the script of the duplicates page leaves lists of what it removed, and the key that signs
them."""

import asyncio
import hashlib
import secrets
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from services.domain.files.removals import (
    LARGEST_LIST,
    BadRemovals,
    RemovableCopy,
    RemovalPlan,
    RemovalRun,
    believed,
    signed,
)
from services.kernel.clock import now_us
from services.kernel.log.ids import new_id

log = structlog.get_logger(__name__)

SUFFIX: Final = ".removed"
UNFINISHED_S: Final = 3600.0
"""A list without its end to which nothing was added for this long is of a script that was stopped."""
_KEY: Final = "key"
_KEY_BYTES: Final = 32


class Note(NamedTuple):
    """What a script writes before it removes anything."""

    path: Path
    content: bytes


class ListRead(NamedTuple):
    path: Path
    digest: str
    """Of its content."""
    run: RemovalRun | None
    reason: str = ""
    """Why it is not believed."""
    over: bool = True
    """The script no longer adds to it."""


class RemovalFolder:
    def __init__(self, data: Path) -> None:
        """`data`: the data folder."""
        self.path = data / "removals"

    def note(self, files: Sequence[RemovableCopy]) -> Note | None:
        """For a script that may remove these; None if the data folder can't be written, or they are too
        many for a list."""
        try:
            key = self._key()
        except OSError as error:
            log.warning("scripts can't leave lists of what they remove", reason=str(error))
            return None
        plan = RemovalPlan(str(new_id()), now_us(), files)
        content = signed(plan, key)
        return Note(self.path / f"{plan.id}{SUFFIX}", content) if len(content) <= LARGEST_LIST else None

    async def lists(self) -> list[ListRead]:
        """All that lie there now."""
        return await asyncio.to_thread(self._lists)

    async def delete(self, lists: Sequence[ListRead]) -> None:
        for one in lists:
            try:
                await asyncio.to_thread(one.path.unlink, missing_ok=True)
            except OSError as error:
                log.warning(
                    "a list of removed copies can't be deleted", path=str(one.path), reason=str(error)
                )

    def _lists(self) -> list[ListRead]:
        try:
            paths = sorted(path for path in self.path.iterdir() if path.suffix == SUFFIX)
            key = self._key() if paths else b""
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                log.warning("the lists of removed copies can't be read", reason=str(error))
            return []
        return [one for path in paths if (one := _read(path, key))]

    def _key(self) -> bytes:
        """Made if there is none, or only a part of it. Raises OSError."""
        path = self.path / _KEY
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) == _KEY_BYTES:
            return key
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        key, new = secrets.token_bytes(_KEY_BYTES), self.path / f"{_KEY}.{new_id()}"
        new.touch(mode=0o600)
        new.write_bytes(key)
        new.replace(path)
        return key


def _read(path: Path, key: bytes) -> ListRead | None:
    """None if it is no file, or can't be read now."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        with path.open("rb") as file:
            content = file.read(LARGEST_LIST + 1)
    except OSError as error:
        log.warning("a list of removed copies can't be read", path=str(path), reason=str(error))
        return None
    digest = hashlib.sha256(content).hexdigest()
    try:
        if len(content) > LARGEST_LIST:
            raise BadRemovals("It is too large.")
        run = believed(content, key, now_us())
    except BadRemovals as error:
        return ListRead(path, digest, None, str(error))
    over = run.ended or time.time() - status.st_mtime > UNFINISHED_S
    return ListRead(path, digest, run, over=over)
