"""Everything that ExifTool finds of what a person wrote into a file, Albumen finds as well: every property, in every
block, in every kind of file that ExifTool can write it into.

`ALBUMEN_TABLE=FILE` writes the table of properties by kind of file.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from PIL import ImageFile

from services.gateway.reading.photo import FileWords, Photo, Said
from services.gateway.reading.words import Words
from tests.gateway.library.test_raw import corner, dng
from tests.support import exiftool, films
from tests.support.decoding import look, read_beside
from tests.support.decoding import words as read_words
from tests.support.photos import encoded, picture

pytestmark = pytest.mark.skipif(not exiftool.EXIFTOOL, reason="ExifTool is not installed")

PICTURES: Final = {
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "tif": "TIFF",
    "heic": "HEIF",
    "avif": "AVIF",
    "jp2": "JPEG2000",
}
PATHS: Final = "Places|Italy|Rome"
FACE: Final = ("Ada", 0.4, 0.3, 0.2, 0.4)
XMP: Final[dict[str, tuple[str, Any]]] = {
    "title": ("XMP-dc:Title", "Wehr ü"),
    "headline": ("XMP-photoshop:Headline", "Früh"),
    "caption": ("XMP-dc:Description", "Am Wehr – früh"),
    "rating": ("XMP-xmp:Rating", "4"),
    "label": ("XMP-xmp:Label", "Green"),
    "creator": ("XMP-dc:Creator", "Ada"),
    "copyright": ("XMP-dc:Rights", "© Ada"),
    "sublocation": ("XMP-iptcCore:Location", "Isar"),
    "city": ("XMP-photoshop:City", "München"),
    "state": ("XMP-photoshop:State", "Bayern"),
    "country": ("XMP-photoshop:Country", "Deutschland"),
    "keyword": ("XMP-dc:Subject", "Fähre"),
    "path": ("XMP-lr:HierarchicalSubject", PATHS),
    "person": ("XMP-iptcExt:PersonInImage", "Ada"),
    "region": (
        "XMP-mwg-rs:RegionInfo",
        "{AppliedToDimensions={W=320,H=240,Unit=pixel},RegionList=[{Area={X=0.5,Y=0.5,W=0.2,H=0.4,Unit=normalized},"
        "Name=Ada,Type=Face}]}",
    ),
}
XMP_OTHERWISE: Final[dict[str, tuple[str, Any]]] = {
    "caption": ("XMP-tiff:ImageDescription", "Am Wehr – früh"),
    "rating": ("XMP-microsoft:RatingPercent", "75"),
    "label": ("XMP-digiKam:ColorLabel", "4"),
    "creator": ("XMP-tiff:Artist", "Ada"),
    "copyright": ("XMP-tiff:Copyright", "© Ada"),
    "city": ("XMP-iptcExt:LocationCreatedCity", "München"),
    "country": ("XMP-iptcExt:LocationCreatedCountryName", "Deutschland"),
    "path": ("XMP-digiKam:TagsList", "Places/Italy/Rome"),
    "region": ("XMP-MP:RegionInfoMP", "{Regions=[{PersonDisplayName=Ada,Rectangle=0.4|, 0.3|, 0.2|, 0.4}]}"),
}
XMP_OF_OTHERS: Final[dict[str, tuple[str, Any]]] = {
    "caption": ("XMP-exif:UserComment", "Am Wehr – früh"),
    "rating": ("XMP-xmp:Rating", "-1"),
    "path": ("XMP-microsoft:LastKeywordXMP", "Places/Italy/Rome"),
}
XMP_OF_MEDIA_PRO: Final[dict[str, tuple[str, Any]]] = {
    "path": ("XMP-mediapro:CatalogSets", PATHS),
    "person": ("XMP-mediapro:People", "Ada"),
}
IPTC: Final[dict[str, tuple[str, Any]]] = {
    "title": ("IPTC:ObjectName", "Wehr ü"),
    "headline": ("IPTC:Headline", "Früh"),
    "caption": ("IPTC:Caption-Abstract", "Am Wehr – früh"),
    "creator": ("IPTC:By-line", "Ada"),
    "copyright": ("IPTC:CopyrightNotice", "© Ada"),
    "sublocation": ("IPTC:Sub-location", "Isar"),
    "city": ("IPTC:City", "München"),
    "state": ("IPTC:Province-State", "Bayern"),
    "country": ("IPTC:Country-PrimaryLocationName", "Deutschland"),
    "keyword": ("IPTC:Keywords", "Fähre"),
}
EXIF: Final[dict[str, tuple[str, Any]]] = {
    "title": ("IFD0:XPTitle", "Wehr ü"),
    "headline": ("IFD0:XPSubject", "Früh"),
    "caption": ("IFD0:ImageDescription", "Am Wehr – früh"),
    "creator": ("IFD0:Artist", "Ada"),
    "copyright": ("IFD0:Copyright", "© Ada"),
    "rating": ("IFD0:Rating", "4"),
    "keyword": ("IFD0:XPKeywords", "Fähre"),
}
EXIF_OTHERWISE: Final[dict[str, tuple[str, Any]]] = {
    "caption": ("ExifIFD:UserComment", "Am Wehr – früh"),
    "creator": ("IFD0:XPAuthor", "Ada"),
    "rating": ("IFD0:RatingPercent", "75"),
}
EXIF_OF_WINDOWS: Final[dict[str, tuple[str, Any]]] = {"caption": ("IFD0:XPComment", "Am Wehr – früh")}
TEXT: Final[dict[str, tuple[str, Any]]] = {
    "title": ("PNG:Title", "Wehr ü"),
    "caption": ("PNG:Description", "Am Wehr – früh"),
    "creator": ("PNG:Author", "Ada"),
    "copyright": ("PNG:Copyright", "© Ada"),
}
KEYS: Final[dict[str, tuple[str, Any]]] = {
    "title": ("Keys:Title", "Wehr ü"),
    "caption": ("Keys:Description", "Am Wehr – früh"),
    "creator": ("Keys:Author", "Ada"),
    "copyright": ("Keys:Copyright", "© Ada"),
    "keyword": ("Keys:Keywords", "Fähre"),
    "position": ("Keys:GPSCoordinates", "48.5, 11.5"),
}
ITEMS: Final[dict[str, tuple[str, Any]]] = {
    "title": ("ItemList:Title", "Wehr ü"),
    "caption": ("ItemList:Description", "Am Wehr – früh"),
    "creator": ("ItemList:Artist", "Ada"),
    "copyright": ("ItemList:Copyright", "© Ada"),
}
WINDOWS: Final[dict[str, tuple[str, Any]]] = {
    "title": ("Microsoft:Title", "Wehr ü"),
    "keyword": ("Microsoft:Category", "Fähre"),
    "rating": ("Microsoft:SharedUserRating", "75"),
}
PHONE: Final[dict[str, tuple[str, Any]]] = {
    "caption": ("UserData:Description", "Am Wehr – früh"),
    "creator": ("UserData:Author", "Ada"),
    "rating": ("UserData:UserRating", "4"),
}
USER_DATA: Final[dict[str, tuple[str, Any]]] = {
    "title": ("UserData:Title", "Wehr ü"),
    "copyright": ("UserData:Copyright", "© Ada"),
    "position": ("UserData:GPSCoordinates", "48.5, 11.5"),
}
WORDS: Final = {
    "xmp": (XMP, XMP_OTHERWISE, XMP_OF_OTHERS, XMP_OF_MEDIA_PRO),
    "iptc": (IPTC,),
    "exif": (EXIF, EXIF_OTHERWISE, EXIF_OF_WINDOWS),
    "text": (TEXT,),
    "film": (KEYS, ITEMS, USER_DATA, PHONE, WINDOWS),
}
KINDS: Final = (
    *((kind, block) for kind in (*PICTURES, "dng") for block in ("xmp", "iptc", "exif")),
    ("png", "text"),
    *((kind, block) for kind in ("mp4", "mov") for block in ("xmp", "film")),
    ("xmp", "xmp"),
)
NO_PLACE: Final = {("webp", "iptc"), ("heic", "iptc"), ("avif", "iptc")}


def empty(kind: str) -> bytes:
    if kind == "xmp":
        return b"""<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about=''/></rdf:RDF>
</x:xmpmeta>"""
    if kind == "dng":
        return dng(corner())
    if kind in PICTURES:
        return encoded(picture(), PICTURES[kind])
    return films.made([picture(number) for number in range(3)], kind, flags="")


def undecoded(picture: ImageFile.ImageFile) -> None:
    """Reading words alone must not decode a picture."""
    raise AssertionError


def values(place: Path, folder: Path) -> Iterator[tuple[str, Any]]:
    """What Albumen finds."""
    if place.suffix in (".xmp", ".json"):
        facts: Any = read_beside(str(folder), place.name, "sidecar")
        assert isinstance(facts, Said), facts
    else:
        photo = look(str(folder), place.name, folder / "previews")
        assert isinstance(photo, Photo), photo
        facts = photo.facts
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ImageFile.ImageFile, "load", undecoded)
            alone = read_words(str(folder), place.name)
        assert isinstance(alone, FileWords), alone
        assert {name: getattr(facts, name) for name in Words._fields} == msgspec.structs.asdict(alone)
    yield from ((one.name, one.value) for one in facts.properties)
    yield from (("keyword", word) for word in facts.keywords)
    yield from (("path", path) for path in facts.keyword_paths)
    yield from (("person", name) for name in facts.people)
    yield from (("region", (one.name, one.x, one.y, one.width, one.height)) for one in facts.regions)
    yield "position", str(facts.latitude)


@pytest.mark.parametrize(("kind", "block"), KINDS)
def test_what_exiftool_finds_is_found(kind: str, block: str, tmp_path: Path) -> None:
    lacking, written = [], {}
    for number, words in enumerate(WORDS[block]):
        place = tmp_path / f"{number}.{kind}"
        place.write_bytes(empty(kind))
        if not exiftool.write(place, [f"-{tag}={value}" for tag, value in words.values()]):
            continue
        standard, mine = {name.lower() for name in exiftool.read(place)}, list(values(place, tmp_path))
        for name, (tag, value) in words.items():
            if _is_there(tag, standard):
                written[name, tag] = (name, _wanted(name, value)) in mine
                if not written[name, tag]:
                    lacking.append((tag, [one for key, one in mine if key == name]))
    if table := os.environ.get("ALBUMEN_TABLE"):
        with Path(table).open("a", encoding="utf-8") as file:
            for (name, tag), there in written.items():
                file.write(f"{kind}\t{block}\t{name}\t{tag}\t{'yes' if there else 'no'}\n")
    assert not lacking
    assert bool(written) == ((kind, block) not in NO_PLACE)


def test_what_exiftool_prints_as_json_is_found(tmp_path: Path) -> None:
    """As a file beside the photo, with the same words as in it."""
    place = tmp_path / "a.jpg"
    place.write_bytes(empty("jpg"))
    assert exiftool.write(place, [f"-{tag}={value}" for tag, value in XMP.values()])
    (tmp_path / "a.jpg.json").write_text(json.dumps([exiftool.read(place)]), "utf-8")
    beside = set(values(tmp_path / "a.jpg.json", tmp_path))
    assert {one for one in values(place, tmp_path) if one[0] != "position"} <= beside


def _is_there(tag: str, standard: set[str]) -> bool:
    """Whether ExifTool finds it; a field of a location by its structure."""
    group, _, name = tag.lower().partition(":")
    name = "locationcreated" if name.startswith("locationcreated") else name
    return f"{group}:{name}" in standard


def _wanted(name: str, value: Any) -> Any:
    """How Albumen says it."""
    match name:
        case "region":
            return FACE
        case "path":
            return PATHS
        case "rating" if value == "75":
            return "4"
        case "label":
            return "Green"
        case "position":
            return "48.5"
    return value
