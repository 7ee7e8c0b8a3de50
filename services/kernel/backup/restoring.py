"""Puts a backup in place of the log. It is copied and checked first; what was there is moved aside, never overwritten.

The old log stays in its place until a single rename puts the new one there, and has a second name in the folder aside
before anything is moved.
"""

import contextlib
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from services.kernel.backup.checking import BadCopy, Contents, contents, sha256
from services.kernel.backup.manifest import PREVIEWS, Backup, backups, made_at, read_backup
from services.kernel.durable import fsync, put_in_place
from services.kernel.log.sqlite import open_reader
from services.kernel.settings import Settings

_BESIDE: Final = ("-wal", "-shm", "-journal")
_PREVIEW: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.jpg")


class NothingToRestore(Exception):
    """The message says where no backup was found. Nothing was changed."""


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    source: Path
    contents: Contents
    aside: Path | None
    """The folder that holds what was there before; None: nothing was."""
    passed_over: list[str]
    """Why newer backups were not used."""
    models: list[str]
    """Names of models that the backup knows and whose files are not here."""
    previews: int
    """How many were restored."""


def restore(settings: Settings, source: Path) -> Restored:
    """Restore a file, or the newest sound backup of a folder. The caller holds the data folder's lock.

    Raises NothingToRestore; BadCopy if a file that was named is not sound; OSError. All leave everything as it was.
    """
    stage = settings.data / "restoring"
    shutil.rmtree(stage, ignore_errors=True)
    passed_over: list[str] = []
    stage.mkdir(mode=0o700, parents=True)
    try:
        for candidate in _candidates(settings, source):
            try:
                inside = _staged(candidate, stage / "events.db")
            except BadCopy as error:
                if source == candidate:
                    raise
                passed_over.append(str(error))
                continue
            aside = _exchange(settings, stage / "events.db")
            return Restored(
                source=candidate,
                contents=inside,
                aside=aside,
                passed_over=passed_over,
                models=_models_missing(settings, candidate),
                previews=_unpack(candidate, settings.previews),
            )
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    reasons = " ".join(passed_over)
    raise NothingToRestore(f"There is no sound backup in {source}. {reasons}".strip())


def _candidates(settings: Settings, source: Path) -> Iterator[Path]:
    """Newest first. A data folder counts as that of its backups."""
    if source.is_file():
        if settings.events_db.exists() and source.samefile(settings.events_db):
            raise NothingToRestore(f"{source} is the log in use: name a backup of it.")
        yield source.with_suffix(".db") if source.suffix == ".json" and made_at(source.stem) else source
        return
    if not source.is_dir():
        raise NothingToRestore(f"There is nothing at {source}. Connect its disk, or name another backup.")
    yield from (one.path for one in _of_one_album(settings, backups(source) or backups(source / "backups")))
    log = source / "events.db"
    if log.is_file() and not (settings.events_db.exists() and log.samefile(settings.events_db)):
        yield log


def _of_one_album(settings: Settings, all_: list[Backup]) -> list[Backup]:
    """Those of the album that is here, if there are also others'. Raises NothingToRestore if that isn't clear."""
    albums = {one.manifest.first_event_id: one for one in reversed(all_) if one.manifest}
    if len(albums) < 2:
        return all_
    here = None
    with contextlib.suppress(sqlite3.Error), closing(open_reader(settings.events_db)) as db:
        row = db.execute("SELECT event_id FROM event WHERE position = 1").fetchone()
        here = row[0].hex() if row else None
    if here not in albums:
        newest = ", ".join(str(one.path) for one in albums.values())
        raise NothingToRestore(
            f"These are backups of {len(albums)} albums: name one. The newest of each: {newest}."
        )
    return [one for one in all_ if one.manifest is None or one.manifest.first_event_id == here]


def _staged(source: Path, stage: Path) -> Contents:
    """A checked copy, with what the write-ahead log beside the source holds. Raises BadCopy; OSError if it can't be
    written."""
    for path in (stage, *_beside(stage)):
        path.unlink(missing_ok=True)
    try:
        before = sha256(source)
        beside = [
            (here, there)
            for here, there in zip(_beside(source), _beside(stage), strict=True)
            if here.exists()
        ]
        for here, _ in beside:
            sha256(here)
    except OSError as error:  # as when its disk fails there: an older one may lie elsewhere on it
        raise BadCopy(
            "%(file)s can’t be read (%(why)s).", file=source.name, why=error.strerror or str(error)
        ) from error
    for here, there in [(source, stage), *beside]:
        shutil.copyfile(here, there)
    stage.chmod(0o600)
    manifest = read_backup(source, datetime.now(UTC)).manifest
    expected = manifest.sha256 if manifest and made_at(source.stem) and not beside else before
    if sha256(stage) != expected:
        raise BadCopy("%(file)s has changed since the backup.", file=source.name)
    if beside:
        _merge(stage, source.name)
    try:
        return contents(stage)
    except BadCopy as error:  # by the name that the person knows
        raise type(error)(error.sentence.text, **{**error.sentence.values, "file": source.name}) from error


def _merge(log: Path, name: str) -> None:
    """Move what the write-ahead log holds into the file. Raises BadCopy."""
    try:
        with closing(sqlite3.connect(log, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BadCopy("%(file)s is damaged (%(why)s).", file=name, why=str(error)) from error


def _exchange(settings: Settings, new: Path) -> Path | None:
    """The new log in place of the old one; returns the folder with what was there, as it was."""
    log, aside = settings.events_db, None
    before = [path for path in (log, *_beside(log)) if path.exists()]
    if before or settings.views.exists():
        aside = _new_folder(settings.data)
        for path in before:
            _link(path, aside / path.name)
        if settings.views.exists():
            settings.views.rename(aside / settings.views.name)
        fsync(aside)
    for path in _beside(log):  # a write-ahead log would be taken for the new log's
        path.unlink(missing_ok=True)
    put_in_place(new, log)
    return aside


def _link(path: Path, target: Path) -> None:
    """The file under a second name, so that the first always leads to a whole one."""
    try:
        os.link(path, target)
    except OSError:  # a file system without links
        shutil.copyfile(path, target)
        fsync(target)


def _new_folder(data: Path) -> Path:
    stem = f"replaced-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    folder = next(data / name for name in names if not (data / name).exists())
    folder.mkdir(mode=0o700)
    return folder


def _models_missing(settings: Settings, source: Path) -> list[str]:
    manifest = read_backup(source, datetime.now(UTC)).manifest
    return [name for name in (manifest.models if manifest else ()) if not (settings.models / name).exists()]


def _unpack(source: Path, previews: Path) -> int:
    """Those that are not here; a scan makes the others again."""
    packed = source.with_name(f"{source.stem}{PREVIEWS}")
    if not packed.exists():
        return 0
    count = 0
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            if _PREVIEW.fullmatch(name) and not (previews / name).exists():
                archive.extract(name, previews)
                count += 1
    return count


def _beside(log: Path) -> Sequence[Path]:
    return [log.with_name(f"{log.name}{end}") for end in _BESIDE]
