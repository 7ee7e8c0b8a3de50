"""Where on a photo somebody's face is: what MWG calls a region. An import says it for a person; nothing here recognises
faces."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec import Meta

from services.domain.erasure import Erasure
from services.domain.fields import Name
from services.domain.photos.properties import Region
from services.domain.photos.remark import Remark, RemarkCommand, RemarkValue, plain_names
from services.domain.subject import Command
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken
from services.knowledge.rotations import NONE, ROTATIONS, inverse, lies, turned

Share = Annotated[float, Meta(ge=0, le=1)]
"""Of the picture's width or height."""
Pixels = Annotated[int, Meta(ge=0, lt=1_000_000)]


class FaceSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "face_set"
    FIELD: ClassVar[str] = "face"
    person: str
    face: Region | None
    """None: where the file says."""

    def items(self) -> Sequence[str]:
        return (self.person,)

    def value(self) -> RemarkValue:
        """As the read tables hold it."""
        return None if self.face is None else msgspec.json.encode(self.face).decode()

    @classmethod
    def of(cls, image_ids: list[str], items: Sequence[str], value: RemarkValue) -> Self:
        face = msgspec.json.decode(value, type=Region) if isinstance(value, str) else None
        return cls(image_ids=image_ids, person=items[0], face=face)

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.face is None:
            return Sentence(
                "Restored the face of %(name)s in %(photos)s from the file", name=self.person, photos=photos
            )
        return Sentence("Marked where %(name)s is in %(photos)s", name=self.person, photos=photos)


class SetFace(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_face"
    NAME: ClassVar[str] = "set-face"
    person: Name
    x: Share
    y: Share
    """The left and the upper edge; all lengths as in `Region`."""
    width: Share
    height: Share
    applied_width: Pixels = 0
    applied_height: Pixels = 0

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        [person] = plain_names([self.person])
        face = Region(
            name=person,
            x=self.x,
            y=self.y,
            width=self.width,
            height=self.height,
            applied_width=self.applied_width,
            applied_height=self.applied_height,
        )
        return [FaceSet(image_ids=images, person=person, face=face)]

    def without(self, erasure: Erasure) -> Command:
        """A place without a photo tells nothing."""
        rest = Command.without(self, erasure)
        if not self.images or erasure.left(self.images):
            return rest
        return msgspec.structs.replace(rest, person="-")


def stored_size(orientation: int, width: int, height: int, rotation: int = NONE) -> tuple[int, int]:
    """Pixels of the picture as its file has it. `orientation`: EXIF's; `width` and `height`: of the picture as it is
    shown, in pixels; `rotation`: a person's."""
    return (width, height) if lies(orientation) is lies(rotation) else (height, width)


def as_stored(region: Region, orientation: int, width: int, height: int, rotation: int = NONE) -> Region:
    """The same face in the picture as its file has it, whatever it was drawn in; the others as of
    `stored_size`."""
    if lies(rotation):
        width, height = height, width
    box = (region.x, region.y, region.width, region.height)
    if orientation in ROTATIONS and is_upright(region, orientation, width, height):
        box = turned(box, inverse(orientation))
    x, y, across, down = (round(length, 7) for length in box)
    return Region(name=region.name, x=x, y=y, width=across, height=down)


def is_upright(region: Region, orientation: int, width: int, height: int) -> bool:
    """Some programs turn a picture and then draw regions in it, others before: the size for which they were drawn
    tells, if the picture lies on its side."""
    drawn = (region.applied_width, region.applied_height)
    if not lies(orientation) or width == height or drawn[0] == drawn[1]:
        return False
    return (drawn[0] > drawn[1]) == (width > height)
