"""How many threads multiply NumPy's matrices."""

import os


def in_one_thread() -> None:
    """For a process whose products are small, before it loads NumPy, which reads this once: threads of OpenBLAS wait
    for each other longer than they compute. On two busy cores, the heads of 256 photos take 11 ms of processor time
    with two threads and 2.5 ms with one. Whoever has set the variable knows better."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
