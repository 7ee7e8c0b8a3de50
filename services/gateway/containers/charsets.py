"""Texts in EXIF and IPTC as programs write them: the standards want ASCII or a declared charset, few programs comply.

Bytes that are valid UTF-8 and not ASCII are practically never anything else (RFC 3629, section 8). What isn't is read
as Windows-1252, which includes the letters of Latin-1.
"""

import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any, Final

from services.domain.fields import LONGEST_TEXT

_LONGEST: Final = 4 * (LONGEST_TEXT + 1)
"""Bytes to read: four for each character of the longest caption, and one character more."""
_LITTLE: Final = "utf-16-le"
_BIG: Final = "utf-16-be"
_STRANGE: Final = ("Cc", "Cn", "Co", "Cs")
"""Categories of characters that stand in no text: controls, unassigned and private ones, halves of a pair."""
_SPACES: Final = "\t\n\r"
_ISO_2022: Final = {
    b"\x1b%G": "utf-8",
    **{b"\x1b%/" + level: "utf-8" for level in (b"G", b"H", b"I")},
    **{
        b"\x1b" + half + letter: f"iso8859-{number}"
        for half in (b"-", b".")
        for letter, number in (
            *((b"A", 1), (b"B", 2), (b"C", 3), (b"D", 4), (b"L", 5), (b"G", 6), (b"F", 7), (b"H", 8)),
            *((b"M", 9), (b"V", 10)),
        )
    },
}
"""Escape sequence -> charset (ISO 2022, with ISO-IR's registered letters)."""


def declared(escape: bytes) -> str | None:
    """The charset that IPTC's data set 1:90 names; None if it is unknown."""
    return _ISO_2022.get(escape.strip(b"\0 "))


def decoded(block: bytes, charset: str | None = None) -> str:
    """`charset`: the declared one, for what isn't UTF-8."""
    try:
        return block.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        whole = block[: error.start]
        if error.reason == "unexpected end of data" and not whole.isascii():
            return whole.decode("utf-8-sig")  # a field's limit cuts the last character
    for name in (charset or "cp1252", "cp1252"):
        try:
            return block.decode(name)
        except UnicodeDecodeError:
            pass
    return block.decode("latin-1")


def wide(block: bytes, big: bool = False) -> str:
    """UTF-16, in the byte order that its mark states, else in that of the block around it (`big`: high bytes first), as
    EXIF wants it, unless the other one gives a better text: with fewer characters that stand in none, or from far fewer
    rows of 256."""
    if block.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _in_order(block, "utf-16")
    text, other = (_in_order(block, name) for name in ((_BIG, _LITTLE) if big else (_LITTLE, _BIG)))
    strange, of_other = _strange(text), _strange(other)
    if strange == of_other:
        return other if other.isascii() or 2 * _rows(other) <= _rows(text) else text
    return text if strange < of_other else other


def _in_order(block: bytes, name: str) -> str:
    return _ended(block[: len(block) // 2 * 2].decode(name, "replace"))


def _rows(text: str) -> int:
    return len({ord(one) >> 8 for one in text})


def _ended(text: str) -> str:
    return text.split("\0", 1)[0]


def _strange(text: str) -> int:
    return sum(
        one == "\ufffd" or (one not in _SPACES and unicodedata.category(one) in _STRANGE) for one in text
    )


def tag_text(value: Any) -> str | None:
    """Of an EXIF tag that Pillow has read: it takes ASCII for Latin-1. None for anything but a text."""
    if not isinstance(value, str | bytes):
        return None
    value = value[:_LONGEST]
    if isinstance(value, str):
        if value.isascii():
            return _ended(value)
        try:
            value = value.encode("latin-1")
        except UnicodeEncodeError:
            return _ended(value)
    return decoded(value.split(b"\0", 1)[0])


def windows_text(value: Any) -> str | None:
    """Of one of Windows' EXIF tags (XPTitle, XPComment, …): UTF-16, in bytes or as numbers."""
    if not isinstance(value, bytes | tuple | list):
        return None
    value = value[:_LONGEST]
    if not isinstance(value, bytes):
        if not all(isinstance(one, int) and 0 <= one < 256 for one in value):
            return None
        value = bytes(value)
    return _in_order(value, _LITTLE).removeprefix("\ufeff")


def _japanese(block: bytes) -> str:
    for name in ("iso2022_jp", "shift_jis"):
        try:
            return block.decode(name)
        except UnicodeDecodeError:
            pass
    return decoded(block)


_PREFIX: Final = 8
"""Bytes before an EXIF UserComment that name its charset."""
_CHARSETS: Final = frozenset({b"ASCII", b"UNICODE", b"JIS", b""})
"""Their names; empty: undefined."""


def user_comment(value: Any, big: bool = False) -> str | None:
    """Of EXIF's UserComment. None if it isn't text: many cameras keep their own data there. `big`: the EXIF's byte
    order."""
    if isinstance(value, str):
        value = value.encode("latin-1", "replace")
    if not isinstance(value, bytes):
        return None
    value = value[:_LONGEST]
    name = value[:_PREFIX].rstrip(b"\0 ").upper()
    block = value[_PREFIX:] if len(value) >= _PREFIX and name in _CHARSETS else value
    if block is not value and name == b"UNICODE":
        text = wide(block, big)
    elif block is not value and name == b"JIS":
        text = _japanese(block)
    else:
        text = decoded(block)
    text = _ended(text)
    return None if _strange(text) else text
