"""Which model categories may come from, and what undo goes back to."""

import pytest

from services.domain.jobs.activation import ActivateModel
from services.domain.jobs.events import ClassificationRequested
from services.domain.models.events import ModelActivated
from services.domain.subject import Event, NotFound
from tests.support.given import in_stream
from tests.support.library import after
from tests.support.models import registered

FIRST = ModelActivated(model_id="first")
SECOND = ModelActivated(model_id="second", previous="first")


async def test_the_first_choice_has_none_before_it() -> None:
    await (await after()).decides(ActivateModel(model_id="first"), FIRST)


async def test_a_choice_remembers_the_one_before() -> None:
    library = await after(FIRST)
    await library.decides(ActivateModel(model_id="second"), SECOND)


async def test_choosing_the_active_model_again_brings_no_event() -> None:
    library = await after(FIRST)
    await library.decides(ActivateModel(model_id="first"))


@pytest.mark.parametrize("active", [None, "first", "gone"])
async def test_only_a_model_that_is_there_can_be_chosen(active: str | None) -> None:
    """Whichever is active, even if it is the one that was taken away."""
    library = await after(*([ModelActivated(model_id=active)] if active else []))
    await library.refuses(
        ActivateModel(model_id="gone"), NotFound, "model_id", "There is no model called “gone”"
    )


async def test_a_model_that_was_registered_a_moment_ago_can_be_chosen() -> None:
    """The read tables don't have it yet."""
    new = registered("new", count=2)
    library = await after(FIRST, new)
    await library.decides(ActivateModel(model_id="new"), ModelActivated(model_id="new", previous="first"))


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([FIRST], SECOND, [], [ModelActivated(model_id="first", previous="second")]),
        ([], FIRST, [], []),
        ([FIRST], SECOND, [ModelActivated(model_id="third", previous="second")], []),
    ],
)
def test_undo_goes_back_to_the_model_before(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """The first choice has nothing to go back to, and a later choice stays."""
    assert event.undo(in_stream(event, before, since)) == back


async def test_going_back_can_be_undone_too() -> None:
    library = await after(FIRST)
    chosen = await library.decides(ActivateModel(model_id="second"), SECOND)
    undo = await library.undoes(chosen, ModelActivated(model_id="first", previous="second"))
    await library.undoes(undo, SECOND)


async def test_a_model_with_photos_left_classifies_them_first_if_asked() -> None:
    library = await after(FIRST)
    library.behind = {"second"}
    job = ClassificationRequested(
        job_id=str(library.command_id), model_id="second", scope="unclassified", activates=True
    )
    await library.decides(ActivateModel(model_id="second", when="classified"), job)
    await library.decides(ActivateModel(model_id="second"), SECOND)
    await library.decides(
        ActivateModel(model_id="first", when="classified"),
        ModelActivated(model_id="first", previous="second"),
    )
