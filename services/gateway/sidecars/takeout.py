"""Facts from Google Takeout's JSON about pictures and albums. Unexpected values are ignored."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.gateway.sidecars import facts, json_text
from services.gateway.sidecars.contract import AlbumFile, Sidecar
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Place, Unreadable
from services.gateway.sidecars.takeout_folders import is_trash_folder
from services.gateway.sidecars.takeout_names import is_album_name
from services.gateway.sidecars.takeout_rules import RULES, is_album_candidate, titles
from services.knowledge.dates import sensible

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALBUM: Final = frozenset({"access", "date", "albumData", "sharedAlbumComments"})
"""Keys of an album's file that a picture's doesn't have."""


def read(content: bytes, now: datetime) -> PictureFacts:
    """Raises Unreadable and NotASidecar. `now`: with an offset; dates more than a day later are nonsense."""
    data = _object(content)
    if not ("photoTakenTime" in data or ("title" in data and not _ALBUM & data.keys())):
        raise NotASidecar("This JSON file describes no photo.")
    where = _place(data.get("geoData"))
    if where.latitude is None:
        where = _place(data.get("geoDataExif"))
    people = data.get("people")
    persons = [one for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    return PictureFacts(
        taken_at=_taken(data.get("photoTakenTime"), now),
        **where._asdict(),
        description=facts.description(data.get("description")),
        favorite=data.get("favorited") is True,
        archived=data.get("archived") is True,
        trashed=data.get("trashed") is True,
        people=facts.texts((person.get("name") for person in persons), facts.MOST_PEOPLE),
    )


def album_title(content: bytes) -> str | None:
    """None for an untitled album or another kind of file. One character more than the limit, for `limits.py`. Raises
    Unreadable."""
    try:
        data = _object(content)
    except NotASidecar:
        return None
    inner = data.get("albumData")
    if isinstance(inner, dict):
        return _title(inner.get("title"))
    if "photoTakenTime" in data or not (_ALBUM & data.keys()):
        return None
    return _title(data.get("title"))


def _title(value: Any) -> str | None:
    return facts.line(value, facts.LONGEST_NAME + 1)


def album_created(content: bytes) -> str | None:
    """When the album was made, in seconds since 1970; None if the file doesn't say or can't be read."""
    try:
        data = _object(content)
    except (Unreadable, NotASidecar):
        return None
    inner = data.get("albumData")
    date = (inner if isinstance(inner, dict) else data).get("date")
    seconds = facts.number(date.get("timestamp")) if isinstance(date, dict) else None
    return str(int(seconds)) if seconds else None  # 0 as in _taken


def _object(content: bytes) -> dict[str, Any]:
    data = json_text.value(content)
    if not isinstance(data, dict):
        raise NotASidecar("This JSON file describes no photo.")
    return data


def _taken(value: Any, now: datetime) -> str | None:
    seconds = facts.number(value.get("timestamp")) if isinstance(value, dict) else None
    if not seconds:  # 0 is what Google writes when it doesn't know
        return None
    try:
        moment = _EPOCH + timedelta(seconds=int(seconds))  # fromtimestamp rejects negatives on some systems
    except OverflowError:
        return None
    return facts.iso(moment) if sensible(moment, now) else None


def _place(value: Any) -> Place:
    if not isinstance(value, dict):
        return Place()
    return facts.place(*(facts.number(value.get(key)) for key in ("latitude", "longitude", "altitude")))


SIDECAR: Final = Sidecar(
    read=read,
    titles=titles,
    rules=RULES,
    album=AlbumFile(is_album_candidate, is_album_name, album_title, album_created),
    is_trash=is_trash_folder,
)
