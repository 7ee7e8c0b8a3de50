"""Keywords, people and faces that are more, or longer, than Albumen keeps: the rest is left out, and that is said."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import pytest

from services.domain.photos.properties import Region
from services.gateway.i18n.builtin_names import REASONS, reason
from services.gateway.i18n.language import speaking
from services.gateway.imports.reading import MANY_ALBUMS
from services.gateway.reading import pixels
from services.gateway.reading.film_words import words_of_film
from services.gateway.reading.metadata import metadata
from services.gateway.sidecars import exiftool, xmp
from services.gateway.sidecars.facts import PictureFacts
from services.gateway.sidecars.keywords import keywords
from services.gateway.sidecars.limits import (
    DEEP_KEYWORD,
    LONG_ALBUM,
    LONG_NAME,
    MANY_FACES,
    MANY_KEYWORDS,
    MANY_PEOPLE,
    within_limits,
)
from tests.gateway.library.test_properties_in_files import jpeg
from tests.gateway.library.test_words import data_set, packet

NOW: Final = datetime(2026, 9, 27, tzinfo=UTC)
BAG: Final = "<{0}><rdf:Bag>{1}</rdf:Bag></{0}>"
IN: Final = {
    "dc:subject": "",
    "lr:hierarchicalSubject": ' xmlns:lr="http://ns.adobe.com/lightroom/1.0/"',
    "Iptc4xmpExt:PersonInImage": ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
}


def bag(name: str, values: Sequence[str]) -> bytes:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    return packet(BAG.format(name, items).replace(f"<{name}>", f"<{name}{IN[name]}>", 1))


def of_jpeg(block: bytes) -> PictureFacts:
    found = metadata(pixels.opened(jpeg(xmp=block)))
    fields = ("keywords", "keyword_paths", "people", "regions", "unread")
    return PictureFacts(**{name: getattr(found, name) for name in fields})


def of_sidecar(block: bytes) -> PictureFacts:
    return within_limits(xmp.read(block, NOW))


def of_film(block: bytes) -> PictureFacts:
    found = words_of_film({}, block)
    return PictureFacts(
        keywords=found.keywords, keyword_paths=found.keyword_paths, people=found.people, unread=found.unread
    )


Read = Callable[[bytes], PictureFacts]
READERS: Final[list[Read]] = [of_jpeg, of_sidecar, of_film]
MANY: Final = [f"word {number}" for number in range(201)]


@pytest.mark.parametrize("read", READERS)
def test_what_fits_is_no_fault(read: Read) -> None:
    assert read(bag("dc:subject", ["k" * 200, *MANY[:199]])).unread == []
    path = "|".join(f"{number:200}".replace(" ", "x") for number in range(16))
    found = read(bag("lr:hierarchicalSubject", [path]))
    assert (found.unread, found.keyword_paths) == ([], [path])
    assert read(bag("Iptc4xmpExt:PersonInImage", MANY[:100])).unread == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", ["dc:subject", "lr:hierarchicalSubject", "Iptc4xmpExt:PersonInImage"])
def test_a_long_name_is_cut(read: Read, name: str) -> None:
    """Two that differ only behind the end become one."""
    found = read(bag(name, ["k" * 201, "k" * 10_000]))
    assert (found.keywords or found.people, found.unread) == (["k" * 200], [LONG_NAME])


@pytest.mark.parametrize("read", READERS)
def test_a_name_is_as_long_as_it_is_written(read: Read) -> None:
    """Where a word ends at the limit, the next one is missing; letters in two parts are one each."""
    found = read(bag("dc:subject", ["k" * 200 + " more"]))
    assert (found.keywords, found.unread) == (["k" * 200], [LONG_NAME])
    found = read(bag("dc:subject", ["e\u0301" * 200]))
    assert (found.keywords, found.unread) == (["é" * 200], [])


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("name", "most", "sentence"),
    [
        ("dc:subject", 200, MANY_KEYWORDS),
        ("lr:hierarchicalSubject", 200, MANY_KEYWORDS),
        ("Iptc4xmpExt:PersonInImage", 100, MANY_PEOPLE),
    ],
)
def test_too_many_are_cut(read: Read, name: str, most: int, sentence: str) -> None:
    found = read(bag(name, MANY))
    assert (found.keywords or found.people, found.unread) == (MANY[:most], [sentence])


@pytest.mark.parametrize("read", READERS)
def test_what_a_keyword_stands_below_ends_somewhere(read: Read) -> None:
    found = read(bag("lr:hierarchicalSubject", ["|".join(map(str, range(17)))]))
    assert (found.keyword_paths, found.unread) == (["|".join(map(str, range(1, 17)))], [DEEP_KEYWORD])


def test_a_hierarchy_in_the_flat_list_may_be_longer_than_a_keyword() -> None:
    """It is one keyword for each level, not one of two hundred characters."""
    path = "|".join(["a" * 150, "b" * 150, "c"])
    found = of_jpeg(bag("dc:subject", [path, path.replace("|", "/")]))
    assert (found.keywords, found.keyword_paths, found.unread) == (["c"], [path], [])


def test_those_that_programs_write_in_several_ways_count_once() -> None:
    paths = [["Places", f"Town {number}"] for number in range(199)]
    flat = [text for path in paths for text in (path[1], "|".join(path), "/".join(path))]
    found = keywords(["Places", *flat], paths)
    assert within_limits(PictureFacts(**found._asdict())).unread == []
    assert len(found.keywords) == 200


def test_keywords_of_all_blocks_count_together() -> None:
    """Those of IPTC are beside those of XMP, and mostly the same."""
    iptc = b"".join(data_set(25, word.encode()) for word in MANY[:200])
    found = metadata(pixels.opened(jpeg(iptc, xmp=bag("dc:subject", MANY[:200]))))
    assert (len(found.keywords), found.unread) == (200, [])
    found = metadata(pixels.opened(jpeg(iptc, xmp=bag("dc:subject", ["one more"]))))
    assert (len(found.keywords), found.unread) == (200, [MANY_KEYWORDS])
    found = metadata(pixels.opened(jpeg(data_set(25, b"k" * 300))))
    assert (found.keywords, found.unread) == (["k" * 200], [LONG_NAME])


def test_those_of_json() -> None:
    face, area = {"Name": "A" * 300, "Type": "Face"}, {"Y": 0.5, "W": 0.1, "H": 0.1}
    tags = {
        "SourceFile": "a.jpg",
        "Subject": MANY,
        "PersonInImage": MANY[:101],
        "RegionInfo": {"RegionList": [{**face, "Area": {**area, "X": n / 200}} for n in range(102)]},
    }
    found = within_limits(exiftool.read(json.dumps([tags]).encode(), NOW))
    assert found.unread == [LONG_NAME, MANY_KEYWORDS, MANY_PEOPLE, MANY_FACES]
    assert (len(found.keywords), len(found.people), len(found.regions)) == (200, 100, 100)
    assert {one.name for one in found.regions} == {"A" * 200}


def test_cutting_twice_says_it_once() -> None:
    regions = [Region(name=str(number), x=0, y=0, width=0.1, height=0.1) for number in range(101)]
    once = within_limits(PictureFacts(keywords=["k" * 201], regions=regions))
    assert once.unread == [LONG_NAME, MANY_FACES]
    assert within_limits(once) == once


def test_each_sentence_is_in_the_catalogues() -> None:
    sentences = {LONG_NAME, MANY_KEYWORDS, DEEP_KEYWORD, MANY_PEOPLE, MANY_FACES, LONG_ALBUM, MANY_ALBUMS}
    assert sentences <= set(REASONS)
    with speaking("de"):
        assert not [one for one in sentences if reason(one) == one]
