"""Why a command is refused. The message is a sentence for the person who gave it."""


class Refused(Exception):
    """The command can't be done as things stand; nothing was appended."""

    field: str | None = None

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(Refused):
    """The command names something that does not exist."""
