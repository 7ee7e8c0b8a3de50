"""What a backup is: files in one folder whose names begin alike and sort by time.

`albumen-2026-11-29T03-00-00Z.db` is the log, a SQLite database that can be used in place of `events.db`; `.json` beside
it says what is in it; `-previews.zip` holds the previews, if they were asked for. The manifest appears first and the
log last, each by a rename, so a log with such a name is whole.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

LOG: Final = ".db"
MANIFEST: Final = ".json"
PREVIEWS: Final = "-previews.zip"
_STEM: Final = re.compile(r"albumen-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)")
_TIME: Final = "%Y-%m-%dT%H-%M-%SZ"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`albumen-<time>.json`."""

    position: int
    """Of the last event in the log."""
    first_event_id: str
    """Hex: tells the logs of different albums apart."""
    last_event_id: str
    """Hex."""
    last_recorded_us: int
    """When the last event was recorded: microseconds since 1970."""
    schema: int
    """Of the log (`PRAGMA user_version`)."""
    version: str
    """Of the Albumen that made it."""
    size: int
    """Bytes of the log."""
    sha256: str
    """Of the log's file, hex."""
    made_us: int
    """Microseconds since 1970."""
    verified_us: int
    """When the copy was read back and checked, likewise."""
    models: list[str] = []
    """Names of the added and fetched models, whose files are not in the backup."""
    previews: int = 0
    """Bytes of the previews; 0: without."""


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """A backup in a folder."""

    path: Path
    """Of the log."""
    time: datetime
    """In UTC, by its name."""
    size: int
    """Bytes that it takes on the disk."""
    manifest: Manifest | None
    """None: it is missing, or can't be read."""

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def whole(self) -> bool:
        """It has the size that it was made with."""
        return self.manifest is not None and _size(self.path) == self.manifest.size

    def same(self, other: "Backup") -> bool:
        """Whether both say that they are the same bytes."""
        mine, theirs = self.manifest, other.manifest
        return mine is not None and theirs is not None and mine.sha256 == theirs.sha256

    def files(self) -> list[Path]:
        """The log first: without it the rest is no backup."""
        return [self.path, *(self.path.with_name(self.name + end) for end in (MANIFEST, PREVIEWS))]


def new_stem(folder: Path, now: datetime) -> str:
    """A name that is not taken in the folder."""
    while (folder / f"{(stem := f'albumen-{now.astimezone(UTC):{_TIME}}')}{LOG}").exists():
        now += timedelta(seconds=1)
    return stem


def made_at(stem: str) -> datetime | None:
    """None if it is no backup's name."""
    match = _STEM.fullmatch(stem)
    try:
        return datetime.strptime(match[1], _TIME).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def backups(folder: Path) -> list[Backup]:
    """All in the folder, newest first. Raises OSError if it can't be listed; a folder that is missing holds none."""
    try:
        entries = [
            (path, time) for path in folder.iterdir() if path.suffix == LOG and (time := made_at(path.stem))
        ]
    except FileNotFoundError:
        return []
    return [read_backup(path, time) for path, time in sorted(entries, key=lambda one: one[1], reverse=True)]


def read_backup(path: Path, time: datetime) -> Backup:
    try:
        manifest = msgspec.json.decode(path.with_suffix(MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        manifest = None
    backup = Backup(path=path, time=time, size=0, manifest=manifest)
    return msgspec.structs.replace(backup, size=sum(map(_size, backup.files())))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
