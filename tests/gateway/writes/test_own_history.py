"""Every photo, album and category has its own history, including Undo, even after it is gone."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden
from services.kernel.log.envelope import record_event
from services.kernel.log.ids import new_id
from tests.support.given import by
from tests.support.history_lines import history_lines
from tests.support.imported import imported
from tests.support.one_line import one_line
from tests.support.stack import Stack

COUNT = 150
HTML = {"Accept": "text/html"}
HOSTILE = '<b>"\u202eLake</b>'


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    return await imported(stack, COUNT)


async def made(stack: Stack, name: str, body: dict[str, object]) -> str:
    """Returns the command's id once its effect is in the read tables."""
    answer = await stack.post(name, body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def asked(stack: Stack, path: str) -> httpx.Response:
    return await stack.client.get(path, headers=HTML)


async def album(stack: Stack, name: str = "Lake") -> str:
    await made(stack, "create-album", {"name": name})
    found = await stack.get("/api/albums")
    return str(next(one["id"] for one in found if one["name"] == name))


async def test_an_albums_history_tells_what_concerns_it_alone(stack: Stack, ids: list[str]) -> None:
    lake, other = await album(stack), await album(stack, "Oslo")
    await made(stack, "add-to-album", {"album_id": lake, "images": ids[:2]})
    await made(stack, "rename-album", {"album_id": other, "name": "Bergen"})
    page = (await asked(stack, f"/history?album={lake}")).text
    assert history_lines(page) == ["2 photos added to “Lake”", "Created “Lake”"]
    assert f'href="/history?album={lake}"' in (await asked(stack, f"/albums/{lake}")).text
    assert "Back to “Lake”" in page


async def test_a_line_that_was_shown_before_shows_what_has_changed_since(
    stack: Stack, ids: list[str]
) -> None:
    """Its photos' dates and rotation, whether it can be undone, the album's name, and the reader's language."""
    lake = await album(stack)
    photo = ids[0]
    added = await made(stack, "add-to-album", {"album_id": lake, "images": [photo]})

    async def line(path: str = "/history", **headers: str) -> str:
        page = (await stack.client.get(path, headers=HTML | headers)).text
        lines: list[str] = re.findall(r"<li>.*?</li>", page, re.DOTALL)
        return next(one for one in lines if f'href="/images/{photo}"' in one)

    before = await line()
    assert await line() == before
    assert f'"/images/{photo}/preview"' in before
    assert f'value="{added}"' in before
    await made(stack, "rotate", {"images": [photo], "by": "left"})
    turned = (await asked(stack, "/history")).text
    assert f'"/images/{photo}/preview"' not in turned
    await made(stack, "correct-date", {"images": [photo], "taken_at": "1999-06-12"})
    assert "Photo of 12 June 1999" not in before
    assert "Photo of 12 June 1999" in await line(f"/history?album={lake}")
    assert "Foto vom 12. Juni 1999" in await line(f"/history?album={lake}", **{"Accept-Language": "de"})
    await made(stack, "rename-album", {"album_id": lake, "name": "Sea"})
    assert "<bdi>Sea</bdi>" in (await asked(stack, "/history?about=albums")).text
    await made(stack, "undo", {"command_id": added})
    assert f'value="{added}"' not in await line(f"/history?album={lake}")


async def test_undo_from_there_leads_back_there(stack: Stack, ids: list[str]) -> None:
    lake = await album(stack)
    command = await made(stack, "rename-album", {"album_id": lake, "name": "Sea"})
    page = (await asked(stack, f"/history?album={lake}")).text
    assert f'value="/history?album={lake}"' in page
    fields = {"next": f"/history?album={lake}", "command_id": command}
    answer = await stack.client.post("/commands/undo", data=fields, headers=HTML)
    assert answer.headers["location"] == f"/history?album={lake}"
    await stack.caught_up()
    page = (await asked(stack, f"/history?album={lake}")).text
    assert history_lines(page)[0] == "Album renamed to “Lake”"
    assert f'value="{command}"' not in page, "it can't be undone twice"


async def test_a_deleted_albums_history_can_still_be_read(stack: Stack, ids: list[str]) -> None:
    lake, sea = await album(stack), await album(stack, "Sea")
    command = await made(stack, "merge-albums", {"album_id": lake, "into": sea})
    page = (await asked(stack, f"/history?album={lake}")).text
    assert history_lines(page) == ["Album merged into another", "Created “Lake”"]
    assert f'value="{command}"' in page
    answer = await asked(stack, f"/albums/{lake}")
    assert answer.status_code == 410
    assert f'href="/history?album={lake}"' in answer.text
    assert "Album merged into another" in (await asked(stack, f"/history?album={sea}")).text


async def test_a_categorys_history_has_what_was_said_of_photos(stack: Stack, ids: list[str]) -> None:
    command = await made(stack, "assign-category", {"category_id": "dog", "images": ids})
    await made(stack, "reject-category", {"category_id": "cat", "images": ids[:1]})
    await made(stack, "set-threshold", {"category_id": "dog", "threshold": 0.7})
    page = (await asked(stack, "/history?category=dog")).text
    assert history_lines(page) == [
        "Set the sensitivity of “Dog” to 70%",
        f"You marked {COUNT} photos as “Dog”",
    ]
    assert page.count(f'value="{command}"') == 1
    assert 'href="/history?category=dog"' in (await asked(stack, "/categories/dog")).text


async def test_a_deleted_category_leads_back_to_all_of_them(stack: Stack, ids: list[str]) -> None:
    await made(stack, "create-category", {"name": "Boats"})
    found = await stack.get("/api/categories")
    boats = next(one["id"] for one in found if one["name"] == "Boats")
    command = await made(stack, "delete-category", {"category_id": boats})
    page = (await asked(stack, f"/history?category={boats}")).text
    assert history_lines(page) == ["Category deleted", "Created the category “Boats”"]
    assert f'value="{command}"' in page
    assert 'class="quiet" href="/categories"' in page
    assert f'href="/history?category={boats}"' in (await asked(stack, "/history")).text, "no page leads there"


async def test_a_photos_history_offers_undo(stack: Stack, ids: list[str]) -> None:
    command = await made(stack, "assign-category", {"category_id": "dog", "images": ids})
    page = (await asked(stack, f"/history?image={ids[0]}")).text
    assert history_lines(page)[0] == f"You marked {COUNT} photos as “Dog”", (
        "that is what Undo would take back"
    )
    assert f'value="{command}"' in page
    assert "Added to the library" in history_lines(page)
    assert f'href="/history?image={ids[0]}"' in (await asked(stack, f"/images/{ids[0]}")).text


async def test_a_long_history_goes_on(stack: Stack, ids: list[str]) -> None:
    lake = await album(stack)
    for number in range(110):
        assert (await stack.post("rename-album", {"album_id": lake, "name": f"L{number}"})).status_code == 202
    await stack.caught_up()
    first = (await asked(stack, f"/history?album={lake}")).text
    more = re.search(r'<a href="(/history\?[^"]*before=\d+)"', first)
    assert more
    rest = (await asked(stack, more[1].replace("&amp;", "&"))).text
    found = history_lines(first) + history_lines(rest)
    assert len(found) == len(set(found)) == 111


@pytest.mark.parametrize("kind", ["image", "album", "category"])
@pytest.mark.parametrize("id_", ["nothing", "", "%3Cb%3E", "x" * 255, "%00"])
async def test_what_never_was_has_no_history(untouched: Stack, kind: str, id_: str) -> None:
    answer = await asked(untouched, f"/history?{kind}={id_}")
    assert answer.status_code == 404
    assert "There is no such" in answer.text


async def test_hostile_names_are_text(stack: Stack, ids: list[str]) -> None:
    lake = await album(stack, HOSTILE)
    page = (await asked(stack, f"/history?album={lake}")).text
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("before", [-1, 0, 1, 2**63, 10**30])
async def test_any_end_is_an_end(stack: Stack, ids: list[str], before: int) -> None:
    assert (await asked(stack, f"/history?before={before}")).status_code == 200


async def test_an_entry_shows_a_few_of_its_photos(stack: Stack, ids: list[str]) -> None:
    """At most five, each with a name and a fixed size, plus the number of the others."""
    await made(stack, "hide-images", {"images": ids[:2]})
    await made(stack, "assign-category", {"category_id": "dog", "images": ids})
    page = one_line((await asked(stack, "/history")).text)
    assert page.count(f"and {COUNT - 5} more") == 1
    thumbs = re.findall(r'<a class="thumb" href="/images/(\w+)" aria-label="Photo of 1 January 2020', page)
    assert thumbs == [*ids[:5], *ids[:2]]
    assert page.count('loading="lazy" decoding="async" width="48" height="48"') == 7


async def test_what_is_undone_shows_its_photos(stack: Stack, ids: list[str]) -> None:
    command = await made(stack, "assign-category", {"category_id": "dog", "images": ids})
    await made(stack, "undo", {"command_id": command})
    page = (await asked(stack, "/history")).text
    assert page.count(f"and {COUNT - 5} more") == 2
    assert page.count('class="thumb"') == 10


async def test_photos_that_nobody_knows_any_more_are_not_shown(stack: Stack, ids: list[str]) -> None:
    event = ImagesHidden(image_ids=["f" * 32, ids[0]])
    await stack.gateway.events.append(
        [record_event(event, event_id=uuid4(), stream="library", correlation_id=UUID(int=1))]
    )
    await stack.caught_up()
    page = (await asked(stack, "/history")).text
    assert page.count('class="thumb"') == 1
    assert "and 1 more" in page


async def test_a_scan_shows_what_it_found(scanned: Stack) -> None:
    page = (await asked(scanned, "/history")).text
    assert page.count('class="thumb"') == 3
    assert "more</span>" not in page


async def test_a_photos_own_history_does_not_show_it_again_and_again(stack: Stack, ids: list[str]) -> None:
    await made(stack, "hide-images", {"images": ids[:1]})
    assert 'class="thumb"' not in (await asked(stack, f"/history?image={ids[0]}")).text


async def test_a_photos_page_ends_however_much_happened_to_it(stack: Stack, ids: list[str]) -> None:
    """The newest hundred lines, and a way to the others; `GET /api/images/{id}` has the newest thousand."""
    days = [
        f"20{10 + number // 300}-01-{1 + number % 28:02}T00:{number % 60:02}:00" for number in range(1100)
    ]
    await stack.tell(*(by(new_id(), DateCorrected(image_id=ids[0], taken_at=day)) for day in days))
    page = (await asked(stack, f"/images/{ids[0]}")).text
    story = page[page.index('<ol class="story">') :]
    assert story[: story.index("</ol>")].count("<li>") == 100
    assert f'href="/history?image={ids[0]}"' in page
    history = (await stack.get(f"/api/images/{ids[0]}"))["history"]
    assert len(history) == 1000
    positions = [entry["position"] for entry in history]
    assert positions == sorted(positions, reverse=True)
    assert positions[0] == await stack.gateway.events.head()
    next_page = await asked(stack, f"/history?image={ids[0]}&before={positions[99]}")
    assert next_page.status_code == 200
