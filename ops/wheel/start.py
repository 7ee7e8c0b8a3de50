"""The command `albumen` of an installed wheel."""

import os
import sys
from pathlib import Path


def main() -> int:
    """Imports and paths are those of the repository, of which this folder is a copy; services and workers, which are
    processes of their own, import nothing from the user's working directory."""
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from services.cli.__main__ import main as command

    return command()
