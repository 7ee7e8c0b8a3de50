"""Sentences for people, as values: written in English where something happens, translated where they are shown."""

from typing import Any


class Spoken:
    """Text for people: a sentence, or a value within one."""

    __slots__ = ()


class Sentence(Spoken):
    """`text` is English, a message of the catalogues; `values` fill its `%(name)s`: strings, numbers or Spoken."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: object) -> None:
        self.text, self.values = text, values

    def english(self) -> str:
        """For logs and programs, with values as they are."""
        values = {
            name: one.english() if isinstance(one, Sentence) else one for name, one in self.values.items()
        }
        return self.text % values if values else self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and _parts(self) == _parts(other)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}{_parts(self)}"


class Plural(Sentence):
    """Singular or plural text, depending on `num`, which also fills `%(num)s`."""

    __slots__ = ("many", "num")

    def __init__(self, one: str, many: str, num: int, **values: object) -> None:
        super().__init__(one, **values)
        self.many, self.num = many, num


class Verbatim(Spoken):
    """Text that is the same in every language."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Series(Spoken):
    """Parts joined by commas."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Spoken]) -> None:
        self.parts = parts


def _parts(sentence: Sentence) -> tuple[Any, ...]:
    names = [name for cls in type(sentence).__mro__ for name in getattr(cls, "__slots__", ())]
    return tuple(getattr(sentence, name) for name in sorted(names))


class Explained(Exception):
    """An error whose message is a sentence: whoever raises it need not know who reads it, or in what language."""

    def __init__(self, text: str, **values: object) -> None:
        self.sentence = Sentence(text, **values)
        super().__init__(self.sentence.english())
