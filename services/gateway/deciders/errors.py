"""Why a command is refused. The message is a sentence for the person who gave it."""

from services.gateway.sentence import Sentence


class Refused(Sentence):
    """The command can't be done as things stand; nothing was appended."""

    def __init__(self, text: str, field: str | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field


class NotFound(Refused):
    """The command names something that does not exist."""


class Outdated(Refused):
    """Somebody else changed the same thing since the person looked. The sentence says what it has become."""
