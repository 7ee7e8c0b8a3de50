"""The files of a photo folder may name any number of people and keywords, and make any number of albums: pages show
those with the most photos, and nobody else waits while very many are gone through."""

import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jinja2
import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.subject import Event
from services.gateway.pages import search as search_page
from services.gateway.queries import explore, keyword_tree
from services.gateway.search import explain, terms
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id, photo
from tests.support.log import write
from tests.support.one_line import one_line
from tests.support.stack import Stack, stack

EACH = keyword_tree.MOST_BRANCHES // 2
"""Keywords, and people, of each photo alone; there are three photos."""


def library(root: Path) -> Iterator[Event]:
    for number in range(3):
        own = [f"{number} {word}" for word in range(EACH)]
        yield from photo(
            number,
            root,
            keywords=["Everywhere", *own],
            keyword_paths=["Top|Everywhere", *(f"Top|n{number}|{name}" for name in own)],
            people=["Ada Lovelace", *own],
        )
    yield AlbumCreated(album_id="a", name="Boats")


@asynccontextmanager
async def named(tmp_path: Path) -> AsyncIterator[Stack]:
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(tmp_path,))
    await write(settings, list(library(tmp_path)))
    async with stack(settings) as album:
        await album.caught_up()
        yield album


async def test_keywords_and_people_with_the_most_photos_are_shown(tmp_path: Path) -> None:
    """What stands above a keyword is shown with it, and a sentence says that there are others."""
    async with named(tmp_path) as album:
        client = album.browser()
        for path, most, first in (
            ("/keywords", keyword_tree.MOST_BRANCHES, "Everywhere"), ("/people", explore.MOST_CARDS, "Ada Lovelace")
        ):  # fmt: skip
            text = one_line((await client.get(path)).text)
            assert first in text
            assert f"Only the {most:,} with the most photos are shown" in text
            assert text.count('href="/search?q=') == most
        tree = await keyword_tree.keyword_tree(album.gateway.views)
        assert [one.name for one in tree] == ["Top"]
        assert tree[0].count == 3
        assert [(one.name, one.count) for one in tree[0].below] == [
            ("Everywhere", 3),
            ("n0", 1),
            ("n1", 1),
            ("n2", 1),
        ]
        assert keyword_tree.branch_count(tree) == keyword_tree.MOST_BRANCHES


async def test_what_files_name_is_gone_through_in_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searches among all names, and pages that list all albums: the event loop would do nothing else meanwhile."""
    threads: dict[str, set[int]] = defaultdict(set)

    def watch(owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def watched(*args: Any, **options: Any) -> Any:
            threads[args[0].name if owner is jinja2.Template else name].add(threading.get_ident())
            return function(*args, **options)

        monkeypatch.setattr(owner, name, watched)

    for owner, name in (
        (jinja2.Template, "render"), (terms, "searched"), (explain, "_known"), (explain, "_chips"),
        (search_page, "completions"), (keyword_tree, "_tree"),
    ):  # fmt: skip
        watch(owner, name)
    async with named(tmp_path) as album:
        client = album.browser()
        for path in (
            "/",
            "/albums",
            "/jobs",
            f"/images/{image_id(0)}",
            "/keywords",
            "/search?q=lovelace person:nobody",
            "/search/complete?q=lov",
        ):
            assert (await client.get(path)).status_code == 200, path
    apart = {
        "searched",
        "_known",
        "_chips",
        "completions",
        "_tree",
        "pages/albums.html",
        "pages/image.html",
        "pages/jobs.html",
        "partials/choices.html",
    }
    assert apart <= threads.keys()
    assert not [name for name in apart if threading.get_ident() in threads[name]]
