"""Very many photos missing at once: what a person's answer causes, and which answers come too late."""

import pytest

from services.domain.files.absences import (
    Answer,
    ConfirmMissing,
    MarkUnavailable,
    MissingAnswered,
    MissingSettled,
    Question,
    open_question,
)
from services.domain.files.events import ScanStarted, SourceUnavailable
from services.domain.photos.hiding import ImagesHidden
from services.domain.subject import Event, NotFound, Refused
from tests.support.library import after

ROOT = "/photos"


def asked(question: str = "q", missing: int = 30, root: str = ROOT, again: bool = False) -> SourceUnavailable:
    return SourceUnavailable(
        root=root, reason="Not there.", question=question, missing=missing, held=45, again=again
    )


def answered(answer: Answer, question: str = "q", missing: int = 30) -> MissingAnswered:
    return MissingAnswered(question=question, root=ROOT, missing=missing, held=45, answer=answer)


async def test_they_are_gone_starts_a_scan() -> None:
    library = await after(asked(), ImagesHidden(image_ids=["a"]))
    await library.decides(ConfirmMissing(question="q"), answered("gone"), ScanStarted(roots=[ROOT]))


async def test_the_disk_is_away_starts_nothing() -> None:
    library = await after(asked())
    await library.decides(MarkUnavailable(question="q"), answered("away"))


@pytest.mark.parametrize("command", [ConfirmMissing(question="q"), MarkUnavailable(question="q")])
async def test_an_answer_is_given_once(command: ConfirmMissing | MarkUnavailable) -> None:
    """Also if a scan has missed the same photos again meanwhile."""
    library = await after(asked())
    await library.append(command, await command.decide(library))
    await library.refuses(command, Refused, "question", "already been answered")
    await library.given(asked(again=True))
    await library.refuses(command, Refused, "question", "already been answered")


async def test_a_person_may_change_their_mind() -> None:
    """The disk was not away after all."""
    library = await after(asked(), answered("away"))
    await library.decides(ConfirmMissing(question="q"), answered("gone"), ScanStarted(roots=[ROOT]))


async def test_an_answer_to_an_older_question_is_refused_with_the_present_one() -> None:
    library = await after(asked("older", 30), asked("newer", 33))
    await library.refuses(ConfirmMissing(question="older"), Refused, "question", "Meanwhile 33 of 45 photos")
    await library.decides(
        ConfirmMissing(question="newer"), answered("gone", "newer", 33), ScanStarted(roots=[ROOT])
    )


@pytest.mark.parametrize("later", [MissingSettled(root=ROOT), SourceUnavailable(root=ROOT, reason="Shut.")])
async def test_what_is_settled_needs_no_answer(later: Event) -> None:
    """The photos are there again, or the folder can't be read at all now."""
    library = await after(asked(), later)
    await library.refuses(MarkUnavailable(question="q"), Refused, "question", "nothing left to answer")


async def test_a_question_that_nobody_asked() -> None:
    """Reasons without a question have no empty id."""
    library = await after(SourceUnavailable(root=ROOT, reason="Shut."))
    await library.refuses(ConfirmMissing(question="q"), NotFound, "question", "no such question")


async def test_a_folder_that_is_not_looked_at_has_to_be_given_first() -> None:
    library = await after(asked(root="/old"))
    await library.refuses(ConfirmMissing(question="q"), Refused, "question", "started without /old")


async def test_questions_of_other_folders_stay_open() -> None:
    library = await after(asked(), asked("other", root="/more"), answered("away"))
    library.roots = [ROOT, "/more"]
    command = await ConfirmMissing(question="other").decide(library)
    assert [event.TYPE for event in command.events] == ["missing_answered", "scan_started"]


async def test_the_disk_is_away_can_be_undone_and_redone() -> None:
    """The question is open again, then answered again."""
    library = await after(asked())
    command = await library.decides(MarkUnavailable(question="q"), answered("away"))
    undo = await library.undoes(command, answered("open"))
    await library.undoes(undo, answered("away"))


async def test_they_are_gone_is_not_undone() -> None:
    """The photos come back with their files."""
    library = await after(asked())
    command = await library.append(
        ConfirmMissing(question="q"), await ConfirmMissing(question="q").decide(library)
    )
    await library.refuses_undo(command, "can't be undone (scan started)")


async def test_an_answer_that_another_has_replaced_is_not_undone() -> None:
    library = await after(asked())
    command = await library.decides(MarkUnavailable(question="q"), answered("away"))
    await library.given(answered("gone"))
    await library.refuses_undo(command, "nothing left to undo")


@pytest.mark.parametrize(
    ("events", "question"),
    [
        ([], None),
        ([asked(), answered("away")], Question(id="q", root=ROOT, missing=30, photos=45, answer="away")),
        ([asked(), answered("away"), asked(again=True)], Question(
            id="q", root=ROOT, missing=30, photos=45, answer="away"
        )),
        ([asked(), answered("away"), asked("r")], Question(id="r", root=ROOT, missing=30, photos=45)),
        ([asked(), answered("away"), asked()], Question(id="q", root=ROOT, missing=30, photos=45)),
        ([asked(), answered("away"), MissingSettled(root=ROOT), asked()], Question(
            id="q", root=ROOT, missing=30, photos=45
        )),
        ([asked(), MissingSettled(root="/more")], Question(id="q", root=ROOT, missing=30, photos=45)),
        ([asked("r"), answered("away")], Question(id="r", root=ROOT, missing=30, photos=45)),
    ],
    ids=[
        *("none", "answered", "asked again", "something changed", "asked anew", "back and away again"),
        *("another's", "older"),
    ],
)  # fmt: skip
def test_the_question_that_is_open(events: list[Event], question: Question | None) -> None:
    """An answer holds until the photos are back, or others are missing."""
    assert open_question(events, ROOT) == question
