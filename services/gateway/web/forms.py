"""What a form sends, and a request's body as a command: JSON, or the same fields from an HTML form."""

from collections.abc import Mapping
from typing import Any, Final, get_args
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException

from services.domain.registry import BY_NAME
from services.domain.subject import Command
from services.gateway.i18n.catalogues import N_
from services.gateway.i18n.language import _
from services.gateway.web.reasons import Invalid, invalid
from services.kernel.untrusted import NotJson, decoded

MOST_FORM_FIELDS: Final = 300_000
"""Photos of a selection have a field each: more than the largest body can name."""
_LISTS: Final = ("folders", "hides", "paths", "messages", "keywords", "people")
_FORMER: Final = "_was"
"""A form tells by a second field with this ending what a field held at first: only if it was changed, it is sent."""


async def form_of(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The fields of an HTML form; none of another body. Raises ClientException.

    Of a form that is encoded like a URL, the framework would keep what it has read, passwords among it, until a
    thousand others have come (`litestar._parsers`), however large they all are.
    """
    try:
        if request.content_type[0] != RequestEncodingType.URL_ENCODED:
            return await request.form()
        text = (await request.body()).decode("latin-1")
        return FormMultiDict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FORM_FIELDS))
    except (LookupError, ValueError) as error:  # in another alphabet than it says, or too many
        raise ClientException(_("This request makes no sense here.")) from error


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
    Invalid, which calls the fields as the pages do, or KeyError for an unknown command."""
    cls = BY_NAME[name]
    data: dict[str, Any] = {}
    _check_selection(cls, fields.get("images"))
    for info in msgspec.structs.fields(cls):
        values, former = fields.get(info.encode_name, []), fields.get(info.encode_name + _FORMER)
        if former is None:
            values = [value for value in values if value != "" or info.required]
        elif [_lines(value) for value in values] == [_lines(value) for value in former]:
            continue
        if not values and info.required and info.encode_name == "image":
            values = _ids(fields.get("images", []))[:1]  # the first of the selected photos
        if values:
            data[info.encode_name] = _value(info, values, former is not None)
    try:
        return msgspec.convert(data, type=cls, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error).for_people() from error


def _check_selection(cls: type[Command], images: list[str] | None) -> None:
    """A form that names no photo of a selection is refused, even if its command can do without. Raises Invalid."""
    if images is not None and "images" in cls.__struct_fields__ and not any(one.strip(",") for one in images):
        raise Invalid(N_("Select photos first."), "images")


def _value(info: Any, values: list[str], touched: bool) -> Any:
    """Of a field. `touched`: the form says that it was changed."""
    if info.encode_name == "images":
        ids = _ids(values)
        return ids[0] if ids in (["all"], ["unclassified"]) else ids
    if info.encode_name in _LISTS:
        return values
    if separator := _separator(info.type):
        parts = [part for value in values for part in _lines(value).split(separator)]
        return [part for part in parts if part.strip()]
    if values[-1] == "" and type(None) in get_args(info.type) and not touched:
        return None
    return values[-1]


def _ids(values: list[str]) -> list[str]:
    return [part for value in values for part in value.split(",") if part]


def _lines(value: str) -> str:
    """A text area ends its lines with CR and LF, whatever they ended with."""
    return value.replace("\r\n", "\n").strip()


def _separator(type_: Any) -> str:
    """What separates several values in one field, as the field's type says; empty: it holds one."""
    extras = [one.extra for one in get_args(type_) if isinstance(one, msgspec.Meta) and one.extra]
    return next((str(extra["separator"]) for extra in extras), "")
