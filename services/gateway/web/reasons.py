"""What is wrong with a value from outside, in our words: msgspec's are for programmers."""

import re
from typing import Final

import msgspec

from services.domain import fields
from services.domain.words import Number
from services.gateway.i18n.catalogues import N_
from services.gateway.web.labels import LABELS, OTHER
from services.kernel.sentence import Explained, Sentence

_AT: Final = re.compile(r" - at `\$\.?(?P<field>\w+)?(?P<inside>.*)`$", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`(?: - at .*)?")
_TYPE: Final = re.compile(r"Expected `(.+?)`, got `.+?`")
_LIMIT: Final = re.compile(r"Expected `(\w+)` (of length )?([<>]=?) (-?[\d.e+]+)")
_PATTERN: Final = "Expected `str` matching regex "

_NOT_THERE: Final = N_("“%(name)s” is missing.")
_EMPTY: Final = N_("“%(name)s” is empty.")
_FIRST: Final = {
    "images": N_("Select photos first."),
    "name": N_("Enter a name first."),
    "album_id": N_("Choose an album first."),
    "category_id": N_("Choose a category first."),
}
"""What a person is told who has left the field empty."""

_TYPES: Final = {
    "str": N_("“%(name)s” must be text."),
    "int": N_("“%(name)s” must be a whole number."),
    "float": N_("“%(name)s” must be a number."),
    "bool": N_("“%(name)s” must be true or false."),
    "array": N_("“%(name)s” must be a list."),
    "str | array": N_("“%(name)s” must be text or a list."),
}
PATTERNS: Final = {
    repr(fields.ONE_LINE): N_(
        "“%(name)s” must be one line of text, without control characters, and not only spaces."
    ),
    repr(fields.TITLE): N_("“%(name)s” must be one line of text, without control characters."),
    repr(fields.OFFSET): N_("Write “%(name)s” as +02:00, at most 14 hours."),
    repr(fields.POINT): N_("“%(name)s” must be a latitude and a longitude in degrees, such as 41.89,12.48."),
    repr(fields.SHA256): N_("“%(name)s” must be a SHA-256 sum: 64 hexadecimal digits."),
    repr(fields.LINES): N_("“%(name)s” must not have control characters."),
    repr(fields.PATH): N_("“%(name)s” must not have NUL characters."),
    repr(fields.ID): N_("“%(name)s” must be an id: letters, digits, dots, dashes and underscores."),
}


class Invalid(Explained):
    """A value is not what it must be. `field`: the one to correct, None when it is the whole body."""

    def __init__(self, text: str, field: str | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field

    def for_people(self) -> "Invalid":
        """The same with the name that the pages give the field."""
        text, values = self.sentence.text, dict(self.sentence.values)
        if text in (_EMPTY, _NOT_THERE) and self.field in _FIRST:
            return Invalid(_FIRST[self.field], self.field)
        if "name" in values:
            values["name"] = Sentence(LABELS.get(self.field or "", OTHER))
        return Invalid(text, self.field, **values)


def invalid(error: msgspec.ValidationError, field: str | None = None) -> Invalid:
    """`field`: its name, where msgspec does not know it."""
    text = str(error)
    if missing := _MISSING.fullmatch(text):
        return Invalid(_NOT_THERE, missing[1], name=missing[1])
    at = _AT.search(text)
    reason = text[: at.start()] if at else text
    field = (at["field"] if at else None) or field
    if field is None:
        return Invalid(N_("The body must be an object with fields."))
    if at and at["inside"] and not reason.startswith(_PATTERN):
        return Invalid(N_("“%(name)s” has an entry that makes no sense."), field, name=field)
    return _of_field(reason, field)


def _of_field(reason: str, field: str) -> Invalid:
    if reason.startswith(_PATTERN):
        rule = PATTERNS.get(reason.removeprefix(_PATTERN))
        return Invalid(rule or _SENSELESS, field, name=field)
    if limit := _LIMIT.fullmatch(reason):
        return _limited(field, limit[1], bool(limit[2]), limit[3], limit[4])
    if kind := _TYPE.fullmatch(reason):
        kinds = " | ".join(one for one in kind[1].split(" | ") if one != "null")
        return Invalid(_TYPES.get(kinds, _SENSELESS), field, name=field)
    if reason.endswith("out of range"):
        return Invalid(N_("“%(name)s” is too large a number."), field, name=field)
    return Invalid(_SENSELESS, field, name=field)


_SENSELESS: Final = N_("“%(name)s” is not one of its possible values.")


def _limited(field: str, kind: str, of_length: bool, relation: str, bound: str) -> Invalid:
    at_most = relation.startswith("<")
    if not of_length:
        text = (
            N_("“%(name)s” must be at most %(bound)s.")
            if at_most
            else N_("“%(name)s” must be at least %(bound)s.")
        )
        return Invalid(text, field, name=field, bound=bound)
    if not at_most:
        return Invalid(_EMPTY, field, name=field)
    if kind == "array":
        return Invalid(
            N_("“%(name)s” has more than %(most)s entries."), field, name=field, most=Number(int(bound))
        )
    return Invalid(N_("“%(name)s” is longer than %(most)s characters."), field, name=field, most=bound)
