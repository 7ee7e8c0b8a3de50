"""`DATA/access.json`: the password's hash, and the sessions and tokens that open the album.

It is a file beside the log, not events in it: whatever is in an append-only log stays there and in every backup for
ever, and a session must end for good. It holds hashes only, so that a copy of it opens nothing.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import structlog

from services.gateway.access import private
from services.kernel.sentence import Explained

log = structlog.get_logger(__name__)

FILE: Final = "access.json"
T = TypeVar("T")


class Role(IntEnum):
    """What somebody may do; each may do what the ones before it may."""

    NOBODY = -1
    WORKER = 0
    """A classifier or scanner on another computer."""
    VIEWER = 1
    OWNER = 2


class Session(msgspec.Struct, kw_only=True):
    """A browser that is signed in, as owner."""

    id: str
    secret: str
    """`secret_hash` of the cookie."""
    former: str | None = None
    """`secret_hash` of the cookie before the last rotation, until the browser has shown that it has the new one."""
    browser: str = ""
    """Its User-Agent, shortened."""
    since_s: float
    """When it signed in; Unix time, as all times here."""
    rotated_s: float
    seen_s: float


class Token(msgspec.Struct, kw_only=True):
    """A program that may use the album."""

    id: str
    name: str
    role: Role
    secret: str
    """`secret_hash` of the token."""
    since_s: float


class Keys(msgspec.Struct, kw_only=True):
    version: int = 1
    password: str | None = None
    """An argon2id hash in the PHC string format."""
    sessions: list[Session] = []
    tokens: list[Token] = []
    links: dict[str, str] = {}
    """Share links with a password of their own: the link's id -> an argon2id hash."""


class KeyringUnreadable(Exception):
    """The file can't be read, so nobody is let in. The message says what to do."""


class NotStored(Explained):
    """The file can't be written."""


def secret_hash(secret: str) -> str:
    """SHA-256. Secrets of 128 random bits and more need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Keyring:
    """The file, as it is now: other processes (`albumen password`) change it too."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._keys, self._stamp = Keys(), (-1, -1, -1)

    def keys(self) -> Keys:
        """Not to be changed. That a file with a password is gone opens nothing: its disk may be away. Raises
        KeyringUnreadable."""
        try:
            status = self._path.stat()
        except FileNotFoundError as error:
            if self._keys.password is not None:
                raise _unreadable(self._path, error) from error
            self._keys, self._stamp = Keys(), (-1, -1, -1)
            return self._keys
        except OSError as error:
            raise _unreadable(self._path, error) from error
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            try:
                self._keys = msgspec.json.decode(self._path.read_bytes(), type=Keys)
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                raise _unreadable(self._path, error) from error
            self._stamp = stamp
        return self._keys

    def change(self, edit: Callable[[Keys], T]) -> T:
        """`edit` gets a copy of the newest keys, which is then on disk before this returns. If `edit` raises, nothing
        changes. Raises NotStored and KeyringUnreadable. Blocks while another process makes a change."""
        try:
            with self._lock():
                keys = self._copy()
                result = edit(keys)
                private.write(self._path, msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")
                return result
        except OSError as error:
            raise NotStored("This can’t be saved (%(why)s).", why=error.strerror or error) from error

    def change_for_now(self, edit: Callable[[Keys], object]) -> None:
        """As `change`, but what can't be stored (a full disk) still counts until this process ends: the owner must be
        able to sign in to see what is wrong. Raises KeyringUnreadable."""
        try:
            self.change(edit)
        except NotStored as error:
            log.warning("a session is kept in memory only", why=str(error))
            keys = self._copy()
            edit(keys)
            self._keys = keys

    def _copy(self) -> Keys:
        return msgspec.json.decode(msgspec.json.encode(self.keys()), type=Keys)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT
        with os.fdopen(os.open(self._path.with_suffix(".lock"), flags, private.FILE_MODE), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _unreadable(path: Path, error: Exception) -> KeyringUnreadable:
    return KeyringUnreadable(
        f"{path}, which holds the password, can’t be read ({error}), so nobody is let in. Restore it from a backup, "
        "or delete it and set a new password with: albumen password"
    )
