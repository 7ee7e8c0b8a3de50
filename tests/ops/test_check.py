"""`./albumen test`: what it runs, and that no failure is overlooked."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ops import check


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The module run by each command, with its arguments; those in `failing` fail."""
    commands: dict[str, Any] = {"failing": set()}

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        module, *arguments = command[command.index("-m") + 1 :] if "-m" in command else command[2:]
        module = Path(module).stem
        commands[f"{module} {arguments[0]}" if module == "ruff" else module] = (arguments, options)
        return subprocess.CompletedProcess(command, int(module in commands["failing"]), "as it was said\n")

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_everything_is_checked(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 0
    assert ran.keys() == {
        "failing",
        "ruff check",
        "ruff format",
        "mypy",
        "djlint",
        "eslint",
        "prettier",
        "pytest",
    }
    assert capsys.readouterr().out.endswith("All checks passed.\n")


@pytest.mark.parametrize(("module", "called"), [("mypy", "types"), ("eslint", "eslint"), ("pytest", "tests")])
def test_what_fails_is_named_and_all_else_runs(
    ran: dict[str, Any], capsys: pytest.CaptureFixture[str], module: str, called: str
) -> None:
    ran["failing"].add(module)
    assert check.main([]) == 1
    assert ran.keys() == {
        "failing",
        "ruff check",
        "ruff format",
        "mypy",
        "djlint",
        "eslint",
        "prettier",
        "pytest",
    }
    assert capsys.readouterr().out.endswith(f"Failed: {called}.\n")


def test_what_a_check_beside_the_tests_says_is_shown(
    ran: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    check.main([])
    assert capsys.readouterr().out.count("as it was said") == len(check.others())


@pytest.mark.parametrize(("cores", "workers"), [(1, "2"), (2, "3"), (16, "17")])
def test_the_whole_suite_has_a_worker_for_each_core_and_one_for_those_that_wait(
    ran: dict[str, Any], monkeypatch: pytest.MonkeyPatch, cores: int, workers: str
) -> None:
    monkeypatch.setattr(check, "cores", lambda: cores)
    check.main([])
    arguments, _ = ran["pytest"]
    assert arguments[arguments.index("-n") + 1] == workers


class Memory:
    """What the system says of /dev/shm and of main memory; enough but for what a test sets."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = self.available = check.ROOM
        self.flags = 0
        monkeypatch.delenv("TMPDIR", raising=False)
        monkeypatch.setattr(check, "MEMORY", folder)
        monkeypatch.setattr("os.statvfs", self._statvfs)
        monkeypatch.setattr(Path, "read_text", self._meminfo)

    def _statvfs(self, path: Path) -> Any:
        return SimpleNamespace(f_bavail=self.free, f_frsize=1, f_flag=self.flags)

    def _meminfo(self, *_: Any) -> str:
        return f"MemTotal:       99999999 kB\nMemAvailable:   {self.available >> 10} kB\nBuffers: 1 kB\n"

    @staticmethod
    def seen(ran: dict[str, Any]) -> str | None:
        """The folder for temporary files of the tests."""
        folder: str | None = ran["pytest"][1]["env"].get("TMPDIR")
        return folder


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Memory:
    return Memory(tmp_path, monkeypatch)


def test_the_whole_suite_keeps_its_files_in_memory_and_removes_them(
    ran: dict[str, Any], memory: Memory, tmp_path: Path
) -> None:
    check.main([])
    assert Path(memory.seen(ran) or "").parent == tmp_path
    assert list(tmp_path.iterdir()) == []
    assert "TMPDIR" not in os.environ


@pytest.mark.parametrize(
    "lacks", [{"free": check.ROOM - 1}, {"available": check.ROOM - 1024}, {"flags": os.ST_NOEXEC}]
)
def test_without_room_in_memory_they_stay_on_disk(
    ran: dict[str, Any], memory: Memory, lacks: dict[str, int]
) -> None:
    vars(memory).update(lacks)
    check.main([])
    assert memory.seen(ran) is None


def test_without_such_a_file_system_they_stay_on_disk(
    ran: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(check, "MEMORY", tmp_path / "none")
    check.main([])
    assert Memory.seen(ran) is None


def test_a_folder_that_the_caller_chose_is_used(
    ran: dict[str, Any], memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", "/somewhere")
    check.main([])
    assert memory.seen(ran) == "/somewhere"


def test_with_arguments_only_those_tests_run_without_workers(ran: dict[str, Any]) -> None:
    assert check.main(["tests/kernel", "-k", "append"]) == 0
    assert ran.keys() == {"failing", "pytest"}
    assert ran["pytest"][0] == ["tests/kernel", "-k", "append"]


def test_compiled_modules_are_kept_whatever_the_shell_says(
    ran: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    check.main(["tests/kernel"])
    assert "PYTHONDONTWRITEBYTECODE" not in ran["pytest"][1]["env"]


def test_it_runs_in_the_checkout(ran: dict[str, Any]) -> None:
    check.main(["x"])
    assert ran["pytest"][1]["cwd"] == check.ROOT == Path(__file__).resolve().parents[2]


def test_scripts_are_checked_where_the_machine_has_no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    found, script = check.node("prettier/bin/prettier.cjs", "--version")[:2]
    assert subprocess.run([found, "--version"], check=False, capture_output=True).returncode == 0
    assert (check.ROOT / script).is_file()


def test_every_script_and_sheet_is_checked_but_those_that_are_made() -> None:
    linted, formatted = check.others()["eslint"], check.others()["prettier"]
    assert {"web/static/*.js", "*.mjs"} <= set(linted) & set(formatted)
    assert "web/static/*.css" in formatted
    ignored = (check.ROOT / ".prettierignore").read_text().splitlines()
    assert [line for line in ignored if not line.startswith("#")] == [
        "web/static/vendor/",
        "web/static/aspects.css",
    ]


def test_coverage_is_of_all_tests_or_of_some(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["tests/kernel", "-k", "append"]):
        assert check.main(["--coverage", *arguments]) == 0
        measured = ran["coverage"]
        assert measured[0][0] == "report"
    ran["failing"].add("coverage")
    assert check.main(["--coverage"]) == 1
    assert capsys.readouterr().out.endswith("Failed: tests.\n")


class Rounds:
    """In place of `run`: notes the seed of each round."""

    def __init__(self) -> None:
        self.seeds: list[int] = []
        self.paths: list[str] = []
        self.fails = False

    def __call__(self, name: str, command: list[str]) -> bool:
        self.seeds.append(int(name.rpartition(" ")[2]))
        self.paths = command[command.index(f"--hypothesis-seed={self.seeds[-1]}") + 1 :]
        return not self.fails


def test_fuzzing_goes_on_with_other_examples_until_the_time_is_over_or_something_fails(
    ran: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter((0, 100, 300, 601))
    monkeypatch.setattr(check, "time", SimpleNamespace(monotonic=lambda: next(clock, 601)))
    monkeypatch.setattr("secrets.randbelow", lambda most: 7)
    monkeypatch.setattr(check, "run", rounds := Rounds())
    monkeypatch.setenv("ALBUMEN_FUZZ_SEED", "")
    monkeypatch.setenv("ALBUMEN_FUZZ_CASES", "")
    assert check.main(["--fuzz"]) == 0
    assert rounds.seeds == [7, 8, 9]
    assert not rounds.paths
    rounds.fails = True
    assert check.main(["--fuzz", "60", "tests/knowledge"]) == 1
    assert rounds.seeds == [7, 8, 9, 7]
    assert rounds.paths == ["tests/knowledge"]
    assert capsys.readouterr().out.endswith("Failed: fuzzing.\n")
