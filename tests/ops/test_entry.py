"""The entry, `./albumen`: what it does on a machine that is not as it wishes. Nothing is fetched here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def clone(to: Path) -> Path:
    """What the entry needs of a checkout."""
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
    for name in ("setup.sh", "testtools.sh", "assets.py", "node.lock"):
        shutil.copy(ROOT / "ops" / name, to / "ops" / name)
    return to


def run(
    checkout: Path, *arguments: str, path: str = "/usr/bin:/bin", **variables: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/bash", str(checkout / "albumen"), *arguments],
        env={"PATH": path, "HOME": str(checkout), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def tools(folder: Path, *names: str) -> str:
    """A PATH with these of the machine's tools and no others."""
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
    """No index that answers: pip's words, then ours; nothing that looks finished is left."""
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


@pytest.mark.skipif(
    not (ROOT / ".venv/.albumen-stamp").exists(), reason="this checkout was not set up by ./albumen"
)
def test_a_second_start_installs_nothing(tmp_path: Path) -> None:
    """Through a symbolic link and from another folder as well."""
    link = tmp_path / "album"
    link.symlink_to(ROOT / "albumen")
    before = (ROOT / ".venv/.albumen-stamp").stat().st_mtime_ns
    ran = subprocess.run(
        [str(link), "--help"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert "classify" in ran.stdout
    assert "Installing" not in ran.stderr
    assert (ROOT / ".venv/.albumen-stamp").stat().st_mtime_ns == before
