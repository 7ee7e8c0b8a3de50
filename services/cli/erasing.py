"""Forgetting photos for good, in a data folder that nobody else uses: the log is written anew without them, checked,
and put in place of the old one, which stays beside it until somebody says that it may go.

Whatever else in the data folder knows the photos is deleted first: read tables, previews, lists of removed copies and
of what archives hold. If
that is interrupted, the log still has everything, and all of it is made again.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec

from services.domain.erasure import Erasure
from services.domain.history.erased import PhotosErased, Whereabouts, rewritten
from services.domain.subject import Event
from services.kernel.backup.checking import contents
from services.kernel.backup.manifest import backups, read_backup
from services.kernel.clock import now_us
from services.kernel.durable import fsync, put_in_place
from services.kernel.log import codec
from services.kernel.log.envelope import Envelope
from services.kernel.log.ids import is_image_id, new_id
from services.kernel.log.rewriting import each, rewrite
from services.kernel.log.setback import overrule
from services.kernel.log.sqlite import open_reader, open_writer
from services.kernel.paths import from_text, large_paths, preview_path, to_text
from services.kernel.settings import Settings

_KNOWS: Final = "SELECT 1 FROM event WHERE stream = ?"
_IDS: Final = "images.json"
OLD: Final = "forgotten-"
"""Folders in the data folder that hold a log from before photos were forgotten."""


class UnknownPhoto(Exception):
    """Neither an id nor a path that the log knows."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    images: list[str]
    rewritten: int
    """Entries of the log that were changed."""
    old: Path
    """The folder with the log as it was."""
    in_folders: list[str]
    """Files of theirs that are still in a photo folder: a scan imports them again."""
    related: list[str]
    """Ids of photos that stay: saved over them, or over which they were saved, or beside them under the same name."""
    copies: list[Path]
    """Other logs that still hold them, or can't be read: backups, and what a restore moved aside."""


def erase(settings: Settings, named: Sequence[str], progress: Callable[[int], None]) -> Forgotten:
    """`named`: ids of photos, or paths of their files. The caller holds the data folder's lock. Raises UnknownPhoto,
    checking.BadCopy and sqlite3.DatabaseError if the log is not sound, OSError; all leave the log as it was."""
    seen = _whereabouts(settings.events_db)
    images = [_image(name, seen) for name in named]
    if settings.events_db.with_name("events.db-wal").exists():
        with closing(open_writer(settings.events_db, durable=True)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the file is whole without it
    contents(settings.events_db)
    erasure = seen.erasure(images)
    stage = settings.data / "forgetting"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    try:
        count = _write(settings.events_db, stage / "events.db", erasure, progress)
        contents(stage / "events.db")
        old = _kept(settings, erasure)
        _delete_derived(settings, erasure)
        put_in_place(stage / "events.db", settings.events_db)
        overrule(settings)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    places = sorted(place for image in erasure.images for place in seen.of(image))
    paths = [Path(root) / from_text(path) for root, path in places]
    return Forgotten(
        images=sorted(erasure.images),
        rewritten=count,
        old=old,
        in_folders=[to_text(str(path)) for path in paths if path.exists()],
        related=sorted(_related(seen, erasure.images)),
        copies=[
            path
            for path in _other_logs(settings)
            if path.parent != old and knows(path, erasure.images) is not False
        ],
    )


def _whereabouts(log: Path) -> Whereabouts:
    seen = Whereabouts()
    for row in each(log):
        if row.kind == "E" and row.stream.startswith("image-"):
            try:
                event = row.event()
            except (codec.UnknownEvent, codec.BrokenEvent):
                continue
            if isinstance(event, Event):
                seen.see(event)
    return seen


def _related(seen: Whereabouts, images: frozenset[str]) -> set[str]:
    versions = {version for image in images for version in seen.versions.get(image, ())}
    return (versions | seen.beside(images)) - images


def _image(name: str, seen: Whereabouts) -> str:
    """Raises UnknownPhoto."""
    if is_image_id(name):
        if not seen.of(name):
            raise UnknownPhoto(f"There is no photo with the id {name} in the log.")
        return name
    path = to_text(os.path.abspath(Path(name).expanduser()))  # noqa: PTH100  links in it are not followed
    for (root, below), image in seen.latest.items():
        if f"{root.rstrip('/')}/{below}" == path:
            return image
    raise UnknownPhoto(f"No photo in the log was ever at {path}. Give its full path, or its id.")


def _write(source: Path, target: Path, erasure: Erasure, progress: Callable[[int], None]) -> int:
    event = PhotosErased(count=len(erasure.images))
    cause = new_id()
    fact = Envelope(
        position=contents(source).position + 1,
        event_id=uuid4(),
        stream=event.stream(),
        version=1,
        kind="E",
        type=event.TYPE,
        schema_version=event.VERSION,
        data=codec.encode(event).decode(),
        correlation_id=cause,
        causation_id=cause,
        recorded_at=now_us(),
    )
    return rewrite(source, target, lambda row: rewritten(row, erasure), [fact], progress)


def _kept(settings: Settings, erasure: Erasure) -> Path:
    """The folder that holds the old log from now on, under a second name."""
    folder = settings.data / f"{OLD}{datetime.now(UTC):%Y-%m-%dT%H-%M-%S-%fZ}"
    folder.mkdir(mode=0o700)
    (folder / _IDS).write_bytes(msgspec.json.encode(sorted(erasure.images)))
    try:
        os.link(settings.events_db, folder / "events.db")
    except OSError:  # a file system without links
        shutil.copyfile(settings.events_db, folder / "events.db")
        fsync(folder / "events.db")
    fsync(folder)
    fsync(settings.data)
    return folder


def _delete_derived(settings: Settings, erasure: Erasure) -> None:
    restoring = settings.data / "restoring"  # of a restore that was killed
    for folder in (settings.views, restoring, settings.previews / "archives"):
        shutil.rmtree(folder, ignore_errors=True)
    for image in erasure.images:
        for path in (preview_path(settings.previews, image), *large_paths(settings.data / "large", image)):
            path.unlink(missing_ok=True)
    ids = [image.encode() for image in erasure.images]
    for path in (settings.data / "removals").glob("*.removed"):
        content = path.read_bytes()
        if any(id_ in content for id_ in ids):
            path.unlink()


def finish(settings: Settings, everywhere: bool) -> tuple[list[Path], list[Path]]:
    """Delete the logs from before; with `everywhere` also all other copies that hold the forgotten photos, after the
    caller has made a backup without them. Returns (what was deleted, copies that may still hold them). Raises
    OSError."""
    folders = sorted(settings.data.glob(f"{OLD}*/"))
    images = {image for folder in folders for image in _ids(folder)}
    copies = {path: knows(path, images) for path in _other_logs(settings) if path.parent not in folders}
    doomed = [path for path, holds in copies.items() if holds and everywhere]
    for path in doomed:
        _delete(path)
    for folder in folders:
        shutil.rmtree(folder)
    return doomed + folders, [path for path in copies if copies[path] is not False and path not in doomed]


def _delete(log: Path) -> None:
    """A backup with what belongs to it, or the folder with what a restore moved aside."""
    if log.name == "events.db":
        shutil.rmtree(log.parent)
        return
    for file in read_backup(log, datetime.now(UTC)).files():
        file.unlink(missing_ok=True)


def _ids(folder: Path) -> Iterable[str]:
    try:
        return msgspec.json.decode((folder / _IDS).read_bytes(), type=list[str])
    except (OSError, msgspec.MsgspecError):
        return []


def _other_logs(settings: Settings) -> Iterator[Path]:
    """Every log but the one in use."""
    for folder in (settings.backups, settings.second_backups):
        if folder:
            yield from (one.path for one in backups(folder))
    for pattern in ("replaced-*/events.db", f"{OLD}*/events.db"):
        yield from sorted(settings.data.glob(pattern))


def knows(log: Path, images: Iterable[str]) -> bool | None:
    """Whether a log has any of the photos; None if it can't be read."""
    try:
        with closing(open_reader(log)) as db:
            return any(db.execute(_KNOWS, (f"image-{image}",)).fetchone() for image in images)
    except sqlite3.Error:
        return None
