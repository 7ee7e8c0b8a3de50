"""The connection to the RabbitMQ of the settings."""

from typing import TYPE_CHECKING

from services.cli.errors import Unusable
from services.kernel.settings import Settings

if TYPE_CHECKING:
    from services.kernel.bus.rabbit import RabbitBus


async def broker(settings: Settings, name: str) -> "RabbitBus":
    """See `connect_rabbit`. Raises Unusable for an address or a password file that can't be used."""
    from services.kernel.bus.rabbit import connect_rabbit

    assert settings.broker
    try:
        return await connect_rabbit(settings.broker, settings.broker_password, name=name)
    except ValueError as error:
        raise Unusable(str(error)) from error
