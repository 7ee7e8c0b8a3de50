"""What a person says of photos in one respect: one event for all of them, and what undo brings back of each."""

from typing import Any

import pytest

from services.domain.photos.captions import CaptionSet, SetCaption, SetTitle, TitleSet
from services.domain.photos.editing import EditPhotos
from services.domain.photos.favorite import FavoriteSet, SetFavorite
from services.domain.photos.keywords import AddKeywords, KeywordsSet, RemoveKeywords
from services.domain.photos.people import AddPeople, PeopleSet
from services.domain.photos.rating import RatingSet, SetRating
from services.domain.photos.remark import FIELDS, remarks_of
from services.domain.photos.rotation import RotatePhotos, RotationSet, SetRotation
from services.domain.subject import Command, Event, NotFound, Refused
from tests.support.given import in_stream
from tests.support.library import after


def rated(stars: int | None, *images: str) -> RatingSet:
    return RatingSet(image_ids=list(images), rating=stars)


def words(present: bool | None, images: str, *keywords: str) -> KeywordsSet:
    return KeywordsSet(image_ids=list(images), keywords=list(keywords), present=present)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (SetFavorite(images=["b", "a", "b"]), FavoriteSet(image_ids=["b", "a"], favorite=True)),
        (SetFavorite(images=["a"], favorite=False), FavoriteSet(image_ids=["a"], favorite=False)),
        (SetRating(images=["a", "b"], rating=0), rated(0, "a", "b")),
        (SetRating(images=["a"], rating=None), rated(None, "a")),
        (SetTitle(images=["a"], title=" At the lake "), TitleSet(image_ids=["a"], title="At the lake")),
        (SetCaption(images=["a"], caption="\n"), CaptionSet(image_ids=["a"], caption="")),
        (
            AddKeywords(images=["a"], keywords=[" big  lake", "big lake", "e\u0301t\u00e9"]),
            words(True, "a", "big lake", "été"),
        ),
        (RemoveKeywords(images=["a"], keywords=[" as it is"]), words(False, "a", " as it is")),
        (
            AddKeywords(images=["a"], keywords=["Places | Italy||Rome |", "|Lake|"]),
            words(True, "a", "Places|Italy|Rome", "Lake"),
        ),
        (AddPeople(images=["a"], people=["Ada"]), PeopleSet(image_ids=["a"], people=["Ada"], present=True)),
    ],
)
async def test_one_event_says_it_of_all_photos(command: Command, event: Event) -> None:
    """Each photo once. New names lose needless spaces; one that is taken away is named as it is."""
    await (await after()).decides(command, event)


async def test_a_keyword_is_taken_away_with_what_it_stands_below() -> None:
    library = await after()
    library.paths = {"a": ["Places|Italy|Rome", "Rome|Forum", "Old Rome"], "b": ["My|Rome"]}
    command = RemoveKeywords(images=["a"], keywords=["Rome"])
    await library.decides(command, words(False, "a", "Rome", "Places|Italy|Rome"))


async def test_a_keyword_has_a_name() -> None:
    await (await after()).refuses(
        AddKeywords(images=["a"], keywords=["x", " || "]), Refused, "keywords", "not a keyword"
    )


@pytest.mark.parametrize("command", [SetFavorite(images=["a", "z"]), EditPhotos(images=["z"], rating=1)])
async def test_it_is_said_of_photos_that_there_are(command: Command) -> None:
    await (await after()).refuses(command, NotFound, "images", "no photo with the id z")


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([], rated(4, "a", "b"), [], [rated(None, "a", "b")]),
        ([rated(2, "a"), rated(3, "b")], rated(4, "a", "b"), [], [rated(2, "a"), rated(3, "b")]),
        ([rated(2, "a")], rated(None, "a"), [], [rated(2, "a")]),
        ([rated(4, "a")], rated(4, "a", "b"), [], [rated(None, "b")]),
        ([], rated(4, "a", "b"), [rated(1, "b")], [rated(None, "a")]),
        ([], rated(4, "a"), [rated(1, "a"), rated(4, "a")], [rated(None, "a")]),
        ([rated(0, "a")], rated(4, "a"), [], [rated(0, "a")]),
        ([FavoriteSet(image_ids=["a"], favorite=True)], rated(4, "a"), [], [rated(None, "a")]),
        ([], words(True, "ab", "x", "y"), [], [words(None, "ab", "x"), words(None, "ab", "y")]),
        (
            [words(False, "a", "x")],
            words(True, "ab", "x"),
            [words(True, "a", "z")],
            [words(False, "a", "x"), words(None, "b", "x")],
        ),
    ],
)
def test_each_photo_gets_its_own_former_value_back(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """A photo of which something else was said since is left as it is; other respects don't matter."""
    assert event.undo(in_stream(event, before, since)) == back


def rotated(rotation: int | None, by: Any, *images: str) -> RotationSet:
    return RotationSet(image_ids=list(images), rotation=rotation, by=by)


async def test_photos_are_rotated_as_they_are_shown() -> None:
    """Each from how it lies now, by the log, not by tables that lag behind; all the way round is as the file has it."""
    library = await after(rotated(6, "right", "a"), rotated(2, "mirror", "b"))
    await library.decides(
        RotatePhotos(images=["a", "b", "c", "a"], by="left"),
        rotated(None, "left", "a"),
        rotated(5, "left", "b"),
        rotated(8, "left", "c"),
    )
    await library.decides(RotatePhotos(images=["c"], by="mirror"), rotated(7, "mirror", "c"))
    await library.decides(RotatePhotos(images=["c", "a"], by="reset"), rotated(None, None, "c"))


async def test_what_moves_is_not_rotated() -> None:
    library = await after()
    library.moving = {"a"}
    await library.refuses(RotatePhotos(images=["a"], by="left"), Refused, "images", "can’t be rotated")
    await library.decides(RotatePhotos(images=["a", "b"], by="left"), rotated(8, "left", "b"))
    await library.refuses(SetRotation(images=["a"], rotation=3), Refused, "images", "can’t be rotated")
    await library.decides(SetRotation(images=["a", "b", "b"], rotation=3), rotated(3, "set", "b"))
    await library.decides(SetRotation(images=["b"], rotation=1), rotated(None, "set", "b"))


async def test_an_edit_changes_only_what_it_names() -> None:
    library = await after()
    await library.decides(
        EditPhotos(images=["a", "b"], title="", add_keywords=["x"], remove_people=["Ada"]),
        TitleSet(image_ids=["a", "b"], title=""),
        words(True, "ab", "x"),
        PeopleSet(image_ids=["a", "b"], people=["Ada"], present=False),
    )
    await library.decides(EditPhotos(images=["a"]))


def test_an_edited_photo_inherits_every_remark() -> None:
    """As the read tables hold it: true and false are numbers there."""
    values: list[tuple[str, str, str | int]] = [
        ("rating", "", 4),
        ("title", "", "5"),
        ("keywords", "x", 0),
        ("people", "Ada", 1),
    ]
    assert remarks_of("b", values) == [
        rated(4, "b"),
        TitleSet(image_ids=["b"], title="5"),
        words(False, "b", "x"),
        PeopleSet(image_ids=["b"], people=["Ada"], present=True),
    ]


def test_every_respect_has_a_stream_of_its_own() -> None:
    assert {cls.FIELD for cls in FIELDS.values()} == set(FIELDS)
    assert rated(1, "a").stream() == "remarks-rating"
