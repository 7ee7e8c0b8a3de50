"""Archives that may hold photos, by their names. They are not opened: exports and backups are unpacked first."""

import re
from typing import Final

ARCHIVES: Final = (
    (r"\.(zipx?|7z|rar)", ("takeout-20240115T083000Z-001.zip", "Fotos.7z", "Hochzeit.RAR")),
    (r"\.(zip|7z|rar)\.0*1", ("backup.7z.001", "scans.zip.001")),
    (r"\.tar(\.(gz|bz2?|xz|zst|lzma))?", ("photos.tar", "takeout-20240115T083000Z-001.tar.gz")),
    (r"\.t(gz|bz2?|xz|zst|lz)", ("takeout-20190102T100000Z-002.tgz", "old.tbz2")),
)
"""(pattern of a name's end, examples), in lower case. Of an archive in several volumes the first counts."""
_NAME: Final = re.compile(r".+(?:" + "|".join(pattern for pattern, _ in ARCHIVES) + ")")
_LATER_VOLUME: Final = re.compile(r".+\.part0*([2-9]|[1-9]\d+)\.rar")


def is_archive(name: str) -> bool:
    """Judging by a file's name alone."""
    low = name.lower()
    return not low.startswith(".") and bool(_NAME.fullmatch(low)) and not _LATER_VOLUME.fullmatch(low)
