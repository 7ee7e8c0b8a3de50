"""Undo of everything that a scan doubts: each inheritance once, and only what nobody has changed since."""

from services.domain.files.doubts import InheritanceDoubted
from services.domain.history.undo import CommandUndone, Undo
from services.domain.history.undo_inheritances import UndoInheritances
from services.domain.photos.dates import DateCorrected
from services.domain.subject import Refused
from tests.support.library import Library, after

LATER = "2020-01-01T12:00:00"


def dated(image: str, at: str | None = LATER) -> DateCorrected:
    return DateCorrected(image_id=image, taken_at=at)


def doubted(image: str, position: int) -> InheritanceDoubted:
    return InheritanceDoubted(
        image_id=image,
        root="/photos",
        path=f"{image}.jpg",
        previous_image_id="c",
        positions=[position],
        streams=[f"image-{image}"],
    )


async def with_doubts() -> tuple[Library, list[str]]:
    """A library in which two photos inherited a date, and the ids of the doubts about that."""
    library = await after(dated("a"), dated("b"), doubted("a", 1), doubted("b", 2))
    return library, [str(row.event_id) for row in await library.stream("inheritances")]


async def test_all_that_is_doubted_is_taken_back_at_once() -> None:
    library, (first, second) = await with_doubts()
    await library.decides(
        UndoInheritances(),
        CommandUndone(command_id=first),
        dated("a", None),
        CommandUndone(command_id=second),
        dated("b", None),
    )


async def test_what_was_taken_back_before_is_left_out() -> None:
    library, (first, second) = await with_doubts()
    await library.decides(Undo(command_id=first), CommandUndone(command_id=first), dated("a", None))
    await library.decides(UndoInheritances(), CommandUndone(command_id=second), dated("b", None))
    await library.refuses(UndoInheritances(), Refused, None, "nothing left")


async def test_a_later_word_about_a_photo_stays() -> None:
    library, (first, second) = await with_doubts()
    await library.given(dated("a", "1999-01-01T12:00:00"))
    await library.decides(
        UndoInheritances(),
        CommandUndone(command_id=first),
        CommandUndone(command_id=second),
        dated("b", None),
    )


async def test_without_a_doubt_there_is_nothing_to_undo() -> None:
    library = await after(dated("a"))
    await library.refuses(UndoInheritances(), Refused, None, "nothing left")


async def test_it_rests_on_nobody_else_having_undone_one() -> None:
    library, ids = await with_doubts()
    decision = await UndoInheritances().decide(library)
    assert {f"command-{one}": 0 for one in ids}.items() <= decision.rests_on.items()
