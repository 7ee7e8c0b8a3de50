"""Smart albums go on showing what their search named, whatever that is called later, and say so when it is gone."""

from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated, AlbumRenamed, AlbumSearchSet
from services.domain.albums.search_names import SearchName
from services.domain.categories.events import CategoryCreated, CategoryRenamed
from tests.support.one_line import one_line
from tests.support.stack import Stack


async def photos(stack: Stack) -> list[str]:
    await stack.done("scan")
    return [item["id"] for item in (await stack.get("/api/images?sort=taken_at"))["items"]]


async def smart(stack: Stack, q: str) -> str:
    """Its id."""
    await stack.done("create-album", {"name": "Smart", "q": q})
    return str((await stack.events(AlbumCreated))[-1].album_id)


async def shown(stack: Stack, album: str) -> tuple[list[str], str]:
    """The photos, and the search."""
    items = (await stack.get(f"/api/images?album={album}&sort=taken_at"))["items"]
    one = await stack.get(f"/api/albums/{album}")
    assert one["count"] == len(items)
    return [item["id"] for item in items], one["q"]


async def page(stack: Stack, album: str) -> str:
    answer = await stack.client.get(f"/albums/{album}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return one_line(answer.text)


async def own(stack: Stack, name: str, images: list[str]) -> str:
    """A category with photos."""
    await stack.done("create-category", {"name": name})
    created = [event for event in await stack.events(CategoryCreated) if event.name == name]
    await stack.done("assign-category", {"images": images, "category_id": created[-1].category_id})
    return created[-1].category_id


async def filled(stack: Stack, name: str, images: list[str]) -> str:
    """An album with photos."""
    await stack.done("create-album", {"name": name, "images": images})
    return str((await stack.events(AlbumCreated))[-1].album_id)


@pytest.mark.parametrize(
    ("q", "now"),
    [
        ('category:"Our garden"', 'category:"The allotment"'),
        ("category:our", "category:our"),
        ('2020 category:"Our garden"', '2020 category:"The allotment"'),
        ('category:"our GARDEN" year:2020', 'category:"The allotment" year:2020'),
        ("-category:garden", "-category:garden"),
    ],
)
async def test_a_renamed_category_is_still_shown(stack: Stack, q: str, now: str) -> None:
    ids = await photos(stack)
    garden = await own(stack, "Our garden", ids[:1])
    album = await smart(stack, q)
    before, _ = await shown(stack, album)
    await stack.done("rename-category", {"category_id": garden, "name": "The allotment"})
    assert await shown(stack, album) == (before, now)
    assert before == (ids[1:] if q[0] == "-" else ids[:1])


async def test_a_new_category_of_the_old_name_is_another(stack: Stack) -> None:
    ids = await photos(stack)
    garden = await own(stack, "Garden", ids[:1])
    album = await smart(stack, "category:garden")
    await stack.done("rename-category", {"category_id": garden, "name": "Allotment"})
    await own(stack, "Garden", ids[1:])
    assert await shown(stack, album) == (ids[:1], "category:Allotment")
    assert (await stack.get("/api/images?q=category:garden"))["total"] == 2


async def test_a_renamed_built_in_category_and_a_word_without_a_key(stack: Stack) -> None:
    ids = await photos(stack)
    await stack.done("assign-category", {"images": ids[:2], "category_id": "dog"})
    albums = [await smart(stack, q) for q in ("category:dog", "dog", "category:hund", "kind:dog|cat")]
    await stack.done("rename-category", {"category_id": "dog", "name": "Rex"})
    found = [await shown(stack, album) for album in albums]
    assert [q for _, q in found] == ["category:Rex", "dog", "category:Rex", "kind:dog|cat"]
    assert [len(images) for images, _ in found] == [2, 2, 2, 0]


async def test_a_word_without_a_key_keeps_what_it_names(stack: Stack) -> None:
    ids = await photos(stack)
    garden = await own(stack, "Garden", ids[:1])
    album = await smart(stack, "garden")
    await stack.done("rename-category", {"category_id": garden, "name": "Allotment"})
    assert await shown(stack, album) == (ids[:1], "garden")


async def test_a_renamed_album_and_several_names(stack: Stack) -> None:
    ids = await photos(stack)
    trip, lake = await filled(stack, "Trip", ids[:1]), await filled(stack, "Lake", ids[1:2])
    album = await smart(stack, "album:trip|lake")
    await stack.done("rename-album", {"album_id": trip, "name": "Rome"})
    assert await shown(stack, album) == (ids[:2], "album:Rome|lake")
    await stack.done("rename-album", {"album_id": lake, "name": "By the lake"})
    assert await shown(stack, album) == (ids[:2], f"album:Rome|{lake}")


async def test_the_names_beside_one_that_changes_stay_as_they_were_written(stack: Stack) -> None:
    """Between `|`, a quotation mark would be part of the name."""
    ids = await photos(stack)
    trip, _ = await filled(stack, "Trip", ids[:1]), await filled(stack, "R&B", ids[1:2])
    album = await smart(stack, "album:trip|r&b")
    await stack.done("rename-album", {"album_id": trip, "name": "Rome"})
    assert await shown(stack, album) == (ids[:2], "album:Rome|r&b")


async def test_what_was_merged_is_shown_where_it_went(stack: Stack) -> None:
    ids = await photos(stack)
    one, two = await own(stack, "One", ids[:1]), await own(stack, "Two", ids[1:2])
    album = await smart(stack, "category:one")
    await stack.done("merge-categories", {"category_id": one, "into": two})
    assert await shown(stack, album) == (ids[:2], "category:Two")


async def test_what_is_gone_is_said(stack: Stack) -> None:
    ids = await photos(stack)
    garden, trip = await own(stack, "Garden", ids[:1]), await filled(stack, "Trip", ids[:1])
    in_garden, of_trip = await smart(stack, "category:garden"), await smart(stack, "album:trip")
    assert "was deleted" not in await page(stack, in_garden) + await page(stack, of_trip)
    await stack.done("delete-category", {"category_id": garden})
    await stack.done("delete-album", {"album_id": trip})
    assert await shown(stack, in_garden) == ([], "category:garden")
    assert "The category “garden” was deleted" in await page(stack, in_garden)
    assert "The album “trip” was deleted" in await page(stack, of_trip)
    await stack.done("restore-album", {"album_id": trip})
    assert "was deleted" not in await page(stack, of_trip)
    await own(stack, "Garden", ids[1:])
    assert await shown(stack, in_garden) == (ids[1:], "category:garden")


async def test_the_beginning_of_a_name_is_no_name_that_is_missing(stack: Stack) -> None:
    ids = await photos(stack)
    await own(stack, "Our garden", ids[:1])
    album = await smart(stack, "category:our")
    assert "There is no category" not in await page(stack, album)


async def test_a_name_that_never_was_is_said(stack: Stack) -> None:
    album = await smart(stack, "category:nonsense year:2020")
    assert "There is no category called “nonsense”." in await page(stack, album)


async def test_an_album_of_an_early_version_is_followed_by_its_former_name(stack: Stack) -> None:
    """It kept no ids. What is called so now comes first."""
    ids = await photos(stack)
    garden, trip = await own(stack, "Garden", ids[:1]), await filled(stack, "Trip", ids[1:2])
    old: list[Any] = [
        AlbumCreated(album_id="old", name="Old", q="category:garden"),
        AlbumCreated(album_id="older", name="Older", q="album:Trip"),
    ]
    await stack.tell(*old, CategoryRenamed(category_id=garden, name="Allotment"))
    await stack.tell(AlbumRenamed(album_id=trip, name="Rome"))
    assert await shown(stack, "old") == (ids[:1], "category:Allotment")
    assert await shown(stack, "older") == (ids[1:2], "album:Rome")
    await own(stack, "Garden", ids[2:])
    assert await shown(stack, "old") == (ids[2:], "category:garden")


async def test_a_changed_search_keeps_its_names_and_undo_brings_the_others_back(stack: Stack) -> None:
    ids = await photos(stack)
    one, two = await own(stack, "One", ids[:1]), await own(stack, "Two", ids[1:2])
    album = await smart(stack, "category:one")
    changed = await stack.post("set-album-search", {"album_id": album, "q": " category:two "})
    assert await stack.events(AlbumSearchSet) == [
        AlbumSearchSet(
            album_id=album,
            q="category:two",
            names=[SearchName(key="category", value="two", category_ids=[two])],
        )
    ]
    await stack.done("rename-category", {"category_id": two, "name": "Second"})
    assert await shown(stack, album) == (ids[1:2], "category:Second")
    await stack.done("undo", {"command_id": changed.json()["command_id"]})
    await stack.done("rename-category", {"category_id": one, "name": "First"})
    assert await shown(stack, album) == (ids[:1], "category:First")
