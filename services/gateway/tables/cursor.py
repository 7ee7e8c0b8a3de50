"""Where a page of photos ended, as an opaque token in a URL.

Keyset pagination: the next page is what sorts after the last photo shown, so it costs the same at any depth and no
photo is shown twice when others arrive in between.
"""

import base64
import binascii
from typing import Annotated

import msgspec
from msgspec import Meta

from services.gateway.i18n.catalogues import N_
from services.kernel.sentence import Explained
from services.kernel.untrusted import NotJson, decoded

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class BadCursor(Explained):
    """The token is invalid or belongs to another sort order."""

    def __init__(self) -> None:
        super().__init__(N_("“after” is not a place in this list: leave it out to start at the beginning."))


class Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    sort: str
    key: Int64 | str
    tie: str
    """Tie-breaker for photos with the same key."""
    day: str = ""
    """The furthest day shown so far, YYYY-MM-DD, which already has its heading."""


def encode_cursor(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).rstrip(b"=").decode("ascii")


def decode_cursor(word: str, sort: str) -> Cursor:
    """Raises BadCursor."""
    try:
        data = base64.b64decode(word.encode("ascii") + b"=" * (-len(word) % 4), altchars=b"-_", validate=True)
        cursor = decoded(data, Cursor)
    except (ValueError, binascii.Error, msgspec.ValidationError, NotJson):
        raise BadCursor from None
    if cursor.sort != sort or isinstance(cursor.key, str) is not (sort == "album"):
        raise BadCursor
    return cursor
