"""Which library a file was exported from."""

from services.kernel.log.eventlog import Log


async def library_id(log: Log) -> str:
    """The id of the log's first message, in hex: it never changes, and no other library has it. '' for an empty log."""
    rows = await log.read(0, 1)
    return rows[0].event_id.hex if rows else ""
