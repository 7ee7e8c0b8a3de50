"""An entry of the log for programs."""

import msgspec

from services.kernel.log.envelope import Envelope


def line(row: Envelope) -> bytes:
    """One event as JSON; `data` is passed on as stored. If that is damaged and no JSON, it is null, and `unreadable`
    holds its text."""
    fields = msgspec.structs.asdict(row)
    try:
        text = msgspec.json.format(row.data, indent=-1) if "\n" in row.data else row.data
        fields["data"] = msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, ValueError):
        fields |= {"data": None, "unreadable": row.data}
    return msgspec.json.encode({"position": fields.pop("position"), **fields})
