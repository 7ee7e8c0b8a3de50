"""What a shell completes, by the shell itself."""

import subprocess
from pathlib import Path

import pytest

from services.cli import completion
from services.cli.arguments import SHELLS, parser
from tests.support.waiting import PATIENCE_S

ASK = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE="$*"
COMP_POINT=${#COMP_LINE}
$(complete -p albumen | sed 's/.*-F \\([^ ]*\\).*/\\1/') albumen "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "albumen.bash"
    path.write_text(completion.for_shell("bash"))
    return path


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sca", ["scan", "scanner"]),
        ("uninst", ["uninstall"]),
        ("jobs re", ["resume", "retry"]),
        ("up --no", ["--no-browser", "--no-classify"]),
        ("models activate --n", ["--now"]),
        ("backup my", ["my backups", "my file"]),
        ("up --data my", ["my backups"]),
    ],
)
def test_bash_offers_commands_options_and_files(
    tmp_path: Path, script: Path, typed: str, offered: list[str]
) -> None:
    """Only folders where only a folder can stand."""
    (tmp_path / "my backups").mkdir()
    (tmp_path / "my file").touch()
    ran = subprocess.run(
        ["bash", "--norc", "-c", ASK, "bash", script, "albumen", *typed.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert sorted(ran.stdout.splitlines()) == offered, ran.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_every_command(shell: str) -> None:
    text = completion.for_shell(shell)
    (commands,) = [one.choices for one in parser()._actions if isinstance(one.choices, dict)]
    assert [name for name in commands if name not in text] == []
