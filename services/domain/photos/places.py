"""Where photos were taken: a point, a city by its name, or where another photo was taken."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final, Self

from msgspec import Meta

from services.domain.fields import Id, Name, Point
from services.domain.photos.remark import Remark, RemarkValue, WordsCommand
from services.domain.subject import Decision, Event, Known, Refused
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken
from services.knowledge.geography import spot, valid

_HOW: Final = "Say a place: a city, “latitude” and “longitude”, or another photo."


class PlaceSet(Remark, frozen=True, kw_only=True):
    """In degrees (WGS 84). Without them, what was said is withdrawn."""

    TYPE: ClassVar[str] = "place_set"
    FIELD: ClassVar[str] = "place"
    latitude: float | None
    longitude: float | None

    def value(self) -> RemarkValue:
        if self.latitude is None or self.longitude is None:
            return None
        return f"{self.latitude:.6f},{self.longitude:.6f}"

    @classmethod
    def of(cls, image_ids: list[str], items: Sequence[str], value: RemarkValue) -> Self:
        latitude, _, longitude = str(value or "").partition(",")
        point = (float(latitude), float(longitude)) if longitude else (None, None)
        return cls(image_ids=image_ids, latitude=point[0], longitude=point[1])

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.latitude is None or self.longitude is None:
            return Sentence("Restored the place of %(photos)s from the file", photos=photos)
        place = spot(self.latitude, self.longitude)
        label = ", ".join(part for part in (place.city, place.country) if part)
        return Sentence("Placed %(photos)s in %(place)s", photos=photos, place=label)


class SetPlace(WordsCommand, frozen=True, kw_only=True):
    """One of the four ways to say it; of several, the first of: city, `at`, both coordinates, photo."""

    TYPE: ClassVar[str] = "set_place"
    NAME: ClassVar[str] = "set-place"
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    city: Name | None = None
    """Of those that Albumen knows, `Rome` or `Rome, Italy`; of several, the largest."""
    at: Point | None = None
    """Both coordinates in one, for a form's button."""
    image: Id | None = None
    """Another photo, at whose place they were taken, too."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        latitude, longitude = await self._point(known)
        images = list(dict.fromkeys(self.images))
        return Decision([PlaceSet(image_ids=images, latitude=latitude, longitude=longitude)])

    async def _point(self, known: Known) -> tuple[float, float]:
        if self.city is not None:
            match = await known.city(self.city)
            if match is None:
                raise Refused("There is no city “%(name)s” on the map.", "city", name=self.city)
            return match
        if (point := self._coordinates()) is not None:
            return point
        if self.image is None:
            raise Refused(_HOW, "latitude")
        point = await known.position(self.image)
        if point is None:
            raise Refused("That photo has no location.", "image")
        return point

    def _coordinates(self) -> tuple[float, float] | None:
        """None if there are none, or one alone. Raises Refused."""
        latitude, longitude = self.latitude, self.longitude
        if self.at is not None:
            latitude, longitude = (float(part) for part in self.at.split(","))
        if latitude is None or longitude is None:
            return None
        if not valid(latitude, longitude):
            raise Refused(_HOW, "latitude")
        return latitude, longitude

    def toast(self, events: Sequence[Event]) -> Spoken:
        return events[0].line() if events else Sentence("Done")
