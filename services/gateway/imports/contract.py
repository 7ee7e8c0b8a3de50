"""What a reader of another program's files yields: a record for each photo. A reader is a module here, named after its
kind in `kinds.py`, with a `read`."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from services.gateway.sidecars.facts import PictureFacts, Unreadable
from services.knowledge import taxonomy

MOST_RECORDS: int = 200_000
"""In one file."""


class ImportRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file says of one photo."""

    path: str
    """Of the photo's file, as far as it is known, separated by `/`; the end of it counts (`matching.py`)."""
    others: list[str] = []
    """Further paths that it may have."""
    number: str = ""
    """Flickr's, in the names of its files: `name_<number>_o.jpg`."""
    stem: bool = False
    """The path has no suffix: it is of a photo, its RAW file and its film alike."""
    image_id: str = ""
    """The hash of its content, as Albumen's own export gives it."""
    size: int | None = None
    """Bytes."""
    digest: str = ""
    """Of the ends of the file's content (`content.py`)."""
    uid: str = ""
    """The program's own id, by which `Told.albums` name photos of other files."""
    facts: PictureFacts
    title: str | None = None
    orientation: int = 0
    """How to turn what the file has to make it upright, by EXIF's numbers; 0: it says nothing of it."""
    rotation: int = 0
    """What is done to the upright picture besides (`knowledge.rotations`), likewise."""
    albums: list[str] = []
    favorite: bool = False
    """A heart or a star, beside the stars of a rating."""
    hidden: bool = False
    categories: list[tuple[str, str, bool]] = []
    """(id, name, whether the photo belongs there), as a person said."""
    not_keywords: list[str] = []
    """Those that the photo doesn't have, whatever its file says; likewise the people."""
    not_people: list[str] = []
    without: list[str] = []
    """Of title, caption, rating, favorite, trashed and archived: what it doesn't have, whatever its file says."""


class OwnCategory(msgspec.Struct, frozen=True, kw_only=True, tag="category"):
    """A category or a group, with what a person set of it."""

    id: str
    """Of what Albumen comes with, the same everywhere."""
    name: str
    kind: taxonomy.Kind
    group: str | None
    """The id of its group; None: in none."""
    own: bool
    """Whether a person made it."""
    renamed: bool
    """Whether a person gave it another name than Albumen."""
    hidden: bool
    threshold: float | None
    """If a person chose it."""
    sentences: list[str]
    """What belongs to it in their words."""
    taught: bool
    """Whether it learns from the photos in it."""
    merged_into: str | None
    """The id of the one that a person made it part of. Of what Albumen comes with alone, as is the next."""
    deleted: bool


class OwnAlbum(msgspec.Struct, frozen=True, kw_only=True, tag="album"):
    name: str
    description: str
    query: str | None
    """Of a smart album."""
    sort: str | None
    """`album` (by hand), `taken_at` or `-taken_at`, if it was chosen."""
    cover: str | None
    photos: list[str]
    """Ids, in its order; of a smart album none."""


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """All that a file says."""

    records: list[ImportRecord] = []
    albums: list[tuple[str, list[str]]] = []
    """(name, the program's own ids of its photos), where another file than the photos' says that."""
    own: list[OwnAlbum | OwnCategory] = []
    failures: list[tuple[str, str]] = []
    """(which part of the file, a sentence), of what can't be read in it."""


Read = Callable[[bytes, str, datetime], Told]
"""The content, the file's path below the folder that is imported, and now, with an offset. Raises Unreadable, and
NotASidecar if it is another program's."""


def require_few(records: list[ImportRecord]) -> list[ImportRecord]:
    """Raises Unreadable."""
    if len(records) > MOST_RECORDS:
        raise Unreadable("This file is about more than 200,000 photos.")
    return records
