"""Categories that a person has described in sentences: photos that a words model finds like them belong there."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final

from msgspec import Meta, structs

from services.domain.categories.category import Category
from services.domain.categories.event import CategoryEvent
from services.domain.fields import ONE_LINE
from services.domain.subject import Actor, Event, InStream, Known, Refused, Section
from services.domain.words import CategoryName
from services.kernel.sentence import Plural, Sentence, Spoken
from services.knowledge import taxonomy

MOST_SENTENCES: Final = 10
LONGEST_DESCRIPTION: Final = 500
"""Characters of one sentence; most models read no more than about 300."""

Sentences = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=LONGEST_DESCRIPTION, pattern=ONE_LINE)]],
    Meta(max_length=MOST_SENTENCES, extra={"separator": "\n"}, description="In a form, one a line."),
]


async def plain_sentences(known: Known, sentences: Sequence[str], kind: taxonomy.Kind) -> list[str]:
    """As they are stored: each once, without surplus spaces. Raises Refused if nothing can be seen of one, or if no
    words model could read them."""
    plain = list(dict.fromkeys(" ".join(one.split()) for one in sentences))
    if not plain:
        return []
    if kind == "group":
        raise Refused("A group can't be described, only the categories in it.", "sentences")
    for sentence in plain:
        if not any(character.isprintable() and not character.isspace() for character in sentence):
            raise Refused("A sentence needs at least one visible character.", "sentences")
    if "words" not in (await known.models_beside()).values():
        raise Refused(
            "Only a words model can read sentences, and there is none yet: "
            "“albumen models fetch NAME --from FOLDER” gets one.",
            "sentences",
        )
    return plain


class CategoryDescribed(CategoryEvent, frozen=True, kw_only=True):
    """A person says in words what belongs to the category."""

    TYPE: ClassVar[str] = "category_described"
    sentences: list[str]
    """Any of them; empty: it is no longer described."""

    def applied(self, category: Category) -> Category:
        return structs.replace(category, sentences=tuple(self.sentences))

    def reversed(self, then: Category, now: Category) -> list[Event]:
        if list(now.sentences) != self.sentences or now.sentences == then.sentences:
            return []
        return [CategoryDescribed(category_id=self.category_id, sentences=list(then.sentences))]

    def line(self) -> Spoken:
        name = CategoryName(self.category_id)
        if not self.sentences:
            return Sentence("%(category)s is no longer described in words", category=name)
        first, *others = self.sentences
        if not others:
            return Sentence("Described %(category)s as “%(sentence)s”", category=name, sentence=first)
        return Plural(
            "Described %(category)s as “%(sentence)s”, and in %(num)s more sentence",
            "Described %(category)s as “%(sentence)s”, and in %(num)s more sentences",
            len(others),
            category=name,
            sentence=first,
        )


class DescriptionEncoded(CategoryEvent, frozen=True, kw_only=True):
    """What a words model makes of the sentences (`captions.py`), so that the log says without it which photos are like
    them. It replaces what the same model said before."""

    TYPE: ClassVar[str] = "description_encoded"
    ACTOR: ClassVar[Actor] = "model"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = None
    UNDOABLE: ClassVar[bool] = False
    model_id: str
    weights_digest: str
    """The hash of all files of the model, hex."""
    sentences: list[str]
    vectors: list[bytes]
    """int8, one of each sentence …"""
    neutral: list[bytes]
    """… and of each neutral caption that photos are compared with as well."""
    whole: bool = True
    """Whether the model has read each sentence to its end."""

    def undo(self, stream: InStream) -> list[Event]:
        return Event.undo(self, stream)

    def line(self) -> Spoken:
        return Sentence("%(category)s was compared with all photos", category=CategoryName(self.category_id))
