"""What another Albumen knew of its photos: the list of an export, `albumen.jsonl` (`docs/export.md`), one object per
line.

Photos are known by their content. What the person said counts, and what was shown otherwise: the files of the same
photos say the rest again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from services.gateway.exporting.lines import MARK
from services.gateway.imports.contract import ImportRecord, Told, require_few
from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import NotASidecar, PictureFacts
from services.kernel.log.ids import is_image_id
from services.knowledge.dates import sensible
from services.knowledge.stated import known_part, stated

BROKEN_LINE: Final = "This line is damaged, or no photo of an Albumen."
_MARKS: Final = frozenset({"kind-favorite", "kind-trash"})
"""Decisions that have fields of their own."""
_GUESSES: Final = frozenset({"folder", "mtime", "added"})
_MOST_CATEGORIES: Final = 1000


class _File(msgspec.Struct):
    path: str = ""
    size: int | None = None


class _Album(msgspec.Struct):
    name: str


class _Decision(msgspec.Struct):
    id: str
    name: str
    assigned: bool


class _Date(msgspec.Struct):
    taken_at: str
    source: str


class _User(msgspec.Struct):
    date: _Date | None = None
    categories: list[_Decision] = []


class _Line(msgspec.Struct):
    albumen: int
    id: str
    files: list[_File] = []
    taken_at: str = ""
    taken_at_source: str = ""
    title: str | None = None
    caption: str | None = None
    rating: Annotated[int, Meta(ge=-1, le=5)] | None = None
    favorite: bool = False
    binned: bool = False
    hidden: bool = False
    keywords: list[str] = []
    people: list[str] = []
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    albums: list[_Album] = []
    user: _User = msgspec.field(default_factory=_User)


_decode: Final = msgspec.json.Decoder(_Line).decode


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable and NotASidecar."""
    lines = content.splitlines()
    if not lines or not lines[0].startswith(MARK):
        raise NotASidecar("This file is no list of an Albumen.")
    answer = Told()
    for number, line in enumerate(lines, 1):
        try:
            answer.records.append(_record(_decode(line), now))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            answer.failures.append((str(number), BROKEN_LINE))
    require_few(answer.records)
    return answer


def _record(line: _Line, now: datetime) -> ImportRecord:
    """Raises ValueError."""
    if not is_image_id(line.id):
        raise ValueError(line.id)
    taken_at, digits = _date(line, now)
    paths = [file.path for file in line.files if file.path]
    return ImportRecord(
        path=paths[0] if paths else line.id,
        others=paths[1:],
        image_id=line.id,
        size=line.files[0].size if line.files else None,
        facts=PictureFacts(
            taken_at=taken_at,
            taken_stated=digits,
            **facts.place(line.latitude, line.longitude, line.altitude_m)._asdict(),
            description=facts.text(line.caption),
            keywords=facts.texts(line.keywords, facts.MOST_KEYWORDS),
            people=facts.texts(line.people, facts.MOST_PEOPLE),
            stars=line.rating,
            trashed=line.binned,
        ),
        title=facts.line(line.title),
        albums=facts.texts([album.name for album in line.albums], facts.MOST_KEYWORDS),
        categories=_categories(line.user.categories),
        favorite=line.favorite,
        hidden=line.hidden,
    )


def _date(line: _Line, now: datetime) -> tuple[str | None, int]:
    """ISO 8601, and how many of its characters are known."""
    date = line.user.date or _Date(line.taken_at, line.taken_at_source)
    match = stated(date.taken_at)
    if date.source in _GUESSES or match is None or not sensible(match.moment, now):
        return None, 0
    return facts.iso(match.moment), known_part(date.taken_at, date.source)


def _categories(decisions: Sequence[_Decision]) -> dict[str, bool]:
    names = ((facts.name(one.name), one.assigned) for one in decisions if one.id not in _MARKS)
    return {name: assigned for name, assigned in list(names)[:_MOST_CATEGORIES] if name}
