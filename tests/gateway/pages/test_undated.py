"""A photo of which nobody knows when it was taken stands under "Date unknown", never on the day its file was changed;
that time can be accepted for many at once."""

import re

import pytest_asyncio

from tests.gateway.pages.seeded import COUNT, image_id, photo
from tests.support.stack import Stack

ONES = [image_id(COUNT), image_id(COUNT + 1)]
TODAY = "2026-11-29T09:30:00"


@pytest_asyncio.fixture(loop_scope="module")
async def undated(album: Stack) -> Stack:
    root = album.settings.photos[0]
    for number, source in ((COUNT, "mtime"), (COUNT + 1, "added")):
        await album.tell(*photo(number, root, taken_at=TODAY, taken_at_source=source))
    return album


async def found(album: Stack, q: str) -> list[str]:
    return [item["id"] for item in (await album.get(f"/api/images?q={q}"))["items"]]


async def test_it_stands_at_the_end_under_a_heading_of_its_own(undated: Stack) -> None:
    first = (await undated.client.get("/")).text
    assert not any(f"p-{one}" in first for one in ONES)
    assert "November 2026" not in first
    assert "Date unknown" in first.partition('<nav class="scrubber"')[2]
    assert "<h2>Date unknown" not in first
    last = (await undated.client.get("/?at=0000-00")).text
    assert re.search(r"<h2>Date unknown <span>2</span></h2>", last)
    assert all(f"p-{one}" in last for one in ONES)
    assert last.count('class="tile') == 2
    assert 'alt="Photo without a date"' in last
    oldest = (await undated.client.get("/?sort=taken_at")).text
    assert oldest.index(f"p-{ONES[0]}") < oldest.index("<h2>", oldest.index(f"p-{ONES[0]}"))
    outline = await undated.get("/outline")
    assert outline["months"][-1] == ["0000-00", "Date unknown", 2]
    assert sum(count for _, _, count in outline["months"]) == len(outline["shapes"])


async def test_every_photo_is_on_one_page_of_the_list(undated: Stack) -> None:
    """Over the border between the dated and the others, in both directions."""
    for sort in ("-taken_at", "taken_at"):
        ids: list[str] = []
        url = f"/api/images?sort={sort}&limit=7"
        while url:
            answer = await undated.get(url)
            ids += [item["id"] for item in answer["items"]]
            url = f"/api/images?sort={sort}&limit=7&after={answer['next']}" if answer["next"] else ""
        assert len(ids) == len(set(ids)) == answer["total"]
        assert set(ids[-2:] if sort == "-taken_at" else ids[:2]) == set(ONES)


async def test_it_is_found_by_what_is_known_of_it(undated: Stack) -> None:
    assert set(await found(undated, "is:undated")) == set(ONES)
    assert set(ONES) <= set(await found(undated, "is:unsure-date"))
    for q in (
        "year:2026",
        "date:2026-11-29",
        "month:2026-11",
        "month:november",
        "2026",
        "date:2020-01-01..",
        "year:..2026",
    ):
        assert not set(ONES) & set(await found(undated, q)), q
    details = await undated.get(f"/api/images/{ONES[0]}")
    assert (details["details"]["undated"], details["taken_at"], details["taken_at_source"]) == (
        True,
        TODAY,
        "mtime",
    )


async def test_its_page_keeps_the_files_time_as_a_hint(undated: Stack) -> None:
    page = (await undated.client.get(f"/images/{ONES[0]}")).text
    assert "<h1>Date unknown</h1>" in page
    assert "Its file was last changed on 29 November 2026, 09:30" in page
    assert "/commands/use-file-time" in page
    assert (
        "/commands/use-file-time"
        not in (await undated.client.get(f"/images/{ONES[1]}")).text.split("</aside>")[0]
    )


async def test_the_files_time_is_accepted_for_many_and_taken_back(undated: Stack) -> None:
    """Only of those that have no other date, and not that of their import."""
    dated = image_id(3)
    before = (await undated.get(f"/api/images/{dated}"))["taken_at"]
    given = await undated.done("use-file-time", {"images": [*ONES, dated]})
    assert await found(undated, "is:undated") == [ONES[1]]
    assert await found(undated, "date:2026-11-29") == [ONES[0]]
    assert (await undated.get(f"/api/images/{dated}"))["taken_at"] == before
    assert (await undated.post("use-file-time", {"images": [*ONES, dated]})).status_code == 422
    await undated.done("undo", {"command_id": given["command_id"]})
    assert set(await found(undated, "is:undated")) == set(ONES)


async def test_months_and_years_have_a_card_for_it(undated: Stack) -> None:
    for path in ("/months", "/years"):
        page = (await undated.client.get(path)).text
        assert page.rindex("Date unknown") > page.rindex("2015"), path
        assert "2026" not in page.partition("<main")[2]
