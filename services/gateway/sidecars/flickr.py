"""Facts from the JSON in a download of one's Flickr account: `photo_1234567.json` for `name_1234567_o.jpg`."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from services.gateway.sidecars import facts, json_text
from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Place
from services.gateway.sidecars.rules import Key, Rule
from services.gateway.sidecars.takeout_names import Reading
from services.knowledge.dates import sensible
from services.knowledge.stated import stated

_MARKS: Final = frozenset({"id", "name", "date_taken"})
"""All are in each photo's file, and not in those about albums, contacts or the account."""
_NAME: Final = re.compile(r"(?:.*_)?(\d{5,20})(?:_o)?", re.ASCII | re.DOTALL)
"""Of a downloaded original without its suffix: a title, the photo's number, and `o` for original."""


def read(content: bytes, now: datetime) -> PictureFacts:
    """Raises Unreadable and NotASidecar. `now`: with an offset; dates more than a day later are nonsense."""
    data = json_text.value(content)
    if not isinstance(data, dict) or not data.keys() >= _MARKS:
        raise NotASidecar("This JSON file describes no photo.")
    text = data["date_taken"]
    date = stated(text) if isinstance(text, str) else None
    date = date if date and sensible(date.moment, now) else None
    tags = data.get("tags")
    words = [tag.get("tag") for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    where = _place(data.get("geo"))
    return PictureFacts(
        taken_at=facts.iso(date.moment) if date else None,
        taken_stated=date.digits if date else 0,
        latitude=where.latitude,
        longitude=where.longitude,
        description=_description(data),
        keywords=facts.texts(words, facts.MOST_KEYWORDS),
    )


def _description(data: dict[str, Any]) -> str | None:
    texts = (facts.description(data.get("name")), facts.description(data.get("description")))
    return facts.text("\n\n".join(text for text in texts if text))


def _place(geo: Any) -> Place:
    one = geo[0] if isinstance(geo, list) and geo else geo
    if not isinstance(one, dict):
        return Place()
    return facts.place(_degrees(one.get("latitude")), _degrees(one.get("longitude")), None)


def _degrees(value: Any) -> float | None:
    """Flickr writes millionths of a degree as a text without a point."""
    number = facts.number(value)
    millionths = isinstance(value, str) and "." not in value
    return number / 1e6 if millionths and number is not None else number


def _numbered(reading: Reading) -> Iterator[Key]:
    if match := _NAME.fullmatch(reading.stem):
        yield f"photo_{match[1]}", ""


SIDECAR: Final = Sidecar(read=read, rules=(Rule(_numbered),))
