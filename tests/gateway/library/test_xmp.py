"""XMP sidecars: which facts are taken, in both RDF notations."""

from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.photos.properties import PhotoProperty
from services.gateway.sidecars.facts import LARGEST, PictureFacts, Unreadable
from services.gateway.sidecars.limits import LONG_CAPTION, LONG_NAME, MANY_KEYWORDS, within_limits
from services.gateway.sidecars.xmp import read

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NAMESPACES = """xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" """


def document(inside: str = "", **attributes: str) -> bytes:
    """Properties as attributes, given as `exif_GPSLatitude`."""
    properties = " ".join(f"{key.replace('_', ':')}={quoteattr(value)}" for key, value in attributes.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {NAMESPACES}><rdf:Description rdf:about="" {properties}>{inside}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def elements(**properties: str) -> bytes:
    """Properties as elements."""
    pairs = [(key.replace("_", ":"), value) for key, value in properties.items()]
    return document("".join(f"<{key}>{value}</{key}>" for key, value in pairs))


LISTS = """<dc:description><rdf:Alt><rdf:li xml:lang="de">Ein Tag</rdf:li><rdf:li xml:lang="x-default">A day
out &amp; about</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>Zoë 🦊</rdf:li><rdf:li>sea</rdf:li><rdf:li/></rdf:Bag></dc:subject>"""
FACTS = {
    "exif_DateTimeOriginal": "2017-08-11T10:09:53.5+02:00",
    "exif_GPSLatitude": "48,51.5N",
    "exif_GPSLongitude": "2,17,30W",
    "exif_GPSAltitude": "663/10",
    "xmp_Rating": "5",
    "tiff_Orientation": "6",
}


PROPERTIES = [PhotoProperty("caption", "A day\nout & about"), PhotoProperty("rating", "5")]


@pytest.mark.parametrize("write", [document, elements])
def test_all_facts(write: object) -> None:
    content = document(LISTS, **FACTS) if write is document else elements(**FACTS)
    found = read(content, NOW)
    assert found == PictureFacts(
        taken_at="2017-08-11T10:09:53.500+02:00",
        taken_stated=19,
        latitude=48.8583333,
        longitude=-2.2916667,
        altitude_m=66.3,
        description="A day\nout & about" if write is document else None,
        keywords=["sea", "Zoë 🦊"] if write is document else [],
        stars=5,
        favorite=True,
        properties=PROPERTIES if write is document else PROPERTIES[1:],
    )


def test_several_descriptions_of_one_picture() -> None:
    """exiftool writes one per namespace; a description nested in a property is not the picture's."""
    content = f"""<rdf:RDF {NAMESPACES}>
    <rdf:Description rdf:about="" xmp:Rating="5"><dc:source><rdf:Description
      exif:DateTimeOriginal="1999-01-01"/></dc:source></rdf:Description>
    <rdf:Description rdf:about=""><photoshop:DateCreated>2017-08-11</photoshop:DateCreated></rdf:Description>
    </rdf:RDF>"""
    assert read(content.encode(), NOW) == PictureFacts(
        taken_at="2017-08-11T12:00:00", taken_stated=10, stars=5, favorite=True, properties=PROPERTIES[1:]
    )


@pytest.mark.parametrize(
    ("dates", "taken"),
    [
        (("2017-08-11T10:09:53", "2018-01-01", "2019-01-01"), "2017-08-11T10:09:53"),
        (("2017", "2018-01-02", "2019-01-01"), "2017-01-01T12:00:00"),
        (("2017", "2017-08-11", "2019-01-01"), "2017-08-11T12:00:00"),
        (("2017-08", "", "2019-01-01T05:06Z"), "2017-08-01T12:00:00"),
        (("", "1943", "2019-01-01T05:06Z"), "1943-01-01T12:00:00"),
        (("", "2000", ""), "2000-01-01T12:00:00"),
        (("", "", "2019-01-01T05:06Z"), "2019-01-01T05:06:00+00:00"),
        (
            ("1601-01-01T00:00:00", "2000-01-01T00:00:00", "2019-01-01T05:06-0330"),
            "2019-01-01T05:06:00-03:30",
        ),
        (("2017-13-01", "2017-02-30", "2038-01-19T03:14:07"), None),
        (("2017-08-11T24:00:00", "yesterday", "201708"), None),
        (("2017-08-11T10:09:53+25:00", "", ""), "2017-08-11T10:09:53"),
        (("2017-08-11T10:09:53.123456789Z", "", ""), "2017-08-11T10:09:53.123+00:00"),
        (("2017:08:11 10:09:53", "", ""), "2017-08-11T10:09:53"),
        (("0000-00-00T00:00:00", "", ""), None),
    ],
)
def test_when_it_was_taken(dates: tuple[str, str, str], taken: str | None) -> None:
    names = ("exif_DateTimeOriginal", "photoshop_DateCreated", "xmp_CreateDate")
    properties = dict(zip(names, dates, strict=True))
    assert read(document(**properties), NOW).taken_at == taken
    assert read(elements(**properties), NOW).taken_at == taken


@pytest.mark.parametrize(
    ("properties", "stated", "digitized"),
    [
        ({"photoshop_DateCreated": "1943"}, 4, False),
        ({"photoshop_DateCreated": "1943-05", "xmp_CreateDate": "2011-02-03T04:05:06"}, 7, False),
        ({"exif_DateTimeOriginal": "1943-05-06"}, 10, False),
        ({"xmp_CreateDate": "2011-02-03T04:05"}, 16, True),
        ({"exif_DateTimeDigitized": "2011-02-03T04:05:06"}, 19, True),
        ({}, 0, False),
    ],
)
def test_how_much_it_states(properties: dict[str, str], stated: int, digitized: bool) -> None:
    facts = read(document(**properties), NOW)
    assert (facts.taken_stated, facts.digitized) == (stated, digitized)


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        ("48,51.5N", "2,17.5E", (48.8583333, 2.2916667)),
        ("33,51,24.48S", "151,12,54.84E", (-33.8568, 151.2152333)),
        ("48.5", "-2.5", (48.5, -2.5)),
        ("-48,30", "2,30W", (-48.5, -2.5)),
        ("0,0N", "0,0E", (None, None)),
        ("0,0N", "2,30E", (0, 2.5)),
        ("91,0N", "2,0E", (None, None)),
        ("48,51.5N", "", (None, None)),
        ("north", "2,17.5E", (None, None)),
        ("NaN", "inf", (None, None)),
        ("9" * 4000, "2,17.5E", (None, None)),
    ],
)
def test_where_it_was_taken(latitude: str, longitude: str, place: tuple[float | None, float | None]) -> None:
    found = read(document(exif_GPSLatitude=latitude, exif_GPSLongitude=longitude), NOW)
    assert (found.latitude, found.longitude) == place


def test_the_half_of_the_globe_may_stand_apart() -> None:
    found = read(
        elements(
            exif_GPSLatitude="33.5",
            exif_GPSLatitudeRef="S",
            exif_GPSLongitude="70.25",
            exif_GPSLongitudeRef="W",
            exif_GPSAltitude="12.5",
            exif_GPSAltitudeRef="1",
        ),
        NOW,
    )
    assert (found.latitude, found.longitude, found.altitude_m) == (-33.5, -70.25, -12.5)


@pytest.mark.parametrize("altitude", ["", "1/0", "high", "1/2/3", "99999999", "nan"])
def test_a_height_that_is_none(altitude: str) -> None:
    found = read(document(exif_GPSLatitude="1,0N", exif_GPSLongitude="1,0E", exif_GPSAltitude=altitude), NOW)
    assert (found.latitude, found.altitude_m) == (1, None)


@pytest.mark.parametrize(
    ("rating", "favorite"), [("5", True), ("5.0", True), ("4", False), ("-1", False), ("", False)]
)
def test_five_stars_are_a_favorite(rating: str, favorite: bool) -> None:
    assert read(document(xmp_Rating=rating), NOW).favorite is favorite


def test_lists_that_are_none() -> None:
    found = read(elements(dc_description=" A day ", dc_subject="sea"), NOW)
    assert (found.description, found.keywords) == ("A day", ["sea"])


def test_lists_end_somewhere() -> None:
    items = "".join(f"<rdf:li>{number} {'k' * 500}</rdf:li>" for number in range(1000))
    found = read(
        document(f"<dc:subject><rdf:Seq>{items}</rdf:Seq></dc:subject>", dc_description="é" * 50_000), NOW
    )
    assert (len(found.keywords), max(map(len, found.keywords))) == (201, 201)
    assert found.description == "é" * 10_001, "one more than is kept, so that it can be said"
    kept = within_limits(found)
    assert (len(kept.keywords), max(map(len, kept.keywords))) == (200, 200)
    assert (kept.description, kept.unread) == ("é" * 10_000, [LONG_CAPTION, LONG_NAME, MANY_KEYWORDS])
    assert within_limits(kept) == kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_padding_and_encodings(encoding: str) -> None:
    content = document(LISTS).decode().replace("\ufeff", "").encode(encoding)
    padded = (
        content if encoding == "utf-16" else b"\n" * (encoding == "utf-8") + content + b" \n" * 1000 + b"\0"
    )
    assert read(padded, NOW).keywords == ["sea", "Zoë 🦊"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"no XML",
        document(LISTS)[:-40],
        b"<a/>",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b'<?xml version="1.0" encoding="hex"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>&lol;</a>",
        b"<a>" * 100_000,
        b"<r>" + b"<a/>" * 200_000 + b"</r>",
        document() + b" " * LARGEST,
        b"\xff\xfe\x00",
        document(LISTS).replace(b"sea", b"\xff\xff"),
    ],
    ids=lambda content: repr(content[:30]),
)
def test_what_cant_be_read_is_said_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^This XMP file .*\.$"):
        read(content, NOW)


@settings(deadline=None)
@given(st.integers(0, 1500), st.binary(max_size=4))
def test_damage_anywhere_is_read_or_said(place: int, damage: bytes) -> None:
    whole = document(LISTS, **FACTS)
    try:
        found = read(whole[:place] + damage + whole[place + len(damage) :], NOW)
    except Unreadable:
        return
    assert isinstance(found, PictureFacts)


WORDS = """xmlns:x="adobe:ns:meta/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
 xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:mediapro="http://ns.iview-multimedia.com/mediapro/1.0/"
 xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/" xmlns:MP="http://ns.microsoft.com/photo/1.2/"
 xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/"
 xmlns:acdsee-rs="http://ns.acdsee.com/regions/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" """


def worded(inside: str, attributes: str = "", namespaces: str = WORDS) -> PictureFacts:
    text = f'<rdf:RDF {namespaces}><rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description></rdf:RDF>'
    return read(text.encode(), NOW)


def bag(name: str, *items: str) -> str:
    return f"<{name}><rdf:Bag>{''.join(f'<rdf:li>{item}</rdf:li>' for item in items)}</rdf:Bag></{name}>"


@pytest.mark.parametrize(
    ("lists", "keywords", "paths"),
    [
        (bag("lr:hierarchicalSubject", "Tiere|Vögel|Reiher"), ["Reiher"], ["Tiere|Vögel|Reiher"]),
        (bag("digiKam:TagsList", "Tiere/Vögel/Reiher", "Wehr"), ["Reiher", "Wehr"], ["Tiere|Vögel|Reiher"]),
        (bag("MicrosoftPhoto:LastKeywordXMP", "Tiere/Reiher"), ["Reiher"], ["Tiere|Reiher"]),
        (bag("mediapro:CatalogSets", "Tiere|Reiher"), ["Reiher"], ["Tiere|Reiher"]),
        (
            bag("dc:subject", "Reiher", "früh") + bag("lr:hierarchicalSubject", "Tiere|Vögel|Reiher", "früh"),
            ["Reiher", "früh"],
            ["Tiere|Vögel|Reiher"],
        ),
        (
            bag("dc:subject", "Tiere", "Vögel", "Reiher")
            + bag("lr:hierarchicalSubject", "Tiere|Vögel|Reiher"),
            ["Tiere", "Vögel", "Reiher"],
            ["Tiere|Vögel|Reiher"],
        ),
        (
            bag("dc:subject", "Tiere/Reiher") + bag("MicrosoftPhoto:LastKeywordXMP", "Tiere/Reiher"),
            ["Reiher"],
            ["Tiere|Reiher"],
        ),
        (bag("dc:subject", "Tiere|Reiher", "AC/DC"), ["AC/DC", "Reiher"], ["Tiere|Reiher"]),
        (
            bag("lr:hierarchicalSubject", "A|Reiher") + bag("digiKam:TagsList", "A/Reiher", "B/Reiher"),
            ["Reiher"],
            ["A|Reiher", "B|Reiher"],
        ),
        (bag("digiKam:TagsList", "_Digikam_Internal_Tags_/Pick Label None", "//", ""), [], []),
        (bag("lr:hierarchicalSubject", "darktable|format|tiff"), [], []),
        (bag("acdsee:keywords", "Reiher"), ["Reiher"], []),
        (
            "<acdsee:categories>&lt;Categories&gt;&lt;Category Assigned=&quot;0&quot;&gt;Tiere&lt;Category "
            "Assigned=&quot;1&quot;&gt;Reiher&lt;/Category&gt;&lt;/Category&gt;&lt;/Categories&gt;</acdsee:categories>",
            ["Reiher"],
            ["Tiere|Reiher"],
        ),
        (
            "<acdsee:categories>&lt;Categories&gt;</acdsee:categories>" + bag("dc:subject", "Wehr"),
            ["Wehr"],
            [],
        ),
    ],
)
def test_keywords_in_hierarchies(lists: str, keywords: list[str], paths: list[str]) -> None:
    """The keyword is the last of each; what it stands below is kept with it."""
    found = worded(lists)
    assert (found.keywords, found.keyword_paths) == (keywords, paths)


def test_microsofts_namespace_without_its_slash() -> None:
    spelt = WORDS.replace("photo/1.0/", "photo/1.0")
    assert worded(bag("MicrosoftPhoto:LastKeywordXMP", "Tiere/Reiher"), "", spelt).keywords == ["Reiher"]
    assert worded("", 'MicrosoftPhoto:Rating="99"', spelt).stars == 5


FACE = """<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{}</mwg-rs:Name><mwg-rs:Type>{}</mwg-rs:Type>
<mwg-rs:Area stArea:x="0.5" stArea:y="0.5"/></rdf:li>"""
MWG = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>{}</rdf:Bag></mwg-rs:RegionList>
</mwg-rs:Regions>"""
MICROSOFT = "<MP:RegionInfo{}><MPRI:Regions><rdf:Bag>{}</rdf:Bag></MPRI:Regions>{}</MP:RegionInfo>"


@pytest.mark.parametrize(
    ("inside", "people"),
    [
        (MWG.format(FACE.format("Jörn", "Face") + FACE.format("Aïda", "Face")), ["Jörn", "Aïda"]),
        (MWG.format(FACE.format("Rex", "Pet") + FACE.format("", "Focus") + FACE.format("", "Face")), []),
        (
            """<mwg-rs:Regions><rdf:Description><mwg-rs:RegionList><rdf:Seq><rdf:li><rdf:Description
            mwg-rs:Name="Jörn" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.5"/></rdf:Description></rdf:li></rdf:Seq>
            </mwg-rs:RegionList></rdf:Description></mwg-rs:Regions>""",
            ["Jörn"],
        ),
        (
            MICROSOFT.format(
                "><rdf:Description",
                '<rdf:li MPReg:PersonDisplayName="Aïda"/><rdf:li MPReg:Rectangle="0, 0"/>',
                "</rdf:Description>",
            ),
            ["Aïda"],
        ),
        (
            MICROSOFT.format(
                ' rdf:parseType="Resource"',
                "<rdf:li><rdf:Description><MPReg:PersonDisplayName>Aïda</MPReg:PersonDisplayName></rdf:Description></rdf:li>",
                "",
            ),
            ["Aïda"],
        ),
        (bag("Iptc4xmpExt:PersonInImage", "Jörn", "Aïda", "Jörn"), ["Jörn", "Aïda"]),
        ("<Iptc4xmpExt:PersonInImage>Jörn</Iptc4xmpExt:PersonInImage>", ["Jörn"]),
        (
            """<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:PersonName>
            <rdf:Alt><rdf:li xml:lang="x-default">Jörn</rdf:li></rdf:Alt></Iptc4xmpExt:PersonName></rdf:li></rdf:Bag>
            </Iptc4xmpExt:PersonInImageWDetails>""",
            ["Jörn"],
        ),
        (
            """<acdsee-rs:Regions rdf:parseType="Resource"><acdsee-rs:RegionList><rdf:Bag><rdf:li
            acdsee-rs:Name="Jörn" acdsee-rs:Type="Face"/></rdf:Bag></acdsee-rs:RegionList></acdsee-rs:Regions>""",
            ["Jörn"],
        ),
        (bag("mediapro:People", "Jörn"), ["Jörn"]),
        (MWG.format(FACE.format("Jörn", "Face")) + bag("Iptc4xmpExt:PersonInImage", "Aïda", "Jörn"), ["Aïda", "Jörn"]),
    ],
)  # fmt: skip
def test_people_in_lists_and_faces(inside: str, people: list[str]) -> None:
    assert worded(inside).people == people


@pytest.mark.parametrize(
    ("attributes", "stars"),
    [
        ('xmp:Rating="3"', 3),
        ('xmp:Rating="-1"', -1),
        ('xmp:Rating="0"', 0),
        ('xmp:Rating="12"', None),
        ('xmp:Rating="high"', None),
        ('MicrosoftPhoto:Rating="99"', 5),
        ('MicrosoftPhoto:Rating="75"', 4),
        ('MicrosoftPhoto:Rating="1"', 1),
        ('MicrosoftPhoto:Rating="0"', 0),
        ('xmp:Rating="2" MicrosoftPhoto:Rating="99"', 2),
        ('acdsee:rating="5"', 5),
        ("", None),
    ],
)
def test_stars(attributes: str, stars: int | None) -> None:
    found = worded("", attributes)
    assert (found.stars, found.favorite) == (stars, stars == 5)


def test_a_description_that_nobody_wrote_is_none() -> None:
    """The next that somebody wrote counts; a title is kept apart."""
    camera, person = "OLYMPUS DIGITAL CAMERA", "Olympus seen from Litochoro"
    assert worded("", f'dc:description="{camera}"').description is None
    assert worded("", f'dc:description="{camera}" exif:UserComment="{person}"').description == person
    found = worded("", f'tiff:ImageDescription="{person}" dc:title="Greece"')
    assert (found.description, found.headline) == (person, "Greece")
    found = worded("", f'acdsee:notes="{person}" acdsee:caption="Greece"')
    assert (found.description, found.headline) == (person, "Greece")


@settings(deadline=None)
@given(st.integers(0, 4000), st.binary(max_size=4))
def test_damaged_words_are_read_or_said(place: int, damage: bytes) -> None:
    inside = MWG.format(FACE.format("Jörn", "Face")) + bag("lr:hierarchicalSubject", "Tiere|Reiher")
    whole = f'<rdf:RDF {WORDS}><rdf:Description rdf:about="">{inside}</rdf:Description></rdf:RDF>'.encode()
    try:
        found = read(whole[:place] + damage + whole[place + len(damage) :], NOW)
    except Unreadable:
        return
    assert isinstance(found, PictureFacts)
