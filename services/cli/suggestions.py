"""A parser of command lines that says what may have been meant. Needs no packages: help works in a fresh clone."""

import argparse
import difflib
from collections.abc import Iterable, Iterator
from typing import Any, Final, NoReturn

_UNKNOWN: Final = "unrecognized arguments: "
"""How argparse begins its sentence."""


class Parser(argparse.ArgumentParser):
    """Suggests what may have been meant."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        what = str(action.metavar or action.dest).lower()
        raise argparse.ArgumentError(
            None,
            f"There is no {what} “{value}”. {_meant(str(value), choices) or 'Choose from ' + ', '.join(choices) + '.'}",
        )

    def error(self, message: str) -> NoReturn:
        if message.startswith(_UNKNOWN):
            first = message.removeprefix(_UNKNOWN).split()[0].partition("=")[0]
            message = f"{message}. {_meant(first, self.options())}".rstrip()
        super().error(message)

    def options(self) -> Iterator[str]:
        """Of this parser and of all its commands."""
        for action in self._actions:
            yield from action.option_strings
            if isinstance(action, argparse._SubParsersAction):
                for command in action.choices.values():
                    yield from command.options()


def _meant(typed: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(typed.lower(), list(known), 1)
    return f"Did you mean {near[0]}?" if near else ""
