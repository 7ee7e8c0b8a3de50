"""The manual page: everything that the command line takes, and nothing that roff would take for itself."""

import argparse
import re
import shutil
import subprocess

from ops import man
from services.cli.arguments import parser
from tests.support.waiting import PATIENCE_S


def options(of: argparse.ArgumentParser) -> set[str]:
    found = {option for action in of._actions for option in action.option_strings}
    for _, command in man._commands(of):
        found |= options(command)
    return found - {"-h", "--help"}


def test_every_command_and_option_is_in_it() -> None:
    page = man.page().replace("\\-", "-")
    headings = set(re.findall(r"^\.SS (.*)$", page, re.MULTILINE))
    assert {name for name, _ in man._commands(parser())} <= headings
    assert "models activate" in headings
    terms = " ".join(re.findall(r"^\.B (.*)$", page, re.MULTILINE))
    assert {one for one in options(parser()) if not re.search(rf"(^|[\s,]){one}\b", terms)} == set()
    assert not re.search(r"%\(|==SUPPRESS==|None", page)


def test_roff_takes_no_text_for_its_own() -> None:
    assert man.text(".albumenignore") == "\\&.albumenignore"
    assert man.text("C:\\x --y") == "C:\\ex \\-\\-y"
    macros = {line.split()[0] for line in man.page().splitlines() if line.startswith(".")}
    assert macros == {".TH", ".SH", ".SS", ".TP", ".B", ".nf", ".fi"}
    if groff := shutil.which("groff"):
        ran = subprocess.run(
            [groff, "-man", "-ww", "-Tutf8", "-K", "utf8"],
            input=man.page().encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
        assert ran.stderr == b""
        assert b"albumen" in ran.stdout
