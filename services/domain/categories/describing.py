"""Describing a category in sentences."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.categories.category import stream
from services.domain.categories.commands import CategoryChange
from services.domain.categories.described import CategoryDescribed, Sentences, plain_sentences
from services.domain.categories.tree import category_of, there
from services.domain.subject import Decision, Event, Known
from services.kernel.sentence import Sentence, Spoken


class DescribeCategory(CategoryChange, frozen=True, kw_only=True):
    """From now on photos that look like one of the sentences belong to the category; without any, no longer."""

    TYPE: ClassVar[str] = "describe_category"
    NAME: ClassVar[str] = "describe-category"
    sentences: Sentences

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        sentences = await plain_sentences(known, self.sentences, there(category).kind)
        if sentences == list(there(category).sentences):
            return Decision()
        described = CategoryDescribed(category_id=self.category_id, sentences=sentences)
        return Decision([described], {stream(self.category_id): version})

    def toast(self, events: Sequence[Event]) -> Spoken:
        if not self.sentences:
            return Sentence("It is no longer described in words")
        return Sentence("Described; the photos that are like it appear here")
