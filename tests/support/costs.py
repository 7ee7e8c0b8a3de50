"""What something costs, whatever else the machine and the other tests do."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Cost:
    seconds = 0.0
    """Of processor time, in all threads of this process."""


@contextmanager
def costing() -> Iterator[Cost]:
    """Without the garbage collector, which may come to the objects of thousands of tests just now."""
    cost = Cost()
    gc.disable()
    began = time.process_time()
    try:
        yield cost
    finally:
        cost.seconds = time.process_time() - began
        gc.enable()
