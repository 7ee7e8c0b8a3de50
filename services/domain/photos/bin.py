"""Photos in the bin: left out of everything but its page. Their files stay where they are."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.photos.remark import Remark, RemarkCommand
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken


class TrashedSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "trashed_set"
    FIELD: ClassVar[str] = "trashed"
    KIND: ClassVar[str | None] = "kind-trash"
    trashed: bool | None
    """False: not in the bin, whatever sidecars say."""

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.trashed is None:
            return Sentence("Restored the “in the bin” mark of %(photos)s from the file", photos=photos)
        if self.trashed:
            return Sentence("Moved %(photos)s to the bin", photos=photos)
        return Sentence("Restored %(photos)s from the bin", photos=photos)


class MoveToBin(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move_to_bin"
    NAME: ClassVar[str] = "move-to-bin"

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [TrashedSet(image_ids=images, trashed=True)]


class RestoreFromBin(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "restore_from_bin"
    NAME: ClassVar[str] = "restore-from-bin"

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [TrashedSet(image_ids=images, trashed=False)]
