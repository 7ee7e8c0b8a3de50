"""A setback in words."""

import shlex
from datetime import datetime
from typing import Final

from services.domain.words import Moment, Number, StoredReason
from services.gateway.closed.standing import Way
from services.gateway.health.condition import Condition
from services.gateway.i18n.catalogues import N_
from services.kernel.log.finding import Code, Finding
from services.kernel.log.setback import Fate, Setback
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings

WAYS: Final[dict[Way, str]] = {
    "restore": N_("Restore the newest backup"),
    "recover": N_("Save what can still be read"),
    "accept": N_("Continue with the log as it is"),
    "begin-anew": N_("Start over"),
}

EXPLAINED: Final[dict[Way, str]] = {
    "restore": N_(
        "Replaces the log with the newest backup. What you did since that backup is lost; the old files are kept."
    ),
    "recover": N_(
        "Writes a new log from all entries that can still be read, and says which are lost. The old files are kept."
    ),
    "accept": N_(
        "Trusts the log that is there: the library becomes what this log says. Choose this if you put the "
        "file there yourself."
    ),
    "begin-anew": N_(
        "Starts with an empty library and scans your photos again. It has none of your albums, corrections "
        "and stars; the old files are kept in the data folder."
    ),
}

_CHOOSE: Final = Sentence("Nothing can be changed until you choose how to continue.")
_CHECK: Final = Sentence(
    "Check the disk and who may read the file: Albumen continues as soon as the log can be read. "
    "Nothing can be changed until then, or until you choose how to continue."
)


def remedy(setback: Setback) -> Sentence:
    return _CHECK if setback.kind == "unreadable" else _CHOOSE


def problem(setback: Setback) -> Sentence:
    """What is wrong with the log."""
    then = Moment(datetime.fromtimestamp(setback.seen_us / 1e6).isoformat(timespec="seconds"))
    if not setback.was:
        return _alone(setback)
    was = Number(setback.was)
    match setback.kind:
        case "missing":
            return Sentence("The log is gone; on %(then)s it was at entry %(was)s.", then=then, was=was)
        case "empty":
            return Sentence("The log is empty; on %(then)s it was at entry %(was)s.", then=then, was=was)
        case "shorter":
            return Sentence(
                "The log ends at entry %(ends)s; on %(then)s it was at %(was)s.",
                ends=Number(setback.ends),
                then=then,
                was=was,
            )
        case "other":
            return Sentence(
                "This is another log: its entry %(was)s is not the one that the library had on %(then)s.",
                then=then,
                was=was,
            )
    return _alone(setback)


def _alone(setback: Setback) -> Sentence:
    match setback.kind:
        case "foreign":
            return Sentence("The file events.db is not an Albumen log.")
        case "newer":
            return Sentence(
                "A newer Albumen wrote the log (its schema is %(schema)s): install that version.",
                schema=setback.detail,
            )
        case "damaged":
            return Sentence("The log is damaged and can’t be read (%(why)s).", why=setback.detail)
        case "unreadable":
            return Sentence(
                "The log can’t be read at the moment (%(why)s).", why=StoredReason(setback.detail)
            )
    return Sentence("The log is gone, but what was last written to it is still there.")


def finding(setback: Setback) -> Finding:
    codes: dict[Fate, Code] = {
        "foreign": "not_a_log",
        "newer": "newer_schema",
        "damaged": "damaged",
        "unreadable": "unreadable",
    }
    return Finding(codes.get(setback.kind, "cut"), problem(setback), remedy(setback))


def condition(setback: Setback) -> Condition:
    damaged = setback.kind in ("damaged", "unreadable", "foreign", "newer")
    code = "log_damaged" if damaged else "log_behind"
    return Condition(code=code, problem=problem(setback), remedy=remedy(setback))


def command(way: Way, settings: Settings) -> str:
    """What to type in a shell for it."""
    words = {
        "restore": ["restore"],
        "recover": ["doctor", "--recover"],
        "accept": ["up", *map(str, settings.photos), "--accept-log"],
        "begin-anew": ["up", *map(str, settings.photos), "--begin-anew"],
    }
    return shlex.join(["./albumen", *words[way], "--data", str(settings.data)])


def ways(setback: Setback, backups: bool) -> list[Way]:
    """What a person can choose, best first. `backups`: whether there are any."""
    if setback.kind == "newer":
        return ["restore", "begin-anew"] if backups else ["begin-anew"]
    offered: list[Way] = ["restore"] if backups else []
    offered.append("recover")
    if setback.usable:
        offered.append("accept")
    return [*offered, "begin-anew"]


def mending(backups: bool) -> list[Way]:
    """The same for a log of which some entries are damaged or missing, while everything else goes on."""
    return ["recover", "restore"] if backups else ["recover"]
