"""Something that is wrong with the program or its machine, as a value."""

from typing import Final

import msgspec

from services.kernel.sentence import Sentence

CODES: Final = (
    "data_gone",
    "disk_full",
    "read_only",
    "log_failing",
    "log_damaged",
    "log_behind",
    "origin_differs",
    "events_set_aside",
    "tables_damaged",
    "projector_down",
    "projector_behind",
    "broker_away",
    "workers_missing",
    "decoders_failing",
    "previews_failing",
    "backup_failed",
    "clock_back",
    "origin_away",
    "origin_ahead",
    "projector_starting",
    "workers_starting",
    "disk_low",
    "photos_away",
    "webhook_failing",
)
"""Every code, the most urgent first. They are in metrics and in `/readyz`, so they never change meaning."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    """One of CODES."""
    problem: Sentence
    remedy: Sentence
    """What the person can do."""
    grave: bool = True
    """`/readyz` answers 503. Otherwise the program does all it should."""
