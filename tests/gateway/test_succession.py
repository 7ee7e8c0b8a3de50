"""Whether the new content of a path is an edit of the former: from the facts about both, nothing else."""

from typing import Any

import msgspec
import pytest
from PIL import Image, ImageEnhance, ImageOps

from services.domain.files.events import ImageImported
from services.gateway.reading.phash import phash
from services.gateway.running.succession import Inheritance, distance, inheritance
from tests.support import photos

INHERITS, UNSURE, NO = Inheritance.INHERITS, Inheritance.UNSURE, Inheritance.NO
SHOT = ImageImported(
    image_id="a", format="JPEG", size=1, width=4000, height=3000, colour="#808080", phash="00ff00ff00ff00ff",
    taken_at="2019-07-14T15:02:03", taken_at_source="exif", camera_make="Canon", camera_model="Canon EOS 80D",
)  # fmt: skip
BARE = msgspec.structs.replace(
    SHOT, camera_make=None, camera_model=None, taken_at="2024-01-01T10:00:00", taken_at_source="mtime"
)
"""The same picture without metadata: its date is the file's."""
FAR: dict[str, Any] = {"phash": "5a5a5a5aa5a5a5a5"}
NEAR: dict[str, Any] = {"phash": "00ff00ff00ff00f0"}
CROPPED: dict[str, Any] = {"width": 3000, "height": 3000}
LATER: dict[str, Any] = {"taken_at": "2019-07-14T15:02:04"}
GIMP: dict[str, Any] = {"software": ["GIMP 2.10.34"]}


@pytest.mark.parametrize(
    ("former", "changed", "expected"),
    [
        # the same camera at the same moment: any shape or look, but one of them
        (SHOT, {}, INHERITS),
        (SHOT, FAR, INHERITS),
        (SHOT, FAR | {"width": 3000, "height": 4000}, INHERITS),
        (SHOT, NEAR | CROPPED, INHERITS),
        (SHOT, FAR | CROPPED, UNSURE),
        (SHOT, FAR | {"camera_make": "CANON INC.", "camera_model": "canon eos  80D"}, INHERITS),
        (SHOT, FAR | {"taken_at": "2019-07-14T15:02:03+02:00"}, INHERITS),
        (SHOT, FAR | {"taken_at": "2019-07-14T15:02:03.120"}, INHERITS),
        (SHOT, FAR | {"taken_at_source": "xmp"}, INHERITS),
        # another moment, or another camera: another picture, whatever program wrote it
        (SHOT, FAR | LATER, NO),
        (SHOT, FAR | LATER | GIMP, NO),
        (SHOT, FAR | {"camera_model": "PowerShot G9"}, NO),
        (SHOT, FAR | {"camera_model": "PowerShot G9"} | GIMP, NO),
        # … but a webcam's next frame looks the same, and so does a photo whose date was put right
        (SHOT, LATER, UNSURE),
        (SHOT, LATER | NEAR | GIMP, UNSURE),
        (SHOT, LATER | {"software": ["Ver.1.0", "Image::ExifTool 12.40"]}, INHERITS),
        (SHOT, {"camera_model": "PowerShot G9"}, UNSURE),
        # without metadata, before or after
        (BARE, {}, UNSURE),
        (BARE, NEAR, UNSURE),
        (BARE, FAR, NO),
        (BARE, {"phash": None}, NO),
        (BARE, GIMP, INHERITS),
        (BARE, GIMP | NEAR | CROPPED, INHERITS),
        (BARE, GIMP | FAR, UNSURE),
        (BARE, GIMP | FAR | CROPPED, NO),
        (BARE, {"description": "The lake"}, INHERITS),
        (BARE, {"taken_at": "1974-07-01T12:00:00", "taken_at_source": "exif"}, INHERITS),
        (BARE, {"description": "The lake"} | NEAR, UNSURE),
        (SHOT, {"camera_model": None, "camera_make": None} | NEAR, INHERITS),
        (SHOT, {"camera_model": None, "camera_make": None} | FAR, UNSURE),
        (SHOT, {"camera_model": None, "camera_make": None, "taken_at_source": "mtime"} | NEAR, UNSURE),
        (SHOT, {"camera_model": None, "camera_make": None, "taken_at_source": "mtime"} | FAR, NO),
        # a film is no edit of a photo
        (SHOT, {"format": "MP4"}, NO),
    ],
)  # fmt: skip
def test_an_edit_needs_evidence(
    former: ImageImported, changed: dict[str, Any], expected: Inheritance
) -> None:
    new = msgspec.structs.replace(former, image_id="b", **changed)
    assert inheritance(former, new, known=False, elsewhere=False) is expected


def test_fractions_of_seconds_tell_the_shots_of_a_burst_apart() -> None:
    first = msgspec.structs.replace(SHOT, taken_at="2019-07-14T15:02:03.120+02:00")
    second = msgspec.structs.replace(SHOT, taken_at="2019-07-14T15:02:03.480+02:00", **FAR)
    assert inheritance(first, second, known=False, elsewhere=False) is NO


def test_a_day_without_a_time_is_no_moment() -> None:
    """A box of scans has one date: only a similar look says that one is an edit of another."""
    scan = msgspec.structs.replace(SHOT, camera_model="EPSON Perfection V600", taken_at="1974-07-01T00:00:00")
    other = msgspec.structs.replace(scan, **FAR)
    assert inheritance(scan, other, known=False, elsewhere=False) is UNSURE
    assert inheritance(scan, msgspec.structs.replace(scan, **NEAR), known=False, elsewhere=False) is INHERITS


@pytest.mark.parametrize(("changed", "expected"), [({}, UNSURE), (FAR | CROPPED, NO), (FAR | LATER, NO)])
def test_who_is_still_there_needs_no_heir(changed: dict[str, Any], expected: Inheritance) -> None:
    """An edit beside the kept original is doubtful, and a doubtful one is none."""
    new = msgspec.structs.replace(SHOT, **changed)
    assert inheritance(SHOT, new, known=False, elsewhere=True) is expected


def test_a_photo_that_was_known_is_nobody_s_edit() -> None:
    """It has what people gave it: it was renamed, swapped or brought back."""
    assert inheritance(SHOT, SHOT, known=True, elsewhere=False) is NO


def hashed(picture: Image.Image) -> ImageImported:
    return msgspec.structs.replace(SHOT, phash=phash(picture))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("way", [None, *Image.Transpose])
def test_a_turned_or_mirrored_picture_looks_the_same(seed: int, way: Image.Transpose | None) -> None:
    """However it was turned, and lightened as well."""
    picture = photos.picture(seed)
    turned = ImageOps.exif_transpose(picture) if way is None else picture.transpose(way)
    lighter = ImageEnhance.Brightness(turned).enhance(1.1)
    assert distance(hashed(picture), hashed(lighter)) <= 8


def test_different_pictures_stay_far_apart_whichever_way_they_are_turned() -> None:
    """None of the 120 pairs is near."""
    pictures = [hashed(photos.picture(seed)) for seed in range(16)]
    apart = [distance(one, other) for place, one in enumerate(pictures) for other in pictures[:place]]
    assert min(apart) > 8
