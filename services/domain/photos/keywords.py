"""Words that a person files photos under: `dc:subject`. One that stands below others is written with them, as in files
(`lr:hierarchicalSubject`): `Places|Italy|Rome`."""

from collections.abc import Sequence
from typing import ClassVar, Final

from services.domain.fields import Names
from services.domain.photos.remark import NamesRemark, Remark, RemarkCommand, plain_names
from services.domain.subject import Decision, Known, Refused
from services.domain.words import Photos
from services.kernel.sentence import Plural, Spoken

SEPARATOR: Final = "|"
"""Lightroom's, and ours."""
LEVELS: Final = 16
"""Of a hierarchy."""


class KeywordsSet(NamesRemark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "keywords_set"
    FIELD: ClassVar[str] = "keywords"
    keywords: list[str]

    def line(self) -> Spoken:
        number, photos, names = len(self.keywords), Photos(len(self.image_ids)), self.names()
        if self.present is None:
            return Plural(
                "Restored keyword %(names)s of %(photos)s from the file",
                "Restored keywords %(names)s of %(photos)s from the file",
                number,
                photos=photos,
                names=names,
            )
        if self.present:
            return Plural(
                "Added keyword %(names)s to %(photos)s",
                "Added keywords %(names)s to %(photos)s",
                number,
                photos=photos,
                names=names,
            )
        return Plural(
            "Removed keyword %(names)s from %(photos)s",
            "Removed keywords %(names)s from %(photos)s",
            number,
            photos=photos,
            names=names,
        )


def plain_keywords(names: Sequence[str]) -> list[str]:
    """As `plain_names`, and without empty levels. Raises Refused for one that has no other."""
    plain = []
    for name in names:
        levels = [level for level in plain_names(name.split(SEPARATOR)) if level]
        if not levels:
            raise Refused("“%(name)s” is not a keyword.", "keywords", name=name)
        plain.append(SEPARATOR.join(levels[-LEVELS:]))
    return list(dict.fromkeys(plain))


class AddKeywords(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "add_keywords"
    NAME: ClassVar[str] = "add-keywords"
    keywords: Names

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [KeywordsSet(image_ids=images, keywords=plain_keywords(self.keywords), present=True)]


class RemoveKeywords(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "remove_keywords"
    NAME: ClassVar[str] = "remove-keywords"
    keywords: Names
    """`Rome` also removes what a person has written as `Places|Italy|Rome`."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        names = tuple(SEPARATOR + name for name in self.keywords)
        paths = [path for path in await known.keyword_paths(self.images) if path.endswith(names)]
        images, keywords = list(dict.fromkeys(self.images)), list(dict.fromkeys([*self.keywords, *paths]))
        return Decision([KeywordsSet(image_ids=images, keywords=keywords, present=False)])

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [KeywordsSet(image_ids=images, keywords=list(dict.fromkeys(self.keywords)), present=False)]
