"""Who is on a photo, by name: `Iptc4xmpExt:PersonInImage`. A person says it; nothing here recognises faces."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.fields import Names
from services.domain.photos.remark import NamesRemark, Remark, RemarkCommand, plain_names
from services.domain.words import Photos
from services.kernel.sentence import Plural, Sentence, Spoken


class PeopleSet(NamesRemark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "people_set"
    FIELD: ClassVar[str] = "people"
    people: list[str]

    def line(self) -> Spoken:
        photos, names = Photos(len(self.image_ids)), self.names()
        if self.present is None:
            return Plural(
                "Restored person %(names)s in %(photos)s from the file",
                "Restored people %(names)s in %(photos)s from the file",
                len(self.people),
                photos=photos,
                names=names,
            )
        if self.present:
            return Sentence("Added %(names)s to the people in %(photos)s", photos=photos, names=names)
        return Sentence("Removed %(names)s from the people in %(photos)s", photos=photos, names=names)


class AddPeople(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "add_people"
    NAME: ClassVar[str] = "add-people"
    people: Names

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [PeopleSet(image_ids=images, people=plain_names(self.people), present=True)]


class RemovePeople(RemarkCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "remove_people"
    NAME: ClassVar[str] = "remove-people"
    people: Names

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [PeopleSet(image_ids=images, people=list(dict.fromkeys(self.people)), present=False)]
