"""What could not be done: looked at again, no longer told of, told of again. Pure: values in, values out."""

from collections.abc import Sequence
from typing import Final

from services.gateway.deciders.errors import NotFound, Refused
from services.gateway.queries.problems import Chosen
from services.kernel.commands import IgnoreProblems, RetryRejected, ShowProblems
from services.kernel.events import Event, ProblemsIgnored, ProblemsShown, ScanStarted
from services.kernel.problem_events import FailureOf, FileAt

PROBLEMS: Final = "problems"
"""The stream that says what is ignored."""


def ignore(command: IgnoreProblems | ShowProblems, found: Sequence[Chosen]) -> list[Event]:
    """`found`: what it names. Raises Refused when it names nothing, NotFound when there is no such thing."""
    if not (command.paths or command.images or command.reason):
        raise Refused("Say which by paths, images or reason.", "paths")
    if not found:
        raise NotFound("Nothing of this is there any more.", "paths" if command.paths else "images")
    failures = [
        FailureOf(image_id=one.image_id, model_id=one.model_id)
        for one in found
        if one.image_id and one.model_id
    ]
    if isinstance(command, IgnoreProblems):
        return [ProblemsIgnored(files=_files(found), failures=failures)]
    return [ProblemsShown(files=_files(found), failures=failures)]


def retry(command: RetryRejected, found: Sequence[Chosen], roots: list[str]) -> list[Event]:
    """A scan that looks at them again. Raises Refused when there is nothing to scan, NotFound for unknown paths."""
    if not roots:
        raise Refused("No folder with photos is set: start Albumen with one (albumen up FOLDER).")
    files = _files([one for one in found if one.kind == "file" and one.root in roots])
    if not files and not any(one.kind == "folder" for one in found):
        raise NotFound("No such file is left that could not be read.", "paths" if command.paths else None)
    return [ScanStarted(roots=roots, again=files)]


def _files(found: Sequence[Chosen]) -> list[FileAt]:
    return [FileAt(root=one.root, path=one.path) for one in found if one.root is not None and one.path]
