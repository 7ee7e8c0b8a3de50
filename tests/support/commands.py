"""Commands in the test's process: to start one of their own takes half a second of processor time, most of them for
imports. Not for those that start a gateway, log, take over standard error, or want a lock that
the test holds (`album.command_line`)."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from services.cli import __main__ as program


def command(*arguments: str | Path, input: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """As `command_line`. What it changes of the process is put back: arguments, environment, file mode creation mask,
    standard streams."""
    printed, errors = io.StringIO(), io.StringIO()
    words = [str(argument) for argument in arguments]
    mask = os.umask(0o077)
    try:
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(errors):
            patch.setattr(sys, "argv", ["albumen", *words])
            patch.setattr(sys, "stdin", io.StringIO(input))
            for name in [*os.environ]:
                if name.startswith("ALBUMEN_"):
                    patch.delenv(name)
            for name, value in {"ALBUMEN_DETECT": "0", **variables}.items():
                patch.setenv(name, value)
            status = program.main()
    except SystemExit as end:  # of the parser of the command line
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os.umask(mask)
    return subprocess.CompletedProcess(words, status, printed.getvalue(), errors.getvalue())
