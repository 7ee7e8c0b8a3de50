"""The promises of the images: alone, the whole album; for nobody but who has its password; for any user."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "ops" / "docker"


def steps(name: str) -> list[str]:
    """Of the last stage: what runs."""
    last = DOCKER.joinpath(name).read_text().rpartition("\nFROM ")[2]
    return last.replace("\\\n", " ").splitlines()


def test_alone_it_is_the_whole_album() -> None:
    assert 'CMD ["up", "--no-browser"]' in steps("Dockerfile")
    assert 'ENTRYPOINT ["/app/albumen"]' in steps("Dockerfile")


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.gpu"])
def test_it_belongs_to_no_user_and_trusts_no_network(name: str) -> None:
    """Where it is published is not known in it, so a password is needed."""
    final = steps(name)
    assert "USER albumen" in final
    assert not any("TRUSTED_NETWORK" in line for line in final)
    (folders,) = [line for line in final if "install -d" in line]
    assert "-m 0777 /data" in folders


def test_what_packages_bring_for_developers_is_left_out(tmp_path: Path) -> None:
    packages = tmp_path / "lib/python3.11/site-packages"
    left_out = ("tensorflow/include/a.h", "clang/native/libclang.so", "numpy/core/tests/test_a.py")
    kept = ("tensorflow/__init__.py", "numpy/testing/__init__.py", "numpy/core/__init__.py")
    for name in (*left_out, *kept):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).touch()
    subprocess.run([DOCKER / "slim.sh", tmp_path], check=True)
    assert sorted(
        str(path.relative_to(packages)) for path in packages.rglob("*") if path.is_file()
    ) == sorted(kept)
