"""What the read tables depend on besides the log: the modules that build them, everything those import, and their data.

The list of files is computed because a hand-kept one gets forgotten, and an upgraded program would keep using tables
that it would now build differently. A file too many costs a rebuild of seconds; one too few leaves stale tables.

Imports are found in the text without a parser: parsing takes 100 ms at each start, this takes 10. A test compares the
two.
"""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds `services`."""
ENTRY: Final = "services.projector.rebuild"
"""Builds a complete file of read tables from a log."""
_IMPORT: Final = re.compile(rb"^[ \t]*(?:from|import)[ \t]+services\b[^(\n]*(?:\([^)]*\))?", re.MULTILINE)
_ALL: Final = b"import pkgutil"
"""What scans packages imports every module in them: in itself, if it is one, and in those that it imports."""
_WORD: Final = re.compile(rb"[\w.]+")


def modules(root: Path, entry: str = ENTRY) -> dict[str, Path]:
    """The module, everything in `services` that it imports (transitively, and inside functions), and their parent
    packages: name -> file."""
    unvisited = _modules(root)
    queue, reached = [entry], dict[str, Path]()
    while queue:
        name = queue.pop()
        if name in unvisited:
            path = reached[name] = unvisited.pop(name)
            text = path.read_bytes()
            imported = _imported(text)
            queue += [*imported, name.rpartition(".")[0]]
            if _ALL in text:
                scanned = tuple(f"{one}." for one in (name, *imported))
                queue += [module for module in unvisited if module.startswith(scanned)]
    return reached


def sources(root: Path) -> list[Path]:
    """The files to hash: those modules, plus the SQL and everything under `data` in each of their folders."""
    code = modules(root).values()
    folders = {path.parent for path in code}
    sql = (path for folder in folders for path in folder.glob("*.sql"))
    data = (path for folder in folders for path in (folder / "data").rglob("*") if path.is_file())
    return sorted([*code, *sql, *data])


def source_digest(root: Path = ROOT) -> str:
    """Identifies the read tables that these sources build. Raises OSError for files that can't be read."""
    whole = sha256()
    for path in sources(root):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def _modules(root: Path) -> dict[str, Path]:
    """All of `services`: name -> file."""
    modules = {}
    for folder, _, files in os.walk(root / "services"):
        package = os.path.relpath(folder, root).replace(os.sep, ".")
        for name in files:
            if name.endswith(".py"):
                modules[package if name == "__init__.py" else f"{package}.{name[:-3]}"] = Path(folder, name)
    return modules


def _imported(text: bytes) -> list[str]:
    """Every module an import may refer to: `from a import b` is `a` and, if there is such a module, `a.b`."""
    names = []
    for statement in _IMPORT.findall(text):
        first, *rest = [word.decode() for word in _WORD.findall(statement)][1:]
        names += [first, *(f"{first}.{word}" for word in rest), *rest]
    return names
