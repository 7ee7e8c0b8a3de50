"""What a photo is called, and what there is to tell about it: `dc:title` and `dc:description`."""

from collections.abc import Sequence
from typing import ClassVar, Final

from services.domain.fields import Text, Title
from services.domain.photos.remark import Remark, RemarkCommand
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken

_SHOWN: Final = 80
"""Characters of a caption in the history."""


class TitleSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "title_set"
    FIELD: ClassVar[str] = "title"
    title: str | None
    """Empty: none, whatever the file says."""

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.title is None:
            return Sentence("Restored the title of %(photos)s from the file", photos=photos)
        if not self.title:
            return Sentence("Removed the title of %(photos)s", photos=photos)
        return Sentence("Titled %(photos)s “%(title)s”", photos=photos, title=self.title)


class CaptionSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "caption_set"
    FIELD: ClassVar[str] = "caption"
    caption: str | None
    """Empty: none, whatever the file says."""

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.caption is None:
            return Sentence("Restored the caption of %(photos)s from the file", photos=photos)
        if not self.caption:
            return Sentence("Removed the caption of %(photos)s", photos=photos)
        text = " ".join(self.caption.split())
        text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return Sentence("Captioned %(photos)s “%(caption)s”", photos=photos, caption=text)


class SetTitle(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_title"
    NAME: ClassVar[str] = "set-title"
    title: Title
    """Empty: none."""

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [TitleSet(image_ids=images, title=self.title.strip())]


class SetCaption(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_caption"
    NAME: ClassVar[str] = "set-caption"
    caption: Text
    """Empty: none."""

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [CaptionSet(image_ids=images, caption=self.caption.strip())]
