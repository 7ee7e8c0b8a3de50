"""The priority of the tests' own processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def is_real_time() -> bool:
    """Whether the calling thread goes before all others of the machine, as those that it starts then do."""
    return hasattr(os, "SCHED_FIFO") and os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)


@contextmanager
def ordinary() -> Iterator[None]:
    """For what encodes AV1: SVT-AV1 gives the thread that calls it the highest real-time priority if it is root's
    (`svt_set_thread_management_parameters`), and everything else on the machine waits for it from then on."""
    try:
        yield
    finally:
        if is_real_time():
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
