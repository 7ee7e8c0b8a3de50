"""Counts and covers of the whole library, which are kept in parts: after any change they are what they would be if
nothing were kept, and only the parts that have changed are added up again."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryDeleted,
    CategoryMoved,
    CategoryUnmerged,
    ThresholdSet,
)
from services.domain.duplicates.distinct import DistinctSet
from services.domain.files.events import FileMissing, FileReturned
from services.domain.models.events import ModelActivated
from services.domain.photos.bin import TrashedSet
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.photos.places import PlaceSet
from services.domain.photos.rotation import RotationSet
from services.domain.photos.timeline import TimelineHides
from services.domain.subject import Event
from services.gateway.queries import categories, explore
from services.gateway.queries.months import months
from services.gateway.search.filters import TIMELINE
from services.gateway.tables.pool import Views
from services.gateway.tables.sums import PART_COUNT, Sum, in_part
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.gateway.pages.seeded import CAT, DOG, MODELS, image_id, path, photo, verdict
from tests.support.selects import of_requests
from tests.support.stack import Stack


async def shown(views: Views) -> list[Any]:
    return [
        await categories.tree(views),
        await months(views, TIMELINE),
        await explore.cameras(views),
        await explore.people(views),
        await explore.keywords(views),
        await explore.countries(views),
    ]


async def afresh(album: Stack) -> list[Any]:
    """By a program that has just started."""
    views = await Views.open(album.settings)
    try:
        return await shown(views)
    finally:
        await views.close()


def changes(album: Stack) -> list[list[Event]]:
    root = album.gateway.roots[0]
    some = [image_id(number) for number in range(0, 200, 7)]
    return [
        [CategoryAssigned(image_id=image_id(8), category_id="kind-favorite")],
        [AlbumCreated(album_id="new", name="New")],
        [CategoryRejected(image_id=image_id(4), category_id="dog")],
        [CategoryAssigned(image_id=one, category_id="cat") for one in some],
        [ImagesHidden(image_ids=[image_id(8)])],
        [ImagesHidden(image_ids=some)],
        [ImagesUnhidden(image_ids=[image_id(8), *some])],
        [ThresholdSet(category_id="dog", threshold=0.8)],
        [ThresholdSet(category_id="dog", threshold=None)],
        [TimelineHides(category_ids=["cat"])],
        [CategoryAssigned(image_id=image_id(12), category_id="kind-archived")],
        [TimelineHides(category_ids=[])],
        [CategoriesMerged(category_id="cat", into_id="dog")],
        [CategoryMoved(category_id="dog", group_id=None), CategoryUnmerged(category_id="cat")],
        [CategoryDeleted(category_id="own")],
        [RotationSet(image_ids=[image_id(10)], rotation=6)],
        [DateCorrected(image_id=image_id(10), taken_at="1999-01-02T12:00:00")],
        [PlaceSet(image_ids=[image_id(6), image_id(9)], latitude=41.9, longitude=12.5)],
        [PlaceSet(image_ids=[image_id(6)], latitude=45.44, longitude=12.33)],
        [PlaceSet(image_ids=[image_id(9)], latitude=None, longitude=None)],
        [PeopleSet(image_ids=[image_id(6), image_id(7)], people=["Ann"], present=True)],
        [PeopleSet(image_ids=[image_id(6), image_id(7)], people=["Ann"], present=False)],
        [KeywordsSet(image_ids=[image_id(6)], keywords=["Sea"], present=True)],
        [TrashedSet(image_ids=[image_id(6)], trashed=True)],
        [FileMissing(image_id=image_id(9), root=root, path=path(9))],
        [FileReturned(image_id=image_id(9), root=root, path=path(9))],
        [DistinctSet(image_ids=[image_id(1), image_id(2)])],
        list(photo(300, Path(root), camera_model="Another")),
        [verdict(300, (DOG, 0.9), (CAT, 0.8)), verdict(4, (CAT, 0.99))],
        [verdict(number, (CAT, 0.9), model=MODELS[1]) for number in range(0, 200, 3)],
        [ModelActivated(model_id=MODELS[1])],
    ]


async def test_after_each_change_they_are_what_they_are_afresh(album: Stack) -> None:
    before, differing = await shown(album.gateway.views.look()), 0
    for number, change in enumerate(changes(album)):
        await album.tell(*change)
        now = await shown(album.gateway.views.look())
        assert number % 2 or now == await afresh(album), change
        differing += now != before
        before = now
    assert before == await afresh(album) and differing > 20


async def test_after_another_start_nothing_that_was_kept_counts(album: Stack) -> None:
    """Of read tables that were made anew."""
    await shown(album.gateway.views.look())
    await album.tell(ThresholdSet(category_id="dog", threshold=0.8))
    await asyncio.to_thread(rebuild, album.settings)
    await album.tell(CategoryAssigned(image_id=image_id(8), category_id="cat"))
    assert await shown(album.gateway.views.look()) == await afresh(album)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (CategoryAssigned(image_id=image_id(8), category_id="kind-favorite"), 1),
        (ImagesHidden(image_ids=[image_id(8)]), 1),
        (AlbumCreated(album_id="new", name="New"), 0),
        (ThresholdSet(category_id="dog", threshold=0.8), PART_COUNT),
    ],
    ids=["a heart", "hidden", "an album", "a threshold"],
)
async def test_only_parts_that_changed_are_added_up(
    album: Stack, monkeypatch: pytest.MonkeyPatch, change: Event, parts: int
) -> None:
    statements = of_requests(monkeypatch)
    views = album.gateway.views
    await categories.tree(views.look())
    (counting, times), *_ = Counter(statements).most_common(1)
    assert times == PART_COUNT
    statements.clear()
    await album.tell(change)
    await categories.tree(views.look())
    assert statements.count(counting) == parts


NOTED = Sum(f"SELECT 1, count(*) FROM decision WHERE {in_part('decision')}", key=1)
UNNOTED = Sum(f"SELECT 1, count(*) FROM verdict WHERE {in_part('verdict')}", key=1)


@pytest.mark.parametrize(("of", "kept"), [(NOTED, True), (UNNOTED, False)])
async def test_what_is_read_where_changes_are_not_noted_is_not_kept(
    album: Stack, monkeypatch: pytest.MonkeyPatch, of: Sum, kept: bool
) -> None:
    statements, views = of_requests(monkeypatch), album.gateway.views
    before = await views.sums(of)
    assert before and await views.sums(of) == before
    assert statements.count(of.sql) == (1 if kept else 2) * PART_COUNT


async def test_those_asked_for_least_recently_go(album: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    statements, views = of_requests(monkeypatch), album.gateway.views
    of = Sum(f"SELECT camera_model, count(*) FROM image WHERE {in_part()} AND iso < ? GROUP BY 1", key=1)
    for iso in range(100):
        await views.sums(of, [iso])
    statements.clear()
    assert await views.sums(of, [99]) != []
    assert statements.count(of.sql) == 0
    assert await views.sums(of, [0]) == []
    assert statements.count(of.sql) == PART_COUNT


async def test_tables_of_an_earlier_version_are_shown_until_there_are_others(
    settings: Settings, tmp_path: Path
) -> None:
    """Nothing is noted in them."""
    await asyncio.to_thread(rebuild, settings)
    file = settings.views / (settings.views / "current").read_text().strip()
    with closing(sqlite3.connect(file)) as db:
        for (trigger,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE name GLOB '*_part_[0-9]'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("DROP TABLE part_change")
    views = await Views.open(settings)
    before = await shown(views)
    with closing(sqlite3.connect(file)) as db:
        db.execute("INSERT INTO decision VALUES (?, 'own', 1, 1)", (image_id(8),))
        db.execute("UPDATE checkpoint SET position = position + 1")
        db.commit()
    now = await shown(views)
    await views.close()
    assert [old == new for old, new in zip(before, now, strict=True)] == [False, *[True] * 5]
