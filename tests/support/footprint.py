"""What a process and those that it started hold, according to /proc."""

from pathlib import Path
from typing import NamedTuple


class Footprint(NamedTuple):
    """Of all processes together."""

    resident_mb: float
    descriptors: int
    threads: int
    processes: int


def footprint(pid: int) -> Footprint:
    """Processes that end meanwhile are left out."""
    found = [one for one in map(_of_one, _family(pid)) if one]
    return Footprint(*(sum(values) for values in zip(*found, strict=True)))


def _family(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _read(entry / "stat")):
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    family = [pid]
    for member in family:  # grows while it is walked
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _of_one(pid: int) -> Footprint | None:
    process = Path(f"/proc/{pid}")
    lines = dict(line.split(":", 1) for line in _read(process / "status").splitlines())
    if "VmRSS" not in lines:
        return None
    try:
        descriptors = len(list((process / "fd").iterdir()))
    except OSError:
        return None
    return Footprint(int(lines["VmRSS"].split()[0]) / 1024, descriptors, int(lines["Threads"]), 1)


def _read(path: Path) -> str:
    """Empty if the process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
