"""Tells in words how far the processes that open photos are confined on this computer."""

import sys
from pathlib import Path
from typing import Final

import structlog

from services.gateway.reading.sandbox import CALLS, LITTLE_MEMORY
from services.gateway.workers.pool import WorkerPool
from services.gateway.workers.process import MEMORY_UNLIMITED
from services.gateway.workers.worker_protocol import Confinement

log = structlog.get_logger(__name__)

CONFINED: Final = "Programs that open photos can reach no other file, no network and no other program."
NOT_CONFINED: Final = (
    "This computer can't confine the programs that open photos: a photo made to attack them could do whatever you can. "
    "Linux 4.17 or newer on x86-64 or ARM can (in a container: with its usual seccomp profile)."
)
OPEN: Final = "Programs that open photos are not fully confined. They could: {}."


def warn_once() -> None:
    """When the program starts, without starting a worker."""
    if not confines():
        log.warning("photos are opened without a sandbox", reason=NOT_CONFINED)


async def tried(previews: Path) -> Confinement:
    """By the attempts of a worker to get out; takes about a second. Raises as `WorkerPool.read`."""
    pool = WorkerPool(previews, 1)
    try:
        return await pool.confinement()
    finally:
        await pool.close()


def in_words(confinement: Confinement) -> str:
    sentence = CONFINED
    if confinement.open:
        sentence = NOT_CONFINED if CALLS in confinement.missing else OPEN.format(", ".join(confinement.open))
    return f"{sentence} {MEMORY_UNLIMITED}" if LITTLE_MEMORY in confinement.missing else sentence


def confines() -> bool:
    """Whether the kernel has what no confinement does without."""
    if sys.platform != "linux":
        return False
    from services.gateway.confinement.kernel import filters_calls

    return filters_calls()
