"""The system clock."""

import time


def now_us() -> int:
    """Microseconds since the Unix epoch, UTC: informational, never used for ordering."""
    return time.time_ns() // 1000
