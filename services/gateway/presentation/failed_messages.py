"""Messages that no service could handle, in plain words. `redelivery.py` sends them again."""

import asyncio
from typing import Any, Final

import msgspec
import structlog

from services.gateway.i18n.language import _
from services.gateway.write.intake import NotAResult, record
from services.kernel.bus.contract import Bus, BusUnavailable, DeadLetter, Message
from services.kernel.bus.topology import DEAD, DELIVERY_LIMIT, RESULTS, SCAN_FILES
from services.kernel.log.ids import is_image_id
from services.kernel.untrusted import NotJson, decoded

log = structlog.get_logger(__name__)

SHOWN: Final = 50
PATIENCE_S: Final = 2.0
"""How long a page waits for the broker."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter as the jobs page shows it."""

    message_id: str | None
    what: str
    why: str
    died_us: int | None
    image_id: str | None
    resendable: bool


class Letters(msgspec.Struct, frozen=True):
    count: int = 0
    first: list[Letter] = []
    away: bool = False
    """The broker did not answer."""


async def letters(bus: Bus) -> Letters:
    """Never raises."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            count = await bus.depth(DEAD)
            dead = await bus.dead_letters(SHOWN) if count else []
            return Letters(count, [_letter(letter) for letter in dead])
    except (BusUnavailable, TimeoutError) as error:
        log.debug("the dead letters can't be asked for", reason=str(error))
        return Letters(away=True)


def _letter(letter: DeadLetter) -> Letter:
    message = letter.message
    return Letter(
        message_id=message.message_id.hex if message else None,
        what=_what(message),
        why=_why(letter),
        died_us=letter.died_us,
        image_id=_image(message),
        resendable=message is not None and letter.queue is not None,
    )


def _what(message: Message | None) -> str:
    match message.type if message else None:
        case "scan_file":
            return _("A photo to be read by a scanner")
        case "classify_job":
            return _("A photo to be classified")
        case "explain_job":
            return _("A photo to be explained")
        case "image_classified":
            return _("What a model saw on a photo")
        case "image_explained":
            return _("Where a model saw something on a photo")
        case "classification_failed":
            return _("Why a photo could not be classified")
        case None:
            return _("Something that is not from Albumen")
        case other:
            return str(other).replace("_", " ").capitalize()


def _why(letter: DeadLetter) -> str:
    if letter.message is None:
        return _("It isn’t one of Albumen’s messages.")
    if letter.worn_out:
        return _("It came back %(num)s times: each worker that took it crashed.", num=DELIVERY_LIMIT + 1)
    if letter.queue == RESULTS:
        try:
            record(letter.message)
        except NotAResult:
            return _("Albumen can’t make sense of it. Is a classifier of another version running?")
    if letter.queue == SCAN_FILES:
        return _("No scanner could make sense of it. Is one of another version running?")
    return _("No classifier could make sense of it. Is one of another version running?")


def _image(message: Message | None) -> str | None:
    try:
        body = decoded(message.body, dict[str, Any]) if message else {}
    except (msgspec.ValidationError, NotJson):
        return None
    image_id = body.get("image_id")
    return image_id if isinstance(image_id, str) and is_image_id(image_id) else None
