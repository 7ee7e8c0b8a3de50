"""XMP of more than 64 kB in a JPEG lies in several segments."""

import hashlib
import io

import pytest
from PIL import Image

from services.gateway.reading.blocks import LONGEST_EXTENSION
from services.gateway.reading.metadata import metadata
from tests.support import photos

HEAD = b"http://ns.adobe.com/xmp/extension/\0"
RDF = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"""


def words(number: int) -> str:
    items = "".join(f"<rdf:li>word {one} {'x' * 150}</rdf:li>" for one in range(number))
    return f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>"


def segment(payload: bytes) -> bytes:
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload


def extended(extension: bytes, guid: str = "", part: int = 60_000, length: int | None = None) -> Image.Image:
    guid = guid or hashlib.md5(extension, usedforsecurity=False).hexdigest().upper()
    packet = RDF.format(attributes=f' xmp:Rating="3" xmpNote:HasExtendedXMP="{guid}"', elements="")
    jpeg = photos.encoded(photos.picture(1), xmp=packet.encode())
    size = (len(extension) if length is None else length).to_bytes(4)
    parts = [
        segment(HEAD + guid.encode() + size + at.to_bytes(4) + extension[at : at + part])
        for at in range(0, len(extension), part)
    ]
    return Image.open(io.BytesIO(jpeg[:2] + b"".join(reversed(parts)) + jpeg[2:]))  # in any order


def test_its_parts_are_read_in_their_order() -> None:
    extension = RDF.format(attributes=' xmp:Rating="5"', elements=words(190)).encode() + b" " * 90_000
    assert len(extension) > 65_535
    facts = metadata(extended(extension))
    assert len(facts.keywords) == 190
    assert facts.stars == 3, "what the packet itself says counts"


@pytest.mark.parametrize(
    "picture",
    [
        extended(RDF.format(attributes="", elements=words(3)).encode(), guid="0" * 32),
        extended(b"<x:xmpmeta"),
        extended(b""),
        extended(RDF.format(attributes="", elements=words(3)).encode(), length=LONGEST_EXTENSION + 1),
        extended(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ],
    ids=["another one's", "cut", "none", "too long", "entities"],
)
def test_one_that_does_not_fit_takes_nothing_away(picture: Image.Image) -> None:
    facts = metadata(picture)
    assert (facts.keywords, facts.stars) == ([], 3)
