"""What every bus asks of its caller's arguments: a wrong one is a programming error, said at once by all alike."""

from services.kernel.bus import topology


def work_queue(name: str) -> str:
    """Raises ValueError for a queue that the topology lacks, and for the dead letters, which only wait."""
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
