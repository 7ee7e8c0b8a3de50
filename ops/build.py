"""`./albumen build [FOLDER]`: makes the wheel in FOLDER (default: dist), from this checkout and without the network.

The same sources give the same bytes: files have the time of the last commit.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from ops import man

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "services", "web", "ops/wheel")
OLDEST: Final = 315_532_800
"""Seconds: 1980, before which a wheel, a zip file, can't say a time."""


def commit_time() -> int:
    """Seconds since 1970; OLDEST outside a repository."""
    git = shutil.which("git")
    if git is None:
        return OLDEST
    ran = subprocess.run(
        [git, "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return int(ran.stdout) if ran.stdout.strip() else OLDEST


def build(dest: Path) -> Path:
    """The wheel's path. In a copy, as setuptools writes beside what it builds. Raises CalledProcessError."""
    dest.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for source in SOURCES:
            if (ROOT / source).is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, copy / source, ignore=ignore, symlinks=False)
            else:
                shutil.copy(ROOT / source, copy / source)
        (copy / "albumen.1").write_text(man.page(), "utf-8")
        made = copy / "made"
        subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "pip",
                    "--disable-pip-version-check",
                    "wheel",
                    "--quiet",
                    "--no-deps",
                ),
                *(
                    "--no-index",
                    "--no-build-isolation",
                    "--no-cache-dir",
                    "--wheel-dir",
                    str(made),
                    str(copy),
                ),
            ],
            env=os.environ | {"SOURCE_DATE_EPOCH": str(commit_time())},
            check=True,
        )
        (wheel,) = made.glob("*.whl")
        return Path(shutil.move(wheel, dest / wheel.name))


def main() -> int:
    parser = argparse.ArgumentParser(prog="albumen build", description="Make the wheel, without the network.")
    parser.add_argument(
        "dest", nargs="?", type=Path, default=ROOT / "dist", metavar="FOLDER", help="default: dist"
    )
    arguments = parser.parse_args()
    try:
        wheel = build(arguments.dest)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"albumen: the wheel could not be made ({error}).", file=sys.stderr)
        return 1
    print(wheel)
    return 0


if __name__ == "__main__":
    sys.exit(main())
