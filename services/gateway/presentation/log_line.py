"""An entry of the log for programs, and back."""

from typing import Literal
from uuid import UUID

import msgspec

from services.kernel.log.envelope import Envelope


def line(row: Envelope) -> bytes:
    """One event as JSON, without line breaks; `data` is passed on as it is. If white space in or around it
    had to go, `text` is all of it as stored; if it is damaged and no JSON, it is null, and `unreadable` is its text."""
    fields = msgspec.structs.asdict(row)
    try:
        text = msgspec.json.format(row.data, indent=-1) if "\n" in row.data else row.data
        fields["data"] = passed_on = msgspec.json.decode(text, type=msgspec.Raw)
        if len(passed_on) != len(row.data.encode()):
            fields["text"] = row.data
    except (msgspec.DecodeError, ValueError):
        fields |= {"data": None, "unreadable": row.data}
    return msgspec.json.encode({"position": fields.pop("position"), **fields})


class Gap(msgspec.Struct, frozen=True):
    """Entries that can't be read where the line comes from."""

    position: int
    until: int
    """The last of them."""


class _Line(msgspec.Struct):
    position: int
    until: int | None = None
    event_id: UUID | None = None
    stream: str | None = None
    kind: Literal["C", "E"] | None = None
    type: str | None = None
    schema_version: int | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    version: int | None = None
    recorded_at: int | None = None
    text: str | None = None
    unreadable: str | None = None


def entry(text: bytes) -> Envelope | Gap:
    """What a line tells, exactly as it is stored where it comes from. Raises ValueError for what is no line."""
    parts = _decode(text)  # msgspec's errors are ValueErrors, and so is that of bytes that are no UTF-8
    if parts.unreadable is not None:
        return Gap(
            parts.position,
            parts.position if parts.until is None else parts.until,
        )
    fields = {name: getattr(parts, name) for name in Envelope.__struct_fields__}
    missing = [name for name, value in fields.items() if value is None and name != "causation_id"]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    return Envelope(**fields | {"data": bytes(parts.data).decode() if parts.text is None else parts.text})


_decode = msgspec.json.Decoder(_Line).decode
