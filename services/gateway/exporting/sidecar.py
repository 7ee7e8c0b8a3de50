"""What is known of a photo as an XMP sidecar, the same bytes for the same photo. Pure.

Which properties: Guidelines for Handling Image Metadata (Metadata Working Group, 2.0), IPTC Photo Metadata Standard,
XMP specification, part 2; favourites as digiKam's pick label. `docs/export.md` lists them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from services.domain.photos.faces import as_stored, stored_size
from services.domain.photos.keywords import SEPARATOR
from services.gateway.queries.exported import ExportedPhoto
from services.gateway.queries.properties import first_values
from services.gateway.sidecars.keywords import LIKE_A_SLASH, SLASH
from services.gateway.sidecars.namespaces import (
    ALBUMS,
    AREA,
    CATEGORIES,
    DC,
    DIGIKAM,
    DIMENSIONS,
    EXIF,
    IPTC_CORE,
    IPTC_EXT,
    LIGHTROOM,
    MP,
    MP_INFO,
    MP_REGION,
    MWG_REGIONS,
    PREFIXES,
    RDF,
    XML,
    XMP_BASIC,
    XMP_PHOTOSHOP,
    X,
)
from services.gateway.sidecars.seal import TOOLKIT, sealed
from services.gateway.sidecars.xmp import ARCHIVED, FALSE, FAVORITE, LIBRARY, ORIENTATION, TRUE
from services.knowledge import precedence
from services.knowledge.rotations import NONE, compose, is_known
from services.knowledge.stated import SECOND, known_part

REJECTED: Final = -1
ACCEPTED_PICK: Final = "3"
REJECTED_PICK: Final = "1"
"""digiKam's pick labels."""
_GUESSES: Final = ("folder", "mtime", "added")
"""Sources of dates that nobody should take for the moment at which a photo was taken."""
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for _namespace, _prefix in PREFIXES.items():
    register_namespace(_prefix, _namespace[1:-1])


def sidecar(photo: ExportedPhoto, library: str) -> bytes:
    """UTF-8. `library`: as in `exporting/library.py`."""
    root = Element(f"{X}xmpmeta", {f"{X}xmptk": TOOLKIT})
    about = SubElement(SubElement(root, f"{RDF}RDF"), f"{RDF}Description", {f"{RDF}about": ""})
    about.set(LIBRARY, library)
    for name, text in _texts(photo):
        about.set(name, _xml(text))
    _in_default_language(about, f"{DC}title", photo.annotations.title)
    _in_default_language(about, f"{DC}description", photo.caption)
    values = first_values(photo.properties)
    _in_default_language(about, f"{DC}rights", values[precedence.COPYRIGHT])
    creator = values[precedence.CREATOR]
    _list(about, f"{DC}creator", [creator] if creator else [], "Seq")
    paths = list(_paths(photo))
    _list(about, f"{DC}subject", photo.annotations.keywords)
    _list(about, f"{LIGHTROOM}hierarchicalSubject", [SEPARATOR.join(path) for path in paths])
    _list(about, f"{DIGIKAM}TagsList", [_for_digikam(path) for path in paths], "Seq")
    _list(about, f"{IPTC_EXT}PersonInImage", photo.annotations.people)
    _regions(about, photo)
    _people_without_a_face(about, photo)
    indent(root, " ")
    return sealed(tostring(root, "utf-8", xml_declaration=True) + b"\n")


def _texts(photo: ExportedPhoto) -> Iterator[tuple[str, str]]:
    """Properties with a single value."""
    notes, values = photo.annotations, first_values(photo.properties)
    stars = REJECTED if notes.trashed else photo.stars
    if stars is not None:
        yield f"{XMP_BASIC}Rating", str(stars)
    if (orientation := _orientation(photo)) is not None:
        yield ORIENTATION, str(orientation)
    yield FAVORITE, TRUE if notes.favorite else FALSE
    if notes.trashed or notes.favorite:
        yield f"{DIGIKAM}PickLabel", REJECTED_PICK if notes.trashed else ACCEPTED_PICK
    if notes.archived:
        yield ARCHIVED, TRUE
    for name, key in (
        (f"{XMP_BASIC}Label", precedence.LABEL),
        (f"{XMP_PHOTOSHOP}Headline", precedence.HEADLINE),
    ):
        if text := values[key]:
            yield name, text
    if photo.image.taken_at_source not in _GUESSES:
        date = photo.image.taken_at
        digits = known_part(date, photo.image.taken_at_source)
        date = date if digits == SECOND else date[:digits]
        yield f"{EXIF}DateTimeOriginal", date
        yield f"{XMP_PHOTOSHOP}DateCreated", date
    yield from _place(photo)


def _orientation(photo: ExportedPhoto) -> int | None:
    """How to show the picture as it is stored, if a person has rotated it: programs take this for the file's own."""
    own, rotation = photo.image.orientation, photo.image.rotation
    return compose(own, rotation) if rotation != NONE and is_known(own, photo.image.format) else None


def _place(photo: ExportedPhoto) -> Iterator[tuple[str, str]]:
    notes, values, locality = photo.annotations, first_values(photo.properties), photo.locality
    if notes.latitude is not None and notes.longitude is not None:
        yield f"{EXIF}GPSVersionID", "2.3.0.0"
        yield f"{EXIF}GPSLatitude", _degrees(notes.latitude, "NS")
        yield f"{EXIF}GPSLongitude", _degrees(notes.longitude, "EW")
        if notes.altitude_m is not None:
            yield f"{EXIF}GPSAltitude", f"{round(abs(notes.altitude_m) * 10)}/10"
            yield f"{EXIF}GPSAltitudeRef", "1" if notes.altitude_m < 0 else "0"
    names = {name: values[name] for name in precedence.PLACES}
    if locality and locality.code and not any(names.values()):
        names |= {"city": locality.city, "country": locality.country}
        yield f"{IPTC_CORE}CountryCode", locality.code
    for name, text in names.items():
        if text:
            yield f"{IPTC_CORE}Location" if name == "sublocation" else f"{XMP_PHOTOSHOP}{name.title()}", text


def _degrees(value: float, halves: str) -> str:
    """`48,51.50000000N`"""
    degrees, part = divmod(round(abs(value) * 60 * 10**8), 60 * 10**8)
    return f"{degrees},{part / 10**8:.8f}{halves[value < 0]}"


def _paths(photo: ExportedPhoto) -> Iterator[Sequence[str]]:
    """Keywords with what they stand below, then albums and categories."""
    below = [path.split(SEPARATOR) for path in photo.keyword_paths]
    leaves = {path[-1] for path in below}
    yield from (path for path in below if path[-1] in photo.annotations.keywords)
    yield from ([name] for name in photo.annotations.keywords if name not in leaves)
    yield from ((ALBUMS, album.name) for album in photo.albums)
    yield from ((CATEGORIES, label.name) for label in photo.labels)


def _for_digikam(path: Sequence[str]) -> str:
    return SLASH.join(name.replace(SLASH, LIKE_A_SLASH) for name in path)


def _in_default_language(about: Element, name: str, text: str | None) -> None:
    if text:
        item = SubElement(SubElement(SubElement(about, name), f"{RDF}Alt"), f"{RDF}li")
        item.set(f"{XML}lang", "x-default")
        item.text = _xml(text)


def _list(about: Element, name: str, texts: Iterable[str], kind: str = "Bag") -> None:
    once = dict.fromkeys(_xml(text) for text in texts)
    if once:
        items = SubElement(SubElement(about, name), f"{RDF}{kind}")
        for text in once:
            SubElement(items, f"{RDF}li").text = text


def _regions(about: Element, photo: ExportedPhoto) -> None:
    """The Metadata Working Group's, in the picture as it is stored."""
    image = photo.image
    lie = (image.orientation, image.width, image.height, image.rotation)
    regions = [as_stored(one, *lie) for one in photo.regions if one.name in photo.annotations.people]
    if not regions:
        return
    whole = SubElement(about, f"{MWG_REGIONS}Regions", _PARSED)
    width, height = stored_size(*lie)
    size = {f"{DIMENSIONS}w": str(width), f"{DIMENSIONS}h": str(height), f"{DIMENSIONS}unit": "pixel"}
    SubElement(whole, f"{MWG_REGIONS}AppliedToDimensions", size)
    items = SubElement(SubElement(whole, f"{MWG_REGIONS}RegionList"), f"{RDF}Bag")
    for one in regions:
        item = SubElement(items, f"{RDF}li", _PARSED)
        SubElement(item, f"{MWG_REGIONS}Name").text = _xml(one.name)
        SubElement(item, f"{MWG_REGIONS}Type").text = "Face"
        middle = {"x": one.x + one.width / 2, "y": one.y + one.height / 2, "w": one.width, "h": one.height}
        area = {f"{AREA}{name}": f"{length:.7f}" for name, length in middle.items()}
        SubElement(item, f"{MWG_REGIONS}Area", area | {f"{AREA}unit": "normalized"})


def _people_without_a_face(about: Element, photo: ExportedPhoto) -> None:
    """As Microsoft's regions, which need no rectangle: digiKam knows people by regions alone, and writes these."""
    marked = {one.name for one in photo.regions}
    names = [name for name in photo.annotations.people if name not in marked]
    if names:
        regions = SubElement(SubElement(about, f"{MP}RegionInfo", _PARSED), f"{MP_INFO}Regions")
        items = SubElement(regions, f"{RDF}Bag")
        for name in names:
            item = SubElement(items, f"{RDF}li", _PARSED)
            SubElement(item, f"{MP_REGION}PersonDisplayName").text = _xml(name)


_PARSED: Final = {f"{RDF}parseType": "Resource"}


def _xml(text: str) -> str:
    """Without characters that XML can't hold."""
    return _NOT_XML.sub("", text)
