"""The number of parallel threads: one per core that this process may use."""

import os


def lane_count() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
