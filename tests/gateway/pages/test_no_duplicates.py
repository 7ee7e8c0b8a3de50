"""Photos that look almost the same and are no duplicates, because a person says so."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.queries.distinct import Distinct, distinction
from services.gateway.queries.similar import AlikeSearch, Item
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id
from tests.gateway.pages.test_duplicates import Library
from tests.gateway.pages.test_keep_best import give, near
from tests.support.one_line import one_line
from tests.support.stack import Stack


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    photos = tmp_path / "photos"
    photos.mkdir()
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(photos,))


@pytest.fixture
def library(album: Stack) -> Library:
    return Library(album)


def pressed(page: str, button: str, group: int = 0) -> dict[str, list[str] | str]:
    """What the form sends if the button is pressed in one of the groups."""
    form = page.split('action="/commands/set-distinct"')[group + 1].split("</form>")[0]
    assert f">{button}</button>" in form
    fields: dict[str, list[str] | str] = {}
    for name, value in re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', form):
        fields[name] = [*fields.get("images", []), value] if name == "images" else value
    return fields


async def test_a_group_is_none_until_that_is_taken_back(album: Stack, library: Library) -> None:
    """On the page, which lists what was said; Undo works, too."""
    for number in range(3):
        library.photo(number, phash=7, size=9000 - number)
    await library.told()
    group = [image_id(number) for number in range(3)]
    page = one_line((await album.client.get("/duplicates")).text)
    sent = pressed(page, "These are no duplicates")
    assert set(sent["images"]) == set(group)
    answer = await album.client.post("/commands/set-distinct", data=sent)
    assert answer.status_code == 303
    assert await near(album) == []
    page = one_line((await album.client.get("/duplicates")).text)
    assert 'id="distinct"' in page
    assert page.count('href="/images/') == 3
    taken_back = pressed(page, "Take back")
    assert taken_back["distinct"] == "false"
    assert (await album.client.post("/commands/set-distinct", data=taken_back)).status_code == 303
    assert await near(album) == [group]
    done = (await give(album, "set-distinct", images=group)).json()
    assert done["message"] == "3 photos are no duplicates of one another"
    assert await near(album) == []
    await give(album, "undo", command_id=done["command_id"])
    assert await near(album) == [group]
    assert 'id="distinct"' not in (await album.client.get("/duplicates")).text


async def test_one_of_a_group_is_none(album: Stack, library: Library) -> None:
    """The others still are; the best one, too, can be another photo. Of two photos, there is no button for one."""
    for number in range(3):
        library.photo(number, phash=7, size=9000 - number)
    library.photo(3, phash=0xFFFF_0000)
    library.photo(4, phash=0xFFFF_0000, size=500)
    await library.told()
    group = [image_id(number) for number in range(3)]
    other = [image_id(3), image_id(4)]
    page = one_line((await album.client.get("/duplicates")).text)
    buttons = re.findall(r'form="distinct-([0-9a-f]{32})" name="image" value="([0-9a-f]{32})"', page)
    assert buttons == [(group[0], one) for one in group]
    for sole, left in ((1, [group[0], group[2]]), (0, group[1:])):
        done = (await give(album, "set-distinct", images=group, image=group[sole])).json()
        assert sorted(await near(album)) == sorted([left, other])
        assert "The marked photo" in (await album.client.get("/duplicates")).text
        await give(album, "undo", command_id=done["command_id"])


async def test_a_later_copy_is_a_duplicate_of_one_of_them(album: Stack, library: Library) -> None:
    """Even if it is better than both: it can't be a duplicate of two photos that are none of each other."""
    library.photo(1, phash=7, size=2000)
    library.photo(2, phash=8, size=1000)
    await library.told()
    await give(album, "set-distinct", images=[image_id(1), image_id(2)])
    library.photo(3, phash=7, width=1600, height=1200)
    await library.told()
    assert await near(album) == [[image_id(3), image_id(1)]]


def item(number: int, phash: int) -> Item:
    return Item(image_id(number), phash, number, None, 400 + number, 300, 1000, False)


@given(
    hashes=st.lists(st.integers(0, 15), min_size=2, max_size=12),
    said=st.lists(st.tuples(st.sets(st.integers(0, 11), min_size=2), st.booleans()), max_size=4),
    hidden=st.sets(st.integers(0, 11)),
)
def test_no_two_that_are_apart_are_in_one_group(
    hashes: list[int], said: list[tuple[set[int], bool]], hidden: set[int]
) -> None:
    """Whatever was said and is hidden; and photos of which nothing was said stay where they are."""
    distinct = [
        Distinct(
            str(place), place, [image_id(one) for one in sorted(some)], image_id(min(some)) if sole else None
        )
        for place, (some, sole) in enumerate(said)
    ]
    forbidden = {
        frozenset((image_id(one), image_id(other)))
        for some, sole in said
        for one, other in combinations(sorted(some), 2)
        if not sole or one == min(some)
    }
    search = AlikeSearch(item(number, phash) for number, phash in enumerate(hashes))
    out = frozenset(image_id(number) for number in hidden)
    groups = search.groups(out, distinction(distinct))
    ids = [[one.image_id for one in group] for group in groups]
    assert not any(frozenset(pair) in forbidden for group in ids for pair in combinations(group, 2))
    assert not out.intersection(*[set().union(*ids)])
    if not said:
        assert groups == search.groups(out)
