"""`albumen COMMAND`: reads the command line, runs the command, turns what went wrong into a sentence and a status.

Each command imports what it needs itself, so that none waits for the packages of another, and `--help` needs no package
at all: a fresh clone answers it.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.arguments import parser
from services.cli.errors import Unsuccessful, Unusable

if TYPE_CHECKING:
    from services.kernel.settings import Settings


def up(settings: "Settings", arguments: argparse.Namespace) -> None:
    import msgspec

    from services.cli import serve

    if not settings.photos and not settings.events_db.exists():
        raise Unusable("Which photos? Give the folder that holds them: albumen up ~/Pictures")
    serve.up(msgspec.structs.replace(settings, broker=None), arguments)


def gateway(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import serve

    if not settings.broker:
        raise Unusable("Which broker? Set ALBUMEN_BROKER=amqp://…, or use albumen up, which needs none.")
    serve.up(settings, arguments)


def service(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import service

    service.run(arguments.command, settings)


def job(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import jobs

    jobs.run(settings, arguments)


def joblist(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import joblist

    joblist.run(settings, arguments)


def listing(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import listings

    listings.run(settings, arguments)


def models(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import models

    models.run(settings, arguments)


def upkeep(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import upkeep

    upkeep.run(settings, arguments)


def bench(settings: "Settings", arguments: argparse.Namespace) -> None:
    from services.cli import bench

    bench.run(arguments)


COMMANDS: dict[str, Callable[["Settings", argparse.Namespace], None]] = {
    "up": up,
    "gateway": gateway,
    "inference": service,
    "projector": service,
    "scan": job,
    "classify": job,
    "jobs": joblist,
    "albums": listing,
    "models": models,
    "replay": upkeep,
    "migrate": upkeep,
    "bench": bench,
}


def settings_of(arguments: argparse.Namespace) -> "Settings":
    """The environment's, overridden by the command line. Raises Unusable."""
    import msgspec

    from services.kernel.settings import from_environment

    try:
        settings = from_environment(os.environ, arguments.data)
    except ValueError as error:
        raise Unusable(str(error)) from error
    given = {
        name: value for name in ("host", "port") if (value := getattr(arguments, name, None)) is not None
    }
    if folders := getattr(arguments, "photos", None):
        given["photos"] = tuple(Path(folder).expanduser().absolute() for folder in folders)
    settings = msgspec.structs.replace(settings, **given)
    if not 0 <= settings.port <= 65_535:
        raise Unusable(f"{settings.port} is no port: choose one from 0 to 65535.")
    return settings


def main() -> int:
    arguments = parser().parse_args()
    try:
        COMMANDS[arguments.command](settings_of(arguments), arguments)
    except Unusable as error:
        print(f"albumen: {error}", file=sys.stderr)
        return 2
    except Unsuccessful as error:
        print(f"albumen: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `albumen albums | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    sys.exit(main())
