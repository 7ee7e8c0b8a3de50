"""What a process and its children write to standard error goes to a file, which stays short however long it runs."""

import asyncio
import subprocess
import sys
from pathlib import Path

from services.cli.logfile import keep_short, shorten
from tests.support.album import environment
from tests.support.waiting import PATIENCE_S, eventually

PROGRAM = """
import os, sys
from pathlib import Path
from services.cli.logfile import take_standard_error
log = take_standard_error(Path(sys.argv[1]), fresh=True)
os.write(2, b"native words")
os.truncate(sys.argv[1], 0)
os.write(2, b"later")
print("logged", file=log)
print("ours", file=sys.stderr)
"""


async def test_a_long_file_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "tensorflow.log"
    path.write_text("x" * 100)
    task = asyncio.create_task(keep_short(path, most=100, every_s=0.01, keep=False))
    try:
        await asyncio.sleep(0)
        assert path.stat().st_size == 100
        with path.open("a") as file:
            file.write("more")
        await eventually(lambda: path.stat().st_size == 0, "it is empty")
        path.unlink()
        path.write_text("x" * 101)
        await eventually(lambda: path.stat().st_size == 0, "so is a new one")
    finally:
        task.cancel()


def test_after_it_was_emptied_it_goes_on_at_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "tensorflow.log"
    path.write_text("of an earlier start")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    assert path.read_text() == "laterlogged\n"
    assert done.stderr == "ours\n"


def test_a_long_log_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "albumen.log"
    for text in ("first" * 30, "second" * 30):
        path.write_text(text)
        shorten(path, 100, keep=True)
        assert (path.read_text(), (tmp_path / "albumen.log.1").read_text()) == ("", text)
    path.write_text("short")
    shorten(path, 100, keep=True)
    assert path.read_text() == "short"
    shorten(tmp_path / "not there", 100, keep=True)
