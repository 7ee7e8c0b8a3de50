"""`albumen install` and `uninstall`, with a stand-in for the system's manager that writes down what it is told."""

import plistlib
import shlex
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli import instance, login_service
from services.cli.children import REPOSITORY
from services.cli.errors import Unsuccessful, Unusable
from services.kernel.settings import Settings

ODD = 'my "best" pictures, 100 % $HOME \\ ü'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "my data", previews=tmp_path / "p", photos=(tmp_path / ODD,))


Manager = Callable[[], list[list[str]]]


@pytest.fixture(params=["linux", "darwin"])
def told(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manager:
    """What the manager was told so far. It fails if there is a file `refuses` beside what it notes."""
    (tmp_path / "bin").mkdir()
    notes = tmp_path / "notes"
    notes.touch()
    for name in ("systemctl", "launchctl"):
        script = tmp_path / "bin" / name
        refusal = f"[ ! -e {shlex.quote(str(tmp_path / 'refuses'))} ] || {{ echo no bus >&2; exit 1; }}"
        script.write_text(f'#!/bin/sh\necho "{name} $*" >> {shlex.quote(str(notes))}\n{refusal}\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in ("ALBUMEN_DATA", "ALBUMEN_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", request.param)
    return lambda: [line.split() for line in notes.read_text().splitlines()]


def give(command: str, settings: Settings) -> None:
    login_service.run(settings, Namespace(command=command))


def file(home: Path) -> Path:
    if sys.platform == "darwin":
        return home / "Library/LaunchAgents/albumen.up.plist"
    return home / ".config/systemd/user/albumen.service"


def test_the_service_is_written_started_and_taken_away(
    tmp_path: Path, settings: Settings, told: Manager, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):  # again, as after a move
        give("install", settings)
    path = file(tmp_path / "home")
    if sys.platform == "darwin":
        assert told()[-1][:2] == ["launchctl", "bootstrap"]
        agent = plistlib.loads(path.read_bytes())
        assert agent["ProgramArguments"] == login_service.program(settings)
        assert Path(agent["StandardErrorPath"]).parent.is_dir()
    else:
        assert [one[2:] for one in told()[:3]] == [
            ["daemon-reload"],
            ["enable", "albumen.service"],
            ["restart", "albumen.service"],
        ]
    assert str(path) in capsys.readouterr().out
    give("uninstall", settings)
    assert not path.exists()
    stopped = [one for one in told() if "bootout" in one or {"disable", "--now"} <= set(one)]
    assert stopped
    with pytest.raises(Unsuccessful, match="has made no service"):
        give("uninstall", settings)


def test_what_the_manager_says_is_passed_on(tmp_path: Path, settings: Settings, told: Manager) -> None:
    (tmp_path / "refuses").touch()
    with pytest.raises(Unsuccessful, match="failed: no bus") as error:
        give("install", settings)
    assert str(file(tmp_path / "home")) in str(error.value)


def test_settings_of_the_terminal_are_not_lost_in_silence(
    settings: Settings, told: Manager, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALBUMEN_PORT", "8000")
    give("install", settings)
    said = capsys.readouterr().out
    assert "ALBUMEN_PORT" in said
    assert str(settings.data / "albumen.toml") in said


def test_what_can_not_be_is_said_before_anything_is_written(
    tmp_path: Path, settings: Settings, told: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unusable, match="Which photos"):
        give("install", Settings(data=tmp_path / "d", previews=tmp_path / "p"))
    with pytest.raises(Unusable, match="line break"):
        give("install", Settings(data=tmp_path / "a\nb", previews=tmp_path, photos=settings.photos))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unusable, match=r"No (launchd|systemd) is here"):
        give("install", settings)
    assert not (tmp_path / "home").exists()
    assert told() == []


def test_one_that_runs_already_is_not_doubled(tmp_path: Path, settings: Settings, told: Manager) -> None:
    settings.run.mkdir(parents=True)
    with instance.only_one(settings):
        instance.announce(settings, instance.Address(url="http://127.0.0.1:24001/", key="k"))
        with pytest.raises(Unusable, match=r"http://127\.0\.0\.1:24001/: stop it first"):
            give("install", settings)
    assert told() == []


@pytest.mark.parametrize("told", ["linux"], indirect=True)
def test_another_unit_of_that_name_stays(tmp_path: Path, settings: Settings, told: Manager) -> None:
    path = file(tmp_path / "home")
    path.parent.mkdir(parents=True)
    path.write_text("[Service]\nExecStart=/usr/bin/true\n")
    for command in ("install", "uninstall"):
        with pytest.raises(Unusable, match="not of albumen install"):
            give(command, settings)
    assert path.read_text() == "[Service]\nExecStart=/usr/bin/true\n"


def test_systemd_reads_the_command_as_it_is(tmp_path: Path, settings: Settings) -> None:
    """By systemd's own reader, which finds nothing to complain about; unquoted, the parts are the command's."""
    verify = shutil.which("systemd-analyze")
    command = [sys.executable, *login_service.program(settings)[1:]]
    text = login_service.unit(command)
    line = next(one for one in text.splitlines() if one.startswith("ExecStart="))
    parts = shlex.split(line.removeprefix("ExecStart=").replace("$$", "$").replace("%%", "%"))
    assert parts == command
    assert "100 %% $$HOME" in line
    if verify:
        (tmp_path / "albumen.service").write_text(text)
        ran = subprocess.run(
            [verify, "--user", "verify", tmp_path / "albumen.service"],
            env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "albumen.service" not in ran.stderr, ran.stderr


def test_a_checkout_is_started_by_its_script_and_a_wheel_by_its_module(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["up", str(settings.photos[0]), "--data", str(settings.data), "--no-browser"]
    assert login_service.program(settings) == [str(REPOSITORY / "albumen"), *options]
    monkeypatch.setattr(login_service, "REPOSITORY", tmp_path)
    assert login_service.program(settings) == [sys.executable, "-m", "albumen", *options]
