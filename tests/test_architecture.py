"""The rules of the layout: who may import whom, and what no file may contain."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.dealing import LOADED_EARLY

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("gateway", "inference", "projector")
SHARED = ("kernel", "knowledge", "domain")
MAY_IMPORT = {
    "kernel": (),
    "knowledge": ("kernel",),
    "domain": ("kernel", "knowledge"),
    "cli": (*SHARED, *SERVICES),
}
"""What each package of `services` may import from; for the services, SHARED."""
LONGEST = 300
"""Lines per module."""
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"}
ONLY_IN = {
    "tensorflow": (
        *("inference/model.py", "inference/devices.py", "inference/lite.py"),
        *("inference/keras_network.py", "inference/saved_model.py"),
        *("inference/detector.py", "inference/graph_model.py", "inference/words_model.py"),
    ),
    "keras": ("inference/keras_network.py",),
    "cv2": ("inference/preprocess.py",),
    "PIL": ("inference/preprocess.py", "gateway/reading/"),
    "pillow_heif": ("gateway/reading/",),
    "aio_pika": (
        *("kernel/bus/rabbit.py", "kernel/bus/rabbit_consumer.py", "kernel/bus/patience.py"),
        "kernel/bus/deadletters.py",
    ),
    "opentelemetry": ("kernel/tracing/export.py",),
    "sqlite3": (
        *("kernel/", "gateway/queries/", "gateway/tables/", "projector/", "cli/"),
        "gateway/imports/digikam.py",  # another program's database, in a decoder
    ),
    "aiosqlite": ("kernel/", "gateway/queries/", "gateway/tables/"),
    "jinja2": ("gateway/",),
    "litestar": ("gateway/",),
    "argon2": ("gateway/access/password.py",),
    "segno": ("cli/addresses.py",),
    "uvicorn": ("cli/",),
}


class Import(NamedTuple):
    file: str
    """Relative to `services`."""
    module: str
    in_function: bool


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def nodes(tree: ast.AST, in_function: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """All below it, and whether each is in a function."""
    for node in ast.iter_child_nodes(tree):
        yield node, in_function
        yield from nodes(node, in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def imports(services: Path) -> list[Import]:
    return list(_imports(services))


def _imports(services: Path) -> Iterator[Import]:
    for path in sorted(services.rglob("*.py")):
        for node, in_function in nodes(parsed(path)):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: a relative import"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                yield Import(path.relative_to(services).as_posix(), name, in_function)


SQL = re.compile(r"\b(?:SELECT|INSERT|DELETE FROM|CREATE TABLE)\b")
SQL_OF_THE_GATEWAY = (
    "gateway/queries/",
    "gateway/tables/",
    "gateway/search/states.py",
    "gateway/details/",
    "gateway/search/terms.py",
    "gateway/search/vocabulary.py",
    "gateway/imports/digikam.py",
)
"""Queries have their own modules; search terms are SQL conditions, and search names are read from the tables."""


def statements(services: Path) -> list[str]:
    """Modules of the gateway with SQL outside the allowed places."""
    return [
        path.relative_to(services).as_posix()
        for path in sorted((services / "gateway").rglob("*.py"))
        if not path.relative_to(services).as_posix().startswith(SQL_OF_THE_GATEWAY)
        and any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
            for node in ast.walk(parsed(path))
        )
    ]


def breaches(services: Path) -> list[str]:
    """Forbidden imports below a folder of services."""
    found = []
    for one in imports(services):
        mine = one.file.partition("/")[0]
        top, *rest = one.module.split(".")
        if top == "services" and rest and rest[0] not in (mine, *MAY_IMPORT.get(mine, SHARED)):
            found.append(f"{one.file} imports {one.module}")
        if mine == "projector" and one.module.startswith("services.domain.") and "commands" in one.module:
            found.append(f"{one.file} imports {one.module}")
        if top in ("tests", "ops"):
            found.append(f"{one.file} imports {one.module}")
        places = ONLY_IN.get(top)
        if places and not one.file.startswith(places):
            found.append(f"{one.file} imports {one.module}")
    return found


def test_imports_keep_to_the_layout() -> None:
    assert breaches(ROOT / "services") == []


@pytest.mark.parametrize(
    ("file", "line", "caught"),
    [
        ("kernel/bus/contract.py", "import services.gateway.app", True),
        ("kernel/bus/contract.py", "from services.projector import runner", True),
        ("kernel/bus/contract.py", "from services.kernel.log import ids", False),
        ("kernel/bus/contract.py", "from services.knowledge import formats", True),
        ("knowledge/formats.py", "from services.kernel.log.ids import derived_id", False),
        ("knowledge/formats.py", "from services.projector import rules", True),
        ("projector/rules.py", "from services.knowledge import formats", False),
        ("inference/model.py", "from services.knowledge import embedding", False),
        ("cli/serve.py", "from services.knowledge import formats", False),
        ("gateway/app.py", "from services.inference import model", True),
        ("projector/runner.py", "from services.gateway.tables.pool import Views", True),
        ("cli/serve.py", "from services.gateway.app import create_app", False),
        ("inference/worker.py", "def f():\n    import tensorflow as tf", True),
        ("gateway/app.py", "from PIL import Image", True),
        ("gateway/reading/look.py", "from PIL import Image", False),
        ("gateway/pages/x.py", "import sqlite3", True),
        ("kernel/x.py", "import jinja2", True),
        ("kernel/x.py", "from services.domain.subject import Event", True),
        ("knowledge/x.py", "from services.domain.subject import Event", True),
        ("domain/albums/x.py", "from services.gateway.tables.pool import Views", True),
        ("domain/albums/x.py", "from services.kernel import ranks", False),
        ("projector/x.py", "from services.domain.albums.events import AlbumCreated", False),
        ("projector/x.py", "from services.domain.albums.commands import CreateAlbum", True),
        ("gateway/x.py", "from tests.support import photos", True),
    ],
)
def test_the_rules_catch_what_they_forbid(tmp_path: Path, file: str, line: str, caught: bool) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n")
    assert bool(breaches(tmp_path)) is caught


def test_sql_stands_in_queries_and_in_the_terms_of_a_search() -> None:
    assert statements(ROOT / "services") == []


@pytest.mark.parametrize(
    ("file", "line", "caught"),
    [
        ("gateway/pages/x.py", '_Q = "SELECT 1 FROM image"', True),
        ("gateway/time_travel/past.py", '_Q = f"""WITH a AS (SELECT {1}) SELECT * FROM a"""', True),
        ("gateway/search/grammar.py", '_Q = "i.image_id IN (SELECT image_id FROM hidden)"', True),
        ("gateway/search/terms.py", '_Q = "i.image_id IN (SELECT image_id FROM hidden)"', False),
        ("gateway/queries/x.py", '_Q = "SELECT 1 FROM image"', False),
        ("gateway/pages/x.py", '_("Select photos first.")', False),
        ("projector/x.py", '_Q = "INSERT INTO image VALUES (?)"', False),
    ],
)
def test_the_rule_catches_sql(tmp_path: Path, file: str, line: str, caught: bool) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n")
    assert bool(statements(tmp_path)) is caught


def test_the_gateway_starts_without_what_only_its_workers_need() -> None:
    """Pillow takes a tenth of a second to import and TensorFlow five: neither is needed for the first page."""
    heavy = {"PIL", "pillow_heif", "tensorflow", "numpy", "av", "rawpy", "cv2"}
    allowed = {
        *("raw.py", "raw_tags.py", "film.py", "large.py", "heat.py", "endings.py", "pages.py", "profiles.py"),
        *(
            "look.py",
            "blocks.py",
            "metadata.py",
            "pixels.py",
            "colours.py",
            "deinterlacing.py",
            "directories.py",
            "film_copy.py",
            "film_frames.py",
            "film_transcode.py",
            "film_words.py",
            "phash.py",
            "png_texts.py",
            "thumbnail.py",
            "words.py",
            "words_alone.py",
            "texture.py",
            "jpeg_xl.py",
            "layered.py",
            "container_blocks.py",
            "rare.py",
        ),
        *("likeness.py", "word_index.py"),
    }
    own = [one for one in imports(ROOT / "services") if one.file.startswith("gateway/")]
    for one in (one._replace(file=one.file.removeprefix("gateway/")) for one in own):
        if one.module.split(".")[0] in heavy:
            assert Path(one.file).name in allowed, one
        in_workers = {"workers/decoding.py"}
        if one.in_function:
            in_workers |= {"workers/beside.py", "workers/decoder.py", "running/text_pages.py"}
        if one.file not in {f"reading/{name}" for name in allowed} | in_workers:
            assert not one.module.startswith(
                tuple(f"services.gateway.reading.{name.removesuffix('.py')}." for name in allowed)
            ), one


def sources() -> list[Path]:
    return sorted((ROOT / "services").rglob("*.py"))


def test_modules_are_small_and_named_for_what_they_do() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in sources()}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}
    assert [name for name in sizes if Path(name).stem in NAMELESS] == []
    assert sorted(sizes.values())[len(sizes) // 2] < 80


def test_every_module_says_why_it_is_there() -> None:
    missing = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if path.read_text().strip() and ast.get_docstring(parsed(path)) is None
    ]
    assert missing == []


ELSEWHERE = re.compile(r"""(?:src|href|action|url\(|@import)\s*[=(]?\s*["']?(?:https?:)?//""")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:|hx-on")


@pytest.mark.parametrize("path", sorted((ROOT / "web").rglob("*.html")), ids=lambda path: path.name)
def test_templates_load_nothing_from_elsewhere_and_hold_no_script(path: Path) -> None:
    text = path.read_text()
    assert not ELSEWHERE.search(text)
    assert not INLINE.search(text)


@pytest.mark.parametrize("path", sorted((ROOT / "web" / "static").glob("*.css")), ids=lambda path: path.name)
def test_styles_load_nothing_from_elsewhere(path: Path) -> None:
    assert not ELSEWHERE.search(path.read_text())


@pytest.mark.parametrize(
    "lock",
    [
        *("requirements.lock", "requirements-gpu.lock", "requirements-test.lock", "requirements-traces.lock"),
        "ops/node.lock",
    ],
)
def test_locks_hold_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", text, re.MULTILINE)
    entries = text.splitlines()
    assert pinned
    assert sum("--hash=sha256:" in line for line in entries) >= len(pinned)


def test_the_lock_of_the_web_libraries_holds_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert '"integrity"' in text


def test_no_two_test_modules_share_a_name() -> None:
    """In folders that aren't packages, pytest would mistake the second for the first."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))


def test_no_test_file_loads_tensorflow_when_it_is_imported(pytestconfig: pytest.Config) -> None:
    """Each worker imports every test file, and TensorFlow takes four seconds: tests import in their functions what
    loads it."""
    assert pytestconfig.stash.get(LOADED_EARLY, []) == []
