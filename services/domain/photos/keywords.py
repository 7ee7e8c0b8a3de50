"""Words that a person files photos under: `dc:subject`."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.fields import Names
from services.domain.photos.remark import NamesRemark, Remark, RemarkCommand, plain_names
from services.domain.words import Photos
from services.kernel.sentence import Plural, Spoken


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


class AddKeywords(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "add_keywords"
    NAME: ClassVar[str] = "add-keywords"
    keywords: Names

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [KeywordsSet(image_ids=images, keywords=plain_names(self.keywords), present=True)]


class RemoveKeywords(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "remove_keywords"
    NAME: ClassVar[str] = "remove-keywords"
    keywords: Names

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [KeywordsSet(image_ids=images, keywords=list(dict.fromkeys(self.keywords)), present=False)]
