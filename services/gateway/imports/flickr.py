"""Flickr's data export: a `photo_<number>.json` for each photo, whose downloaded file has the number in its name
(`name_<number>_o.jpg`), or its old name if it never left the person's disk."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.sidecars import facts, flickr, json_text

_OF_A_CAMERA: Final = re.compile(r"[A-Z]{2,4}_?\d{1,8}|\d{8}_\d{6}", re.ASCII | re.IGNORECASE)
"""What Flickr calls a photo to which nobody gave a title: the name of its file."""


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable and NotASidecar."""
    values = flickr.read(content, now)
    data = json_text.value(content)
    title, number = facts.line(data.get("name")), data.get("id")
    values = msgspec.structs.replace(
        values,
        description=facts.description(data.get("description")),
        people=facts.texts(_fields(data, "people", "name"), facts.MOST_PEOPLE),
    )
    return Told(
        records=[
            ImportRecord(
                path=title or "",
                stem=True,
                number=number if isinstance(number, str) else "",
                facts=values,
                title=None if title is None or _OF_A_CAMERA.fullmatch(title) else title,
                albums=facts.texts(_fields(data, "albums", "title"), facts.MOST_KEYWORDS),
            )
        ]
    )


def _fields(data: dict[str, Any], name: str, field: str) -> Iterator[Any]:
    values = data.get(name)
    yield from (one.get(field) for one in values if isinstance(one, dict)) if isinstance(values, list) else ()
