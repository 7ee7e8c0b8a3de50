"""Commands that are given at the same moment: one decides on what the other has done, whichever comes first."""

import asyncio

from services.domain.albums.events import AlbumRenamed
from services.domain.categories.events import CategoryCreated, CategoryRenamed
from services.domain.history.undo import CommandUndone
from services.domain.models.events import ModelActivated
from tests.support.models import registered
from tests.support.stack import Stack

TIMES = 12


async def test_a_name_is_given_to_one_category(stack: Stack) -> None:
    answers = await asyncio.gather(
        *(stack.post("create-category", {"name": name}) for name in ("Rex", "rex", "REX ", "Rex"))
    )
    assert sorted(answer.status_code for answer in answers) == [202, 422, 422, 422]
    assert len(await stack.events(CategoryCreated)) == 1


async def test_a_name_goes_to_one_of_those_that_are_renamed(stack: Stack) -> None:
    for name in ("One", "Two", "Three"):
        await stack.done("create-category", {"name": name})
    ids = [event.category_id for event in await stack.events(CategoryCreated)]
    answers = await asyncio.gather(
        *(stack.post("rename-category", {"category_id": id_, "name": "Four"}) for id_ in ids),
        stack.post("create-category", {"name": "Four"}),
    )
    assert sorted(answer.status_code for answer in answers) == [202, 422, 422, 422]
    created = [one for one in await stack.events(CategoryCreated) if one.name == "Four"]
    renamed = [one for one in await stack.events(CategoryRenamed) if one.name == "Four"]
    assert len(created) + len(renamed) == 1


async def test_each_choice_of_a_model_knows_the_one_before(stack: Stack) -> None:
    """So undo goes back to it."""
    names = [f"model-{number}" for number in range(TIMES)]
    await stack.tell(*(registered(name) for name in names))
    for start in range(0, TIMES, 3):
        answers = await asyncio.gather(
            *(stack.post("activate-model", {"model_id": name}) for name in names[start : start + 3])
        )
        assert {answer.status_code for answer in answers} == {202}
    choices = await stack.events(ModelActivated)
    assert len(choices) == TIMES
    assert [one.previous for one in choices] == [None, *(one.model_id for one in choices[:-1])]


async def test_undo_takes_back_nothing_that_was_done_meanwhile(stack: Stack) -> None:
    """The later change wins, also if it comes while undo looks."""
    for number in range(TIMES):
        created = await stack.post("create-album", {"name": f"A{number}"})
        first = (await _caused(stack, created.json()["command_id"]))[0]
        await stack.done("rename-album", {"album_id": first, "name": f"B{number}"})
        renamed = (await stack.log())[-2]
        assert renamed.kind == "C"
        undone, again = await asyncio.gather(
            stack.post("undo", {"command_id": str(renamed.event_id)}),
            stack.post("rename-album", {"album_id": first, "name": f"C{number}"}),
        )
        assert again.status_code == 202
        assert undone.status_code in (202, 422)
        rows = [row.event() for row in await stack.log() if row.kind == "E"]
        names = [one.name for one in rows if isinstance(one, AlbumRenamed) and one.album_id == first]
        assert names[-1] == f"C{number}"
        done = [one for one in rows if isinstance(one, CommandUndone)]
        assert (str(renamed.event_id) in [one.command_id for one in done]) == (undone.status_code == 202)


async def _caused(stack: Stack, command_id: str) -> list[str]:
    rows = [row for row in await stack.log() if str(row.causation_id) == command_id]
    return [row.stream.removeprefix("album-") for row in rows]
