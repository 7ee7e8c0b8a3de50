"""The digest of the read tables covers everything that makes them: a change there rebuilds them, other changes
don't."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.domain.registry import EVENTS
from services.projector import closure
from services.projector.closure import ENTRY, ROOT

EARLIER_FORGOTTEN = {
    *(
        "services.knowledge.ranks",
        "services.knowledge.logistic",
        "services.knowledge.embedding",
        "services.kernel.log.upcast",
    ),
    *("services.projector.tables", "services.projector.batch", "services.projector.rows.statement"),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program. Tests undo their changes to it."""
    root = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "services", root / "services", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def parsed(root: Path, entry: str) -> set[str]:
    """The closure according to Python's own parser."""
    reached, ahead = set[str](), [entry]
    while ahead:
        name = ahead.pop()
        base = root.joinpath(*name.split("."))
        path = next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)
        if path is None or name in reached:
            continue
        reached.add(name)
        ahead.append(name.rpartition(".")[0])
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                ahead += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                ahead += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        ahead = [one for one in ahead if one.partition(".")[0] == "services"]
    return reached


def test_it_holds_what_makes_the_tables() -> None:
    """The modules of all events, and those once missing from a list kept by hand."""
    reached = closure.modules(ROOT)
    assert {cls.__module__ for cls in EVENTS.values()} <= set(reached)
    assert set(reached) >= EARLIER_FORGOTTEN
    assert not [name for name in reached if name.startswith(("services.gateway", "services.inference"))]


def test_no_import_is_overlooked() -> None:
    """The textual scan finds what a parser finds, for the read tables and for the whole gateway."""
    for entry in (ENTRY, "services.gateway.app", "services.cli.serve"):
        assert set(closure.modules(ROOT, entry)) >= parsed(ROOT, entry)


def test_a_change_of_any_of_it_makes_them_anew(program: Path) -> None:
    """One more byte in a module, in SQL or in data: in one file of each kind in each folder."""
    before = closure.source_digest(program)
    assert before == closure.source_digest(ROOT)
    one_of_each = {(path.parent, path.suffix): path for path in closure.sources(program)}
    assert {suffix for _, suffix in one_of_each} >= {".py", ".sql", ".tsv"}
    same = []
    for path in one_of_each.values():
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        same += [path.name] if closure.source_digest(program) == before else []
        path.write_bytes(content)
    assert same == []
    assert closure.source_digest(program) == before


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("categories.tsv", lambda text: text.replace("\t0.45\t", "\t0.46\t", 1)),
        ("classes.tsv", lambda text: text.replace("\tfish\n", "\tbird\n", 1)),
        ("temperatures.tsv", lambda text: text.replace("0.66", "0.67")),
        ("steepness.tsv", lambda text: text.replace("4.75", "4.5")),
    ],
)
def test_another_threshold_class_or_calibration_makes_them_anew(
    program: Path, table: str, change: Callable[[str], str]
) -> None:
    """None of these is in the log."""
    before = closure.source_digest(program)
    path = next(path for path in closure.sources(program) if path.name == table)
    text = path.read_text("utf-8")
    path.write_text(change(text), "utf-8")
    assert closure.source_digest(program) != before
    path.write_text(text, "utf-8")


@pytest.fixture
def page(program: Path) -> Iterator[Path]:
    path = program / "services" / "gateway" / "page.py"
    yield path
    path.unlink()


def test_a_change_elsewhere_leaves_them(program: Path, page: Path) -> None:
    """Pages, networks and the bus do not affect the tables."""
    before = closure.source_digest(program)
    page.write_text("from services.projector import tables\n")
    elsewhere = [
        page,
        *(program / "services" / "inference").glob("*.py"),
        *(program / "services" / "cli").glob("*.py"),
    ]
    for path in elsewhere:
        path.write_bytes(path.read_bytes() + b"\n")
    assert closure.source_digest(program) == before


@pytest.mark.parametrize(
    "statement",
    [
        "from services.gateway import page",
        "import services.gateway.page",
        "from services.gateway.page import Page",
        "from services.gateway import (\n    app,\n    page as shown,\n)",
        "def late():\n    from services.gateway import page",
    ],
)
def test_whatever_is_imported_belongs_to_it(program: Path, page: Path, statement: str) -> None:
    """In every form of import used here."""
    page.write_text("SHOWN = 1\n")
    ranks = program / "services" / "knowledge" / "ranks.py"
    content = ranks.read_bytes()
    ranks.write_bytes(content + f"\n{statement}\n".encode())
    assert page in closure.sources(program)
    ranks.write_bytes(content)
    assert page not in closure.sources(program)


def test_it_is_worked_out_without_importing_any_of_it() -> None:
    """The gateway needs it at startup, before the first page."""
    code = "import sys; from services.projector import generation; generation.digest(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "services.knowledge.taxonomy", "services.domain.registry", "services.projector.tables"}
    assert heavy.isdisjoint(loaded.stdout.split())
