"""Describing a category in words: what is decided, refused and undone."""

import pytest

from services.domain.categories.commands import CreateCategory
from services.domain.categories.described import CategoryDescribed, DescriptionEncoded
from services.domain.categories.describing import DescribeCategory
from services.domain.categories.events import CategoryCreated, CategoryDeleted
from services.domain.subject import Event, NotFound, Refused
from tests.support.given import in_stream
from tests.support.library import Library, after

REX = CategoryCreated(category_id="rex", name="Rex")
PETS = CategoryCreated(category_id="pets", name="Pets", kind="group")
READ = DescriptionEncoded(
    category_id="rex", model_id="m", weights_digest="d", sentences=["A dog"], vectors=[b"a"], neutral=[b"b"]
)


def described(*sentences: str, category: str = "rex") -> CategoryDescribed:
    return CategoryDescribed(category_id=category, sentences=list(sentences))


def describe(*sentences: str, category: str = "rex") -> DescribeCategory:
    return DescribeCategory(category_id=category, sentences=list(sentences))


async def reading(*events: Event) -> Library:
    """A library with a words model."""
    library = await after(*events)
    library.beside = {"centernet": "boxes", "clip": "words"}
    return library


async def test_sentences_stand_on_one_line_each_once() -> None:
    library = await reading(REX)
    decision = await describe(" A  dog ", "A dog", "a dog", "Rex\u00a0asleep").decide(library)
    assert decision.events == [described("A dog", "a dog", "Rex asleep")]
    assert decision.rests_on == {"category-rex": 1}


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ([REX, described("A dog")], describe(" A dog ")),
        ([REX], describe()),
        ([REX, described("A"), described()], describe()),
    ],
)
async def test_what_is_so_already_brings_no_event(before: list[Event], command: DescribeCategory) -> None:
    await (await reading(*before)).decides(command)


async def test_a_new_category_may_be_described_at_once() -> None:
    """Undo takes back both."""
    library = await reading()
    new = library.new_id
    command = CreateCategory(name="Cakes", sentences=["A cake ", "A tart"], images=["a"])
    decision = await command.decide(library)
    assert decision.events[:2] == [
        CategoryCreated(category_id=new, name="Cakes"),
        described("A cake", "A tart", category=new),
    ]
    assert len(decision.events) == 3


async def test_a_built_in_category_may_be_described() -> None:
    await (await reading()).decides(describe("A dog", category="dog"), described("A dog", category="dog"))


async def test_without_a_words_model_only_taking_sentences_away_is_possible() -> None:
    library = await after(REX, described("A dog"))
    library.beside = {"centernet": "boxes"}
    await library.refuses(describe("A cat"), Refused, "sentences", "Only a words model can read sentences")
    command = CreateCategory(name="Cakes", sentences=["A cake"])
    await library.refuses(command, Refused, "sentences", "albumen models fetch NAME --from FOLDER")
    await library.decides(describe(), described())


async def test_what_is_refused() -> None:
    library = await reading(
        REX, PETS, CategoryCreated(category_id="gone", name="G"), CategoryDeleted(category_id="gone")
    )
    await library.refuses(
        describe("Pets", category="pets"), Refused, "sentences", "A group can't be described"
    )
    group = CreateCategory(name="Zoo", kind="group", sentences=["A zoo"])
    await library.refuses(group, Refused, "sentences", "A group can't be described")
    await library.refuses(describe("A dog", "\u200b"), Refused, "sentences", "one visible character")
    await library.refuses(describe("A", category="nobody"), NotFound, "category_id", "no such category")
    await library.refuses(describe("A", category="gone"), NotFound, "category_id", "no such category")


@pytest.mark.parametrize(
    ("before", "event", "later", "expected"),
    [
        ([REX], described("A"), [], [described()]),
        ([REX, described("A")], described("B"), [], [described("A")]),
        ([REX, described("A")], described(), [READ], [described("A")]),
        ([REX], described("A"), [described("B")], []),
        ([REX], described("A"), [described("B"), described("A")], [described()]),
        ([REX, described("A")], described("A"), [], []),
    ],
)
def test_undo_brings_the_former_sentences_back_unless_they_were_changed_since(
    before: list[Event], event: CategoryDescribed, later: list[Event], expected: list[Event]
) -> None:
    assert event.undo(in_stream(event, before, later)) == expected


def test_what_a_model_read_is_not_undone() -> None:
    with pytest.raises(Refused):
        READ.undo(in_stream(READ, [REX], []))
