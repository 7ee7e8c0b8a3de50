"""Which problems may be ignored and shown again, and how they are named."""

import msgspec
import pytest

from services.domain.failure import Problem
from services.domain.problems.commands import (
    ForgetMessages,
    IgnoreProblems,
    ProblemCommand,
    ResendMessages,
    ShowProblems,
)
from services.domain.problems.events import FailureOf, FileAt, ProblemsIgnored, ProblemsShown
from services.domain.subject import Command, NotFound, Refused
from tests.support.library import Library, ProblemRow, after

ONE = FileAt(root="/photos", path="sub/one.jpg")
TWO = FileAt(root="/photos", path="two.jpg")
FOLDER = FileAt(root="/photos", path="locked")
A = FailureOf(image_id="a", model_id="first")
ALSO_A = FailureOf(image_id="a", model_id="second")
B = FailureOf(image_id="b", model_id="first")
ODD = "The picture is too odd."
SHUT = "The folder can't be read (Permission denied)."


def at(place: FileAt, kind: str = "file") -> Problem:
    return Problem(kind, place.root, place.path, None, None)


def of(failure: FailureOf) -> Problem:
    return Problem("image", None, None, failure.image_id, failure.model_id)


async def with_problems(ignored: bool = False) -> Library:
    """Two files, a folder, and three failures of models, all ignored or none; and one file of which the opposite is
    true."""
    library = await after()
    library.problem_rows = [
        ProblemRow(at(ONE), ignored=ignored),
        ProblemRow(at(TWO), ODD, ignored),
        ProblemRow(at(FOLDER, "folder"), SHUT, ignored),
        ProblemRow(of(A), ODD, ignored),
        ProblemRow(of(ALSO_A), ODD, ignored),
        ProblemRow(of(B), "It takes too long.", ignored),
        ProblemRow(at(FileAt(root="/photos", path="other.jpg")), ODD, not ignored),
    ]
    return library


@pytest.mark.parametrize(
    ("filters", "files", "failures"),
    [
        ({"paths": ["/photos/sub/one.jpg"]}, [ONE], []),
        ({"paths": ["/photos/two.jpg", "/photos/locked", "/photos/gone.jpg"]}, [TWO, FOLDER], []),
        ({"images": ["a"]}, [], [A, ALSO_A]),
        ({"images": ["a", "b"], "model": "first"}, [], [A, B]),
        ({"reason": ODD}, [TWO], [A, ALSO_A]),
        ({"reason": ODD, "model": "second"}, [], [ALSO_A]),
        ({"reason": ODD, "images": ["a", "b"], "model": "first"}, [], [A]),
    ],
)
async def test_those_that_match_all_that_was_said_are_named(
    filters: dict[str, list[str] | str], files: list[FileAt], failures: list[FailureOf]
) -> None:
    """Files and folders by their place, photos by the model that failed. Only what is listed can be ignored, and only
    what is ignored can be shown."""
    ignore, show = msgspec.convert(filters, IgnoreProblems), msgspec.convert(filters, ShowProblems)
    await (await with_problems()).decides(ignore, ProblemsIgnored(files=files, failures=failures))
    await (await with_problems(ignored=True)).decides(show, ProblemsShown(files=files, failures=failures))


@pytest.mark.parametrize("command", [IgnoreProblems, ShowProblems])
async def test_which_ones_has_to_be_said(command: type[ProblemCommand]) -> None:
    """The model alone is not enough: that could mean everything."""
    for said in (command(), command(model="first")):
        await (await with_problems()).refuses(
            said, Refused, "paths", "Specify which by paths, images or reason"
        )


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (IgnoreProblems(paths=["/photos/gone.jpg"]), "paths"),
        (IgnoreProblems(paths=["/photos/other.jpg"]), "paths"),
        (IgnoreProblems(images=["c"]), "images"),
        (IgnoreProblems(paths=["/photos/two.jpg"], images=["a"]), "paths"),
        (ShowProblems(paths=["/photos/two.jpg"]), "paths"),
        (ShowProblems(images=["a"]), "images"),
    ],
)
async def test_what_is_gone_or_is_so_already_is_not_found(command: ProblemCommand, field: str) -> None:
    """Ignored already, or shown already: a page that still offers it is out of date."""
    await (await with_problems()).refuses(command, NotFound, field, "None of this is there any more")


async def test_ignoring_and_showing_undo_each_other() -> None:
    library = await with_problems()
    ignored = ProblemsIgnored(files=[TWO], failures=[A, ALSO_A])
    shown = ProblemsShown(files=[TWO], failures=[A, ALSO_A])
    undo = await library.undoes(await library.decides(IgnoreProblems(reason=ODD), ignored), shown)
    await library.undoes(undo, ignored)


@pytest.mark.parametrize("command", [ResendMessages(), ForgetMessages(messages=["m"])])
async def test_what_becomes_of_a_message_is_no_event(command: Command) -> None:
    """It concerns the bus, not the library; there is nothing to undo."""
    library = await after()
    await library.refuses_undo(await library.decides(command), "nothing left to undo")
