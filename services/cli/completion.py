"""`albumen completion SHELL`: prints what makes a shell complete Albumen's commands, options and files."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

from services.cli.arguments import parser
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    print(for_shell(arguments.shell))


def for_shell(shell: str) -> str:
    """`shell`: one of `arguments.SHELLS`."""
    top = parser()
    for action in _actions(top):
        if action.type is Path:
            complete = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE
            action.complete = complete  # type: ignore[attr-defined]  # as shtab reads it
    completed: str = shtab.complete(top, shell)
    return completed


def _actions(of: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Of this parser and of all its commands."""
    for action in of._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
