"""digiKam's database, `digikam4.db` (SQLite): albums, ratings, titles, captions, tags, people and places.

Read from memory, so nothing is ever written beside it or locked. Source: digiKam's `dbconfig.xml.cmake.in` (schema) and
`coredbconstants.h` (numbers); `Settings` says of which version it is.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, Final

from services.gateway.imports.contract import MOST_RECORDS, ImportRecord, Told, require_few
from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import PictureFacts, Unreadable
from services.knowledge.dates import sensible
from services.knowledge.sidecars import FAVORITE_STARS
from services.knowledge.stated import Stated, stated

_OLDEST: Final = 5
_NEWEST: Final = 16
"""Versions of the schema in which everything read here is the same: digiKam 1.0 to 8."""
_MAGIC: Final = b"SQLite format 3\0"
_FORMATS: Final = slice(18, 20)
"""Bytes that say whether a log stands beside the database; what is in memory has none."""
_VERSION: Final = "SELECT value FROM Settings WHERE keyword = 'DBVersion'"
_IMAGES: Final = """SELECT i.id, a.relativePath, i.name, i.fileSize, i.status, n.rating, n.creationDate,
    p.latitudeNumber, p.longitudeNumber
  FROM Images i JOIN Albums a ON a.id = i.album LEFT JOIN ImageInformation n ON n.imageid = i.id
  LEFT JOIN ImagePositions p ON p.imageid = i.id
  WHERE i.status IN (1, 2, 3) ORDER BY a.relativePath, i.name LIMIT ?"""
_COMMENTS: Final = """SELECT imageid, type, comment FROM ImageComments WHERE type IN (1, 3)
  ORDER BY (language IS NULL OR language = 'x-default') DESC, id"""
_TAGS: Final = "SELECT id, pid, name FROM Tags"
_PEOPLE: Final = "SELECT tagid FROM TagProperties WHERE property IN ('person', 'faceEngineId')"
_TAGGED: Final = "SELECT imageid, tagid FROM ImageTags"
_INTERNAL: Final = "_Digikam_Internal_Tags_"
_REJECTED: Final = "Pick Label Rejected"
_HIDDEN, _TRASHED = 2, 3
_CAPTION, _TITLE = 1, 3
_DEEPEST: Final = 32
_STEPS: Final = 200_000_000
"""Instructions of SQLite's machine in all; a database of 100,000 photos takes 20 million."""


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable."""
    if not content.startswith(_MAGIC):
        raise Unreadable("This is no SQLite database, whatever its name says.")
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            image = bytearray(content)
            image[_FORMATS] = b"\1\1"
            db.deserialize(bytes(image))
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA query_only = ON")
            db.set_progress_handler(lambda: 1, _STEPS)
            db.text_factory = lambda text: text.decode("utf-8", "replace")
            _require_version(db)
            return Told(records=require_few(list(_records(db, now))))
        except sqlite3.Error as error:
            raise Unreadable("This digiKam database is damaged, or not one of digiKam’s.") from error


def _require_version(db: sqlite3.Connection) -> None:
    """Raises Unreadable."""
    row = db.execute(_VERSION).fetchone()
    version = facts.number(row[0]) if row else None
    if version is None or not _OLDEST <= version <= _NEWEST:
        raise Unreadable("This digiKam database is of a version that Albumen doesn’t know: it reads 5 to 16.")


def _records(db: sqlite3.Connection, now: datetime) -> Iterator[ImportRecord]:
    texts: dict[tuple[int, int], str] = {}
    for image, kind, comment in db.execute(_COMMENTS):
        texts.setdefault((image, kind), comment)
    tags = {id_: (pid, str(name)) for id_, pid, name in db.execute(_TAGS)}
    people = {row[0] for row in db.execute(_PEOPLE)}
    tagged: dict[int, list[int]] = defaultdict(list)
    for image, tag in db.execute(_TAGGED):
        tagged[image].append(tag)
    for row in db.execute(_IMAGES, (MOST_RECORDS + 1,)):
        paths = {tag: _path(tags, tag) for tag in tagged.get(row[0], ()) if tag in tags}
        yield _record(row, texts, paths, people, now)


def _record(
    row: tuple[Any, ...],
    texts: dict[tuple[int, int], str],
    paths: dict[int, list[str]],
    people: set[int],
    now: datetime,
) -> ImportRecord:
    image, folder, name, size, status, rating, created, latitude, longitude = row
    inner = {path[-1] for path in paths.values() if path[0] == _INTERNAL}
    own = {tag: path for tag, path in paths.items() if path[0] != _INTERNAL}
    words = (path[-1] for tag, path in own.items() if tag not in people)
    stars, date = _stars(rating), _date(created, now)
    album = str(folder).strip("/")
    return ImportRecord(
        path=f"{album}/{name}" if album else str(name),
        size=size if isinstance(size, int) else None,
        facts=PictureFacts(
            taken_at=facts.iso(date.moment) if date else None,
            taken_stated=date.digits if date else 0,
            **facts.place(facts.number(latitude), facts.number(longitude), None)._asdict(),
            description=facts.description(texts.get((image, _CAPTION))),
            keywords=facts.texts(words, facts.MOST_KEYWORDS),
            people=facts.texts((path[-1] for tag, path in own.items() if tag in people), facts.MOST_PEOPLE),
            stars=stars,
            trashed=status == _TRASHED or _REJECTED in inner,
        ),
        title=facts.line(texts.get((image, _TITLE))),
        albums=facts.texts([album.rpartition("/")[2]], 1),
        favorite=stars == FAVORITE_STARS,
        hidden=status == _HIDDEN,
    )


def _stars(rating: Any) -> int | None:
    """-1 and 0 say nothing."""
    return facts.stars(rating) if isinstance(rating, int) and rating > 0 else None


def _date(text: Any, now: datetime) -> Stated | None:
    date = stated(text) if isinstance(text, str) else None
    return date if date and sensible(date.moment, now) else None


def _path(tags: dict[int, tuple[int, str]], tag: int) -> list[str]:
    """A tag with what it stands below, which comes first."""
    path: list[str] = []
    while tag in tags and len(path) < _DEEPEST:
        tag, name = tags[tag]
        path.insert(0, name)
    return path
