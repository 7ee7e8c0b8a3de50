"""The entry point `./albumen` on machines that lack something. Nothing is downloaded here."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


def clone(to: Path) -> Path:
    """The parts of a checkout that the entry point needs."""
    for name in (
        "albumen",
        "requirements.lock",
        "requirements-test.lock",
        "package.json",
        "package-lock.json",
    ):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, to / name)
    (to / "ops").mkdir()
    for name in (
        "setup.sh",
        "help.sh",
        "testtools.sh",
        "assets.py",
        "node.lock",
        "check.py",
        "build.py",
        "man.py",
        "__init__.py",
    ):
        shutil.copy(ROOT / "ops" / name, to / "ops" / name)
    shutil.copytree(
        ROOT / "services", to / "services", ignore=shutil.ignore_patterns("__pycache__", "data", "gateway")
    )
    return to


def bare_python(path: Path) -> None:
    """A Python without any packages."""
    path.write_text(f'#!/bin/sh\nexec "{sys._base_executable}" -S "$@"\n')  # type: ignore[attr-defined]
    path.chmod(0o755)


def installed(checkout: Path) -> None:
    """As after setting up the album without the test packages; its Python has no packages at all."""

    def digest(*names: str) -> str:
        return hashlib.sha256(b"".join((checkout / name).read_bytes() for name in names)).hexdigest() + "  -"

    bare_python(checkout / "python3")
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(checkout / "python3")
    (checkout / ".venv/.albumen-stamp").write_text(f"cpu python3 {digest('requirements.lock')}\n")
    vendor, setup = checkout / "web/static/vendor", checkout / ".setup"
    vendor.mkdir(parents=True)
    for name in ("htmx.min.js", "icons.svg", "icon-512.png"):
        (vendor / name).touch()
    setup.mkdir()
    networks = checkout / "services/inference/networks"
    networks.mkdir(exist_ok=True)
    for name in ("centernet.json", "centernet.bin"):
        (networks / name).touch()
    entry = (checkout / "albumen").read_text()
    (networks / ".albumen-stamp").write_text(entry.partition("DETECTOR=")[2].split()[0] + "\n")
    (setup / "web-stamp").write_text(digest("package-lock.json", "ops/assets.py") + "\n")


NO_REGISTRY = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_fetch_retries": "0"}


def run(
    checkout: Path, *arguments: str, path: str = "/usr/bin:/bin", **variables: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/bash", str(checkout / "albumen"), *arguments],
        env={"PATH": path, "HOME": str(checkout), **NO_REGISTRY, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def tools(folder: Path, *names: str) -> str:
    """A PATH with only these of the machine's tools."""
    folder.mkdir()
    for name in names:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    return str(folder)


BASICS = ("bash", "cat", "sha256sum", "mkdir", "cut", "readlink", "rm", "uname", "grep", "touch")


def test_without_a_python_it_says_what_to_install(tmp_path: Path) -> None:
    ran = run(clone(tmp_path / "a"), "up", path=tools(tmp_path / "bin", *BASICS))
    assert ran.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in ran.stderr
    assert "apt install python3" in ran.stderr


def test_an_old_python_is_named(tmp_path: Path) -> None:
    path = tools(tmp_path / "bin", *BASICS)
    fake = tmp_path / "bin" / "python3"
    fake.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac\n')
    fake.chmod(0o755)
    ran = run(clone(tmp_path / "a"), "up", path=path)
    assert ran.returncode == 1
    assert "found only 3.9" in ran.stderr


def test_a_folder_whose_path_no_environment_can_have(tmp_path: Path) -> None:
    ran = run(clone(tmp_path / "a:b"), "up")
    assert ran.returncode == 1
    assert "holds a colon" in ran.stderr


def test_offline_it_says_so_and_can_be_taken_up_again(tmp_path: Path) -> None:
    """The package index is unreachable: pip's message comes first, then ours; no half-finished state looks complete."""
    checkout = clone(tmp_path / "a")
    ran = run(
        checkout,
        "setup",
        "--cpu",
        path=os.environ["PATH"],
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
        PIP_CONFIG_FILE="/dev/null",
    )
    assert ran.returncode == 1
    assert "could not be installed" in ran.stderr
    assert "start again" in ran.stderr
    assert not (checkout / ".venv/.albumen-stamp").exists()


def test_what_is_fetched_beside_the_packages_is_missed_as_well(tmp_path: Path) -> None:
    """npm's message comes first, then ours, and the stamp is not written."""
    checkout = clone(tmp_path / "a")
    installed(checkout)
    (checkout / ".setup/web-stamp").unlink()
    ran = run(checkout, "setup", path=os.environ["PATH"], PIP_NO_INDEX="1")
    assert ran.returncode == 1
    assert re.search(r"could not be fetched \(see .* output above\).*start again", ran.stderr, re.DOTALL)
    assert not (checkout / ".setup/web-stamp").exists()


@pytest.mark.skipif(
    not (ROOT / ".venv/.albumen-stamp").exists(), reason="this checkout was not set up by ./albumen"
)
def test_a_second_start_installs_nothing(tmp_path: Path) -> None:
    """Also through a symbolic link and from another folder."""
    link = tmp_path / "album"
    link.symlink_to(ROOT / "albumen")
    before = (ROOT / ".venv/.albumen-stamp").stat().st_mtime_ns
    ran = subprocess.run(
        [str(link), "--help"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert ran.returncode == 0, ran.stderr
    assert "classify" in ran.stdout
    assert "Installing" not in ran.stderr
    assert (ROOT / ".venv/.albumen-stamp").stat().st_mtime_ns == before


HELP = [
    ("--help", "usage: albumen [-h] [--version] COMMAND"),
    ("--version", "Albumen 0."),
    ("-h", "usage: albumen [-h] [--version] COMMAND"),
    ("up -h", "usage: albumen up [-h]"),
    ("bench --help", "usage: albumen bench [-h]"),
    ("bench pages --json --help", "usage: albumen bench [-h]"),
    ("--gpu models add -h", "usage: albumen models add [-h]"),
    ("setup --help", "usage: albumen setup"),
    ("build --help", "usage: albumen build"),
    ("test tests/kernel --help", "./albumen test tests/kernel"),
]


@pytest.fixture(scope="module", params=["fresh", "without the test packages"])
def checkout(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = clone(tmp_path_factory.mktemp("checkout") / "a")
    if request.param != "fresh":
        installed(made)
    return made


@pytest.mark.parametrize(("arguments", "says"), HELP)
def test_help_installs_nothing(tmp_path: Path, checkout: Path, arguments: str, says: str) -> None:
    """In a fresh clone, and where only the test packages are missing; wherever `--help` comes in the line."""
    before = sorted(checkout.rglob("*"))
    path = tools(tmp_path / "bin", *BASICS)
    bare_python(tmp_path / "bin" / "python3")
    ran = run(checkout, *arguments.split(), path=path, PIP_NO_INDEX="1")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert says in ran.stdout
    assert sorted(checkout.rglob("*")) == before


def test_where_only_the_packages_of_the_tests_are_missing_benchmarks_want_them(tmp_path: Path) -> None:
    """The test above relies on this: without `--help` they would be installed."""
    checkout = clone(tmp_path / "a")
    installed(checkout)
    ran = run(checkout, "bench", PIP_NO_INDEX="1")
    assert ran.returncode == 1
    assert "Installing what tests and benchmarks need" in ran.stderr
    assert "Python packages" not in ran.stderr


def test_a_folder_may_be_called_like_the_option(tmp_path: Path) -> None:
    """After `--` it is not an option, so what is missing is installed first; here that fails."""
    ran = run(clone(tmp_path / "a"), "up", "--", "--help", path=tools(tmp_path / "bin", *BASICS))
    assert ran.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in ran.stderr
