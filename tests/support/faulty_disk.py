"""A disk that fails to read a part of one file (EIO): for programs that are started with its variables."""

import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_suffix(".c")


class FaultyDisk:
    """Works until `break_` is called."""

    def __init__(self, folder: Path, file: Path, first: int, until: int) -> None:
        """`folder`: for its own files. `first`, `until`: bytes of the file. Skips the test without a C compiler."""
        compiler = shutil.which("cc") or pytest.skip("there is no C compiler")
        self._library, self._broken = folder / "faulty_disk.so", folder / "disk-is-broken"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", self._library, SOURCE, "-ldl"], check=True)
        self._file, self._first, self._until = file, first, until

    @property
    def variables(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAULTY_FILE": str(self._file),
            "FAULTY_FROM": str(self._first),
            "FAULTY_UNTIL": str(self._until),
            "FAULTY_WHILE": str(self._broken),
        }

    def break_(self) -> None:
        self._broken.touch()

    def mend(self) -> None:
        self._broken.unlink()
