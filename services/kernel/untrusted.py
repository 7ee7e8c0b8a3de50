"""JSON that others wrote: bodies of requests, cursors in URLs, messages on the bus."""

from typing import TypeVar

import msgspec

_Value = TypeVar("_Value")


class NotJson(Exception):
    """The bytes are no JSON, or nested more deeply than Python can follow (about a thousand levels)."""


def decoded(data: bytes | str, type: type[_Value]) -> _Value:
    """Raises msgspec.ValidationError if the JSON does not fit the type, and NotJson."""
    try:
        return msgspec.json.decode(data, type=type)
    except msgspec.ValidationError:
        raise
    except RecursionError as error:
        raise NotJson("it is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise NotJson(str(error)) from error
