"""Lays the wheel's files: `services` and `web`, as they lie here, in one package `albumen` (ops/wheel), so that nothing
else in site-packages is called `services`. Everything else is in pyproject.toml. `./albumen build` makes the wheel."""

import sys
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
FETCHED = ("web/static/vendor/htmx.min.js", "services/inference/networks/centernet.bin")
"""Of what `./albumen setup` fetches."""


def packages() -> dict[str, str]:
    """Package -> its folder. Each folder is one, whether it holds modules or data."""
    laid = {"albumen": "ops/wheel"}
    for top in ("services", "web"):
        folders = [path for path in (ROOT / top).rglob("*") if path.is_dir()]
        for folder in sorted([ROOT / top, *folders]):
            if "__pycache__" not in folder.parts:
                inside = folder.relative_to(ROOT)
                laid[".".join(("albumen", *inside.parts))] = inside.as_posix()
    return laid


if missing := [name for name in FETCHED if not (ROOT / name).is_file()]:
    sys.exit(f"{', '.join(missing)} is missing: run ./albumen setup, then ./albumen build.")

LAID = packages()
MANUAL = [str(path.name) for path in ROOT.glob("albumen.1")]  # made by ops/build.py
setup(
    packages=[*LAID],
    package_dir=LAID,
    data_files=[("share/man/man1", MANUAL)] if MANUAL else [],
    package_data={name: ["*"] for name in LAID if name != "albumen"},
    exclude_package_data={"": ["__pycache__", "*.pyc", ".albumen-stamp"]},
)
