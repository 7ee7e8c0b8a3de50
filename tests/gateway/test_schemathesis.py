"""Schemathesis makes requests of the schema, right and wrong ones: the album answers each with a status, a type and a
body that the schema has, refuses what does not fit, and never fails.

As many cases as some SECONDS allow; ALBUMEN_SCHEMA_EXAMPLES is how many there are of each call instead (350: about
20,000 in all, in a quarter of an hour). ALBUMEN_SCHEMA_SEED makes others.
"""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.support import photos
from tests.support.album import ROOT, Album

EXAMPLES: Final = os.environ.get("ALBUMEN_SCHEMA_EXAMPLES")
SEED: Final = os.environ.get("ALBUMEN_SCHEMA_SEED") or "1"
SECONDS: Final = (15, 60, 240)
"""A busy machine that makes too few cases gets more time."""
LEAST: Final = 25
"""Cases."""
NEVER_ENDS: Final = ("--exclude-path", "/events/stream")
COSTLY: Final = ("--exclude-operation-id", "ApiBackupsBackUp")
"""Writes a whole backup each time."""

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(7200)]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    root = tmp_path / "photos"
    for number in range(3):
        photos.write(root / f"{number}.jpg", number, exif=photos.exif(f"2020:01:0{number + 1} 10:00:00"))
    album = Album(root, tmp_path / "data", None, "--no-classify")
    album.start_all()
    try:
        async with await album.scanned() as client:
            yield client
    finally:
        album.stop_all()


def made(address: str, report: Path, *amount: str) -> dict[str, int]:
    """How many cases, by how they ended."""
    ran = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "ops" / "schemathesis.toml"), "run",
            address, *NEVER_ENDS, *COSTLY, "--phases", "coverage,fuzzing", "--seed", SEED, *amount,
            "--continue-on-failure", "--warnings", "off", "--report-json-path", str(report), "--no-color",
        ],
        cwd=report.parent,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2000:]
    cases: dict[str, int] = json.loads(report.read_text())["test_cases"]
    sys.stderr.write(f"{cases}\n")
    return cases


async def test_every_call_is_as_the_schema_says(client: httpx.AsyncClient, tmp_path: Path) -> None:
    address, report = str(client.base_url.join("/schema/openapi.json")), tmp_path / "report.json"
    amounts = (
        [("--max-examples", EXAMPLES)]
        if EXAMPLES
        else [("--max-examples", "20", "--max-time", str(seconds)) for seconds in SECONDS]
    )
    for amount in amounts:
        cases = made(address, report, *amount)
        assert cases["with_failures"] == cases["errored"] == 0
        if cases["generated"] >= LEAST:
            break
    else:
        raise AssertionError(f"only {cases['generated']} cases")
