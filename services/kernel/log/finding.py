"""What is wrong with a log, in words that say what to do."""

import sqlite3
from pathlib import Path
from typing import Final, Literal

import msgspec

from services.kernel.log.raw import read_failure
from services.kernel.log.sqlite import is_damage
from services.kernel.sentence import Sentence

Code = Literal[
    "absent",
    "unreadable",
    "not_a_log",
    "newer_schema",
    "damaged",
    "missing",
    "cut",
    "changed",
    "elsewhere",
    "side_file_gone",
    "full",
    "not_writable",
    "copied",
]
"""Stable: scripts and metrics may rely on it."""


class Finding(msgspec.Struct, frozen=True):
    code: Code
    what: Sentence
    advice: Sentence
    position: int | None = None
    """Of the first record that is concerned; None if it is the whole file."""

    @property
    def stops(self) -> bool:
        """Whatever is appended might be lost as well. Where a record was changed or is missing, others are safe."""
        return self.code not in ("changed", "missing")

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.what.english()} {self.advice.english()}"


class LogError(Exception):
    """The log can't be used, or not be appended to. Nothing was appended."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words)
        self.finding = finding


def absent(file: str) -> Finding:
    return Finding(
        "absent",
        Sentence("There is no log in %(file)s.", file=file),
        Sentence("Check --data, or restore a backup (albumen restore)."),
    )


def orphaned(file: str) -> Finding:
    """SQLite would delete such a WAL, if it opened the database."""
    return Finding(
        "absent",
        Sentence("There is no log in %(file)s any more, only entries in %(file)s-wal.", file=file),
        Sentence("Restore a backup (albumen restore), or move %(file)s-wal away to start over.", file=file),
    )


def unreadable(file: str, reason: object) -> Finding:
    return Finding(
        "unreadable",
        Sentence("%(file)s can't be read (%(reason)s).", file=file, reason=str(reason)),
        Sentence("Check the disk and who may read the file."),
    )


def copied() -> Finding:
    return Finding(
        "copied",
        Sentence("This is a copy of another library: nothing can be changed here."),
        Sentence("Make the change in the library itself."),
    )


def no_database(file: str) -> Finding:
    return Finding(
        "not_a_log",
        Sentence(
            "%(file)s is not a database: another program wrote it, or its beginning is damaged.", file=file
        ),
        Sentence(
            "If it was your library, restore a backup (albumen restore). If not, choose another --data."
        ),
    )


def not_a_log(file: str) -> Finding:
    return Finding(
        "not_a_log",
        Sentence("%(file)s is a database, but not Albumen’s log.", file=file),
        Sentence("Move it away and restore a backup (albumen restore), or choose another --data."),
    )


def newer_schema(file: str, schema: int, newest: int) -> Finding:
    return Finding(
        "newer_schema",
        Sentence(
            "%(file)s has schema %(schema)s, but this Albumen knows schemas only up to %(newest)s.",
            file=file,
            schema=schema,
            newest=newest,
        ),
        Sentence(
            "Install the newer Albumen again. Older ones can't open this log, only backups from before it."
        ),
    )


def unusable(error: sqlite3.DatabaseError, file: str) -> Finding:
    """Why a file can't be read as a database."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
        return no_database(file)
    return damaged(error) if is_damage(error) else unreadable(file, error)


def unless_its_disk_fails(damage: Finding, file: str) -> Finding:
    """SQLite calls damaged what its disk fails to read: so all of the file is read once more, without it."""
    if damage.code == "damaged" and (reason := read_failure(Path(file))):
        return unreadable(file, reason)
    return damage


def damaged(reason: object) -> Finding:
    return Finding(
        "damaged",
        Sentence("The file of the log is damaged (%(reason)s).", reason=str(reason)),
        Sentence(
            "Check the disk. Then restore the newest backup (albumen restore), or continue with what can still be "
            "read (albumen doctor --recover)."
        ),
    )


_MEND: Final = Sentence(
    "Restore the newest backup (albumen restore), or continue with what can still be read (albumen doctor --recover)."
)


def missing(position: int, next_position: int) -> Finding:
    what = (
        Sentence("Entry %(first)s is missing from the log.", first=position)
        if next_position == position + 1
        else Sentence(
            "Entries %(first)s to %(last)s are missing from the log.", first=position, last=next_position - 1
        )
    )
    return Finding("missing", what, _MEND, position)


def cut(head: int, last: int) -> Finding:
    return Finding(
        "cut",
        Sentence("The log ends at entry %(head)s, but it once had %(last)s.", head=head, last=last),
        _MEND,
        head + 1,
    )


def changed(position: int) -> Finding:
    return Finding(
        "changed",
        Sentence("Entry %(position)s of the log is not what Albumen wrote there.", position=position),
        Sentence(
            "Check the disk. Then type albumen doctor --recover: it takes the original entry from a backup, "
            "if one has it."
        ),
        position,
    )


def elsewhere(file: str) -> Finding:
    return Finding(
        "elsewhere",
        Sentence(
            "%(file)s is not the log that Albumen has open: its folder was moved or replaced.", file=file
        ),
        Sentence("Put it back, and Albumen continues automatically; or restart Albumen."),
    )


def side_file_gone(file: str, *, saved: bool) -> Finding:
    """`saved`: whether all that it held is in the log."""
    return Finding(
        "side_file_gone",
        Sentence("%(file)s was removed while Albumen had it open.", file=file),
        Sentence("Restart Albumen. Nothing is lost: what it held is now in the log itself.")
        if saved
        else Sentence("Restart Albumen. Its newest entries may be lost."),
    )


def refusal(error: sqlite3.Error, file: str) -> Finding:
    """Why a commit failed."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL"):
        return Finding(
            "full",
            Sentence("The disk is full: nothing can be saved in %(file)s.", file=file),
            Sentence("Free some space: Albumen then continues automatically."),
        )
    if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
        return damaged(error)
    return not_writable(file, error)


def not_writable(file: str, reason: object) -> Finding:
    return Finding(
        "not_writable",
        Sentence("Nothing can be saved in %(file)s (%(reason)s).", file=file, reason=str(reason)),
        Sentence("Check the disk and who may write there: Albumen then continues automatically."),
    )
