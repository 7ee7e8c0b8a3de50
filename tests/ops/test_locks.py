"""The lock files are whole on every platform that the README names, without the network: what each package asks for
under that platform's markers is pinned there, in a version that satisfies it. Whether an index has wheels for them is
for `uv pip install --dry-run --python-platform` to say, which needs the index."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PLATFORMS = {
    "Linux x86-64": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    "Linux arm64": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
}
PYTHONS = ("3.11", "3.12", "3.13")
Environment = dict[str, str]
PINNED = re.compile(r"^([a-z0-9-]+)==([^\s;]+)(?: ; (.*?))? \\$", re.MULTILINE)


def environment(platform: str, python: str) -> Environment:
    return PLATFORMS[platform] | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "extra": "",
    }


def pins(lock: str, where: Environment) -> dict[str, Version]:
    found: dict[str, Version] = {}
    for name, version, marker in PINNED.findall((ROOT / lock).read_text()):
        if not marker or Marker(marker).evaluate(where):
            assert name not in found, f"{name} twice"
            found[name] = Version(version)
    return found


def wanted(lines: list[str], where: Environment, extras: set[str]) -> Iterator[Requirement]:
    """Of these requirements, those that hold there."""
    for line in lines:
        one = Requirement(line)
        if one.marker is None or any(one.marker.evaluate(where | {"extra": e}) for e in extras | {""}):
            yield one


def asked_for(where: Environment, *further: str) -> tuple[dict[str, Version], set[str]]:
    """The lock's pins, and what of it is needed. Fails for what is needed and not there. A package that isn't installed
    here (the other platforms' TensorFlow) is taken to need what it needs here. `further`: extras that have a lock of
    their own."""
    locks, needed = ("requirements.lock", *(f"requirements-{extra}.lock" for extra in further)), set[str]()
    found = {name: version for lock in locks for name, version in pins(lock, where).items()}
    extras = [line for extra in ("cpu", *further) for line in PROJECT["optional-dependencies"][extra]]
    waiting = list(wanted([*PROJECT["dependencies"], *extras], where, set()))
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        assert name in found, f"{one} is not in {' or '.join(locks)}"
        assert one.specifier.contains(found[name], prereleases=True), f"{one}, not {found[name]}"
        if name in needed and not one.extras:
            continue
        needed.add(name)
        try:
            lines = metadata.requires("tensorflow-cpu" if name == "tensorflow" else name) or []
        except metadata.PackageNotFoundError:
            continue
        waiting += wanted(lines, where, one.extras)
    return found, needed


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("further", [(), ("traces",)])
def test_all_that_is_needed_is_locked_and_nothing_else(
    platform: str, python: str, further: tuple[str, ...]
) -> None:
    found, needed = asked_for(environment(platform, python), *further)
    assert found.keys() - needed == set()


def test_an_extra_pins_nothing_that_the_album_has() -> None:
    assert not {name for name, _, _ in PINNED.findall((ROOT / "requirements-traces.lock").read_text())} & {
        name for name, _, _ in PINNED.findall((ROOT / "requirements.lock").read_text())
    }


def test_the_readme_names_the_platforms_and_pythons() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "Linux (x86-64 or arm64)" in readme
    assert "macOS 14 or newer on Apple silicon" in readme
    assert f"Python {PYTHONS[0]} to {PYTHONS[-1]}" in readme


def test_each_pin_has_hashes_and_no_address() -> None:
    for lock in (
        "requirements.lock",
        "requirements-gpu.lock",
        "requirements-test.lock",
        "requirements-traces.lock",
    ):
        text = (ROOT / lock).read_text()
        blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
        assert blocks
        assert all("--hash=sha256:" in block for block in blocks)
        assert "://" not in text
