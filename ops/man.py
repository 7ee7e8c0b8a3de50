"""The manual page albumen(1), made from the command line's own parser: python -m ops.man > albumen.1

The one library for it is published as sources alone, which the set-up, wheels only, can't install.
"""

import argparse
import re
from collections.abc import Iterator
from typing import Final

from services.cli.arguments import parser
from services.kernel.version import VERSION

_FILES: Final = (
    ("albumen.toml", "in the data folder: settings, one a line; docs/reference.md lists them"),
    ("events.db", "in the data folder: the log, which is all that a backup needs"),
)
_STATUSES: Final = (("0", "success"), ("1", "failure"), ("2", "the command can't be carried out as given"))


def text(line: str) -> str:
    """As roff shows it unchanged."""
    escaped = line.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def page() -> str:
    """In roff, with the macros of man(7)."""
    top = parser()
    lines = [
        f'.TH ALBUMEN 1 "" "Albumen {VERSION}"',
        ".SH NAME",
        f"albumen \\- {text(top.description or '')}",
        *_synopsis(top),
        ".SH OPTIONS",
        *_options(top),
        ".SH COMMANDS",
    ]
    for name, command in _commands(top):
        lines += [f".SS {text(name)}", text(command.description or ""), *_options(command)]
        for action, deeper in _commands(command):
            lines += [f".SS {text(f'{name} {action}')}", text(deeper.description or ""), *_options(deeper)]
    lines += [".SH FILES", *_terms(_FILES), ".SH EXIT STATUS", *_terms(_STATUSES)]
    lines += [".SH EXAMPLES", ".nf", *(text(line) for line in (top.epilog or "").splitlines()), ".fi"]
    return "\n".join(lines) + "\n"


def _synopsis(top: argparse.ArgumentParser) -> list[str]:
    usage = re.sub(r"\s+", " ", top.format_usage().removeprefix("usage: ")).strip()
    return [".SH SYNOPSIS", text(usage)]


def _commands(of: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _options(of: argparse.ArgumentParser) -> list[str]:
    formatter = of._get_formatter()
    named = [
        (formatter._format_action_invocation(action), formatter._expand_help(action))
        for action in of._actions
        if action.help and not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
    ]
    return _terms(named)


def _terms(pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[str]:
    return [line for name, what in pairs for line in (".TP", f".B {text(name)}", text(what))]


if __name__ == "__main__":
    print(page(), end="")
