"""`albumen forget`: photos leave the log for good."""

import argparse
import sqlite3
from collections.abc import Iterable

import msgspec

from services.cli import copied, erasing, instance, standing
from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import print_json, progress
from services.kernel.backup.checking import BadCopy
from services.kernel.backup.daily import back_up
from services.kernel.log.migrate import NewerSchema, NotALog
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    if bool(arguments.images) == arguments.finish:
        raise Unusable("Which photos? Give their ids or paths; or --finish, to delete the old log.")
    if not settings.events_db.exists():
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER creates one.")
    try:
        with instance.all_stopped(settings):
            copied.own_library(settings)
            standing.refuse(settings)
            if arguments.finish:
                _finish(settings, arguments)
            else:
                _forget(settings, arguments)
    except erasing.UnknownPhoto as error:
        raise Unusable(f"{error} Nothing was changed.") from error
    except (BadCopy, NewerSchema, NotALog) as error:
        raise Unsuccessful(f"{error} Nothing was changed.") from error
    except sqlite3.DatabaseError as error:
        raise Unsuccessful(
            f"The log can't be read ({error}): run albumen doctor. Nothing was changed."
        ) from error
    except OSError as error:
        raise Unsuccessful(f"{settings.data} can't be written ({error.strerror or error}).") from error


def _forget(settings: Settings, arguments: argparse.Namespace) -> None:
    with progress() as bars:
        bar = bars.add_task("forget", total=None)
        report = erasing.erase(settings, arguments.images, lambda done: bars.update(bar, completed=done))
    backup = back_up(settings)
    if arguments.json:
        print_json(msgspec.to_builtins(report, enc_hook=str) | {"backup": backup.name})
        return
    count = len(report.images)
    print(f"Forgot {_photos(count)}: {report.rewritten:,} entries of the log were rewritten.")
    for failure in backup.failures:
        print(f"No backup of the new log: {failure.text % failure.values}")
    if report.in_folders:
        print("Still in your photo folders, so the next scan imports them again (move them away first):")
        _list(report.in_folders)
    if report.related:
        print("Other versions of them, and files beside them under the same name, stay in the album:")
        _list(report.related)
    if report.copies:
        print("Copies of the log that still hold them:")
        _list(map(str, report.copies))
    print("Copies that you made elsewhere are yours to find.")
    print(f"The old log is in {report.old} until you type: albumen forget --finish")
    if report.copies:
        print("albumen forget --finish --everywhere also deletes those copies.")


def _finish(settings: Settings, arguments: argparse.Namespace) -> None:
    if arguments.everywhere and (failures := back_up(settings).failures):
        reason = failures[0].text % failures[0].values
        raise Unsuccessful(f"No backup is deleted before there is a new one. {reason} Nothing was changed.")
    deleted, rest = erasing.finish(settings, arguments.everywhere)
    if arguments.json:
        print_json({"deleted": [str(path) for path in deleted], "copies": [str(path) for path in rest]})
        return
    print("Deleted:" if deleted else "There is no old log.")
    _list(map(str, deleted))
    if rest:
        print("Copies that still hold forgotten photos:")
        _list(map(str, rest))


def _list(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"  {line}")


def _photos(count: int) -> str:
    return f"{count} photo" if count == 1 else f"{count:,} photos"
