"""`albumen COMMAND`: parses the command line, runs the command, turns errors into a message and an exit status.

Each command imports its own dependencies, so that none waits for another's packages, and `--help` needs no packages at
all: it works in a fresh clone.
"""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.cli.arguments import parser
from services.cli.errors import Unsuccessful, Unusable

if TYPE_CHECKING:
    from services.kernel.settings import Settings

NO_TENSORFLOW: Final = (
    "TensorFlow is not installed. Install the wheel with [cpu] after its name, or [gpu] for CUDA."
)
Runner = Callable[["Settings", argparse.Namespace], None]


def up(settings: "Settings", arguments: argparse.Namespace) -> None:
    import msgspec

    from services.cli import serve

    if not settings.photos and not settings.events_db.exists() and not settings.views.exists():
        raise Unusable("Which photos? Give the folder they are in: albumen up ~/Pictures")
    if find_spec("tensorflow") is None:
        raise Unusable(NO_TENSORFLOW)
    serve.up(msgspec.structs.replace(settings, broker=None), arguments)


def gateway(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import serve

    if not settings.broker:
        raise Unusable("Which broker? Set ALBUMEN_BROKER=amqp://…, or use albumen up, which needs none.")
    serve.up(settings, arguments)


def module(name: str) -> Runner:
    """`run` of a module of this package, imported on use."""

    def run(settings: "Settings", arguments: argparse.Namespace) -> None:
        importlib.import_module(f"services.cli.{name}").run(settings, arguments)

    return run


COMMANDS: dict[str, Runner] = {
    "up": up,
    "gateway": gateway,
    "reader": module("reader"),
    "inference": module("service"),
    "projector": module("service"),
    "scanner": module("scanner"),
    "install": module("login_service"),
    "uninstall": module("login_service"),
    "completion": module("completion"),
    "open": module("opening"),
    "status": module("status"),
    "search": module("searching"),
    "scan": module("jobs"),
    "classify": module("jobs"),
    "import": module("imports"),
    "jobs": module("joblist"),
    "missing": module("missing"),
    "albums": module("listings"),
    "models": module("models"),
    "export": module("export"),
    "replay": module("upkeep"),
    "migrate": module("upkeep"),
    "backup": module("backup"),
    "restore": module("backup"),
    "doctor": module("doctor"),
    "forget": module("forget"),
    "bench": module("bench"),
    "password": module("password"),
    "token": module("token"),
}


def settings_of(arguments: argparse.Namespace) -> "Settings":
    """The environment's settings, overridden by the command line. Raises Unusable."""
    import msgspec

    from services.kernel.settings import from_environment

    try:
        settings = from_environment(os.environ, arguments.data)
    except ValueError as error:
        raise Unusable(str(error)) from error
    options = {
        name: value
        for name in ("host", "port", "tls")
        if (value := getattr(arguments, name, None)) is not None
    }
    for name in ("tls_certificate", "tls_key"):
        if file := getattr(arguments, name, None):
            options[name] = file.expanduser().absolute()
    if folders := getattr(arguments, "photos", None):
        options["photos"] = tuple(Path(folder).expanduser().absolute() for folder in folders)
    if second := getattr(arguments, "backups", None):
        options["second_backups"] = second.expanduser().absolute()
    settings = msgspec.structs.replace(settings, **options)
    if not 0 <= settings.port <= 65_535:
        raise Unusable(f"{settings.port} is not a port: choose one from 0 to 65535.")
    return settings


def load_structlog() -> None:
    """Without Rich, with which it would colour tracebacks: they are not logged (`kernel.loglines`), and loading it is a
    twentieth of the start. Commands that draw tables and progress load it themselves."""
    if "structlog" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]


def main() -> int:
    arguments = parser().parse_args()
    os.umask(0o077)  # databases, previews and keys are for this user alone
    load_structlog()
    try:
        COMMANDS[arguments.command](settings_of(arguments), arguments)
    except (Unusable, Unsuccessful) as error:
        print(f"albumen: {error}", file=sys.stderr)
        return 2 if isinstance(error, Unusable) else 1
    except BrokenPipeError:  # `albumen albums | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    sys.exit(main())
