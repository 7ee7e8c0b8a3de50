"""Picasa's `.picasa.ini`, one in each folder: stars, captions, keywords, albums, turns and faces of the photos in it.

Written by hand from descriptions of the format, as Picasa is no longer made: https://gist.github.com/fbuchinger/1073823,
and the readers in digiKam and exiftool's forum. A face is `rect64(…)`: left, top, right and bottom as 16 bits each,
shares of 65,535. Its person is a number, whose name is in `[Contacts2]`. `rotate(1)` is a quarter turn clockwise of
the upright picture, and so on.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Final

from services.domain.photos.properties import Region
from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import PictureFacts, Unreadable
from services.knowledge.rotations import LEFT, NONE, RIGHT, compose

_SECTION: Final = re.compile(r"\[(.+)\]\s*")
_FACE: Final = re.compile(r"rect64\(([0-9a-f]{1,16})\),([0-9a-f]{1,16})", re.IGNORECASE)
_TURNS: Final = re.compile(r"rotate\(([0-3])\)", re.IGNORECASE)
_ROTATIONS: Final = (NONE, RIGHT, compose(RIGHT, RIGHT), LEFT)
"""After so many quarters."""
_ALBUM: Final = ".album:"
_CONTACTS: Final = ("Contacts", "Contacts2")
_YES: Final = "yes"
_WHOLE: Final = 65_535
_LONGEST: Final = 1000
"""Characters of a contact that are looked at: its name comes first."""

Sections = Mapping[str, Mapping[str, str]]


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable."""
    sections = _sections(_text(content))
    if not sections:
        raise Unreadable("This .picasa.ini is damaged: there is no section in it.")
    names = {
        number.lower(): facts.line(value[:_LONGEST].split(";")[0]) or ""
        for contacts in _CONTACTS
        for number, value in sections.get(contacts, {}).items()
    }
    albums = {
        section[len(_ALBUM) :]: values.get("name", "")
        for section, values in sections.items()
        if section.startswith(_ALBUM)
    }
    folder = path.rpartition("/")[0]
    return Told(
        records=[
            _record(f"{folder}/{section}" if folder else section, values, names, albums)
            for section, values in sections.items()
            if _is_photo(section) and values
        ]
    )


def _is_photo(section: str) -> bool:
    return "." in section and not section.startswith(_ALBUM) and "/" not in section


def _record(
    path: str, values: Mapping[str, str], names: Mapping[str, str], albums: Mapping[str, str]
) -> ImportRecord:
    regions = list(islice(_regions(values.get("faces", ""), names), facts.MOST_REGIONS + 1))
    members = (albums.get(one.strip(), "") for one in values.get("albums", "").split(","))
    turns = _TURNS.fullmatch(values.get("rotate", ""))
    where = [facts.number(part) for part in values.get("geotag", "").split(",")]
    return ImportRecord(
        path=path,
        facts=PictureFacts(
            **facts.place(where[0], where[1], None)._asdict() if len(where) == 2 else {},
            description=facts.text(values.get("caption")),
            keywords=facts.texts(values.get("keywords", "").split(","), facts.MOST_KEYWORDS),
            people=facts.texts((one.name for one in regions), facts.MOST_PEOPLE),
            regions=regions,
        ),
        rotation=_ROTATIONS[int(turns[1])] if turns else 0,
        albums=facts.texts(members, facts.MOST_KEYWORDS),
        favorite=values.get("star") == _YES,
        hidden=values.get("hidden") == _YES,
    )


def _regions(faces: str, names: Mapping[str, str]) -> Iterator[Region]:
    """Those of people whose names are known."""
    for match in _FACE.finditer(faces):
        corners = match[1].zfill(16)
        edge, top, right, bottom = (int(corners[n : n + 4], 16) / _WHOLE for n in (0, 4, 8, 12))
        if one := facts.region(names.get(match[2].lower()), (edge, top, right - edge, bottom - top)):
            yield one


def _text(content: bytes) -> str:
    """UTF-8, or in old versions Windows' own character set."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _sections(text: str) -> dict[str, dict[str, str]]:
    """By name; lines that are no settings are passed over. Of two settings of one name, the last counts."""
    sections: dict[str, dict[str, str]] = {}
    values: dict[str, str] = {}
    for line in text.splitlines():
        if match := _SECTION.fullmatch(line):
            values = sections.setdefault(match[1], {})
        else:
            name, equals, value = line.partition("=")
            if equals and sections:
                values[name.strip()] = value.strip()
    return sections
