"""Structs to JSON and back, keyed by stable type name and schema version."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from services.kernel.log.command import COMMANDS, Command
from services.kernel.log.event import EVENTS, Event
from services.kernel.log.upcast import UPCASTERS, Upcasters, upcast
from services.kernel.untrusted import NotJson, decoded

_Message = TypeVar("_Message")

_encoder = msgspec.json.Encoder()
_others: list[Callable[[], object]] = []


def register_on_demand(others: Callable[[], object]) -> None:
    """`others`: imports all modules whose classes a message may have. Called for names that aren't registered yet."""
    _others.append(others)


@cache
def _decoder(event: type[Event]) -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(event)


class UnknownEvent(Exception):
    """The log holds a type or version that this program does not know: a newer one wrote it."""


class BrokenEvent(Exception):
    """The stored data does not fit its type: the log is damaged, or the message is not ours."""


def encode(message: msgspec.Struct) -> bytes:
    return _encoder.encode(message)


def decode_event(
    name: str, schema_version: int, data: bytes | str, upcasters: Upcasters = UPCASTERS
) -> Event:
    """Raises UnknownEvent or BrokenEvent."""
    event = _lookup(EVENTS, name)
    if event is None or schema_version > event.VERSION:
        raise UnknownEvent(f"{name} version {schema_version} is not known here: install a newer Albumen.")
    try:
        if schema_version == event.VERSION:
            return _decoder(event).decode(data)
        newest = upcast(name, schema_version, event.VERSION, msgspec.json.decode(data), upcasters)
        return msgspec.convert(newest, event)
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, RecursionError) as error:
        # no JSON, no UTF-8, or no such old version
        raise BrokenEvent(f"{name} version {schema_version}: {error}") from error


def decode_command(name: str, data: bytes | str) -> Command:
    """Limits of fields, such as a name's length, are not checked: they may have been laxer when it was accepted. Raises
    UnknownEvent or BrokenEvent."""
    cls = _lookup(COMMANDS, name)
    if cls is None:
        raise UnknownEvent(f"The command {name} is not known here: install a newer Albumen.")
    try:
        return msgspec.json.decode(data, type=cls)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        return _lenient(name, cls, data)


def _lenient(name: str, cls: type[Command], data: bytes | str) -> Command:
    try:
        fields, types = decoded(data, dict[str, Any]), _unlimited(cls)
        values = {
            field: msgspec.convert(fields[field], types[field]) for field in types.keys() & fields.keys()
        }
        return cls(**values)
    except (msgspec.ValidationError, NotJson, ValueError, TypeError, RecursionError) as error:
        raise BrokenEvent(f"{name}: {error}") from error


@cache
def _unlimited(cls: type[Command]) -> Mapping[str, Any]:
    """The types of its fields without their limits."""
    hints = get_type_hints(cls)
    return {field: hints[field] for field in cls.__struct_fields__}


def _lookup(registry: dict[str, type[_Message]], name: str) -> type[_Message] | None:
    if name not in registry:
        for others in _others:
            others()
    return registry.get(name)
