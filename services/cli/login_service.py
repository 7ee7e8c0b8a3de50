"""`albumen install`, `uninstall`: a service of the user's own, which runs `albumen up` from login on, as a unit of
systemd or an agent of launchd."""

import argparse
import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from services.cli import instance
from services.cli.children import REPOSITORY
from services.cli.errors import Unsuccessful, Unusable
from services.kernel.settings import Settings

UNIT: Final = "albumen.service"
AGENT: Final = "albumen.up"
"""Of the agent, and the name of its file."""
_OURS: Final = "# Written by albumen install; albumen uninstall removes it."
_UNIT: Final = """{ours}
[Unit]
Description=Albumen, a photo album

[Service]
Type=exec
ExecStart={command}
WorkingDirectory=~
Restart=on-failure
RestartPreventExitStatus=2

[Install]
WantedBy=default.target
"""
_NO_MANAGER: Final = (
    "No {0} is here, which would start a service. Let something else run “albumen up --no-browser”."
)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable, Unsuccessful."""
    mac = sys.platform == "darwin"
    path = agent_path() if mac else unit_path()
    manager = "launchctl" if mac else "systemctl"
    if shutil.which(manager) is None:
        raise Unusable(_NO_MANAGER.format("launchd" if mac else "systemd"))
    if arguments.command == "uninstall":
        _uninstall(path, mac)
    else:
        if not settings.photos and not settings.events_db.exists():
            raise Unusable("Which photos? Give the folder they are in: albumen install ~/Pictures")
        _install(path, mac, program(settings), settings)


def unit_path() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "systemd/user" / UNIT


def agent_path() -> Path:
    return Path.home() / "Library/LaunchAgents" / f"{AGENT}.plist"


def program(settings: Settings) -> list[str]:
    """What the service runs: this installation, with all that the command line said."""
    script = REPOSITORY / "albumen"  # of a checkout; an installed wheel has none
    own = [str(script)] if script.is_file() else [sys.executable, "-m", "albumen"]
    options = ["--data", str(settings.data), "--no-browser"]
    return [*own, "up", *map(str, settings.photos), *options]


def unit(command: list[str]) -> str:
    """As `systemd.service(5)` has it: in quotes, with what would be replaced doubled. No variable is replaced in the
    program's own path."""
    own, *arguments = (part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") for part in command)
    parts = [own, *(part.replace("$", "$$") for part in arguments)]
    return _UNIT.format(ours=_OURS, command=" ".join(f'"{part}"' for part in parts))


def agent(command: list[str], settings: Settings) -> bytes:
    """As `launchd.plist(5)` has it."""
    return plistlib.dumps(
        {
            "Label": AGENT,
            "ProgramArguments": command,
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "StandardErrorPath": str(settings.run / "launchd.log"),
        }
    )


def _install(path: Path, mac: bool, command: list[str], settings: Settings) -> None:
    if any("\n" in part for part in command):
        raise Unusable("A folder whose name has a line break can't be in a service.")
    if path.exists() and not _is_ours(path):
        raise Unusable(f"{path} is not of albumen install: move it away first.")
    if not path.exists() and (address := instance.running(settings)):
        raise Unusable(f"Albumen is running at {address.url}: stop it first, as there can be only one.")
    path.parent.mkdir(parents=True, exist_ok=True)
    settings.run.mkdir(parents=True, exist_ok=True)
    path.write_bytes(agent(command, settings) if mac else unit(command).encode())
    if mac:
        _boot_out(path)
        _managed(path, "launchctl", "bootstrap", _domain(), str(path))
    else:
        _managed(path, "systemctl", "--user", "daemon-reload")
        _managed(path, "systemctl", "--user", "enable", UNIT)
        _managed(path, "systemctl", "--user", "restart", UNIT)
    print(f"Albumen runs now, and from each login on: albumen open shows it. ({path})")
    if not mac:
        print("To have it run before you log in: loginctl enable-linger")
    if others := sorted(
        name for name in os.environ if name.startswith("ALBUMEN_") and name != "ALBUMEN_DATA"
    ):
        where = settings.data / "albumen.toml"
        print(f"It doesn't have this terminal's {', '.join(others)}: such settings belong into {where}.")


def _uninstall(path: Path, mac: bool) -> None:
    if not path.exists():
        raise Unsuccessful(f"There is no {path}: albumen install has made no service.")
    if not _is_ours(path):
        raise Unusable(f"{path} is not of albumen install, so it stays.")
    if mac:
        _boot_out(path)
    else:
        _managed(path, "systemctl", "--user", "disable", "--now", UNIT)
    path.unlink()
    if not mac:
        _managed(path, "systemctl", "--user", "daemon-reload")
    print("Albumen no longer runs by itself. Its data and your photos are where they were.")


def _boot_out(path: Path) -> None:
    """That it isn't loaded is no failure."""
    command = ("launchctl", "bootout", _domain(), str(path))
    subprocess.run(command, capture_output=True, check=False)


def _is_ours(path: Path) -> bool:
    return path.suffix == ".plist" or path.read_text("utf-8", "replace").startswith(_OURS)


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _managed(path: Path, *command: str) -> None:
    """Raises Unsuccessful."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        reason = (ran.stderr or ran.stdout).strip() or f"exit status {ran.returncode}"
        raise Unsuccessful(f"“{' '.join(command)}” failed: {reason}. The service's file is {path}.")
