"""Archives that may hold photos, by their names. Those of `READ` are read where they lie; the others have to be
unpacked first: their compression gives no way to the middle of a file, or needs a program of its own."""

import re
from typing import Final

READ: Final = (
    (r"\.zip", ("takeout-20240115T083000Z-001.zip", "iCloud Photos.ZIP")),
    (r"\.tar(\.gz)?", ("photos.tar", "takeout-20240115T083000Z-001.tar.gz")),
    (r"\.tgz", ("takeout-20190102T100000Z-002.tgz",)),
)
"""(pattern of a name's end, examples), in lower case."""
ARCHIVES: Final = (
    *READ,
    (r"\.(zipx|7z|rar)", ("old.zipx", "Fotos.7z", "Hochzeit.RAR")),
    (r"\.(zip|7z|rar)\.0*1", ("backup.7z.001", "scans.zip.001")),
    (r"\.tar\.(bz2?|xz|zst|lzma)", ("photos.tar.bz2", "photos.tar.zst")),
    (r"\.t(bz2?|xz|zst|lz)", ("old.tbz2", "old.txz")),
    (r"\.(zip|7z|tar|tgz|tar\.[a-z0-9]{1,4})\.(gpg|asc|age|aes|enc)", ("photos.tar.gz.gpg", "Fotos.zip.aes")),
    (r"\.(lzh|lha|arj|ace|sitx?|alz)", ("old.lzh", "iPhoto.sit")),
)
"""As READ, with all others. Of an archive in several volumes the first counts."""


def _names(rows: tuple[tuple[str, tuple[str, ...]], ...]) -> re.Pattern[str]:
    return re.compile(r"[^.].*(?:" + "|".join(pattern for pattern, _ in rows) + ")", re.DOTALL)


_READ: Final = _names(READ)
_NAME: Final = _names(ARCHIVES)
_LATER_VOLUME: Final = re.compile(r".+\.part0*([2-9]|[1-9]\d+)\.rar")
_VOLUME: Final = re.compile(r".+\.([rz]\d{2,3}|(zip|7z|rar)\.\d{2,4}|part\d+\.rar)", re.DOTALL)
GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_BEGINNINGS: Final = (
    *(b"PK\3\4", GZIP_MAGIC),
    *(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7", b"\xfd7zXZ\0", b"BZh", b"\x28\xb5\x2f\xfd"),
)
"""zip, gzip, 7z, RAR, xz, bzip2, zstd."""
_END: Final = re.compile("(?:" + "|".join(pattern for pattern, _ in READ) + r")\Z", re.IGNORECASE)


def is_archive(name: str) -> bool:
    """Judging by a file's name alone."""
    low = name.lower()
    return bool(_NAME.fullmatch(low)) and not _LATER_VOLUME.fullmatch(low)


def is_volume(name: str) -> bool:
    """Whether it is one of several volumes of an archive, judging by its name alone."""
    return bool(_VOLUME.fullmatch(name.lower()))


def begins_as_archive(head: bytes) -> bool:
    """`head`: a file's first bytes. Of any kind that begins with a mark; tar does not."""
    return head.startswith(_BEGINNINGS)


def is_readable(name: str) -> bool:
    """Whether it is an archive that is read where it lies, judging by its name alone."""
    return bool(_READ.fullmatch(name.lower()))


def is_one_stream(name: str) -> bool:
    """Whether it is an archive that is packed as a whole: there is no way to a member but from the beginning."""
    return is_readable(name.rpartition("/")[2]) and name.lower().endswith("gz")


def without_suffix(name: str) -> str:
    """An archive's name without its suffix; any other name as it is."""
    return _END.sub("", name) if is_readable(name) else name


def archive_of(path: str) -> str:
    """The path of the archive that a path leads into, judging by its parts' names alone; empty if into none."""
    if "." not in path:
        return ""
    *above, _ = path.split("/")
    for depth, name in enumerate(above, 1):
        if is_readable(name):
            return "/".join(above[:depth])
    return ""
