"""What the read tables depend on besides the log: the modules that make them, all that these import, and their data.

Nobody keeps a list of these files, since a list is forgotten: an upgraded program would then go on with tables that it
would no longer make that way. Too many files only cost a rebuild of seconds; one too few leaves stale tables.

Imports are looked for in the text, without a parser: parsing takes a hundred milliseconds at each start, this takes
ten. A test compares the two.
"""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds `services`."""
ENTRY: Final = "services.projector.rebuild"
"""Leads from a log to a whole file of read tables."""
_IMPORT: Final = re.compile(rb"^[ \t]*(?:from|import)[ \t]+services\b[^(\n]*(?:\([^)]*\))?", re.MULTILINE)
_ALL: Final = b"import pkgutil"
"""A package that looks through its folder imports all that lies in it."""
_WORD: Final = re.compile(rb"[\w.]+")


def modules(root: Path, entry: str = ENTRY) -> dict[str, Path]:
    """The module and all of `services` that it imports, directly or not, inside functions too, with the packages
    around them: name -> file."""
    known = _modules(root)
    ahead, reached = [entry], dict[str, Path]()
    while ahead:
        name = ahead.pop()
        if name in known:
            path = reached[name] = known.pop(name)
            text = path.read_bytes()
            ahead += [*_imported(text), name.rpartition(".")[0]]
            if _ALL in text:
                ahead += [module for module in known if module.startswith(f"{name}.")]
    return reached


def sources(root: Path) -> list[Path]:
    """What the digest is of: those modules, and of each folder with one of them its SQL and all under `data`."""
    code = modules(root).values()
    folders = {path.parent for path in code}
    sql = (path for folder in folders for path in folder.glob("*.sql"))
    data = (path for folder in folders for path in (folder / "data").rglob("*") if path.is_file())
    return sorted([*code, *sql, *data])


def source_digest(root: Path = ROOT) -> str:
    """Another one means other read tables. Raises OSError for files that can't be read."""
    whole = sha256()
    for path in sources(root):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def _modules(root: Path) -> dict[str, Path]:
    """All of `services`: name -> file."""
    known = {}
    for folder, _, files in os.walk(root / "services"):
        package = os.path.relpath(folder, root).replace(os.sep, ".")
        for name in files:
            if name.endswith(".py"):
                module = package if name == "__init__.py" else f"{package}.{name[:-3]}"
                known[module] = Path(folder, name)
    return known


def _imported(text: bytes) -> list[str]:
    """All that an import may mean: `from a import b` is `a` and, if there is such a module, `a.b`."""
    names = []
    for statement in _IMPORT.findall(text):
        first, *rest = [word.decode() for word in _WORD.findall(statement)][1:]
        names += [first, *(f"{first}.{word}" for word in rest), *rest]
    return names
