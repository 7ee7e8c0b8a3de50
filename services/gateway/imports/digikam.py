"""digiKam's database, `digikam4.db` (SQLite): albums, ratings, titles, captions, tags, people with their faces, places,
rotations.

Read from memory, so nothing is ever written beside it or locked. Source: digiKam's `dbconfig.xml.cmake.in` (schema),
`coredbconstants.h` (numbers) and `tagregion.cpp`: a face is a rectangle in pixels of the picture as it is shown.
`Settings` says of which version it is.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from services.domain.photos.properties import Region
from services.gateway.imports.contract import MOST_RECORDS, ImportRecord, Told, require_few
from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import PictureFacts, Unreadable
from services.gateway.sidecars.keywords import LIKE_A_SLASH, SLASH, Keywords, keywords
from services.knowledge.dates import sensible
from services.knowledge.rotations import NONE, ROTATIONS, inverse, lies, turned
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
    n.digitizationDate, p.latitudeNumber, p.longitudeNumber, n.orientation, n.width, n.height, i.uniqueHash
  FROM Images i JOIN Albums a ON a.id = i.album LEFT JOIN ImageInformation n ON n.imageid = i.id
  LEFT JOIN ImagePositions p ON p.imageid = i.id
  WHERE i.status IN (1, 2, 3) ORDER BY a.relativePath, i.name LIMIT ?"""
_COMMENTS: Final = """SELECT imageid, type, comment FROM ImageComments WHERE type IN (1, 3)
  ORDER BY (language IS NULL OR language = 'x-default') DESC, id"""
_TAGS: Final = "SELECT id, pid, name FROM Tags"
_PEOPLE: Final = "SELECT tagid FROM TagProperties WHERE property IN ('person', 'faceEngineId')"
_NOBODY: Final = """SELECT tagid FROM TagProperties
  WHERE property IN ('unknownPerson', 'unconfirmedPerson', 'ignoredPerson')"""
"""Tags of faces that are nobody's yet, or nobody's at all; digiKam calls them people, too."""
_TAGGED: Final = "SELECT imageid, tagid FROM ImageTags"
_HASHES: Final = "SELECT 1 FROM Settings WHERE keyword = 'uniqueHashVersion' AND value = '2'"
_FACES: Final = "SELECT imageid, tagid, value FROM ImageTagProperties WHERE property = 'tagRegion'"
_SIDE: Final = re.compile(r'\b(x|y|width|height)="(-?\d{1,9})"', re.ASCII)
_INTERNAL: Final = "_Digikam_Internal_Tags_"
_REJECTED: Final = "Pick Label Rejected"
_ACCEPTED: Final = "Pick Label Accepted"
"""What an export makes of a favourite."""
_FRACTION: Final = re.compile(r"\.[0-9]*[1-9]", re.ASCII)
"""Of a second."""
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
            db.execute("PRAGMA temp_store = MEMORY")  # a decoder can open no file to sort many rows in
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


class _Database(NamedTuple):
    """What is looked up for each photo."""

    texts: dict[tuple[int, int], str]
    """(photo, kind) -> the first comment of this kind."""
    tags: dict[int, tuple[int, str]]
    """Tag -> the one that it stands below, and its name."""
    people: set[int]
    """Tags that are people."""
    nobody: set[int]
    """Those of them that stand for faces without a name."""
    tagged: dict[int, list[int]]
    """Photo -> its tags."""
    faces: dict[int, list[tuple[int, str]]]
    """Photo -> (the person's tag, a rectangle)."""
    hashes: bool
    """Whether `uniqueHash` is of the version that Albumen knows."""


def _records(db: sqlite3.Connection, now: datetime) -> Iterator[ImportRecord]:
    texts: dict[tuple[int, int], str] = {}
    for image, kind, comment in db.execute(_COMMENTS):
        texts.setdefault((image, kind), comment)
    tagged: dict[int, list[int]] = defaultdict(list)
    for image, tag in db.execute(_TAGGED):
        tagged[image].append(tag)
    faces: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for image, tag, value in db.execute(_FACES):
        faces[image].append((tag, str(value)))
    tables = _Database(
        texts,
        {id_: (pid, str(name).replace(LIKE_A_SLASH, SLASH)) for id_, pid, name in db.execute(_TAGS)},
        {row[0] for row in db.execute(_PEOPLE)},
        {row[0] for row in db.execute(_NOBODY)},
        tagged,
        faces,
        db.execute(_HASHES).fetchone() is not None,
    )
    for row in db.execute(_IMAGES, (MOST_RECORDS + 1,)):
        yield _record(row, tables, now)


def _record(row: tuple[Any, ...], tables: _Database, now: datetime) -> ImportRecord:
    (
        image,
        folder,
        name,
        size,
        status,
        rating,
        created,
        digitized,
        latitude,
        longitude,
        *picture,
        unique_hash,
    ) = row
    tags = _tags(tables, image)
    stars, date = _stars(rating), _date(created, digitized, now)
    album = str(folder).strip("/")
    return ImportRecord(
        path=f"{album}/{name}" if album else str(name),
        size=size if isinstance(size, int) else None,
        digest=unique_hash if tables.hashes and isinstance(unique_hash, str) else "",
        facts=PictureFacts(
            taken_at=facts.iso(date.moment) if date else None,
            taken_stated=date.digits if date else 0,
            **facts.place(facts.number(latitude), facts.number(longitude), None)._asdict(),
            description=facts.description(tables.texts.get((image, _CAPTION))),
            keywords=tags.words.keywords,
            keyword_paths=tags.words.keyword_paths,
            people=facts.texts(tags.people.values(), facts.MOST_PEOPLE),
            regions=list(
                islice(_regions(tables.faces.get(image, ()), tags.people, picture), facts.MOST_REGIONS + 1)
            ),
            stars=stars,
            trashed=status == _TRASHED or tags.rejected,
        ),
        title=facts.line(tables.texts.get((image, _TITLE))),
        orientation=int(facts.number(picture[0]) or 0),
        albums=facts.texts([album.rpartition("/")[2]], 1),
        favorite=stars == FAVORITE_STARS or tags.accepted,
        hidden=status == _HIDDEN,
    )


class _Tags(NamedTuple):
    """Of a photo."""

    words: Keywords
    people: dict[int, str]
    """Tag -> name."""
    rejected: bool
    accepted: bool


def _tags(tables: _Database, image: int) -> _Tags:
    paths = {tag: _path(tables.tags, tag) for tag in tables.tagged.get(image, ()) if tag in tables.tags}
    internal = {path[-1] for path in paths.values() if path[0] == _INTERNAL}
    own = {tag: path for tag, path in paths.items() if path[0] != _INTERNAL and tag not in tables.nobody}
    return _Tags(
        keywords((), (path for tag, path in own.items() if tag not in tables.people)),
        {tag: path[-1] for tag, path in own.items() if tag in tables.people},
        _REJECTED in internal,
        _ACCEPTED in internal,
    )


def _regions(
    faces: Iterable[tuple[int, str]], people: Mapping[int, str], picture: Sequence[Any]
) -> Iterator[Region]:
    """As `Region` has them, before the picture is turned. `picture`: orientation, width and height of the file's."""
    orientation, *size = (int(facts.number(one) or 0) for one in picture)
    width, height = reversed(size) if lies(orientation) else size
    if width <= 0 or height <= 0:
        return
    back = inverse(orientation) if orientation in ROTATIONS else NONE
    for tag, value in faces:
        sides = {name: int(number) for name, number in _SIDE.findall(value)}
        if tag in people and len(sides) == 4:
            corner = (sides["x"] / width, sides["y"] / height)
            box = turned((*corner, sides["width"] / width, sides["height"] / height), back)
            if one := facts.region(people[tag], box):
                yield one


def _stars(rating: Any) -> int | None:
    """-1 and 0 say nothing."""
    return facts.stars(rating) if isinstance(rating, int) and rating > 0 else None


def _date(text: Any, digitized: Any, now: datetime) -> Stated | None:
    """None if it is only the file's: of a photo without a date, digiKam has the moment at which its file came about,
    with the fraction of a second, and no date of digitization."""
    if not isinstance(text, str) or (digitized is None and _FRACTION.search(text)):
        return None
    date = stated(text)
    return date if date and sensible(date.moment, now) else None


def _path(tags: dict[int, tuple[int, str]], tag: int) -> list[str]:
    """A tag with what it stands below, which comes first."""
    path: list[str] = []
    while tag in tags and len(path) < _DEEPEST:
        tag, name = tags[tag]
        path.insert(0, name)
    return path
