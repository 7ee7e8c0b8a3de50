"""Which photo a record is about: certain, or told why not."""

from typing import Any, Final

import pytest

from services.gateway.imports.contract import ImportRecord
from services.gateway.imports.matching import NO_SUCH_NAME, ONLY_THE_NAME, SEVERAL, Matching, WantedFiles
from services.gateway.queries.imports import PlacedFile
from services.gateway.sidecars.facts import PictureFacts

FILES: Final = [
    PlacedFile("/photos", "2019/Rome", "IMG_1.JPG", 100, "rome"),
    PlacedFile("/photos", "2020/Oslo", "IMG_1.jpg", 200, "oslo"),
    PlacedFile("/photos", "2020/Oslo", "IMG_2.jpg", 300, "two"),
    PlacedFile("/photos", "2020/Oslo", "IMG_2.CR2", 400, "raw"),
    PlacedFile("/photos", "", "top.jpg", 500, "top"),
    PlacedFile("/photos", "a", "Gru\u0308n.jpg", 600, "green"),
    PlacedFile("/photos", "a", "weir_48611345656_o.jpg", 700, "flickr"),
    PlacedFile("/photos", "b", "copy.jpg", 800, "same"),
    PlacedFile("/photos", "c", "copy.jpg", 800, "same"),
]
DATES: Final = {file.image_id: "2020-01-01T10:00:00" for file in FILES} | {
    "rome": "2019-05-05T12:30:00+02:00"
}


def match(path: str, taken_at: str | None = None, above: str = "/import", **fields: Any) -> list[str] | str:
    record = ImportRecord(path=path, facts=PictureFacts(taken_at=taken_at), **fields)
    files = [file for file in FILES if WantedFiles([record]).wants(file.name, file.size)]
    result = Matching(files, DATES, above).of(record)
    return result.images or result.reason


@pytest.mark.parametrize(
    ("record", "images"),
    [
        ({"path": "Rome/IMG_1.jpg"}, ["rome"]),
        ({"path": "rome/img_1.jpg"}, ["rome"]),
        ({"path": "/home/ada/photos/2020/Oslo/IMG_1.jpg"}, ["oslo"]),
        ({"path": "C:\\Pictures\\Oslo\\IMG_1.jpg"}, ["oslo"]),
        ({"path": "IMG_1.jpg"}, SEVERAL),
        ({"path": "IMG_1.jpg", "size": 200}, ["oslo"]),
        ({"path": "Paris/IMG_1.jpg", "size": 100}, ["rome"]),
        ({"path": "Paris/IMG_1.jpg"}, SEVERAL),
        ({"path": "IMG_1.jpg", "taken_at": "2019-05-05T12:30:40"}, ["rome"]),
        ({"path": "IMG_1.jpg", "taken_at": "2019-05-05T10:30:00+00:00"}, ["rome"]),
        ({"path": "IMG_1.jpg", "taken_at": "2007-05-05T12:30:00"}, SEVERAL),
        ({"path": "IMG_1.jpg", "above": "/tree/Oslo"}, ["oslo"]),
        ({"path": "Oslo/IMG_2", "stem": True}, ["two", "raw"]),
        ({"path": "IMG_1", "stem": True}, SEVERAL),
        ({"path": "Oslo/IMG_2.jpg"}, ["two"]),
        ({"path": "top.jpg"}, ["top"]),
        ({"path": "top.jpg", "taken_at": "2007-05-05T12:30:00"}, ["top"]),
        ({"path": "elsewhere/top.jpg"}, ONLY_THE_NAME),
        ({"path": "elsewhere/top.jpg", "taken_at": "2020-01-01T10:00:00"}, ["top"]),
        ({"path": "Oslo/IMG_2.jpg", "size": 1, "taken_at": "2007-05-05T12:30:00"}, ONLY_THE_NAME),
        ({"path": "x/Oslo/IMG_2.jpg", "taken_at": "2007-05-05T12:30:00"}, ONLY_THE_NAME),
        ({"path": "Oslo/IMG_2.jpg", "taken_at": "2007-05-05T12:30:00"}, ["two"]),
        ({"path": "a/Gr\u00fcn.JPG"}, ["green"]),
        ({"path": "Weir", "stem": True, "number": "48611345656"}, ["flickr"]),
        ({"path": "b/copy.jpg"}, ["same"]),
        ({"path": "copy.jpg"}, ["same"]),
        ({"path": "nowhere.jpg"}, NO_SUCH_NAME),
        ({"path": ""}, NO_SUCH_NAME),
        ({"path": "nowhere.jpg", "others": ["/x/originals/Oslo/IMG_2.jpg"]}, ["two"]),
        ({"path": "nowhere.jpg", "image_id": "rome"}, ["rome"]),
    ],
)
def test_what_is_certain_is_taken_and_the_rest_is_told(
    record: dict[str, Any], images: list[str] | str
) -> None:
    assert match(**record) == images
