"""Errors whose message is a sentence for the person."""


class Sentence(Exception):
    """`text` is the sentence in English, a message of the catalogues, and `values` fill its places `%(name)s`: who
    raises it need not know who reads it in what language."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values
