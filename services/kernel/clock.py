"""The system clock."""

import time
from datetime import date


def now_us() -> int:
    """Microseconds since the Unix epoch, UTC: informational, never used for ordering."""
    return time.time_ns() // 1000


def today() -> date:
    """By the computer's clock and time zone: what a person calls today."""
    return date.today()
