"""The pages in German."""

import httpx
import pytest

from tests.gateway.pages.seeded import image_id
from tests.support.one_line import one_line

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5", "Accept": "text/html"}
PAGES = [
    *("/", "/hidden", "/albums", "/albums/lake", "/categories", "/categories/dog", "/categories/dog/teach"),
    *("/search", "/search?q=dog", "/search?q=xyzzy", "/places", "/years", "/cameras", "/duplicates"),
    *("/history", "/jobs", "/backups", "/models", "/models/compare", "/settings"),
    *(f"/images/{image_id(0)}", f"/images/{image_id(0)}/similar"),
]


async def test_a_page_is_german_from_its_head_to_its_dates(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/images/{image_id(0)}", headers=GERMAN)
    assert '<html lang="de" dir="ltr"' in one_line(answer.text)
    assert "20. November 2015" in answer.text
    assert "Kategorie" in answer.text and "Category" not in answer.text
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize(("region", "day"), [("en-US", "November 20, 2015"), ("en-GB", "20 November 2015")])
async def test_the_region_writes_the_dates(client: httpx.AsyncClient, region: str, day: str) -> None:
    page = (await client.get(f"/images/{image_id(0)}", headers={"Accept-Language": region})).text
    assert '<html lang="en"' in page and day in page


async def test_one_reader_does_not_change_the_language_of_another(client: httpx.AsyncClient) -> None:
    """Fragments rendered once and cached answers are kept per language."""
    for headers, word, other in [
        (GERMAN, "Einstellungen", "Settings"),
        ({}, "Settings", "Einstellungen"),
    ] * 2:
        page = (await client.get("/categories", headers=headers)).text
        assert word in page and other not in page


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_there_in_german(client: httpx.AsyncClient, path: str) -> None:
    """No translation breaks a template; no placeholder `%(name)s` is left over."""
    answer = await client.get(path, headers=GERMAN)
    assert answer.status_code == 200
    assert '<html lang="de"' in answer.text
    assert "%(" not in answer.text and "%%" not in answer.text


@pytest.mark.parametrize("headers", [GERMAN, {}])
async def test_a_category_is_found_by_its_german_name(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """Whatever the reader's language, so that a smart album finds the same for everyone; and still by its English
    name."""
    counts = []
    for q in ("hund", "category:Hund", "dog", "-hund"):
        answer = await client.get("/api/images", params={"q": q}, headers=headers)
        counts.append(answer.json()["total"])
    assert counts[0] == counts[1] == counts[2] > 0
    assert counts[3] == 200 - counts[0]


async def test_completion_names_categories_in_german(client: httpx.AsyncClient) -> None:
    assert "Hund" in (await client.get("/search/complete", params={"q": "hu"}, headers=GERMAN)).text
    assert "Hund" not in (await client.get("/search/complete", params={"q": "hu"})).text


async def test_what_narrows_is_german_and_finds_the_same(client: httpx.AsyncClient) -> None:
    page = one_line((await client.get("/search/facets", params={"q": "year:2016"}, headers=GERMAN)).text)
    assert ">Hund <span" in page and "category%3AHund" in page and "Dog" not in page


async def test_notes_and_errors_are_german(client: httpx.AsyncClient) -> None:
    notes = (await client.get("/search", params={"q": "category:xyzzy foo:bar"}, headers=GERMAN)).text
    assert "Es gibt keine Kategorie namens „xyzzy“" in notes and "„foo:“ gibt es nicht" in notes
    answer = await client.get("/categories/none", headers=GERMAN)
    assert answer.status_code == 404 and "Diese Kategorie gibt es nicht." in answer.text
    bad = await client.get("/api/images?sort=sideways", headers={"Accept-Language": "de"})
    assert bad.status_code == 422 and bad.json()["detail"].startswith(
        "„sort“ ist „-taken_at“ (neueste zuerst)"
    )


async def test_a_hostile_header_gets_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/", headers={"Accept-Language": "de-" + "x" * 10_000, "Cookie": "language=%00%ff"}
    )
    assert answer.status_code == 200 and '<html lang="de"' in answer.text
