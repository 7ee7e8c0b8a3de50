"""Makes services/knowledge/data/zones.gz: python -m ops.zones TZDATA

TZDATA: the folder `tzdata/zoneinfo` of the PyPI package tzdata (pip download tzdata==2026.6; unzip it): the IANA time
zone database, public domain. The result is committed: `services/knowledge/zones.py` says why.
"""

import gzip
import json
import sys
from pathlib import Path

MAGIC = b"TZif"


def packed(folder: Path) -> bytes:
    """A line of JSON with the names and the sizes of the contents, then the contents, each once."""
    numbers: dict[bytes, int] = {}
    names: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (content := path.read_bytes()).startswith(MAGIC):
            names[path.relative_to(folder).as_posix()] = numbers.setdefault(content, len(numbers))
    head = json.dumps({"names": names, "sizes": list(map(len, numbers))})
    return gzip.compress(head.encode() + b"\n" + b"".join(numbers), 9, mtime=0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m ops.zones TZDATA")
    target = Path(__file__).parents[1] / "services" / "knowledge" / "data" / "zones.gz"
    target.write_bytes(packed(Path(sys.argv[1])))
    print(f"{target.stat().st_size:,} bytes")
