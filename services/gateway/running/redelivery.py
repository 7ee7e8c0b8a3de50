"""Resends or discards messages that no service could handle, as the user wishes."""

from uuid import UUID

from services.domain.problems.commands import ForgetMessages, ResendMessages
from services.domain.subject import NotFound
from services.gateway.running.explaining import NobodyThere
from services.gateway.write.dispatch import Accepted, Dispatcher
from services.kernel.bus.contract import Bus, BusUnavailable


async def handle(
    command: ResendMessages | ForgetMessages, bus: Bus, dispatcher: Dispatcher, key: str | None
) -> Accepted:
    """Acts first and logs afterwards: what the bus refuses leaves no trace. Raises NobodyThere and NotFound."""
    try:
        ids = [UUID(message) for message in command.messages] or None
    except ValueError:
        raise NotFound("There is no such message.", "messages") from None
    try:
        done = await (bus.revive(ids) if isinstance(command, ResendMessages) else bus.bury(ids))
    except BusUnavailable as error:
        raise NobodyThere from error
    if not done:
        raise NotFound("This message is gone: it has already been sent again or forgotten.", "messages")
    return await dispatcher.handle(command, key)
