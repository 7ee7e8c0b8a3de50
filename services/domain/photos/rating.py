"""How good a photo is, in a person's eyes: `xmp:Rating`, up to five stars."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from services.domain.photos.remark import Remark, RemarkCommand
from services.domain.words import Photos
from services.kernel.sentence import Plural, Sentence, Spoken


class RatingSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rating_set"
    FIELD: ClassVar[str] = "rating"
    rating: int | None
    """0: no stars, whatever the file says."""

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.rating is None:
            return Sentence("Restored the rating of %(photos)s from the file", photos=photos)
        if not self.rating:
            return Sentence("Removed the stars of %(photos)s", photos=photos)
        return Plural(
            "Rated %(photos)s %(num)s star", "Rated %(photos)s %(num)s stars", self.rating, photos=photos
        )


class SetRating(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_rating"
    NAME: ClassVar[str] = "set-rating"
    rating: Annotated[int, Meta(ge=0, le=5)] | None
    """Stars; null: what the file says."""

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [RatingSet(image_ids=images, rating=self.rating)]
