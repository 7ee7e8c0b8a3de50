"""Which files could be deleted without losing a photo, as a table and as a shell script. Albumen deletes nothing.

A file name is bytes and may hold anything but NUL and `/`: quotes, line breaks, leading dashes, invalid UTF-8. Both
forms keep the name's exact bytes.
"""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from services.domain.files.removals import END, RemovableCopy
from services.gateway.queries.duplicates import Exact
from services.kernel.paths import from_text

_HEAD: Final = b"""#!/bin/sh
# Removes files of which the same bytes lie elsewhere in your library, and keeps one of each.
# Albumen has removed nothing and never will. Read this, take out the lines that you don't want, then run:
#   sh removable.sh
# Each line looks once more before it removes a file: the one that stays must be there, must be another file and not
# a second name of the same one, and must hold the same bytes. A file that fails this is left alone.
# It must run where the photos lie: on this computer, with their disks connected. You may run it again if it stopped.
# In Albumen's data folder it notes what it has removed, so that Albumen doesn't take it for a disk that is away.

[ / -ef / ] 2>/dev/null || {
  echo 'This shell cannot tell whether two names are one file, so nothing was removed. Use sh, dash, bash or zsh.' >&2
  exit 1
}

"""


NO_LIST: Final = b"""exec 3>/dev/null
"""
"""Of a script that can't leave a list of what it removes."""
_LIST: Final = b"""list=%b
if ! [ -s "$list" ] && [ -d %b ]; then
  cat >"$list.new" <<'END OF THE LIST' && mv -f "$list.new" "$list"
%bEND OF THE LIST
fi 2>/dev/null
if [ -s "$list" ] && (exec 3>>"$list") 2>/dev/null; then
  exec 3>>"$list"
else
  exec 3>/dev/null
  echo "Albumen's data folder can't be written here, so Albumen may ask whether these files are gone." >&2
fi

"""


def table(copies: Iterable[Exact]) -> bytes:
    """CSV: path, size in bytes, the path that stays."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("path", "size", "kept"))
    for photo in copies:
        kept = from_text(photo.paths[0])
        writer.writerows((from_text(path), photo.size, kept) for path in photo.removable)
    return text.getvalue().encode("utf-8", "surrogateescape")


def files(copies: Iterable[Exact]) -> list[RemovableCopy]:
    """What the script may remove, in the order of its lines."""
    return [RemovableCopy(path, photo.image_id, photo.size) for photo in copies for path in photo.removable]


def script(copies: Iterable[Exact], note: tuple[Path, bytes] | None) -> bytes:
    """For any POSIX shell that supports `-ef`; one line per file. `note`: the file in which it adds the numbers of
    those that it has removed, and what to write there first."""
    lines = [_HEAD, listing(*note) if note else NO_LIST]
    number = 0
    for photo in copies:
        kept = quoted(photo.paths[0])
        for path in map(quoted, photo.removable):
            number += 1
            lines.append(
                b"[ -f %b ] && ! [ %b -ef %b ] && cmp -s -- %b %b && rm -- %b && echo %d >&3\n"
                % (kept, kept, path, kept, path, path, number)
            )
    lines.append(b"echo %b >&3\n" % END)
    return b"".join(lines)


def listing(path: Path, content: bytes) -> bytes:
    """The lines by which a script begins a list with this content at this path, or else goes without one."""
    return _LIST % (_literal(os.fsencode(path)), _literal(os.fsencode(path.parent)), content)


def quoted(path: str) -> bytes:
    """As a word of the shell. `path`: as spelled in the log."""
    return _literal(from_text(path).encode("utf-8", "surrogateescape"))


def _literal(name: bytes) -> bytes:
    """Between single quotes a shell takes every byte literally, except the quote."""
    return b"'%b'" % name.replace(b"'", b"'\\''")
