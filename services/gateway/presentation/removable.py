"""Which files could be deleted without losing a photo, as a table and as a shell script. Albumen deletes nothing.

A file name is bytes and may hold anything but NUL and `/`: quotes, line breaks, leading dashes, invalid UTF-8. Both
forms keep the name's exact bytes.
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

from services.gateway.queries.duplicates import Exact
from services.kernel.paths import from_text

_HEAD: Final = b"""#!/bin/sh
# Removes files of which the same bytes lie elsewhere in your library, and keeps one of each.
# Albumen has removed nothing and never will. Read this, take out the lines that you don't want, then run:
#   sh removable.sh
# Each line looks once more before it removes a file: the one that stays must be there, must be another file and not
# a second name of the same one, and must hold the same bytes. A file that fails this is left alone.
# It must run where the photos lie: on this computer, with their disks connected.

[ / -ef / ] 2>/dev/null || {
  echo 'This shell cannot tell whether two names are one file, so nothing was removed. Use sh, dash, bash or zsh.' >&2
  exit 1
}

"""


def table(copies: Iterable[Exact]) -> bytes:
    """CSV: path, size in bytes, the path that stays."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("path", "size", "kept"))
    for photo in copies:
        kept, *others = photo.paths
        writer.writerows((from_text(path), photo.size, from_text(kept)) for path in others)
    return text.getvalue().encode("utf-8", "surrogateescape")


def script(copies: Iterable[Exact]) -> bytes:
    """For any POSIX shell that supports `-ef`; one line per file."""
    lines = [_HEAD]
    for photo in copies:
        kept, *others = (_quoted(path) for path in photo.paths)
        lines += [
            b"[ -f %b ] && ! [ %b -ef %b ] && cmp -s -- %b %b && rm -- %b\n"
            % (kept, kept, path, kept, path, path)
            for path in others
        ]
    lines.append(b":\n")
    return b"".join(lines)


def _quoted(path: str) -> bytes:
    """Between single quotes a shell takes every byte literally, except the quote."""
    return b"'%b'" % from_text(path).encode("utf-8", "surrogateescape").replace(b"'", b"'\\''")
