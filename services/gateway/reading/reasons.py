"""Why a file can't be shown, by its first bytes, as a sentence for the user."""

from services.knowledge.formats import Kind
from services.knowledge.signatures import by_content


def not_yet(head: bytes) -> str | None:
    """The reason, for a kind that isn't supported yet; None for all others."""
    row = by_content(head)
    return f"Albumen can't show {row.words} yet." if row and row.kind is Kind.NOT_YET else None


def refusal(content: bytes) -> str:
    """The reason, for a file that no decoder accepts."""
    row = by_content(content)
    if (row and row.kind is Kind.PICTURE) or content.startswith(b"BM"):
        return "The picture is damaged: its header can't be read."
    if content[4:8] == b"ftyp":
        return "This kind of file (a film, or a picture in a newer format) can't be shown yet."
    if reason := not_yet(content):
        return reason
    if row:
        return f"This is {row.words}, not a picture."
    if not content.strip(b"\0"):
        return "The file holds nothing but zeros."
    return "This is not a picture, whatever its name says."
