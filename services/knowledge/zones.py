"""Time zones: which clock a place has had at any moment. The IANA time zone database, as TZif files (RFC 9636).

Ours and not the system's, so that the read tables are the same on every machine, and where there is none; built by
`ops/zones.py`, source in `data/NOTICE`.
"""

import gzip
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)


class _Zones(NamedTuple):
    numbers: dict[str, int]
    """Name -> number of its content: many names are links to others."""
    contents: list[bytes]


@lru_cache(maxsize=1)
def _zones() -> _Zones:
    file = io.BytesIO(gzip.decompress((files("services.knowledge") / "data" / "zones.gz").read_bytes()))
    head = json.loads(file.readline())
    return _Zones(head["names"], [file.read(size) for size in head["sizes"]])


def is_zone(name: str) -> bool:
    """Whether it is a zone's name (`Europe/Berlin`, `UTC`)."""
    return name in _zones().numbers


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    number = _zones().numbers.get(name)
    return None if number is None else ZoneInfo.from_file(io.BytesIO(_zones().contents[number]), name)


def local(milliseconds: int, zone: str) -> datetime | None:
    """What a clock in the zone said, with its offset from UTC to the minute. `milliseconds`: since 1970, UTC. None for
    an unknown zone, and beyond the calendar.

    Before there were zones, places had offsets to the second, which ISO 8601 has no form for.
    """
    rules = _zone(zone)
    if rules is None:
        return None
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
        offset = moment.astimezone(rules).utcoffset() or timedelta()
        return moment.astimezone(timezone(round(offset / _MINUTE) * _MINUTE))
    except OverflowError:
        return None


def zone_names() -> list[str]:
    """Of all zones, links included, in alphabetical order."""
    return sorted(_zones().numbers)


def carried(clock: datetime, was: str, should: str) -> datetime | None:
    """What a clock in one zone should have said in the other, by the rules of both at that moment, with its offset.
    `clock`: without an offset. Of an hour that it showed twice, the first; of one that it skipped, as if it had not.
    None as of `local`."""
    rules = _zone(was)
    if rules is None:
        return None
    try:
        moment = clock.replace(tzinfo=rules)
        return local((moment - _EPOCH) // timedelta(milliseconds=1), should)
    except OverflowError:
        return None
