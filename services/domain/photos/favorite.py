"""Photos with a heart."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.photos.remark import Remark, RemarkCommand
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken


class FavoriteSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "favorite_set"
    FIELD: ClassVar[str] = "favorite"
    KIND: ClassVar[str | None] = "kind-favorite"
    favorite: bool | None

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.favorite is None:
            return Sentence("Restored the “favourite” mark of %(photos)s from the file", photos=photos)
        if self.favorite:
            return Sentence("Added %(photos)s to the favourites", photos=photos)
        return Sentence("Removed %(photos)s from the favourites", photos=photos)


class SetFavorite(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_favorite"
    NAME: ClassVar[str] = "set-favorite"
    favorite: bool | None = True
    """Null withdraws what was said: the file counts again."""

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [FavoriteSet(image_ids=images, favorite=self.favorite)]
