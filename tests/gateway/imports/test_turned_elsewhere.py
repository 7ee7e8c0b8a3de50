"""Photos that were turned in another program lie likewise here, as if a person had turned them; Undo takes it back."""

from pathlib import Path
from typing import Final

import pytest

from services.domain.photos.rotation import RotationSet
from services.gateway.imports.contract import ImportRecord
from services.gateway.imports.whose import Whose
from services.gateway.imports.wishes import planned
from services.gateway.queries.imports import KnownPhoto
from services.gateway.sidecars.facts import PictureFacts
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack

XMP: Final = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{}"/></rdf:RDF></x:xmpmeta>"""


class Nobody(Whose):
    """Has said anything."""

    def __init__(self) -> None: ...

    def is_free(self, image: str, field: str, item: str = "") -> bool:
        return True


def wanted(record: ImportRecord, photo: KnownPhoto) -> int | None:
    plan = planned([(record, "a")], {"a": photo}, {}, Nobody())
    return next((int(wish.value) for wish in plan if wish.field == "rotation"), None)


def lying(orientation: int, size: int | None = None) -> ImportRecord:
    return ImportRecord(path="a.jpg", facts=PictureFacts(), orientation=orientation, size=size)


@pytest.mark.parametrize(
    ("own", "stated", "rotation"),
    [
        (1, 6, 6),
        (6, 6, None),
        (6, 1, 8),
        (6, 3, 6),
        (2, 1, 2),
        (8, 6, 3),
        (1, 0, None),
        (1, 9, None),
        (1, -1, None),
    ],
)
def test_what_was_done_since_is_the_difference(own: int, stated: int, rotation: int | None) -> None:
    """The file has the camera's word already."""
    assert wanted(lying(stated), KnownPhoto(orientation=own, format="JPEG", size=5)) == rotation
    assert wanted(lying(stated, 5), KnownPhoto(orientation=own, format="JPEG", size=5)) == rotation


def test_it_follows_a_program_that_has_turned_it_back() -> None:
    assert wanted(lying(6), KnownPhoto(orientation=6, format="JPEG", rotation=3)) == 1
    turned = ImportRecord(path="a.jpg", facts=PictureFacts(), rotation=3)
    assert wanted(turned, KnownPhoto(format="JPEG", rotation=3)) is None


@pytest.mark.parametrize(
    "photo",
    [
        KnownPhoto(orientation=1, format="NEF", size=5),
        KnownPhoto(orientation=1, format="HEIF", size=5),
        KnownPhoto(orientation=1, format="JPEG", size=6),
        KnownPhoto(orientation=1, format="GIF", size=5, still=False),
    ],
    ids=["an upright preview", "an upright decoder", "another version of the file", "an animation"],
)
def test_what_is_not_certain_is_left(photo: KnownPhoto) -> None:
    assert wanted(lying(6, 5), photo) is None


async def shapes(stack: Stack) -> dict[str, tuple[int, int]]:
    items = (await stack.get("/api/images"))["items"]
    return {Path(one["files"][0]).name: (one["width"], one["height"]) for one in items}


async def test_turned_photos_lie_as_in_the_other_program(settings: Settings, tmp_path: Path) -> None:
    """IMG_1 by Picasa's word, IMG_2 by XMP's, of which the camera has said half already; a person keeps the last word
    on IMG_3."""
    root, other = settings.photos[0], tmp_path / "other" / "Rome"
    photos.write(root / "Rome/IMG_2.jpg", 2, exif=photos.exif("2020:01:02 10:00:00", Orientation=3))
    other.mkdir(parents=True)
    (other / ".picasa.ini").write_text("[IMG_1.jpg]\nrotate=rotate(1)\n[IMG_3.jpg]\nrotate=rotate(1)\n")
    (other / "IMG_2.jpg.xmp").write_text(XMP.format(8))
    lies, upright = (240, 320), (320, 240)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        ids = {path: one["id"] for one in (await stack.get("/api/images"))["items"] for path in one["files"]}
        third = ids[str(root / "Rome/IMG_3.jpg")]
        for by in ("left", "reset"):
            await stack.done("rotate", {"images": [third], "by": by})
        status = await stack.done("import", {"source": str(tmp_path / "other")})
        assert status["failures"] == []
        assert await shapes(stack) == {"IMG_1.jpg": lies, "IMG_2.jpg": lies, "IMG_3.jpg": upright}
        said = [one for one in await stack.events(RotationSet) if one.by == "set"]
        assert {image: one.rotation for one in said for image in one.image_ids} == {
            ids[str(root / "Rome/IMG_1.jpg")]: 6,
            ids[str(root / "Rome/IMG_2.jpg")]: 6,
        }
        await stack.done("import", {"source": str(tmp_path / "other")})
        assert len([one for one in await stack.events(RotationSet) if one.by == "set"]) == len(said)
        await stack.done("undo", {"command_id": status["command_id"]})
        assert set((await shapes(stack)).values()) == {upright}
