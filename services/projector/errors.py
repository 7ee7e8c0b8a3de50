"""Reasons why the read tables can't be kept up to date."""

from services.kernel.log.setback import Setback


class GapInLog(Exception):
    """A position is missing: the log is damaged, and read tables built from it would be wrong. Nothing was written."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"The log goes from {expected - 1} to {found}: events.db is damaged. Restore it from a backup."
        )
        self.expected, self.found = expected, found


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
            "Nothing was rebuilt. Start albumen up to choose how to go on."
        )
        self.setback = setback
