"""Processes that end with the test session, even if that is killed: a child isn't told when its parent has died."""

import os
from functools import cache
from typing import Final

WATCH: Final = """
while read -r verb group; do
  case $verb in
    tie) groups="$groups $group" ;;
    free) kept=; for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done; groups=$kept ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
"""
"""Its input ends when this process does, however that happens."""


@cache
def _watch() -> int:
    """The file descriptor to which it listens. It is never waited for: it outlives this process by a moment."""
    reading, writing = os.pipe()
    nowhere = [(os.POSIX_SPAWN_OPEN, output, os.devnull, os.O_WRONLY, 0) for output in (1, 2)]
    os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", WATCH],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0), *nowhere],
        setsid=True,
    )
    os.close(reading)
    return writing


def tie(group: int) -> None:
    """From now on this process group ends with the session. `group`: the id of its leader."""
    os.write(_watch(), f"tie {group}\n".encode())


def free(group: int) -> None:
    """It has ended, and its id may soon be another's."""
    os.write(_watch(), f"free {group}\n".encode())
