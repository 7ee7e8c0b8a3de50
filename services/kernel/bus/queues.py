"""Argument checks shared by all buses: a wrong argument is a programming error, reported at once."""

from services.kernel.bus import topology


def work_queue(name: str) -> str:
    """Raises ValueError for a queue that is not in the topology, and for the dead letters, which nobody consumes."""
    if name not in topology.EXCHANGE_OF:
        raise ValueError(f"{name!r} is not a work queue.")
    return name


def any_queue(name: str) -> str:
    """Raises ValueError."""
    return name if name == topology.DEAD else work_queue(name)


def prefetch(number: int) -> int:
    """Raises ValueError unless it is at least 1."""
    if number < 1:
        raise ValueError(f"prefetch must be at least 1, not {number}.")
    return number
