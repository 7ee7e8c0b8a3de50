"""The computer's time zone, as its settings name it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LINK: Final = Path("/etc/localtime")
_NAME: Final = Path("/etc/timezone")
"""Debian's."""


def local_zone() -> Iterator[str]:
    """What may be its name in the IANA database (`Europe/Berlin`), most likely first: the variable TZ if it is set,
    else where /etc/localtime leads, else what /etc/timezone says. A zone may have no name: TZ can be a rule
    (`CET-1CEST`), /etc/localtime a copy."""
    if (variable := os.environ.get("TZ")) is not None:
        yield _after_folder(variable.removeprefix(":")) or "UTC"
        return
    if link := _leads_to(_LINK):
        yield _after_folder(link)
    if name := _content(_NAME):
        yield name


def _after_folder(path: str) -> str:
    """Without the folder of the database: /usr/share/zoneinfo on Linux, /var/db/timezone/zoneinfo on macOS."""
    return path.rpartition("zoneinfo/")[2]


def _leads_to(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
