"""What may be done with a category or a group, what is refused and why, and what undo brings back."""

import pytest

from services.domain.categories.category import Category
from services.domain.categories.commands import (
    CategoryChange,
    CreateCategory,
    DeleteCategory,
    HideCategory,
    MergeCategories,
    MoveCategory,
    RenameCategory,
    RestoreCategory,
    SetThreshold,
    UnhideCategory,
)
from services.domain.categories.decisions import (
    AssignCategory,
    CategoryAssigned,
    CategoryCleared,
    CategoryDecision,
    CategoryRejected,
    RejectCategory,
)
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ThresholdSet,
)
from services.domain.categories.learning import CategoryLearned, CategoryTaught, TeachCategory
from services.domain.subject import Command, Event, NotFound, Refused
from services.kernel.log.eventlog import Conflict
from tests.support.given import in_stream
from tests.support.library import after

REX = CategoryCreated(category_id="rex", name="Rex")
PETS = CategoryCreated(category_id="pets", name="Pets", kind="group")
GONE = CategoryDeleted(category_id="rex")
BACK = CategoryRestored(category_id="rex")
HIDDEN = CategoryHidden(category_id="rex")
SHOWN = CategoryUnhidden(category_id="rex")
MERGED = CategoriesMerged(category_id="rex", into_id="dog")
APART = CategoryUnmerged(category_id="rex")
TAUGHT = CategoryTaught(category_id="rex", taught=True)
STOPPED = CategoryTaught(category_id="rex", taught=False)
LEARNED = CategoryLearned(
    category_id="rex", model_id="m", weights=b"\1", scale=1.0, bias=0.0, examples=3, refused=0, until=9
)
MERGE = MergeCategories(category_id="rex", into="dog")


def named(name: str) -> CategoryRenamed:
    return CategoryRenamed(category_id="rex", name=name)


def moved(group: str | None) -> CategoryMoved:
    return CategoryMoved(category_id="rex", group_id=group)


def from_(threshold: float | None) -> ThresholdSet:
    return ThresholdSet(category_id="rex", threshold=threshold)


def to_group(group: str | None) -> MoveCategory:
    return MoveCategory(category_id="rex", group_id=group)


CHANGES: list[CategoryChange] = [
    RenameCategory(category_id="rex", name="Max"),
    DeleteCategory(category_id="rex"),
    to_group("pets"),
    MERGE,
    HideCategory(category_id="rex"),
    UnhideCategory(category_id="rex"),
    SetThreshold(category_id="rex", threshold=0.5),
    TeachCategory(category_id="rex"),
]
DECISIONS: list[Command] = [
    AssignCategory(category_id="rex", images=["a"]),
    RejectCategory(category_id="rex", images=["a"]),
]
RESTORE = RestoreCategory(category_id="rex")


async def test_a_new_category_has_its_name_on_one_line_and_stands_in_its_group() -> None:
    """The decision rests on the group as it is now, on the new stream, in which there must be nothing yet, and on the
    names of all others."""
    library = await after(PETS)
    create = CreateCategory(name="  My \n dog ", group_id="pets")
    expected = {f"category-{library.new_id}": 0, "category-pets": 1, "category-*": 1}
    assert (await create.decide(library)).rests_on == expected
    await library.decides(create, CategoryCreated(category_id=library.new_id, name="My dog", group_id="pets"))


async def test_a_new_group_stands_by_itself() -> None:
    library = await after()
    group = CategoryCreated(category_id=library.new_id, name="Zoo", kind="group")
    await library.decides(CreateCategory(name="Zoo", kind="group"), group)


@pytest.mark.parametrize(
    ("before", "command", "event"),
    [
        ([REX], RenameCategory(category_id="rex", name=" Max "), named("Max")),
        (
            [],
            RenameCategory(category_id="dog", name="Hound"),
            CategoryRenamed(category_id="dog", name="Hound"),
        ),
        ([REX], DeleteCategory(category_id="rex"), GONE),
        ([REX, GONE], RESTORE, BACK),
        ([REX, PETS], to_group("pets"), moved("pets")),
        ([REX, moved("animals")], to_group(None), moved(None)),
        ([REX], MERGE, MERGED),
        (
            [PETS],
            MergeCategories(category_id="pets", into="animals"),
            CategoriesMerged(category_id="pets", into_id="animals"),
        ),
        ([REX], HideCategory(category_id="rex"), HIDDEN),
        ([REX, HIDDEN], UnhideCategory(category_id="rex"), SHOWN),
        ([REX], SetThreshold(category_id="rex", threshold=0.5), from_(0.5)),
        ([REX, from_(0.5)], SetThreshold(category_id="rex", threshold=None), from_(None)),
        ([REX], TeachCategory(category_id="rex"), TAUGHT),
        ([REX, TAUGHT], TeachCategory(category_id="rex", taught=False), STOPPED),
    ],
)
async def test_what_each_command_changes(before: list[Event], command: Command, event: Event) -> None:
    """Built-in categories and groups change like a person's own."""
    await (await after(*before)).decides(command, event)


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ([REX], RenameCategory(category_id="rex", name=" Rex ")),
        ([], RenameCategory(category_id="dog", name="Dog")),
        ([REX], RESTORE),
        ([REX, GONE, BACK], RESTORE),
        ([REX], to_group(None)),
        ([PETS, REX, moved("pets")], to_group("pets")),
        ([], MoveCategory(category_id="dog", group_id="animals")),
        ([REX, HIDDEN], HideCategory(category_id="rex")),
        ([REX], UnhideCategory(category_id="rex")),
        ([REX, from_(0.5)], SetThreshold(category_id="rex", threshold=0.5)),
        ([REX], SetThreshold(category_id="rex", threshold=None)),
        ([REX, TAUGHT], TeachCategory(category_id="rex")),
        ([REX], TeachCategory(category_id="rex", taught=False)),
    ],
)
async def test_what_is_so_already_brings_no_event(before: list[Event], command: Command) -> None:
    await (await after(*before)).decides(command)


@pytest.mark.parametrize("command", [*CHANGES, *DECISIONS, RESTORE])
async def test_nothing_is_done_with_a_category_that_never_was(command: Command) -> None:
    await (await after()).refuses(command, NotFound, "category_id", "no such category")


@pytest.mark.parametrize("command", [*CHANGES, *DECISIONS])
async def test_nothing_is_done_with_a_deleted_category_but_to_restore_it(command: Command) -> None:
    """Not even to delete it again: the page that still shows it is out of date."""
    await (await after(REX, PETS, GONE)).refuses(command, NotFound, "category_id", "may have been deleted")


@pytest.mark.parametrize("command", [*CHANGES, *DECISIONS, RESTORE])
async def test_a_merged_category_waits_until_the_merge_is_undone(command: Command) -> None:
    """It still exists, so this is not NotFound; the sentence says what would help."""
    library = await after(REX, PETS, MERGED)
    await library.refuses(
        command, Refused, "category_id", "“Rex” was merged into another category. Undo that"
    )


@pytest.mark.parametrize(
    ("before", "command", "error", "field", "says"),
    [
        ([], CreateCategory(name="\u200b\u200b"), Refused, "name", "one visible character"),
        ([], CreateCategory(name="Zoo", group_id="gone"), NotFound, "group_id", "no such group"),
        (
            [PETS, CategoryDeleted(category_id="pets")],
            CreateCategory(name="Zoo", group_id="pets"),
            NotFound,
            "group_id",
            "no such group",
        ),
        (
            [PETS, CategoriesMerged(category_id="pets", into_id="animals")],
            CreateCategory(name="Zoo", group_id="pets"),
            NotFound,
            "group_id",
            "no such group",
        ),
        ([], CreateCategory(name="Zoo", group_id="dog"), Refused, "group_id", "“Dog” is a category, not a"),
        (
            [],
            CreateCategory(name="Zoo", kind="group", group_id="animals"),
            Refused,
            "group_id",
            "inside another group",
        ),
        ([REX], RenameCategory(category_id="rex", name="\u200b"), Refused, "name", "one visible character"),
        ([REX], to_group("gone"), NotFound, "group_id", "no such group"),
        ([REX], to_group("cat"), Refused, "group_id", "“Cat” is a category"),
        (
            [PETS],
            MoveCategory(category_id="pets", group_id="animals"),
            Refused,
            "group_id",
            "inside another group",
        ),
        ([REX], MergeCategories(category_id="rex", into="rex"), Refused, "into", "with itself"),
        ([REX], MergeCategories(category_id="rex", into="gone"), NotFound, "into", "to merge it with"),
        ([REX, CategoryDeleted(category_id="dog")], MERGE, NotFound, "into", "to merge it with"),
        ([REX], MergeCategories(category_id="rex", into="animals"), Refused, "into", "only be merged with"),
        ([PETS], MergeCategories(category_id="pets", into="dog"), Refused, "into", "only be merged with"),
        (
            [REX, MERGED],
            MergeCategories(category_id="dog", into="rex"),
            Refused,
            "into",
            "“Rex” was merged into this one: that would be a circle",
        ),
        (
            [REX, MERGED],
            MergeCategories(category_id="cat", into="rex"),
            Refused,
            "into",
            "“Rex” was itself merged into another",
        ),
    ],
)
async def test_what_is_refused(
    before: list[Event], command: Command, error: type[Refused], field: str, says: str
) -> None:
    await (await after(*before)).refuses(command, error, field, says)


@pytest.mark.parametrize("name", ["Dog", "DOG", " dog\n", "ｄｏｇ", "Rex", "Cow,  sheep & GOAT", "animals"])
@pytest.mark.parametrize("shown", [True, False])
async def test_no_two_have_the_same_name(name: str, shown: bool) -> None:
    """However it is written, and whether or not the read tables show the other yet; a group counts like a category."""
    library = await after(CategoryHidden(category_id="cat"), CategoryUnhidden(category_id="cat"), REX, PETS)
    if shown:
        await library.catch_up()
    for command in (CreateCategory(name=name), RenameCategory(category_id="pets", name=name)):
        await library.refuses(command, Refused, "name", "There is already a category called")


@pytest.mark.parametrize("frees", [named("Max"), GONE, MERGED])
@pytest.mark.parametrize("shown", [True, False])
async def test_a_name_is_free_again_once_nobody_has_it(frees: Event, shown: bool) -> None:
    library = await after(REX, frees)
    if shown:
        await library.catch_up()
    await library.decides(CreateCategory(name="Rex"), CategoryCreated(category_id=library.new_id, name="Rex"))


async def test_a_hidden_category_keeps_its_name() -> None:
    await (await after(REX, HIDDEN)).refuses(CreateCategory(name="Rex"), Refused, "name", "called “Rex”")


async def test_ones_own_name_is_no_obstacle() -> None:
    await (await after(REX)).decides(RenameCategory(category_id="rex", name="REX"), named("REX"))


async def test_built_in_names_are_taken_before_there_are_read_tables() -> None:
    library = await after()
    library.tree.clear()
    await library.refuses(CreateCategory(name="Dog"), Refused, "name", "called “Dog”")


async def test_a_deleted_category_is_not_restored_beside_another_of_its_name() -> None:
    library = await after(REX, GONE, CategoryCreated(category_id="other", name="rex"))
    await library.refuses(RESTORE, Refused, "name", "There is already a category called “Rex”")


async def test_a_category_that_a_model_named_is_like_any_other() -> None:
    """No event created it, so only the read tables have it. Its first name is not in the log, so undo can't bring it
    back."""
    library = await after()
    library.tree["rex"] = Category("Grandma")
    await library.refuses(CreateCategory(name="grandma"), Refused, "name", "called “grandma”")
    renamed = await library.decides(RenameCategory(category_id="rex", name="Oma"), named("Oma"))
    deleted = await library.decides(DeleteCategory(category_id="rex"), GONE)
    await library.undoes(deleted, BACK)
    await library.refuses_undo(renamed, "nothing left to undo")


@pytest.mark.parametrize("command", CHANGES)
async def test_a_change_rests_on_the_category_as_it_is_now(command: CategoryChange) -> None:
    """And on the other one that it names, or on all names. If somebody else was faster, it is decided again."""
    library = await after(REX, HIDDEN, PETS)
    decision = await command.decide(library)
    others = {
        to_group("pets"): {"category-pets": 1},
        MERGE: {"category-dog": 0},
        CHANGES[0]: {"category-*": 3},
    }
    assert decision.rests_on == {"category-rex": 2, **others.get(command, {})}
    await library.given(named("Tim"))
    with pytest.raises(Conflict):
        await library.append(command, decision)


async def test_restoring_rests_on_the_category_too() -> None:
    decision = await RESTORE.decide(await after(REX, GONE))
    assert decision.rests_on == {"category-rex": 2, "category-*": 2}


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([], REX, [], [GONE]),
        ([], REX, [named("Max")], [GONE]),
        ([], REX, [GONE], []),
        ([REX], named("Max"), [], [named("Rex")]),
        ([REX, named("Tim")], named("Max"), [], [named("Tim")]),
        ([REX], named("Max"), [named("Tim")], []),
        ([REX], named("Max"), [HIDDEN, moved("pets")], [named("Rex")]),
        ([REX], GONE, [], [BACK]),
        ([REX], GONE, [BACK], []),
        ([REX, GONE], BACK, [], [GONE]),
        ([REX, GONE], BACK, [GONE], []),
        ([REX], moved("pets"), [], [moved(None)]),
        ([REX, moved("animals")], moved("pets"), [], [moved("animals")]),
        ([REX], moved("pets"), [moved("animals")], []),
        ([REX], MERGED, [], [APART]),
        ([REX], MERGED, [APART], []),
        ([REX], MERGED, [APART, CategoriesMerged(category_id="rex", into_id="cat")], []),
        ([REX, MERGED], APART, [], [MERGED]),
        ([REX, MERGED], APART, [MERGED], []),
        ([REX], HIDDEN, [], [SHOWN]),
        ([REX], HIDDEN, [SHOWN], []),
        ([REX, HIDDEN], SHOWN, [], [HIDDEN]),
        ([REX, HIDDEN], SHOWN, [HIDDEN], []),
        ([REX], from_(0.5), [], [from_(None)]),
        ([REX, from_(0.3)], from_(0.5), [], [from_(0.3)]),
        ([REX], from_(0.5), [from_(0.7)], []),
        ([REX], TAUGHT, [], [STOPPED]),
        ([REX, TAUGHT], STOPPED, [LEARNED], [TAUGHT]),
        ([REX], TAUGHT, [STOPPED], []),
    ],
)
def test_undo_brings_back_what_was_before_unless_a_later_word_stays(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """A later word about something else is no obstacle."""
    assert event.undo(in_stream(event, before, since)) == back


@pytest.mark.parametrize(
    ("event", "back"),
    [
        (CategoryRenamed(category_id="dog", name="Hound"), CategoryRenamed(category_id="dog", name="Dog")),
        (
            CategoryMoved(category_id="dog", group_id=None),
            CategoryMoved(category_id="dog", group_id="animals"),
        ),
    ],
)
def test_a_built_in_category_goes_back_to_how_it_is_built_in(event: Event, back: Event) -> None:
    assert event.undo(in_stream(event, [], [])) == [back]


async def test_what_was_learned_is_not_undone() -> None:
    """It is a model's word, which it gives again after each answer of a person."""
    with pytest.raises(Refused, match="can't be undone") as refusal:
        LEARNED.undo(in_stream(LEARNED, [REX, TAUGHT], []))
    assert refusal.value.field == "command_id"


@pytest.mark.parametrize(
    "command", [RenameCategory(category_id="rex", name="Max"), DeleteCategory(category_id="rex"), MERGE]
)
async def test_undo_brings_no_name_back_that_another_has_by_now(command: CategoryChange) -> None:
    library = await after(REX)
    command_id = await library.append(command, await command.decide(library))
    await library.given(CategoryCreated(category_id="other", name="REX"))
    await library.refuses_undo(command_id, "There is now another category called “Rex”")
    await library.given(CategoryRenamed(category_id="other", name="Tim"))
    assert await library.decision_to_undo(command_id)


async def test_undo_closes_no_circle_of_merges() -> None:
    """Rex was merged into the dog and taken out again; since then the dog was merged into the cat, and the cat into
    Rex."""
    library = await after(REX)
    apart = await library.undoes(await library.decides(MERGE, MERGED), APART)
    await library.given(CategoriesMerged(category_id="dog", into_id="cat"))
    await library.given(CategoriesMerged(category_id="cat", into_id="rex"))
    await library.refuses_undo(apart, "The other has since been merged into this one")


async def test_a_merge_that_comes_back_rests_on_all_that_the_other_was_merged_into() -> None:
    library = await after(REX)
    apart = await library.undoes(await library.decides(MERGE, MERGED), APART)
    await library.given(CategoriesMerged(category_id="dog", into_id="cat"))
    decision = await library.decision_to_undo(apart)
    assert list(decision.events)[1:] == [MERGED]
    assert decision.rests_on.items() >= {"category-dog": 1, "category-cat": 0}.items()


@pytest.mark.parametrize(
    ("command", "event"),
    [(AssignCategory, CategoryAssigned), (RejectCategory, CategoryRejected)],
)
async def test_each_photo_gets_one_event(
    command: type[AssignCategory | RejectCategory], event: type[CategoryDecision]
) -> None:
    """In the order in which they were named."""
    await (await after(REX)).decides(
        command(category_id="rex", images=["b", "a", "b"]),
        event(image_id="b", category_id="rex"),
        event(image_id="a", category_id="rex"),
    )


@pytest.mark.parametrize("command", [AssignCategory, RejectCategory])
async def test_a_decision_is_about_photos_of_the_library(
    command: type[AssignCategory | RejectCategory],
) -> None:
    """If one is not, nothing is decided about the others either."""
    library = await after()
    await library.refuses(
        command(category_id="dog", images=["a", "z"]), NotFound, "images", "no photo with the id z"
    )


YES = CategoryAssigned(image_id="a", category_id="dog")
NO = CategoryRejected(image_id="a", category_id="dog")
NOTHING = CategoryCleared(image_id="a", category_id="dog")
ELSE = CategoryAssigned(image_id="a", category_id="cat")


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([], YES, [], [NOTHING]),
        ([], NO, [], [NOTHING]),
        ([NO], YES, [], [NO]),
        ([NO, YES], NO, [], [YES]),
        ([YES], NOTHING, [], [YES]),
        ([ELSE], YES, [], [NOTHING]),
        ([], YES, [ELSE], [NOTHING]),
        ([], YES, [NO], []),
        ([NO], YES, [NOTHING], []),
    ],
)
def test_a_decision_taken_back_leaves_the_one_before_or_none(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """What was said of other categories doesn't count; a later word about the same one stays."""
    assert event.undo(in_stream(event, before, since)) == back
