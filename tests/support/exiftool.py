"""ExifTool (Debian: libimage-exiftool-perl): the standard by which readers of metadata are measured.

One process for all calls (`-stay_open`), as each start takes a third of a second.
"""

import atexit
import json
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

EXIFTOOL: Final = shutil.which("exiftool")
"""None if it isn't installed."""
_READY: Final = "{ready}"


@cache
def _process() -> subprocess.Popen[str]:
    command = [str(EXIFTOOL), "-stay_open", "True", "-@", "-"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def _answer(arguments: Sequence[str]) -> str:
    process = _process()
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n".join([*arguments, "-execute", ""]))
    process.stdin.flush()
    lines: list[str] = []
    while (line := process.stdout.readline()).strip() != _READY:
        assert line, "ExifTool has ended."
        lines.append(line)
    return "".join(lines)


def write(path: Path, tags: Sequence[str]) -> bool:
    """`tags`: `-XMP-dc:Title=Weir` and so on. False if ExifTool can't write them into that kind of file."""
    head = ["-overwrite_original", "-charset", "filename=utf8", "-codedcharacterset=utf8"]
    return "1 image files updated" in _answer([*head, *tags, str(path)])


def read(path: Path) -> dict[str, Any]:
    """Tags by group and name: `XMP-dc:Title`."""
    tags: dict[str, Any] = json.loads(_answer(["-json", "-G1", "-struct", "-a", str(path)]))[0]
    return tags
