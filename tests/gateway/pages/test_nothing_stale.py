"""Whatever has changed, pages show what they would if nothing had been kept from before."""

import os
import re
from pathlib import Path
from typing import Any

from services.domain.albums.events import AlbumCreated, AlbumRenamed, ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned
from services.domain.categories.events import CategoryRenamed, ThresholdSet
from services.domain.duplicates.distinct import DistinctSet
from services.domain.files.events import FileMissing
from services.domain.files.rejections import FileRejected
from services.domain.models.events import ModelActivated
from services.domain.photos.bin import TrashedSet
from services.domain.photos.captions import CaptionSet
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.photos.places import PlaceSet
from services.domain.photos.rating import RatingSet
from services.domain.photos.timeline import TimelineHides
from services.domain.subject import Event
from tests.gateway.pages.seeded import CAT, DOG, MODELS, image_id, path, photo, verdict
from tests.support.stack import Stack

PHOTO = image_id(8)
PAGES = (
    *(
        "/",
        "/?sort=-added",
        "/search",
        "/search?q=dog",
        "/search?q=sea",
        "/search?q=rating:4",
        "/search?q=person:ann",
    ),
    *(
        "/search/facets?q=2016",
        "/search/complete?q=s",
        "/categories",
        "/categories/dog",
        "/categories/own",
        "/albums",
    ),
    *(
        "/categories/dog/threshold?threshold=0.5",
        "/categories/dog/teach",
        "/albums/lake",
        "/people",
        "/keywords",
        "/places",
    ),
    *(
        "/places/clusters?at=42,12&zoom=4",
        "/cameras",
        "/months",
        "/years",
        "/duplicates",
        "/models",
        "/models/compare",
    ),
    *(
        "/folders",
        "/jobs/problems",
        "/settings",
        "/favorites",
        "/hidden",
        "/bin",
        f"/images/{PHOTO}",
        "/history",
    ),
    *(
        f"/images/{PHOTO}/around",
        f"/images/{PHOTO}/similar",
        "/outline",
        "/outline?timeline=1",
        "/outline?sort=-added",
        "/pick?kind=album",
    ),
    *("/api/images", f"/api/images/{PHOTO}", "/api/categories", "/api/albums", "/api/models", "/api/folders"),
)
BESIDE = re.compile(r"<small data-figure.*?</small>")
"""The rail's figures, which are counted beside the pages, a moment later."""


def changes(root: str) -> dict[str, list[Event]]:
    one = [PHOTO]
    return {
        "a heart": [CategoryAssigned(image_id=PHOTO, category_id="kind-favorite")],
        "a category": [CategoryAssigned(image_id=PHOTO, category_id="own")],
        "hidden": [ImagesHidden(image_ids=[image_id(4)])],
        "in the bin": [TrashedSet(image_ids=[image_id(6)], trashed=True)],
        "a threshold": [ThresholdSet(category_id="dog", threshold=0.8)],
        "a name": [
            CategoryRenamed(category_id="own", name="Others"),
            AlbumRenamed(album_id="lake", name="Pond"),
        ],
        "an album": [
            AlbumCreated(album_id="sea", name="Sea"),
            ImagesAddedToAlbum(album_id="sea", image_ids=one),
        ],
        "archived": [CategoryAssigned(image_id=image_id(12), category_id="kind-archived")],
        "left out": [TimelineHides(category_ids=["cat"])],
        "stars and words": [
            RatingSet(image_ids=one, rating=4),
            CaptionSet(image_ids=one, caption="By the sea"),
            KeywordsSet(image_ids=one, keywords=["Sea|Shore"], present=True),
            PeopleSet(image_ids=one, people=["Ann"], present=True),
        ],
        "a place": [PlaceSet(image_ids=one, latitude=41.9, longitude=12.5)],
        "a date": [DateCorrected(image_id=PHOTO, taken_at="1999-01-02T12:00:00")],
        "files": [
            FileMissing(image_id=image_id(9), root=root, path=path(9)),
            FileRejected(root=root, path="b/new.jpg", size=12, mtime_ns=1, reason="It is empty."),
        ],
        "duplicates": [DistinctSet(image_ids=[image_id(1), image_id(2)])],
        "a verdict": [verdict(8, (CAT, 0.99)), verdict(8, (DOG, 0.9), model=MODELS[1])],
        "another model": [ModelActivated(model_id=MODELS[1])],
    }


async def shown(album: Stack) -> dict[str, str]:
    pages = {}
    for address in PAGES:
        answer: Any = await album.client.get(address)
        pages[address] = f"{answer.status_code} {BESIDE.sub('', answer.text)}"
    return pages


async def test_pages_show_every_change(album: Stack) -> None:
    """The read tables' file is taken for another one when its pointer was written again."""
    root = str(album.gateway.roots[0])
    before, pointer = await shown(album), album.settings.views / "current"
    assert {page: text for page, text in before.items() if not text.startswith("200")} == {}
    for number, (what, events) in enumerate([*changes(root).items(), ("a photo", [*photo(300, Path(root))])]):
        await album.tell(*events)
        now = await shown(album)
        os.utime(pointer, (number, number))
        afresh = await shown(album)
        assert [page for page in PAGES if now[page] != afresh[page]] == [], what
        assert now != before, what
        before = now
