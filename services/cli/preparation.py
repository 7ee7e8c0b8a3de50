"""Before anything is served: folders are checked, the log is judged and brought to this version's schema."""

import contextlib
import sqlite3
import sys
from pathlib import Path

import msgspec

from services.cli import standing
from services.cli.errors import Unusable
from services.gateway.access import private
from services.gateway.access.keyring import Keyring, KeyringUnreadable
from services.kernel.log import finding
from services.kernel.log.finding import LogError
from services.kernel.log.migrate import open_log
from services.kernel.log.setback import Setback
from services.kernel.settings import Settings
from services.knowledge.archives import is_archive, is_readable, is_volume


def checked(settings: Settings) -> Settings:
    """Resolve the photo folders and archives and drop duplicates. Raises Unusable for unusable ones."""
    for folder in settings.photos:
        if folder.is_dir() or (folder.is_file() and is_readable(folder.resolve().name)):
            continue
        what = "is neither a folder nor an archive that can be read" if folder.exists() else "does not exist"
        if folder.is_file() and (is_archive(folder.name) or is_volume(folder.name)):
            raise Unusable(
                f"{folder} has to be unpacked first: archives that Albumen reads are .zip, .tar and .tgz files."
            )
        raise Unusable(
            f"{folder} {what}. Give the folder that holds your photos, or a .zip, .tar or .tgz file."
        )
    roots = tuple(folder.resolve() for folder in settings.photos)
    own = (settings.data, settings.previews, settings.second_backups)
    for folder in filter(None, own):
        for root in roots:
            if folder.resolve().is_relative_to(root):
                raise Unusable(
                    f"{folder}, where Albumen keeps its own files, is inside {root}, which is only read. "
                    "Choose another with --data."
                )
    return msgspec.structs.replace(settings, photos=_outermost(roots))


def close_to_others(folder: Path) -> None:
    """The data folder is for this user alone. One that was open to others is closed, which is said once."""
    try:
        if private.tighten(folder):
            print(
                f"Other users of this computer could read {folder} until now; it is for you alone from now on.",
                file=sys.stderr,
                flush=True,
            )
    except OSError:
        print(
            f"Other users of this computer can read {folder}, which holds the log and the previews, and Albumen can’t "
            "change that: the folder isn’t yours alone. Choose another with --data.",
            file=sys.stderr,
            flush=True,
        )


def _outermost(roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Without duplicates and folders inside others, so that nothing is scanned twice."""
    once = dict.fromkeys(roots)
    return tuple(r for r in once if not any(r != other and r.is_relative_to(other) for other in once))


def prepare(settings: Settings) -> None:
    """Create the log, or migrate it to this version's schema. Raises Unusable when it can't be used."""
    try:
        open_log(settings.events_db)[0].close()
    except LogError as error:
        raise Unusable(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise Unusable(finding.refusal(error, str(settings.events_db)).words) from error


def renew(settings: Settings) -> None:
    """Rebuild the read tables if another version of this program made them: our pages can't read those."""
    from services.projector import generation

    tables = generation.current(settings.views)
    if tables is None or not tables.exists() or generation.of_this_program(tables):
        return
    from services.projector.errors import NoLog
    from services.projector.rebuild import migrate_views

    print("Albumen is newer than its read tables: rebuilding them from the log…", file=sys.stderr, flush=True)
    with contextlib.suppress(NoLog):
        migrate_views(settings)


def renewed(settings: Settings) -> Setback | None:
    """Like `renew`, but never fails: returns why the log is not to be believed, if that was found out by it. Whatever
    else there is, the projector will hit as well and report."""
    try:
        renew(settings)
    except Exception:
        return standing.judged(settings, thorough=True)
    return None


def remains(settings: Settings) -> Path | None:
    """The read tables to show of a damaged log, if those in use can't be shown: of what can still be read. None: those
    in use, as far as they can be read."""
    from services.projector.remains import shown_instead

    with contextlib.suppress(sqlite3.Error, OSError):
        return shown_instead(settings)
    return None


def prepared(settings: Settings, *, thorough: bool = False) -> Setback | None:
    """Why the log is not to be believed; None: it exists and has this version's schema. Raises Unusable."""
    try:
        Keyring(settings.data).keys()
    except KeyringUnreadable as error:
        raise Unusable(str(error)) from error
    if setback := standing.judged(settings, thorough=thorough):
        return setback
    try:
        prepare(settings)
    except Unusable:
        if setback := standing.judged(settings, thorough=True):
            return setback
        raise
    return None
