"""Why a file can't be shown, by its first bytes, as a sentence for the user."""

import re
from typing import Final

from services.knowledge.formats import Format, Kind
from services.knowledge.signatures import by_content

_LONGEST: Final = 120
"""Characters of a library's explanation."""
_READ: Final = 1_000
"""Characters of it that are looked at."""
_NAME: Final = re.compile(
    r"\b\w*(?:Error|Exception|Warning)\b:?\s*|\b\w+\.(?=\w+\()|0x[0-9a-f]{6,}", re.ASCII
)
"""Names of classes and addresses, which explain nothing to anybody."""
ENDED_FROM_OUTSIDE: Final = (
    "The program that opens photos was ended from outside each time. The next scan tries again."
)
"""No fault of the file, perhaps: every scan opens it again."""
UNCLEAR: Final = "its content makes no sense"


def cause(error: BaseException) -> str:
    """What a library says of a file, without names of its own classes; `UNCLEAR` if that is all it says."""
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    plain = "".join(c if c.isprintable() else " " for c in _NAME.sub("", text[:_READ]))
    return " ".join(plain.split())[:_LONGEST].strip(" .:'\"") or UNCLEAR


def not_yet(row: Format) -> str | None:
    """The reason, for a kind that isn't supported yet; None for all others."""
    return f"Albumen can't show {row.words} yet." if row.kind is Kind.NOT_YET else None


def refusal(content: bytes) -> str:
    """The reason, for a file that no decoder accepts."""
    row = by_content(content)
    if (row and row.kind is Kind.PICTURE) or content.startswith(b"BM"):
        return "The picture is damaged: its header can't be read."
    if content[4:8] == b"ftyp" or (row and row.kind in (Kind.FILM, Kind.RAW)):
        return "This kind of file (a film, or a picture in a newer format) can't be shown yet."
    if row and (reason := not_yet(row)):
        return reason
    if row:
        return f"This is {row.words}, not a picture."
    if not content.strip(b"\0"):
        return "The file holds nothing but zeros."
    return "This is not a picture, whatever its name says."
