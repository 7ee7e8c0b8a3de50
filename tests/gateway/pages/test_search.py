"""What a search finds, how it reports what it did not understand, and albums that are searches."""

import html
import re
from urllib.parse import quote

import httpx
import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.events import FileAdded, FileMissing, SidecarRead
from services.domain.photos.hiding import ImagesHidden
from tests.gateway.pages.seeded import COUNT, image_id, path, taken
from tests.support.stack import Stack

EVEN = {n for n in range(COUNT) if n % 2 == 0 and n != 2}
CATS = set(range(0, COUNT, 5))
ALL = set(range(COUNT))
FACET = r'<a class="chip" href="([^"]*)">\s*([^<]*?)\s*<span class="count">(\d+)</span>'


def month(*months: str) -> set[int]:
    return {n for n in ALL if f"{taken(n):%Y-%m}" in months}


async def found(client: httpx.AsyncClient, q: str, **query: str) -> set[str]:
    answer = await client.get("/api/images", params={"q": q, "limit": "500", **query})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] == len(body["items"])
    return {item["id"] for item in body["items"]}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("dog", EVEN),
        ("do", EVEN),
        ("dog cat", EVEN & CATS),
        ("dog -cat", EVEN - CATS),
        ("-dog", ALL - EVEN),
        ("category:dog|cat", EVEN | CATS),
        ("category:animals", EVEN | CATS),
        ("-category:animals", ALL - EVEN - CATS),
        ("category:own", {0}),
        ('category:"Own <b>words</b>"', {0}),
        ("category:gone", set()),
        ("category:dgo", set()),
        ("-category:dgo", ALL),
        ('album:"Lake & shore"', set(range(0, 150, 2))),
        ("album:lake cat", set(range(0, 150, 10))),
        ("shore", set(range(0, 150, 2))),
        ("camera:make", ALL),
        ("camera:mod", ALL),
        ("camera:ake", set()),
        ("-camera:model", set()),
        ("year:2015", {n for n in ALL if taken(n).year == 2015}),
        ("year:2014..2016", ALL),
        ("year:..2015", {n for n in ALL if taken(n).year == 2015}),
        ("year:2016.. cat", {n for n in CATS if taken(n).year == 2016}),
        ("month:2016-03", month("2016-03")),
        ("month:2016-02..2016-03", month("2016-02", "2016-03")),
        ("month:march", month("2016-03")),
        ("month:3", month("2016-03")),
        ("date:2016-03-01..2016-03-04", {n for n in ALL if "2016-03-01" <= f"{taken(n):%Y-%m-%d}" <= "2016-03-04"}),
        ("date:2016-03", month("2016-03")),
        ("march 2016", month("2016-03")),
        ("2016-03", month("2016-03")),
        ("folder:holi", ALL),
        ("holiday", ALL),
        ("holi", ALL),
        ("name:0012", {12}),
        ("name:MG_0012", {12}),
        ("IMG_0012", {12}),
        ('"img 0012"', {12}),
        ("name:%", set()),
        ("type:jpg", ALL),
        ("type:png", set()),
        ("type:jfif", ALL),
        ("type:JPE", ALL),
        ("type:hif", set()),
        ("near:46.5,7.5", ALL),
        ("near:46.5,7.5,1", ALL),
        ("near:46.6,7.5,5", set()),
        ("near:46.6,7.5,12", ALL),
        ("near:48.1,11.6", set()),
        ("has:place", ALL),
        ("has:description", set()),
        ("is:hidden", set()),
        ("is:missing", set()),
        ("is:corrected", set()),
        ("is:unclassified", set()),
        ("-is:unclassified", ALL),
        ("is:favorite|film", set()),
        ("year:soon", set()),
        ("%", set()),
        ("dog OR cat", EVEN | CATS),
        ("NOT", set()),
    ],
)  # fmt: skip
async def test_each_term_chooses(client: httpx.AsyncClient, q: str, expected: set[int]) -> None:
    assert await found(client, q) == {image_id(n) for n in expected}


async def test_hidden_and_missing_photos_are_found_only_when_asked_for(album: Stack) -> None:
    root = str(album.settings.photos[0])
    missing = [FileMissing(image_id=image_id(n), root=root, path=path(n)) for n in (10, 20)]
    copy = FileAdded(image_id=image_id(30), root="/copy", path="IMG_0030.jpg", size=1, mtime_ns=1)
    await album.tell(ImagesHidden(image_ids=[image_id(0), image_id(10)]), *missing, copy)
    client = album.client
    assert await found(client, "dog") == {image_id(n) for n in EVEN - {0, 10, 20}}
    assert await found(client, "is:hidden") == {image_id(0)}
    assert await found(client, "is:hidden dog") == {image_id(0)}
    assert await found(client, "is:missing") == {image_id(10), image_id(20)}
    assert await found(client, "is:duplicate") == {image_id(30)}


async def test_people_keywords_and_places_of_sidecars_are_found(album: Stack) -> None:
    sidecar = SidecarRead(
        image_id=image_id(3), root="/p", path="x.json", size=1, mtime_ns=1, kind="takeout", latitude=10.0,
        longitude=179.99, description="Café", people=["Ada Lovelace"], keywords=["sunset"],
    )  # fmt: skip
    await album.tell(sidecar)
    for q in (
        "ada",
        "cafe",
        "sunset",
        "person:lovelace",
        "keyword:sun",
        "has:people",
        "near:10,-179.99",
        "has:description",
    ):
        assert await found(album.client, q) == {image_id(3)}, q


@pytest.mark.parametrize("path", ["/search", "/api/images", "/search/complete"])
@pytest.mark.parametrize(
    "q",
    [
        '"', '""', '"dog', "dog AND", "NEAR(a b)", "a OR b", "(", "*", "^x", "words:dog", "-", "--", "-:", ":", "a:b:c",
        "year:", "near:1e999,1", "near:-91,0", "near:" + "9" * 400, "year:" + "9" * 400, "x" * 60_000,
        "é\u0301\u0000\ud800",
        "';DROP TABLE image;--", "dog " * 1000, "category:" + "a|" * 400, "%00", "\u202e", "𞤀a", "date:2016-99-99",
    ],
    ids=lambda q: ascii(q)[:24],
)  # fmt: skip
async def test_no_search_is_an_error(client: httpx.AsyncClient, path: str, q: str) -> None:
    """Unbalanced, as long as a URL may be, FTS5 operators, characters that can't be encoded: all are answered."""
    answer = await client.get(f"{path}?q={quote(q.encode('utf-8', 'surrogatepass'))}")
    assert answer.status_code == 200, answer.text


async def smart(album: Stack, **albums: str) -> None:
    await album.tell(*(AlbumCreated(album_id=id_, name=id_.title(), q=q) for id_, q in albums.items()))


async def test_a_smart_album_shows_what_its_search_finds_now(album: Stack) -> None:
    await smart(album, clever="dog -cat")
    client = album.client
    answer = (await client.get("/api/albums/clever")).json()
    assert (answer["smart"], answer["q"], answer["count"]) == (True, "dog -cat", len(EVEN - CATS))
    newest = max(EVEN - CATS, key=lambda n: (taken(n), image_id(n)))
    assert answer["cover"] == image_id(newest)
    assert await found(client, "", album="clever") == {image_id(n) for n in EVEN - CATS}
    assert await found(client, "year:2015", album="clever") == {
        image_id(n) for n in EVEN - CATS if taken(n).year == 2015
    }
    await album.tell(CategoryAssigned(image_id=image_id(1), category_id="dog"))
    assert (await client.get("/api/albums/clever")).json()["count"] == len(EVEN - CATS) + 1
    text = (await client.get("/albums/clever")).text
    assert "dog -cat" in text
    removal = 'formaction="/commands/remove-from-album"'
    assert removal not in text and removal in (await client.get("/albums/lake")).text
    assert "Shows what a search finds" in (await client.get("/albums")).text
    photo = (await client.get(f"/images/{image_id(newest)}?album=clever")).text
    assert 'rel="next"' in photo
    for address in ("/api/images?album=clever&sort=album", "/albums/clever?sort=album"):
        assert (await client.get(address)).status_code == 422
    plain = (await client.get("/api/albums/lake")).json()
    assert (plain["smart"], plain["q"]) == (False, None)


async def test_smart_albums_that_name_each_other_come_to_an_end(album: Stack) -> None:
    """Inside a smart album, smart albums count as empty, itself included."""
    await smart(album, self="album:self", one="album:two", two="album:one", has="album:lake album:has|lake")
    assert await found(album.client, "", album="self") == set()
    assert await found(album.client, "", album="one") == set()
    assert await found(album.client, "album:one") == set()
    assert await found(album.client, "album:has") == {image_id(n) for n in range(0, 150, 2)}


async def test_an_album_of_hidden_photos_shows_them(album: Stack) -> None:
    await smart(album, secret="is:hidden")
    await album.tell(ImagesHidden(image_ids=[image_id(4)]))
    assert await found(album.client, "", album="secret") == {image_id(4)}


@pytest.mark.parametrize(
    ("q", "says"),
    [
        ("dgo", "No match for “dgo”."),
        ("dgo", '<a href="/search?q=Dog">Did you mean “Dog”?</a>'),
        ("cat -dgo 2016", '<a href="/search?q=cat%20-Dog%202016">Did you mean “Dog”?</a>'),
        ("camera:modle", "There is no camera called “modle”."),
        ("camera:modle", '<a href="/search?q=camera%3AModel">Did you mean “Model”?</a>'),
        ("category:qqqq", "There is no category called “qqqq”."),
        ("folder:none", "There is no folder called “none”."),
        ("year:abc", "write year:2016"),
        ("dog NOT", "No match for “NOT”"),
    ],
)
async def test_the_page_says_what_it_did_not_understand(client: httpx.AsyncClient, q: str, says: str) -> None:
    assert says in (await client.get("/search", params={"q": q})).text


async def test_one_word_that_matches_nothing_is_said_once(client: httpx.AsyncClient) -> None:
    page = (await client.get("/search", params={"q": "qqqqq"})).text
    assert "Nothing found for “qqqqq”" in page
    assert "No match" not in page
    both = (await client.get("/search", params={"q": "dog qqqqq"})).text
    assert "No match for “qqqqq”." in both, "of two, it says which"


async def test_a_search_that_is_understood_says_nothing(client: httpx.AsyncClient) -> None:
    assert 'class="notes"' not in (await client.get("/search", params={"q": "dog camera:model 2016"})).text


@pytest.mark.parametrize(
    ("typed", "goes_on"),
    [
        ("do", ["category:Document ", 'category:"Document & web page" ', "category:Dog "]),
        ("cat -cat", ["cat -category:", 'cat -category:"Big cat" ', "cat -category:Cat "]),
        (
            "category:",
            [
                *("category:Animals ", "category:Animation ", "category:Archived ", "category:Baby "),
                *(
                    "category:Bag ",
                    'category:"Ball sport" ',
                    "category:Bathroom ",
                    'category:"Beach & lake" ',
                ),
            ],
        ),
        ("category:ow", ['category:"Own <b>words</b>" ']),
        ("category:dog|cat", ["category:dog|Cat "]),
        ('album:"La', ['album:"Lake & shore" ']),
        ("is:hi", ["is:hidden "]),
        ("year:20", []),
        ("dog ", []),
    ],
)
async def test_what_is_typed_is_completed(client: httpx.AsyncClient, typed: str, goes_on: list[str]) -> None:
    text = (await client.get("/search/complete", params={"q": typed})).text
    assert [html.unescape(q) for q in re.findall(r'data-q="([^"]*)"', text)] == goes_on


async def test_a_photo_is_of_one_year_so_others_replace_it(client: httpx.AsyncClient) -> None:
    text = (await client.get("/search/facets", params={"q": "dog 2016 cat"})).text
    chosen = re.findall(r'aria-label="Search without ([\w ]+)"', text)
    assert chosen == ["Dog", "Cat", "2016"]
    links = {name: (int(count), html.unescape(href)) for href, name, count in re.findall(FACET, text)}
    count, href = links["2015"]
    assert httpx.URL(href).params["q"] == "dog cat year:2015"
    assert count == len([n for n in EVEN & CATS if taken(n).year == 2015])
    assert len(await found(client, "dog cat year:2015")) == count
    assert "2016" not in links
    text = (await client.get("/search/facets", params={"q": "dog year:2016"})).text
    assert "<bdi>2016</bdi>" in text
    assert "2016" not in [name for _, name, _ in re.findall(FACET, text)]


async def test_facets_count_the_found_photos_and_lead_to_them(client: httpx.AsyncClient) -> None:
    text = (await client.get("/search/facets", params={"q": "dog"})).text
    links = {name: (int(count), html.unescape(href)) for href, name, count in re.findall(FACET, text)}
    assert links["Cat"][0] == len(EVEN & CATS)
    assert links["2015"][0] == len([n for n in EVEN if taken(n).year == 2015])
    assert "Dog" not in links, "all of them are dogs: it narrows nothing"
    for count, href in links.values():
        q = httpx.URL(href).params["q"]
        assert len(await found(client, q)) == count, q
    chosen = re.findall(r'<a class="chip user"\s+href="([^"]*)"\s+aria-label="Search without (\w+)"', text)
    assert chosen == [("/search?q=", "Dog")]
    assert text.index('"chip user"') < text.index('"chip"'), "what is chosen is first"
    inline = (await client.get("/search", params={"q": "dog", "facets": "1"})).text
    assert set(re.findall(FACET, text)) == set(re.findall(FACET, inline))
