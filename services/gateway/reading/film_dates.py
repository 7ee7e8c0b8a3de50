"""When a film was taken: by the camera's own clock if it wrote it anywhere, else by the container's, in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from services.knowledge.dates import sensible, zoned
from services.knowledge.stated import MINUTE, Stated, stated

_DAY: Final = timedelta(days=1)
_APPLE: Final = "com.apple.quicktime.creationdate"


def taken(tags: Mapping[str, str], clock: datetime | None, now: datetime) -> datetime | None:
    """`tags`: of the container, with small letters. `clock`: the camera's, from the stream or the header. The result
    has the camera's offset if it is known, none if only its clock is, else UTC."""
    apple, container = (_moment(tags.get(key, ""), now) for key in (_APPLE, "creation_time"))
    local = container if container and container.tzinfo is None else None  # an AVI has nothing else
    for moment in (apple and _in_utc(apple), clock, local):
        if moment and _is_sensible(moment, now):
            return moment
    day = _day(tags, now)
    if container is None or day is None:
        return container or (day and day.moment)
    return _both(day, container)


def _both(day: Stated, container: datetime) -> datetime:
    """A container is made when the film is taken, or later by a program: the earlier date counts. If they agree, it is
    the camera's clock, with the offset that the container's gives it."""
    if abs(_in_utc(day.moment) - container) <= _DAY:
        return zoned(day.moment, container) if day.digits >= MINUTE else container
    if container.isoformat()[: day.digits] == day.moment.isoformat()[: day.digits]:
        return container
    return min(day.moment, container, key=_in_utc)


def _day(tags: Mapping[str, str], now: datetime) -> Stated | None:
    """QuickTime's `©day`, AVI's `ICRD` and their like."""
    texts = (value for key, value in tags.items() if key == "date" or key.startswith("date-"))
    return next((one for text in texts if (one := stated(text)) and sensible(one.moment, now)), None)


def _is_sensible(moment: datetime, now: datetime) -> bool:
    """There is no digital film from 1970 or before."""
    return moment.year > 1970 and sensible(moment, now)


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if _is_sensible(moment, now) else None


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
