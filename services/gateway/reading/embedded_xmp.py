"""A file's own XMP: what can be read of it, and a sentence about what can't."""

from datetime import UTC, datetime

import msgspec

from services.gateway.reading import unread
from services.gateway.sidecars import xmp
from services.gateway.sidecars.facts import PictureFacts, Unreadable


def embedded_facts(packet: bytes | None, extension: bytes | None = b"") -> PictureFacts:
    """`extension`: more of it, as `blocks.extended_xmp` gives it. A damaged extension takes nothing from the packet."""
    if not packet or not packet.strip(b"\0 \t\r\n"):
        return PictureFacts()
    now = datetime.now(UTC)
    part = unread.BROKEN if extension is None else ""
    if extension:
        try:
            return xmp.read(packet, now, extension)
        except Unreadable as error:
            part = error.why
    try:
        facts = xmp.read(packet, now)
    except Unreadable as error:
        return PictureFacts(unread=[unread.NO_XMP.format(error.why)] if error.why else [])
    return msgspec.structs.replace(facts, unread=[unread.PART_OF_XMP.format(part)]) if part else facts
