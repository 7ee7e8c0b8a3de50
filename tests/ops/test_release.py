"""The workflow of a release: what it runs is there, and what it checks is true."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from ops.build import ROOT

WORKFLOW: Final = ROOT / "ops" / "release" / "release.yml"
VERSION: Final[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())["jobs"]
    return found


def runs(jobs: dict[str, Any]) -> list[str]:
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def test_its_scripts_are_scripts(jobs: dict[str, Any]) -> None:
    assert len(runs(jobs)) > 5
    for script in runs(jobs):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_the_files_that_it_names_are_there(jobs: dict[str, Any]) -> None:
    text = "\n".join(runs(jobs))
    named = set(re.findall(r"(?<![\w/])ops/[\w./]+|[A-Z]+\.md", text)) | {
        f"{name}.lock" for name in re.findall(r"requirements[a-z-]*", text)
    }
    assert len(named) > 3
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("tag", "passes"), [(f"v{VERSION}", True), ("v99.0.0", False), (f"v{VERSION}.1", False)]
)
def test_only_a_tag_that_is_the_version_is_released(jobs: dict[str, Any], tag: str, passes: bool) -> None:
    (check,) = [script for script in runs(jobs) if script.startswith("grep")]
    ran = subprocess.run(
        ["bash", "-c", check], cwd=ROOT, env={"GITHUB_REF_NAME": tag, "PATH": "/usr/bin:/bin"}, check=False
    )
    assert (ran.returncode == 0) is passes


def test_nothing_is_built_before_every_check_has_passed(jobs: dict[str, Any]) -> None:
    assert any("./albumen test" in step.get("run", "") for step in jobs["check"]["steps"])
    assert jobs["build"]["needs"] == "check"


def test_everything_is_signed(jobs: dict[str, Any], tmp_path: Path) -> None:
    """The signature is over the digests of all that is released."""
    scripts = runs(jobs)
    (signing,) = [place for place, script in enumerate(scripts) if "cosign" in script]
    making = [
        place
        for place, script in enumerate(scripts)
        if "dist/" in script or script.startswith("./albumen build")
    ]
    assert max(place for place in making if place != len(scripts) - 1) < signing < len(scripts) - 1
    for name in ("a.whl", "b.tar"):
        (tmp_path / name).write_text(name)
    listing = scripts[signing].splitlines()[0]
    subprocess.run(["bash", "-c", listing], cwd=tmp_path, check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)
    listed = [line.split()[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()]
    assert listed == ["a.whl", "b.tar"]


def test_it_has_no_rights_but_those_that_it_needs(jobs: dict[str, Any]) -> None:
    assert yaml.safe_load(WORKFLOW.read_text())["permissions"] == {}
    assert jobs["check"]["permissions"] == {"contents": "read"}
    assert jobs["build"]["permissions"] == {"contents": "write", "id-token": "write"}
