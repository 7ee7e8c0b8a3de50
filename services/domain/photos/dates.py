"""Correcting when photos were taken: to a date, or by a shift (for a camera whose clock was wrong)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from services.domain.fields import ImageIds
from services.domain.subject import Command, Decision, Event, InStream, Known, Refused, Section
from services.domain.words import Moment, Photos
from services.kernel.sentence import Sentence, Spoken

NOON: Final = time(12)


class DateCorrected(Event, frozen=True, kw_only=True):
    """A person's date for the photo; None withdraws it."""

    TYPE: ClassVar[str] = "date_corrected"
    STREAM: ClassVar[str] = "image-{self.image_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    PER_PHOTO: ClassVar[bool] = True
    image_id: str
    taken_at: str | None

    def undo(self, stream: InStream) -> list[Event]:
        later = [event.taken_at for _, event in stream.after if isinstance(event, DateCorrected)]
        if later and later[-1] != self.taken_at:
            return []
        earlier = [event.taken_at for _, event in stream.before if isinstance(event, DateCorrected)]
        return [DateCorrected(image_id=self.image_id, taken_at=earlier[-1] if earlier else None)]

    def line(self) -> Spoken:
        if self.taken_at is None:
            return Sentence("The date is again what the file says")
        return Sentence("You said: taken on %(date)s", date=Moment(self.taken_at))


class CorrectDate(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "correct_date"
    NAME: ClassVar[str] = "correct-date"
    PER_PHOTO: ClassVar[bool] = True
    images: ImageIds
    taken_at: Annotated[str, Meta(max_length=40)] | None = None
    """ISO 8601: `2016-06-12`, `2016-06-12T14:03` or with an offset; left out with `shift_s`."""
    shift_s: Annotated[int, Meta(ge=-6_400_000_000, le=6_400_000_000)] | None = None
    """Seconds to add to each photo's current date."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        dates, images = await known.dates(self.images), dict.fromkeys(self.images)
        if (self.taken_at is None) == (self.shift_s is None):
            raise Refused(
                "Say either the date, “taken_at”, or by how many seconds to move it, “shift_s”.", "taken_at"
            )
        if self.taken_at is not None:
            at = iso_date(self.taken_at)
            new = {image: at for image in images if dates.get(image) != at}
        else:
            new = {one: _shifted(dates[one], self.shift_s) for one in images if self.shift_s and one in dates}
        return Decision([DateCorrected(image_id=image, taken_at=at) for image, at in new.items()])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Date of %(photos)s put right", photos=Photos(len(self.images)))


def iso_date(text: str) -> str:
    """ISO 8601 to the second (or millisecond); a date alone means noon. Raises Refused."""
    try:
        with suppress(ValueError):
            return datetime.combine(date.fromisoformat(text.strip()), NOON).isoformat()
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            "“%(said)s” is no date. Write it as 2016-06-12 or 2016-06-12T14:03, with +02:00 behind it if you like.",
            "taken_at",
            said=text[:40],
        ) from None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _shifted(at: str, seconds: int) -> str:
    try:
        moved = datetime.fromisoformat(at) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        raise Refused("The dates would leave the calendar.", "shift_s") from None
    return moved.isoformat(timespec="milliseconds" if moved.microsecond else "seconds")
