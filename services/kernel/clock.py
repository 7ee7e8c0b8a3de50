"""The one place that asks what time it is, so that everything else can be told."""

import time


def now_us() -> int:
    """Microseconds since the Unix epoch, UTC: information, never an order."""
    return time.time_ns() // 1000
