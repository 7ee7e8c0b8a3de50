"""What people and files say of a photo that has one value at a time, and the faces with names."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.domain.photos.properties import Region
from services.knowledge.precedence import CAPTION, PROPERTIES, RATING, TITLE


class Value(msgspec.Struct, frozen=True):
    name: str
    """As in `knowledge.precedence.PROPERTIES`."""
    value: str
    source: str
    """`user`, a kind of sidecar, or a block of the photo's own file; empty for the file in logs of early versions."""
    place: str
    """The sidecar's path relative to its photo folder; empty for others."""


VALUES: Final = "SELECT image_id, name, value, source, place, rank, turn FROM property WHERE image_id {}"
PATHS: Final = "SELECT image_id, path FROM keyword_path WHERE image_id {}"
REGIONS: Final = "SELECT image_id, region FROM region WHERE image_id {}"
"""Of which photos: `images.ONE` or `images.SOME`. The functions below take the rows without the photo's id."""


def values_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Value]]:
    """Property -> its different values, the one that counts first. Properties without any are left out; '' as the first
    value is a person's, who has taken it away."""
    values: dict[str, dict[str, Value]] = {}
    for name, value, source, place, *_ in sorted(rows, key=lambda row: (row[4], row[5], row[3], row[1])):
        values.setdefault(name, {}).setdefault(" ".join(value.split()), Value(name, value, source, place))
    return {name: list(values[name].values()) for name in PROPERTIES if name in values}


def first_values(properties: Mapping[str, Sequence[Value]]) -> dict[str, str | None]:
    """The value that counts of each property but those that `Annotations` has; None if there is none."""
    names = (one for one in PROPERTIES if one not in (TITLE, CAPTION, RATING))
    return {name: next((one.value for one in properties.get(name, ())), "") or None for name in names}


def regions_of(rows: Iterable[tuple[Any, ...]]) -> list[Region]:
    """Each once."""
    regions = (msgspec.convert(json.loads(row[0]), Region) for row in rows)
    return list({(one.name, one.x, one.y): one for one in regions}.values())
