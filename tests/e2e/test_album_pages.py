"""Albums in a browser: moving photos by mouse and keyboard, the cover, merging, restoring, and two tabs."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import DESKTOP, PHONE, box, fetched
from tests.support.album import client_of, give
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
FEW, MANY = 12, 150
"""Numbers of photos: an album that a page loads at once, and one loaded in parts."""


class Made:
    """A test's own album, oldest photo first."""

    def __init__(self, url: str, album: str, images: list[str]) -> None:
        self.url, self.id, self.images, self.path = url, album, images, f"/albums/{album}"

    async def give(self, command: str, **body: object) -> None:
        async with client_of(self.url) as client:
            answer = await client.post(f"/commands/{command}", json={"album_id": self.id, **body})
            assert answer.status_code == 202, answer.text

    async def order(self) -> list[str]:
        """The order according to the server."""
        async with client_of(self.url) as client:
            query: dict[str, str | int] = {"album": self.id, "sort": "album", "limit": 500}
            return [one["id"] for one in (await client.get("/api/images", params=query)).json()["items"]]

    async def settles(self, *images: str, at: int) -> None:
        async def there() -> bool:
            return (await self.order())[at : at + len(images)] == list(images)

        await eventually(there, "the server has the new order")


async def made(url: str, count: int, name: str) -> Made:
    async with client_of(url) as client:
        found = await client.get("/api/images", params={"sort": "taken_at", "limit": count})
        images = [one["id"] for one in found.json()["items"]]
        await client.post("/commands/create-album", json={"name": name, "images": images})
        ids = list[str]()

        async def shown() -> bool:
            ids[:] = [one["id"] for one in (await client.get("/api/albums")).json() if one["name"] == name]
            return bool(ids)

        await eventually(shown, "the album is there")
        await give(client, "set-album-order", {"album_id": ids[0], "order": "album"})
        return Made(url, ids[0], images)


@pytest.fixture(params=[FEW, MANY], ids=["few", "many"])
async def some(request: pytest.FixtureRequest, url: str) -> AsyncIterator[Made]:
    found = await made(url, request.param, f"By {request.node.name}")
    yield found
    await found.give("delete-album")


async def begins(page: Page, *images: str) -> None:
    """Wait until these are the first photos of the page."""
    for place, image in enumerate(images):
        await expect(page.locator(".grid > .tile[id]").nth(place)).to_have_id(f"p-{image}")


async def opened(page: Page, album: Made) -> None:
    await page.goto(album.path)
    if len(album.images) > FEW:
        await expect(page.locator(".grid.whole")).to_have_count(1)
    await expect(page.locator(f"#p-{album.images[0]}")).to_be_visible()
    await fetched(page, "album.js")


async def lifted(page: Page, image: str) -> None:
    start = await box(page.locator(f"#p-{image}"))
    await page.mouse.move(start["x"] + 40, start["y"] + 60)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 60, start["y"] + 80, steps=3)
    await expect(page.locator(".carried")).to_be_visible()


async def drag(page: Page, image: str, onto: str, share: float) -> None:
    """Drop at `share` of the target photo's width."""
    end = await box(page.locator(f"#p-{onto}"))
    await lifted(page, image)
    await page.mouse.move(end["x"] + end["width"] * share, end["y"] + 60, steps=5)
    await expect(page.locator(".drop")).to_be_visible()
    await page.mouse.up()


async def test_a_photo_is_dragged_to_another_place_and_back(page: Page, some: Made) -> None:
    a, b, c, d = some.images[:4]
    await opened(page, some)
    await drag(page, a, c, 0.9)
    await begins(page, b, c, a, d)
    await expect(page.locator(".toast")).to_contain_text("1 photo moved")
    assert page.url.endswith(some.path), "no photo was opened"
    await some.settles(b, c, a, d, at=0)
    await page.locator(".toast button").click()
    await some.settles(a, b, c, d, at=0)
    await begins(page, a, b, c, d)


async def test_a_photo_lands_where_the_pointer_is(page: Page, url: str) -> None:
    """Also if that moved after the last frame that was drawn: with a quick hand, or a slow computer."""
    album = await made(url, FEW, "Quick")
    a, b, c, d = album.images[:4]
    await opened(page, album)
    end = await box(page.locator(f"#p-{c}"))
    await lifted(page, a)
    await page.evaluate(
        """([clientX, clientY]) => {
          for (const type of ["pointermove", "pointerup"])
            document.dispatchEvent(new PointerEvent(type, {clientX, clientY}));
        }""",
        [end["x"] + end["width"] * 0.9, end["y"] + 60],
    )
    await begins(page, b, c, a, d)
    await page.mouse.up()
    await album.settles(b, c, a, d, at=0)
    await album.give("delete-album")


async def test_a_selection_is_dragged_together(page: Page, some: Made) -> None:
    a, b, c, d, f = some.images[:5]
    await opened(page, some)
    for image in (d, b):
        await page.locator(f"#p-{image} .pick input").check()
    await drag(page, d, a, 0.1)
    await begins(page, b, d, a, c, f)  # in the album's order
    await some.settles(b, d, a, c, f, at=0)


async def test_escape_lets_a_photo_go_where_it_was(page: Page, some: Made) -> None:
    await opened(page, some)
    start = await box(page.locator(f"#p-{some.images[0]}"))
    await lifted(page, some.images[0])
    await page.mouse.move(start["x"] + 300, start["y"] + 80, steps=4)
    await page.keyboard.press("Escape")
    await expect(page.locator(".carried")).to_have_count(0)
    await page.mouse.up()
    await begins(page, *some.images[:2])
    assert (await some.order())[:2] == some.images[:2]


async def test_photos_are_moved_by_keys_and_that_is_said(page: Page, some: Made) -> None:
    """Several key presses are one change, and the focus follows the photo."""
    a, b, c, d = some.images[:4]
    await opened(page, some)
    await page.locator(f"#p-{a} a").focus()
    await page.keyboard.press("Alt+ArrowRight")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(page.locator("#moving")).to_have_text(f"Moved to place 3 of {len(some.images)}")
    await begins(page, b, c, a, d)
    await expect(page.locator(f"#p-{a} a")).to_be_focused()
    await expect(page.locator(".toast")).to_have_count(1)
    await some.settles(b, c, a, d, at=0)
    await page.keyboard.press("Alt+ArrowLeft")
    await some.settles(b, a, c, d, at=0)
    assert page.url.endswith(some.path), "Alt with an arrow did not go back in history"


async def test_a_long_album_stays_whole_when_photos_move(page: Page, url: str) -> None:
    """Photos scrolled into view after a move are in the right places."""
    album = await made(url, MANY, "Long")
    await opened(page, album)
    await drag(page, album.images[0], album.images[3], 0.9)
    await album.settles(album.images[0], at=3)
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await expect(page.locator(f"#p-{album.images[-1]}")).to_be_visible()
    await expect(page.locator(".tile:not([id])")).to_have_count(0)
    await album.give("delete-album")


async def test_cover_merge_delete_and_restore(page: Page, url: str) -> None:
    one, two = await made(url, 6, "Shore"), await made(url, 3, "Waves")
    await page.goto(f"{one.path}?select=1")
    await page.locator(f"#p-{one.images[1]} .pick input").check()
    await page.locator("summary", has_text="In this album").click()
    await page.get_by_role("button", name="Use as cover").click()
    await expect(page.locator(".toast")).to_contain_text("This is the cover now")
    await page.goto("/albums")
    card = page.locator("li", has=page.get_by_text("Shore", exact=True))
    await expect(card.locator("img")).to_have_attribute("src", f"/images/{one.images[1]}/preview")

    await page.goto(two.path)
    await page.get_by_label("What can be done with this album").click()
    await page.locator("summary", has_text="Merge into another").click()
    await page.get_by_role("combobox", name="All photos go to the end of").fill("shore")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Merged")
    await expect(page.locator("h1")).to_have_text("Shore")
    await page.goto("/albums")
    await expect(page.get_by_text("Waves", exact=True)).not_to_be_visible()
    await page.locator("#deleted summary").click()
    await page.get_by_role("button", name="Restore “Waves”").click()
    await expect(page.locator(".covers")).to_contain_text("Waves")
    for album in (one, two):
        await album.give("delete-album")


async def test_two_tabs_the_later_one_is_asked(chromium: Browser, url: str) -> None:
    """In its own page: the browser logs the refusal to the console, which counts as a fault elsewhere."""
    context = await chromium.new_context(viewport=DESKTOP, base_url=url)
    page = await context.new_page()
    album = await made(url, 3, "Tab")
    await opened(page, album)
    await album.give("rename-album", name="First tab")
    await page.get_by_label("What can be done with this album").click()
    await page.locator("summary", has_text="Rename").click()
    await page.locator(".acts input[name=name]").first.fill("Second tab")
    async with page.expect_response(lambda answer: answer.status == 409):
        await page.keyboard.press("Enter")
    await expect(page.locator("dialog.asking")).to_contain_text("renamed to “First tab”")
    await expect(page.locator("dialog.asking input[name=name]")).to_have_value("Second tab")
    await page.get_by_role("button", name="Save your version anyway").click()
    await expect(page.locator("dialog.asking")).to_have_count(0)
    await expect(page.locator("h1")).to_have_text("Second tab")
    await album.give("delete-album")
    await context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_without_scripts(chromium: Browser, url: str, size: ViewportSize) -> None:
    """Moving with a form; a conflict with another tab is explained on its own page; a deleted album says so and can be
    restored."""
    album = await made(url, 6, "Plain")
    a, b, c, d = album.images[:4]
    context = await chromium.new_context(viewport=size, base_url=url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{album.path}?select=1")
    await page.locator(f"#p-{a} .pick input").check()
    await page.locator("summary", has_text="In this album").click()
    await page.locator("select[name=before]").select_option(value=d)
    await page.get_by_role("button", name="Move", exact=True).click()
    await begins(page, b, c, a, d)

    await page.goto(album.path)
    await album.give("describe-album", description="Theirs")
    await page.get_by_label("What can be done with this album").click()
    await page.locator("summary", has_text="Edit description").click()
    await page.get_by_label("Description").fill("Mine,\nin two lines")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("[data-detail]")).to_contain_text("Theirs")
    await expect(page).to_have_url(re.compile("/asked/"))
    await page.reload()
    await expect(page.get_by_label("What you wrote")).to_have_value("Mine,\nin two lines")
    await page.get_by_role("button", name="Save your version anyway").click()
    await expect(page.locator(".words")).to_have_text(re.compile("Mine,\nin two lines"))

    await page.get_by_label("What can be done with this album").click()
    await page.get_by_role("button", name="Delete album").click()
    await expect(page).to_have_url(f"{url}/albums")
    await page.go_back()
    answer = await page.reload()
    assert answer and answer.status == 410
    await page.get_by_role("button", name="Restore").click()
    await expect(page.locator(".tile")).to_have_count(6)
    await album.give("delete-album")
    await context.close()
