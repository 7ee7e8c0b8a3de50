"""Structs to JSON and back, by stable type name and schema version."""

import msgspec

from services.kernel.commands import COMMANDS, Command
from services.kernel.events import EVENTS, Event
from services.kernel.upcast import UPCASTERS, Upcasters, upcast

_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Event]] = {
    name: msgspec.json.Decoder(cls) for name, cls in EVENTS.items()
}


class UnknownEvent(Exception):
    """The log holds a type or version that this program does not know: it was written by a newer one."""


class BrokenEvent(Exception):
    """The stored data does not fit its type: the log is damaged, or a message is not ours."""


def encode(message: msgspec.Struct) -> bytes:
    return _encoder.encode(message)


def decode_event(
    name: str, schema_version: int, data: bytes | str, upcasters: Upcasters = UPCASTERS
) -> Event:
    """Raises UnknownEvent or BrokenEvent."""
    decoder = _decoders.get(name)
    if decoder is None or schema_version > EVENTS[name].VERSION:
        raise UnknownEvent(f"{name} version {schema_version} is not known here: install a newer Albumen.")
    try:
        if schema_version == EVENTS[name].VERSION:
            return decoder.decode(data)
        newest = upcast(name, schema_version, EVENTS[name].VERSION, msgspec.json.decode(data), upcasters)
        return msgspec.convert(newest, EVENTS[name])
    except msgspec.MsgspecError as error:
        raise BrokenEvent(f"{name} version {schema_version}: {error}") from error


def decode_command(name: str, data: bytes | str) -> Command:
    """Raises UnknownEvent or BrokenEvent."""
    cls = COMMANDS.get(name)
    if cls is None:
        raise UnknownEvent(f"The command {name} is not known here: install a newer Albumen.")
    try:
        return msgspec.json.decode(data, type=cls)
    except msgspec.MsgspecError as error:
        raise BrokenEvent(f"{name}: {error}") from error
