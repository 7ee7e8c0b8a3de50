"""Faults that are made on purpose: each is one change, inside a function, and the tests say whether it is noticed."""

import ast
import runpy
from pathlib import Path

import coverage
import pytest

from ops import mutants as mutants_module
from ops.mutants import ROOT, Mutant, checkout_in, executed, main, mutants, possible, survives, unnoticed
from ops.mutants_forked import NotInPlace, exchange

HEARTBEAT = "services/kernel/heartbeat.py"


SOURCE = '''
LIMIT = 3


def small(number: int) -> bool:
    """Below 3."""
    return number < LIMIT and not number == 0
'''


def test_each_is_one_change_inside_a_function() -> None:
    made = list(mutants("x.py", SOURCE))
    assert [(one.line, one.before, one.after) for one in made] == [
        (7, "number < LIMIT and (not number == 0)", "number < LIMIT or not number == 0"),
        (7, "number < LIMIT", "number <= LIMIT"),
        (7, "number == 0", "number != 0"),
        (7, "0", "1"),
    ]
    unchanged = ast.unparse(ast.parse(SOURCE))
    for one in made:
        differing = [
            pair
            for pair in zip(one.source.splitlines(), unchanged.splitlines(), strict=True)
            if pair[0] != pair[1]
        ]
        assert len(differing) == 1
        assert "LIMIT = 3" in one.source and "Below 3." in one.source


@pytest.mark.parametrize(
    ("after", "stays"), [("number < 4", True), ("number <= 3", True), ("number < 3", False)]
)
def test_it_survives_when_every_test_passes(tmp_path: Path, after: str, stays: bool) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "services").mkdir(parents=True)
    file = checkout / "services/small.py"
    file.write_text("def small(number):\n    return number < 4\n")
    (checkout / "test_small.py").write_text(
        "from services.small import small\n\n\ndef test_three():\n    assert small(3)\n"
    )
    mutant = Mutant("services/small.py", 2, "number < 4", after, f"def small(number):\n    return {after}\n")
    assert survives(mutant, ["test_small.py"], checkout) is stays
    assert file.read_text().endswith("number < 4\n")


CLASS = """
class Small:
    most = 3

    @property
    def least(self):
        return -self.most

    def holds(self, number):
        return any(number < most for most in (self.most,))
"""


def test_in_a_fork_a_function_is_exchanged_for_all_who_have_it(tmp_path: Path) -> None:
    file = tmp_path / "small.py"
    file.write_text(CLASS)
    small = runpy.run_path(str(file))["Small"]()
    holds = small.holds
    for mutant in mutants(str(file), CLASS):
        exchange(file, mutant.source)
        assert (holds(3), small.least) == {"number < most": (True, -3)}.get(mutant.before, (False, -3))
    exchange(file, CLASS.replace("-self", "+self"))
    assert small.least == 3


def test_what_is_in_no_function_is_exchanged_in_a_checkout_only(tmp_path: Path) -> None:
    file = tmp_path / "small.py"
    file.write_text(CLASS)
    with pytest.raises(NotInPlace):
        exchange(file, CLASS.replace("= 3", "= 4"))


def test_what_no_test_notices_in_a_fork_is_left_for_a_checkout(tmp_path: Path) -> None:
    path, module = "services/kernel/log/codec.py", "tests/kernel/test_messages.py"
    every = mutants(path, (ROOT / path).read_text("utf-8"))
    (one,) = (mutant for mutant in every if mutant.before == "schema_version > event.VERSION")
    blind = (one, [f"{module}::test_what_a_newer_program_wrote_is_not_guessed_at[album_created-99]"])
    sees = (one, [*blind[1], f"{module}::test_what_was_stored_once_is_still_read[album_created.v1]"])
    assert unnoticed([sees, blind, sees], tmp_path) == [blind]


def test_tests_that_fail_without_a_mutant_notice_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutants_module, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "test_always.py").write_text("def test_one():\n    raise ValueError\n")
    with pytest.raises(RuntimeError, match="fail in a fork"):
        unnoticed([(Mutant("none.py", 1, "", "", ""), ["test_always.py::test_one"])], tmp_path)


def test_the_copy_is_a_checkout_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    made = checkout_in(tmp_path / "copy")
    assert (made / "services/kernel/log/chain.py").is_file() and not (made / "services").is_symlink()
    assert (made / "web").is_symlink()


@pytest.fixture(scope="module")
def heartbeat(tmp_path_factory: pytest.TempPathFactory) -> coverage.CoverageData:
    return executed([HEARTBEAT], ["tests/kernel/test_heartbeat.py"], tmp_path_factory.mktemp("coverage"))


def test_a_source_is_a_module_or_a_folder(heartbeat: coverage.CoverageData) -> None:
    of_module = possible(heartbeat, [HEARTBEAT])
    assert {mutant.path for mutant, _ in of_module} == {HEARTBEAT}
    assert {test.partition("::")[0] for _, tests in of_module for test in tests} == {
        "tests/kernel/test_heartbeat.py"
    }
    assert HEARTBEAT in {mutant.path for mutant, _ in possible(heartbeat, ["services/kernel"])}


def test_sources_without_a_mutant_are_refused(
    heartbeat: coverage.CoverageData, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not told as 0 of 0."""
    monkeypatch.setattr(mutants_module, "executed", lambda *_: heartbeat)
    for source, says in (
        ("services/kernel/zone.py", "execute nothing of services/kernel/zone.py"),
        ("services/kernal", "there is no services/kernal"),
    ):
        with pytest.raises(SystemExit):
            main([source, "--tests", "tests/kernel/test_heartbeat.py"])
        assert says in capsys.readouterr().err
