"""A shell script that removes the files of the photos in the bin. Albumen itself deletes nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services.domain.files.removals import END, RemovableCopy
from services.gateway.presentation.removable import NO_LIST, listing, quoted

_HEAD: Final = b"""#!/bin/sh
# Removes the files of the photos in the bin, all copies of them. Nothing brings them back.
# Albumen has removed nothing and never will. Read this, take out the lines that you don't want, then run:
#   sh bin.sh
# Each line looks once more before it removes a file: it must still have the size that it had when this was written.
# It must run where the photos lie: on this computer, with their disks connected. You may run it again if it stopped.
# In Albumen's data folder it notes what it has removed, so that Albumen doesn't take it for a disk that is away.

"""


def script(files: Sequence[RemovableCopy], note: tuple[Path, bytes] | None) -> bytes:
    """For any POSIX shell; one line per file. `note`: as in `removable.script`."""
    lines = [_HEAD, listing(*note) if note else NO_LIST]
    for number, file in enumerate(files, 1):
        path = quoted(file.path)
        lines.append(
            b'[ -f %b ] && [ "$(wc -c <%b)" -eq %d ] && rm -- %b && echo %d >&3\n'
            % (path, path, file.size, path, number)
        )
    lines.append(b"echo %b >&3\n" % END)
    return b"".join(lines)
