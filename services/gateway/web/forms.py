"""A request's body as a command: JSON, or the same fields from an HTML form."""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from services.domain import BY_NAME
from services.domain.subject import Command
from services.gateway.web.reasons import Invalid, invalid
from services.kernel.untrusted import NotJson, decoded


def from_json(name: str, body: bytes) -> Command:
    """An empty body has no fields. Raises Invalid, or KeyError for an unknown command."""
    cls = BY_NAME[name]
    try:
        return decoded(body or b"{}", cls)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except NotJson as error:
        raise Invalid("The body is not JSON, or nested too deeply.") from error


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
