"""A request's body as a command: JSON, or the same fields from an HTML form."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from services.domain import BY_NAME
from services.domain.subject import Command
from services.kernel.sentence import Explained


class Invalid(Explained):
    """The body is no valid command. `field`: the one to correct, None when it is the whole body."""

    def __init__(self, text: str, field: str | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field


def from_json(name: str, body: bytes) -> Command:
    """An empty body has no fields. Raises Invalid, or KeyError for an unknown command."""
    cls = BY_NAME[name]
    try:
        return msgspec.json.decode(body or b"{}", type=cls)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid("The body is not JSON: %(why)s.", why=error) from error


def from_form(name: str, fields: Mapping[str, list[str]]) -> Command:
    """`fields`: name -> values as sent. `images` may be one word (`all`, `unclassified`) or ids, repeated or separated
    by commas; an empty optional field is left out, an empty required one becomes null where that is allowed. Raises
    Invalid, or KeyError for an unknown command."""
    cls = BY_NAME[name]
    data: dict[str, Any] = {}
    for info in msgspec.structs.fields(cls):
        values = [value for value in fields.get(info.encode_name, []) if value != "" or info.required]
        if not values and info.encode_name == "image":
            values = fields.get("images", [])[:1]  # the first of the selected photos
        if not values:
            continue
        if info.encode_name == "images":
            ids = [part for value in values for part in value.split(",") if part]
            data["images"] = ids[0] if ids in (["all"], ["unclassified"]) else ids
        elif info.encode_name in ("hides", "paths", "messages"):
            data[info.encode_name] = values
        elif values[-1] == "" and type(None) in get_args(info.type):
            data[info.encode_name] = None
        else:
            data[info.encode_name] = values[-1]
    try:
        return msgspec.convert(data, type=cls, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from error


def invalid(error: msgspec.ValidationError) -> Invalid:
    """msgspec says ``Expected `str` of length >= 1 - at `$.name` ``; we say the field, then the reason."""
    text = str(error)
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", text):
        field = missing[1]
        return Invalid("“%(name)s” is missing.", field, name=field)
    at = re.search(r" - at `\$\.?(\w+)?.*`$", text)
    field = at[1] if at else None
    reason = text[: at.start()] if at else text
    if field and reason == "Expected `str` of length >= 1":
        return Invalid("“%(name)s” is empty.", field, name=field)
    if field and (most := re.fullmatch(r"Expected `str` of length <= (\d+)", reason)):
        return Invalid("“%(name)s” is longer than %(most)s characters.", field, name=field, most=most[1])
    reason = reason.replace("`", "“", 1).replace("`", "”", 1) if reason.count("`") == 2 else reason
    if field:
        return Invalid("“%(name)s”: %(why)s.", field, name=field, why=reason)
    return Invalid("%(why)s.", why=reason)
