"""Metrics of the code's structure: python ops/structure.py

They measure what makes code hard to change or to understand: overly complex functions, import cycles between packages,
names used for several things, long template lines. `tests/ops/test_structure.py` sets the limits.
"""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from radon.complexity import cc_visit

ROOT: Final = Path(__file__).resolve().parent.parent
SERVICES: Final = ROOT / "services"
SHARED_NAMES: Final = frozenset(
    {
        *("COMMANDS", "EVENTS", "ROUTES", "SIDECAR", "DETAIL"),
        *("evolve", "follow", "load", "main", "read", "replayed", "run", "stream"),
        *("Array", "T", "log"),
    }
)
"""Names that every module of a kind defines (routes, rules, reader, entry point, logger, type variable), and the
registries that `services.domain.registry` re-exports."""
WORDS: Final = frozenset(
    {
        *("asked", "brought", "caused", "chosen", "found", "given", "gone", "heard", "known", "left"),
        *("made", "opened", "pictured", "remembered", "said", "shown", "stored", "taken", "told", "written"),
    }
)
"""Participles used as nouns: as a variable's name they don't say what it holds."""


def modules() -> list[Path]:
    return sorted(SERVICES.rglob("*.py"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def complexities() -> dict[str, int]:
    """Function -> McCabe's cyclomatic complexity, as computed by radon."""
    return {
        f"{path.relative_to(ROOT).as_posix()}:{block.fullname}": block.complexity
        for path in modules()
        for block in cc_visit(path.read_text("utf-8"))
        if block.letter != "C"
    }


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports, at the top or inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


def package_arrows() -> dict[str, set[str]]:
    """Package -> the packages its modules import from. Subfolders count as packages of their own."""
    packages = {dotted(path) for path in modules() if path.name == "__init__.py"}
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        mine = dotted(path.parent / "__init__.py")
        for name in imports(path):
            while name and name not in packages:
                name = name.rpartition(".")[0]
            if name and name != mine:
                arrows[mine].add(name)
    # Importing `a.b.c` also names its parents `a.b` and `a`, which don't count.
    return {mine: {one for one in uses if not mine.startswith(f"{one}.")} for mine, uses in arrows.items()}


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """Import cycles: strongly connected components with more than one package (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    groups: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        path.append(node)
        for other in arrows.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in path:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = path.index(node)
            groups.append(set(path[at:]))
            del path[at:]

    for node in sorted(arrows):
        if node not in index:
            visit(node)
    return [group for group in groups if len(group) > 1]


def public_names() -> dict[str, list[str]]:
    """Name -> the modules that define it, if there are three or more."""
    where: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        for node in ast.parse(path.read_text("utf-8")).body:
            for name in _defined(node):
                if not name.startswith("_"):
                    where[name].add(dotted(path))
    return {
        name: sorted(paths)
        for name, paths in sorted(where.items())
        if len(paths) > 2 and name not in SHARED_NAMES
    }


def _defined(node: ast.stmt) -> Iterable[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def nameless_words() -> Counter[str]:
    """How often each of WORDS is assigned to, as a variable or loop variable."""
    count: Counter[str] = Counter()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in WORDS:
                count[node.id] += 1
    return count


def lines_of_code() -> int:
    return sum(len(path.read_text("utf-8").splitlines()) for path in modules())


def long_template_lines(limit: int = 160) -> list[str]:
    return [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in sorted((ROOT / "web" / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > limit
    ]


def gateway_root() -> list[str]:
    """Modules directly in services/gateway, outside its packages."""
    return sorted(path.name for path in (SERVICES / "gateway").glob("*.py") if path.name != "__init__.py")


def figures() -> dict[str, object]:
    complexity = complexities().values()
    return {
        "functions with complexity over 20": sum(one > 20 for one in complexity),
        "functions with complexity over 15": sum(one > 15 for one in complexity),
        "package cycles": [sorted(circle) for circle in circles(package_arrows())],
        "files at the root of services/gateway": len(gateway_root()),
        "public names defined in three or more modules": public_names(),
        "template lines over 160 characters": len(long_template_lines()),
        "lines of services": lines_of_code(),
        "participles as variables": sum(nameless_words().values()),
    }


if __name__ == "__main__":
    for what, figure in figures().items():
        print(f"{what}: {len(figure) if isinstance(figure, list | dict) else figure}")
        if isinstance(figure, dict):
            for name, places in figure.items():
                print(f"    {name}: {', '.join(places)}")
        elif isinstance(figure, list):
            for one in figure:
                print(f"    {' ↔ '.join(one)}")
