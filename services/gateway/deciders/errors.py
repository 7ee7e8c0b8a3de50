"""Why a command is refused. The message is a sentence for the person who gave it."""


class Refused(Exception):
    """The command can't be done as things stand; nothing was appended.

    `text` is the sentence in English, a message of the catalogues, and `values` fill its places `%(name)s`: deciders
    don't know who reads it in what language.
    """

    def __init__(self, text: str, field: str | None = None, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.field, self.values = text, field, values


class NotFound(Refused):
    """The command names something that does not exist."""


class Outdated(Refused):
    """Somebody else changed the same thing since the person looked. The sentence says what it has become."""
