"""Undo: what it reverses and in which order, and what it refuses; and how far back one may look."""

from uuid import UUID

import pytest

from services.domain.albums.commands import CreateAlbum
from services.domain.albums.events import AlbumCreated, AlbumDeleted, AlbumRestored, ImagesAddedToAlbum
from services.domain.categories.commands import HideCategory, RenameCategory
from services.domain.categories.events import CategoryHidden, CategoryRenamed
from services.domain.history.looking_back import LookBack
from services.domain.history.undo import CommandUndone, Undo
from services.domain.jobs.commands import ClassifyImages
from services.domain.photos.dates import CorrectDate, DateCorrected
from services.domain.subject import NotFound, Refused
from services.kernel.log.eventlog import Conflict
from tests.support.library import Library, after

NOON = "2020-01-01T12:00:00"
RENAME = RenameCategory(category_id="dog", name="Hound")
HOUND = CategoryRenamed(category_id="dog", name="Hound")
DOG = CategoryRenamed(category_id="dog", name="Dog")


def dated(image: str, at: str | None) -> DateCorrected:
    return DateCorrected(image_id=image, taken_at=at)


async def with_a_rename() -> tuple[Library, str]:
    """A library in which a command renamed a category, and that command's id."""
    library = await after()
    return library, await library.decides(RENAME, HOUND)


async def test_each_event_of_a_command_is_reversed_the_last_one_first() -> None:
    library = await after()
    command = CorrectDate(images=["a", "b"], taken_at="2020-01-01")
    command_id = await library.decides(command, dated("a", NOON), dated("b", NOON))
    await library.undoes(command_id, dated("b", None), dated("a", None))


async def test_other_commands_are_left_alone() -> None:
    library, command_id = await with_a_rename()
    await library.decides(HideCategory(category_id="cat"), CategoryHidden(category_id="cat"))
    await library.undoes(command_id, DOG)


async def test_where_a_later_word_stays_the_rest_is_still_undone() -> None:
    library = await after()
    command = CorrectDate(images=["a", "b"], taken_at="2020-01-01")
    command_id = await library.decides(command, dated("a", NOON), dated("b", NOON))
    await library.given(dated("b", "1999-01-01T12:00:00"))
    await library.undoes(command_id, dated("a", None))


async def test_where_all_was_changed_since_it_says_so() -> None:
    """And says so again the next time: nothing was undone."""
    library, command_id = await with_a_rename()
    await library.given(CategoryRenamed(category_id="dog", name="Rex"))
    for _ in range(2):
        await library.refuses_undo(command_id, "nothing left to undo")


async def test_a_command_that_changed_nothing_has_nothing_to_undo() -> None:
    library, _ = await with_a_rename()
    await library.refuses_undo(await library.decides(RENAME), "nothing left to undo")


async def test_what_a_command_began_is_taken_back_whole() -> None:
    """The photos were put into an album that goes, so they are not taken out of it first; and it comes back with
    them."""
    library = await after()
    album = library.new_id
    made = [
        AlbumCreated(album_id=album, name="Lake"),
        ImagesAddedToAlbum(album_id=album, image_ids=["a", "b"]),
    ]
    command_id = await library.decides(CreateAlbum(name="Lake", images=["a", "b"]), *made)
    undo = await library.undoes(command_id, AlbumDeleted(album_id=album))
    await library.undoes(undo, AlbumRestored(album_id=album))


async def test_nothing_is_undone_twice() -> None:
    library, command_id = await with_a_rename()
    await library.undoes(command_id, DOG)
    await library.refuses_undo(command_id, "This has already been undone")


async def test_undoing_an_undo_does_it_again() -> None:
    """As often as one likes, each time by undoing the command before; no earlier one can be undone a second time."""
    library, command_id = await with_a_rename()
    undo = await library.undoes(command_id, DOG)
    redo = await library.undoes(undo, HOUND)
    await library.undoes(redo, DOG)
    for earlier in (command_id, undo):
        await library.refuses_undo(earlier, "This has already been undone")


async def test_the_id_of_a_command_may_be_written_in_any_way() -> None:
    """But is stored in one, so that nothing is undone twice by another spelling."""
    library = await after()
    library.command_id = UUID(int=0xABCDEF)
    command_id = await library.decides(RENAME, HOUND)
    await library.decides(Undo(command_id=command_id.upper()), CommandUndone(command_id=command_id), DOG)
    await library.refuses_undo(command_id.replace("-", ""), "This has already been undone")


@pytest.mark.parametrize("command_id", ["nonsense", str(UUID(int=99))])
async def test_what_never_was_is_not_found(command_id: str) -> None:
    library, _ = await with_a_rename()
    await library.refuses(Undo(command_id=command_id), NotFound, "command_id", "no command with this id")


async def test_an_event_is_not_undone_by_its_own_id() -> None:
    library, _ = await with_a_rename()
    event = str(library.log.rows[-1].event_id)
    await library.refuses(Undo(command_id=event), NotFound, "command_id", "no command with this id")


async def test_what_can_not_be_undone_keeps_the_rest_of_its_command() -> None:
    """A first job also chooses a model, which could be undone, but is not without the job."""
    library = await after()
    command = ClassifyImages()
    command_id = await library.append(command, await command.decide(library))
    await library.refuses_undo(command_id, "This can't be undone (classification requested)")


async def test_an_undo_rests_on_nobody_else_having_undone_it() -> None:
    """Two who press Undo at the same time undo it once."""
    library, command_id = await with_a_rename()
    first, second = await library.decision_to_undo(command_id), await library.decision_to_undo(command_id)
    assert first.rests_on.items() >= {f"command-{command_id}": 1}.items()
    await library.append(Undo(command_id=command_id), first)
    with pytest.raises(Conflict):
        await library.append(Undo(command_id=command_id), second)


async def test_an_undo_rests_on_what_it_would_reverse() -> None:
    """What somebody changes while undo decides is not taken back: it decides again."""
    library, command_id = await with_a_rename()
    decision = await library.decision_to_undo(command_id)
    (event,) = [one for one in decision.events if isinstance(one, CategoryRenamed)]
    await library.given(CategoryRenamed(category_id=event.category_id, name="Meanwhile"))
    with pytest.raises(Conflict):
        await library.append(Undo(command_id=command_id), decision)
    await library.refuses_undo(command_id, "nothing left")


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_one_may_look_back_as_far_as_the_log_goes(position: int) -> None:
    """From before its first event to its last; that changes nothing."""
    await (await after(HOUND, DOG)).decides(LookBack(position=position))


async def test_nobody_looks_into_the_future() -> None:
    library = await after(HOUND, DOG)
    await library.refuses(LookBack(position=3), Refused, "position", "The log ends before this position")
