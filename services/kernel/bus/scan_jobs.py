"""The messages on the queue of scanners (`scan.files`), and what a scanner says of itself. What it has read of a file
comes back on the results queue (`gateway/reading/scanner_answers.py`)."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta


class ScanFile(msgspec.Struct, frozen=True, kw_only=True):
    """Read a photo or film that a scan has listed, and bring its preview. The id of the message, derived from the scan
    and the file, is that of the request; answered with `FileScanned`. No scanner of another version looks into it:
    its facts would be others."""

    TYPE: ClassVar[str] = "scan_file"
    VERSION: ClassVar[int] = 1

    version: str
    """Of the gateway's Albumen."""
    root: str
    """As the gateway knows it; a scanner may have it elsewhere. Both as `kernel.paths` writes names."""
    path: str
    """Relative to the root."""
    size: int
    """Bytes, when it was listed."""
    mtime_ns: int
    zone: str = ""
    """The gateway's time zone (IANA), in which some files' times are understood; empty: it has no name."""


class ScannerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A message on the results queue: that a scanner is alive, and how much it may have in hand. No event. Unknown
    fields are ignored, because a scanner may be newer than its gateway."""

    TYPE: ClassVar[str] = "scanner_report"
    VERSION: ClassVar[int] = 1

    scanner_id: Annotated[str, Meta(max_length=300)]
    places: Annotated[int, Meta(ge=0, le=10_000)]
    """Files at a time; 0: it takes none for now."""
