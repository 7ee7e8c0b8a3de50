"""Correcting when photos were taken: to a date, also one of which only the year or the month is known, or by a shift
(for a camera whose clock was wrong). Several photos may keep their distances, or follow their file names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from services.domain.fields import OFFSET, ImageIds
from services.domain.subject import Command, Decision, Event, InStream, Known, Refused, Respect, Section
from services.domain.words import Day, Moment, Photos
from services.kernel.sentence import Sentence, Spoken
from services.knowledge.stated import MONTH, YEAR, stated
from services.knowledge.zones import carried, is_zone

NOON: Final = time(12)
DATE: Final = "date"
Precision = Literal["year", "month", "second"]
"""How far a date is known."""
FIRST_PHOTOGRAPH: Final = 1826
"""The year of Niépce’s “View from the Window at Le Gras”, or the one before."""
AHEAD: Final = timedelta(days=1)
"""It is tomorrow already in some time zone."""
_SHIFT_S: Final = 6_400_000_000
ZoneName = Annotated[str, Meta(min_length=1, max_length=64)]


class DateCorrected(Event, frozen=True, kw_only=True):
    """A person's date for the photo; None withdraws it."""

    TYPE: ClassVar[str] = "date_corrected"
    STREAM: ClassVar[str] = "image-{self.image_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    PER_PHOTO: ClassVar[bool] = True
    image_id: str
    taken_at: str | None
    """Of a year or a month: noon of its first day."""
    precision: Precision = "second"

    def respects(self) -> Iterable[Respect]:
        return [(self.image_id, DATE, "")]

    def undo(self, stream: InStream) -> list[Event]:
        later = [event for _, event in stream.after if isinstance(event, DateCorrected)]
        if later and later[-1] != self:
            return []
        earlier = [event for _, event in stream.before if isinstance(event, DateCorrected)]
        return [*(earlier[-1:] or [DateCorrected(image_id=self.image_id, taken_at=None)])]

    def line(self) -> Spoken:
        if self.taken_at is None:
            return Sentence("Restored the date from the file")
        return Sentence("Changed the date to %(date)s", date=self._moment(self.taken_at))

    def doubt(self, today: date) -> Sentence | None:
        if self.taken_at is None:
            return None
        day = self.taken_at[: len("2016-06-12")]
        if day > (today + AHEAD).isoformat():
            return Sentence("%(date)s is in the future.", date=self._moment(self.taken_at))
        if int(day[:YEAR]) < FIRST_PHOTOGRAPH:
            return Sentence("%(date)s is before the first photograph.", date=self._moment(self.taken_at))
        return None

    def _moment(self, taken_at: str) -> Moment | Day:
        """As far as it is known."""
        if self.precision == "second":
            return Moment(taken_at)
        return Day(taken_at[: YEAR if self.precision == "year" else MONTH])


class CorrectDate(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "correct_date"
    NAME: ClassVar[str] = "correct-date"
    PER_PHOTO: ClassVar[bool] = True
    images: ImageIds
    taken_at: Annotated[str, Meta(max_length=40)] | None = None
    """ISO 8601: `1975`, `1975-06`, `2016-06-12`, `2016-06-12T14:03` or with an offset; left out with a shift."""
    spread: Literal["distances", "names"] | None = None
    """With `taken_at`: the earliest photo gets it and the others keep their distance from it, or the first by file name
    gets it and each following one a second more. Else it is the same for all."""
    shift_s: Annotated[int, Meta(ge=-_SHIFT_S, le=_SHIFT_S)] | None = None
    """Seconds to add to each photo's current date …"""
    shift_days: Annotated[int, Meta(ge=-80_000, le=80_000)] | None = None
    shift_hours: Annotated[int, Meta(ge=-10_000, le=10_000)] | None = None
    shift_minutes: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] | None = None
    """… and these, too."""
    offset: Annotated[str, Meta(pattern=OFFSET)] | None = None
    """The UTC offset of the clock that took the photos, `+02:00`: what the clock said stays."""
    zone_from: ZoneName | None = None
    """The time zone that the clock was set to, `Europe/Berlin` …"""
    zone_to: ZoneName | None = None
    """… and the one in which the photos were taken: each date moves by what the zones were apart then."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        dates, images = await known.dates(self.images), list(dict.fromkeys(self.images))
        zones = self._zones()
        shifted = self._shift() is not None or self.offset is not None or zones is not None
        if (self.taken_at is None) is not shifted:
            raise Refused("Give either the date or by how much to move it.", "taken_at")
        if self.taken_at is None:
            return self._shifted({one: dates[one] for one in images if one in dates}, zones)
        if partial := _partial(self.taken_at):
            at, precision = partial
            return Decision([DateCorrected(image_id=one, taken_at=at, precision=precision) for one in images])
        at = iso_date(self.taken_at)
        if self.spread and len(images) > 1:
            order = await known.by_name(images)
            spread = _spread(at, dates, order) if self.spread == "distances" else _numbered(at, order)
        else:
            spread = dict.fromkeys(images, at)
        changed = {one: at for one, at in spread.items() if dates.get(one) != at}
        return Decision([DateCorrected(image_id=one, taken_at=at) for one, at in changed.items()])

    def _shifted(self, dates: Mapping[str, str], zones: tuple[str, str] | None) -> Decision:
        shift = self._shift() or timedelta()
        new = {one: _moved(at, shift, self.offset, zones) for one, at in dates.items()}
        changed = {one: at for one, at in new.items() if at != dates[one]}
        return Decision([DateCorrected(image_id=one, taken_at=at) for one, at in changed.items()])

    def _shift(self) -> timedelta | None:
        parts = (self.shift_s, self.shift_days, self.shift_hours, self.shift_minutes)
        if all(part is None for part in parts):
            return None
        seconds, days, hours, minutes = (part or 0 for part in parts)
        return timedelta(days, seconds, hours=hours, minutes=minutes)

    def _zones(self) -> tuple[str, str] | None:
        """Raises Refused."""
        zones = {"zone_from": self.zone_from, "zone_to": self.zone_to}
        if not any(zones.values()):
            return None
        for field, zone in zones.items():
            if zone is None:
                raise Refused("Give both time zones: the clock’s, and that of the place.", field)
            if not is_zone(zone):
                raise Refused(
                    "There is no time zone “%(zone)s”. Write it as Europe/Berlin.", field, zone=zone
                )
        if self.offset is not None:
            raise Refused("Give either time zones or an offset from UTC.", "offset")
        return self.zone_from or "", self.zone_to or ""

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Changed the date of %(photos)s", photos=Photos(len(self.images)))


class UseFileTime(Command, frozen=True, kw_only=True):
    """Accepts the file's time as the date of photos that nothing else dates; the others stay as they are."""

    TYPE: ClassVar[str] = "use_file_time"
    NAME: ClassVar[str] = "use-file-time"
    PER_PHOTO: ClassVar[bool] = True
    images: ImageIds

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        times = await known.undated(self.images)
        if not times:
            raise Refused("All of these photos already have a date.", "images")
        images = [image for image in dict.fromkeys(self.images) if image in times]
        return Decision([DateCorrected(image_id=one, taken_at=times[one]) for one in images])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Set the date of %(photos)s to the file’s time", photos=Photos(len(events)))


def _partial(text: str) -> tuple[str, Precision] | None:
    """The first day of a year or a month, and which of them it is."""
    match = stated(text) if len(text.strip()) in (YEAR, MONTH) else None
    if match is None or match.digits not in (YEAR, MONTH):
        return None
    return match.moment.isoformat(), "year" if match.digits == YEAR else "month"


def _spread(at: str, dates: Mapping[str, str], images: Sequence[str]) -> dict[str, str]:
    """The earliest by its clock gets the date; distances stay as the clocks tell them."""
    clocks = {one: datetime.fromisoformat(dates[one]) for one in images if one in dates}
    target = datetime.fromisoformat(at)
    first = min(clock.replace(tzinfo=None) for clock in clocks.values())
    result = {}
    for one, clock in clocks.items():
        with _inside_the_calendar("taken_at"):
            moved = target.replace(tzinfo=None) + (clock.replace(tzinfo=None) - first)
        result[one] = _iso(moved.replace(tzinfo=target.tzinfo or clock.tzinfo))
    return result


def _numbered(at: str, images: Sequence[str]) -> dict[str, str]:
    with _inside_the_calendar("taken_at"):
        return {one: _iso(datetime.fromisoformat(at) + timedelta(seconds=n)) for n, one in enumerate(images)}


def iso_date(text: str) -> str:
    """ISO 8601 to the second (or millisecond); a date alone means noon. Raises Refused."""
    try:
        with suppress(ValueError):
            return datetime.combine(date.fromisoformat(text.strip()), NOON).isoformat()
        return _iso(datetime.fromisoformat(text.strip()))
    except ValueError:
        raise Refused(
            "“%(said)s” is not a date. Write it as 2016-06-12 or 2016-06-12T14:03, with +02:00 after it if you like.",
            "taken_at",
            said=text[:40],
        ) from None


def _moved(at: str, shift: timedelta, offset: str | None, zones: tuple[str, str] | None) -> str:
    with _inside_the_calendar("shift_s"):
        moved = datetime.fromisoformat(at) + shift
        if zones:
            there = carried(moved.replace(tzinfo=None), *zones)
            if there is None:
                raise OverflowError
            return _iso(there)
    return _iso(moved.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo) if offset else moved)


@contextmanager
def _inside_the_calendar(field: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, OverflowError):
        raise Refused("The dates would be outside the calendar.", field) from None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
