"""Photos: their date put right, hidden and shown again. Pure: values in, values out."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.gateway.deciders.errors import Refused
from services.kernel.commands import CorrectDate, HideImages, SetTimeline, UnhideImages
from services.kernel.events import DateCorrected, Event, ImagesHidden, ImagesUnhidden, TimelineHides

LIBRARY = "library"
"""The stream of what concerns many photos at once."""
TIMELINE = "timeline"


def correct(command: CorrectDate, shown: Mapping[str, str]) -> list[DateCorrected]:
    """`shown`: image id -> the date that it has now, ISO 8601. Raises Refused for what is no date."""
    images = dict.fromkeys(command.images)
    if (command.taken_at is None) == (command.shift_s is None):
        raise Refused(
            "Say either the date, “taken_at”, or by how many seconds to move it, “shift_s”.", "taken_at"
        )
    if command.taken_at is not None:
        at = date(command.taken_at)
        return [DateCorrected(image_id=image, taken_at=at) for image in images if shown.get(image) != at]
    return [
        DateCorrected(image_id=image, taken_at=_shifted(shown[image], command.shift_s or 0))
        for image in images
        if command.shift_s and image in shown
    ]


def date(text: str) -> str:
    """ISO 8601, to the second; a day alone is noon of it. Raises Refused."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            "“%(said)s” is no date. Write it as 2016-06-12 or 2016-06-12T14:03, with +02:00 behind it if you like.",
            "taken_at",
            said=text[:40],
        ) from None
    if len(text.strip()) == len("2016-06-12"):
        found = found.replace(hour=12)
    return found.isoformat(timespec="milliseconds" if found.microsecond else "seconds")


def _shifted(at: str, seconds: int) -> str:
    try:
        moved = datetime.fromisoformat(at) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        raise Refused("The dates would leave the calendar.", "shift_s") from None
    return moved.isoformat(timespec="milliseconds" if moved.microsecond else "seconds")


def hide(command: HideImages | UnhideImages) -> list[Event]:
    images = list(dict.fromkeys(command.images))
    return [
        ImagesHidden(image_ids=images)
        if isinstance(command, HideImages)
        else ImagesUnhidden(image_ids=images)
    ]


def timeline(command: SetTimeline, known: Mapping[str, str]) -> list[Event]:
    """`known`: category id -> name. Raises Refused."""
    unknown = next((category for category in command.hides if category not in known), None)
    if unknown is not None:
        raise Refused("There is no category “%(name)s”.", "hides", name=unknown)
    return [TimelineHides(category_ids=sorted(set(command.hides)))]
