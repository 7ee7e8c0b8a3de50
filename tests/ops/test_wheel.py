"""The wheel: built here, installed without the network beside the packages of this environment, and used."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from ops import build
from services.kernel.version import VERSION
from tests.support import photos
from tests.support.album import Service
from tests.support.waiting import PATIENCE_S, eventually

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = 'raise SystemExit("imported from the working directory")\n'


def run(*command: str | Path, **options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*map(str, command)],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        cwd=options.get("cwd"),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build(tmp_path_factory.mktemp("dist of wheels"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A new one, in a path with spaces, with the wheel in it; all other packages are this environment's."""
    folder = tmp_path_factory.mktemp("a new") / "environment with spaces"
    made = run(sys.executable, "-m", "venv", "--without-pip", folder)
    assert made.returncode == 0, made.stderr
    others = [path for path in sys.path if path.endswith("site-packages")]
    (site_packages(folder) / "others.pth").write_text("\n".join(others) + "\n")
    for _ in range(2):  # as after an upgrade
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", folder / "bin/python")
        got = run(*pip, "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel)
        assert got.returncode == 0, got.stderr
    return folder


def site_packages(folder: Path) -> Path:
    (found,) = folder.glob("lib/python*/site-packages")
    return found


def sources() -> set[str]:
    folders = (ROOT / "services", ROOT / "web")
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    kept = (path for path in paths if "__pycache__" not in path.parts and path.name != ".albumen-stamp")
    return {f"albumen/{path.relative_to(ROOT).as_posix()}" for path in kept}


def test_the_wheel_has_everything_of_the_sources_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    own = {f"albumen/{path.name}" for path in (ROOT / "ops/wheel").glob("*.py")}
    manual = f"albumen-{VERSION}.data/data/share/man/man1/albumen.1"
    assert names == sources() | own | {manual}
    assert "albumen/web/static/vendor/htmx.min.js" in names


def test_the_same_sources_give_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert build.build(tmp_path).read_bytes() == wheel.read_bytes()


def test_its_version_is_the_programs(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION == wheel.name.split("-")[1]


def test_without_what_the_set_up_fetches_there_is_no_wheel(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text((ROOT / "setup.py").read_text())
    ran = run(sys.executable, tmp_path / "setup.py", "--version", cwd=str(tmp_path))
    assert ran.returncode == 1
    assert "run ./albumen setup, then ./albumen build" in ran.stderr


def test_the_command_is_there(environment: Path, tmp_path: Path) -> None:
    for command in ((environment / "bin/albumen",), (environment / "bin/python", "-m", "albumen")):
        ran = run(*command, "--version", cwd=str(tmp_path))
        assert (ran.stdout, ran.stderr) == (f"Albumen {VERSION}\n", "")
    ran = run(environment / "bin/albumen", "bench", "--data", tmp_path, cwd=str(tmp_path))
    assert ran.returncode == 2
    assert "come with a checkout" in ran.stderr


def test_without_tensorflow_it_says_how_to_get_it(environment: Path, tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['tensorflow'] = None; sys.argv = ['albumen', 'up', *sys.argv[1:]]\n"
        "import importlib.util; importlib.util.find_spec = lambda name: None\n"
        "from albumen.start import main; sys.exit(main())"
    )
    ran = run(
        environment / "bin/python", "-c", program, tmp_path, "--data", tmp_path / "data", "--no-browser"
    )
    assert ran.returncode == 2
    assert "[cpu]" in ran.stderr


@pytest.fixture
def installed(environment: Path, tmp_path: Path) -> Iterator[Service]:
    """Running on photos, started in a folder with modules of the names that Albumen imports."""

    class Installed(Service):
        PROGRAM: ClassVar[tuple[str, ...]] = (str(environment / "bin/albumen"),)

    for number in range(2):
        photos.write(tmp_path / f"my pictures/{number}.jpg", number)
    (tmp_path / "elsewhere/services").mkdir(parents=True)
    for name in ("services/__init__.py", "msgspec.py", "json.py"):
        (tmp_path / "elsewhere" / name).write_text(HOSTILE)
    service = Installed(
        *("up", "../my pictures", "--data", tmp_path / "data", "--port", "0", "--no-browser"),
        log=tmp_path / "stderr",
        PYTHONPATH="",
        PWD=str(tmp_path / "elsewhere"),
    )
    yield service
    service.stop()


def state(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


async def test_an_installed_album_shows_and_classifies_photos_and_writes_nothing_where_it_is(
    installed: Service, environment: Path
) -> None:
    before = state(site_packages(environment))

    def classified() -> bool:
        assert installed.running, installed.errors()
        return "2 photos classified" in installed.printed()

    await eventually(classified, "photos are scanned and classified")
    async with httpx.AsyncClient(base_url=installed.url or "", timeout=PATIENCE_S, trust_env=False) as client:
        page = (await client.get("/", headers={"Accept-Language": "de"})).text
        assert '<html lang="de"' in page
        files = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
        assert any("/vendor/" in path for path in files)
        for path in files:
            assert (await client.get(path)).status_code == 200, path
    assert installed.stop() == 0
    assert installed.errors() == ""
    assert state(site_packages(environment)) == before
