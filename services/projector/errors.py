"""Reasons why the read tables can't be kept up to date."""

from services.kernel.log.finding import Finding
from services.kernel.log.setback import Setback


class TwoProjectors(Exception):
    """Another process moved the checkpoint. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("Another projector writes the same read tables. Stop one of them.")


class NoLog(Exception):
    """There is no events.db to read."""

    def __init__(self) -> None:
        super().__init__("There is no log here yet. Start Albumen once (albumen up FOLDER), or check --data.")


class Interrupted(Exception):
    """Stop was requested. Unfinished work is discarded and redone next time."""


class LogWentBack(Exception):
    """The log lacks events that the tables have: rebuilding from it would lose them. Nothing was written."""

    def __init__(self, setback: Setback) -> None:
        super().__init__(
            f"The log ends at {setback.ends}; it was at {setback.was} ({setback.kind}). "
            "Nothing was rebuilt. Start albumen up to choose how to continue."
        )
        self.setback = setback


class LogUnreadable(Exception):
    """A page of the log can't be read: read tables without what is on it would say that it never was. Nothing was
    written."""

    def __init__(self, fault: Finding) -> None:
        super().__init__(f"{fault.words} The read tables stay as they are.")
