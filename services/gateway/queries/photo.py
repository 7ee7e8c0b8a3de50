"""Everything the read tables hold about one photo, in a single query."""

from typing import Any, Final

import msgspec

from services.domain.photos.properties import Region
from services.gateway.details import JSON, details_of
from services.gateway.queries import images
from services.gateway.queries.annotations import ANNOTATIONS, REMARKS, Annotations, annotations_of
from services.gateway.queries.belonging import RAW_FILES, RELATIVES, Belonging, belonging_of
from services.gateway.queries.descriptions import RESEMBLANCES, Resemblance, resemblances_of
from services.gateway.queries.explore import PLACE_OF, Locality
from services.gateway.queries.images import File, Image, Label
from services.gateway.queries.objects import OBJECTS, Object, objects_of
from services.gateway.queries.properties import PATHS, REGIONS, VALUES, Value, regions_of, values_of
from services.gateway.queries.together import Part, apart, together
from services.gateway.queries.unread import OF_PHOTO, Unread, unread_of
from services.gateway.queries.verdicts import VERDICTS, Examination, Verdict, examinations_of, verdicts_of
from services.gateway.search.states import ONE_IN_TIMELINE
from services.gateway.tables.pool import Views
from services.knowledge.alphabet import sort_key


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    image: Image
    labels: list[Label]
    """The categories it is shown in: the user's first, then the surest."""
    own: list[Label]
    """The same without groups that merely follow from a category."""
    files: list[File]
    """Its known copies, existing ones first."""
    raw_files: list[File]
    """Copies of the RAW file that is shown with it only."""
    albums: list[tuple[str, str]]
    """(id, name) of the albums that contain it, by name."""
    verdicts: list[Verdict]
    """The active model's first."""
    examinations: dict[str, Examination]
    """By model."""
    objects: list[Object]
    """What detectors found, the surest first."""
    resemblances: list[Resemblance]
    """With people's descriptions of categories."""
    belongs: Belonging
    annotations: Annotations
    properties: dict[str, list[Value]]
    """The values of each property, the one that counts first."""
    regions: list[Region]
    keyword_paths: list[str]
    unread: list[Unread]
    """What could not be read of it, and of the files beside it."""
    place: Locality | None
    details: dict[str, Any]
    """The values of each module of `gateway/details`."""
    hidden: bool
    in_timeline: bool
    mentions: list[int]
    """Log positions of events about it on other streams."""


_ALBUMS: Final = """SELECT b.album_id, b.name FROM album_image a JOIN album b USING (album_id)
  WHERE a.image_id = ?1"""
_PARTS: Final = {
    "image": Part(images.IMAGES.format(images.ONE), len(Image.__struct_fields__)),
    "label": Part(images.LABELS.format(images.ONE), 6),
    "file": Part(images.FILES.format(images.ONE), 8),
    "raw_file": Part(RAW_FILES.format(images.ONE), 8),
    "album": Part(_ALBUMS, 2),
    "verdict": Part(VERDICTS, 7),
    "object": Part(OBJECTS, 9),
    "resemblance": Part(RESEMBLANCES, 5),
    "relative": Part(RELATIVES, 5),
    "annotation": Part(ANNOTATIONS.format(images.ONE), 13),
    "remark": Part(REMARKS.format(images.ONE), 4),
    "property": Part(VALUES.format(images.ONE), 7),
    "region": Part(REGIONS.format(images.ONE), 2),
    "path": Part(PATHS.format(images.ONE), 2),
    "unread": Part(OF_PHOTO, 2),
    "place": Part(PLACE_OF, 3),
    "detail": Part(f"SELECT {JSON} FROM image i WHERE i.image_id = ?1", 1),
    "hidden": Part("SELECT 1 FROM hidden WHERE image_id = ?1", 1),
    "timeline": Part(
        f"SELECT 1 FROM image i WHERE i.image_id = ?1 AND i.visible = 1 AND {ONE_IN_TIMELINE}", 1
    ),
    "mention": Part("SELECT position FROM mention WHERE about = ?1", 1),
}
PHOTO: Final = together(_PARTS)


async def photo(views: Views, image_id: str) -> Photo | None:
    """None if there is no such photo."""
    rows = apart(_PARTS, await views.fetch(PHOTO, (image_id,)))
    if not rows["image"]:
        return None
    for name in ("annotation", "remark", "property", "region", "path"):
        rows[name] = [row[1:] for row in rows[name]]
    properties = values_of(rows["property"])
    return Photo(
        image=images.image_of(rows["image"][0]),
        labels=images.labels_of(rows["label"]),
        own=images.labels_of(row for row in rows["label"] if not row[5]),
        files=images.files_of(rows["file"]),
        raw_files=images.files_of(rows["raw_file"]),
        albums=sorted(
            ((row[0], row[1]) for row in rows["album"]), key=lambda one: (sort_key(one[1]), one[0])
        ),
        verdicts=verdicts_of(rows["verdict"]),
        examinations=examinations_of(rows["verdict"]),
        objects=objects_of(rows["object"]),
        resemblances=resemblances_of(rows["resemblance"]),
        belongs=belonging_of(rows["relative"]),
        annotations=annotations_of(rows["annotation"], rows["remark"], properties),
        properties=properties,
        regions=regions_of(rows["region"]),
        keyword_paths=list(dict.fromkeys(row[0] for row in rows["path"])),
        unread=unread_of(rows["unread"]),
        place=next((Locality(*row) for row in rows["place"]), None),
        details=details_of(rows["detail"][0][0]),
        hidden=bool(rows["hidden"]),
        in_timeline=bool(rows["timeline"]),
        mentions=sorted(row[0] for row in rows["mention"]),
    )
