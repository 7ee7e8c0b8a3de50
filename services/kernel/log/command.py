"""The base class of commands."""

from typing import Any, ClassVar

import msgspec

COMMANDS: dict[str, "type[Command]"] = {}
"""By TYPE. Importing a module registers its classes (see `codec.register_on_demand`)."""


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request. Logged with kind `C` when accepted; a refused one leaves no trace.

    `TYPE` is its name in the log, `NAME` its name in the URL (`POST /commands/<name>`). Unknown fields are ignored:
    HTML forms send more than we need.
    """

    TYPE: ClassVar[str] = ""
    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "TYPE" in cls.__dict__:
            if cls.TYPE in COMMANDS or any(cls.NAME == other.NAME for other in COMMANDS.values()):
                raise TypeError(f"Two commands are called {cls.TYPE} or {cls.NAME}.")
            COMMANDS[cls.TYPE] = cls
