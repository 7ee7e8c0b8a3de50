"""Every command that the documents show is carried out, page by page, on a library of some photos; those that can't be
carried out here are listed with the reason, and all are ones that the command line knows."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from services.cli.arguments import parser
from services.cli.suggestions import Parser
from services.kernel.settings import from_environment
from tests.support.command_blocks import Home, of_albumen, typed, words
from tests.support.documents import PAGES, ROOT, blocks, code, links, place

ELSEWHERE: Final = {
    "./albumen test": "runs all of this (tests/ops/test_check.py)",
    "./albumen setup": "fetches packages (tests/ops/test_entry.py)",
    "./albumen bench": "takes long (tests/ops/test_benchmarks.py)",
    "./albumen install": "changes what this user's machine starts (tests/cli/test_login_service.py)",
    "./albumen models fetch": "fetches from elsewhere (tests/cli/test_models_fetch.py, tests/cli/test_fetch_words.py)",
    "./albumen models add": "needs a network of one's own (tests/cli/test_models_command.py)",
    "./albumen models compare": "needs a second network (tests/cli/test_models_command.py)",
    "./albumen models activate": "needs a second network (tests/cli/test_models_command.py)",
    "./albumen classify --all --model garden": "needs a second network (tests/cli/test_models_command.py)",
    "./albumen gateway": "needs RabbitMQ (tests/integration/test_whole_way.py)",
    "./albumen projector": "needs RabbitMQ (tests/integration/test_whole_way.py)",
    "./albumen inference": "needs RabbitMQ (tests/integration/test_whole_way.py)",
    "./albumen scanner": "needs RabbitMQ (tests/integration/test_scanner_processes.py)",
    "./albumen reader": "needs a library elsewhere (tests/integration/test_reader.py)",
    "pipx install": "fetches packages (tests/ops/test_wheel.py)",
    "git pull": "fetches from another host",
    "docker": "needs Docker (tests/ops/test_compose.py, tests/ops/test_images.py)",
    "rabbitmqctl": "changes this machine's broker",
    "prometheus": "runs until it is stopped (tests/ops/test_prometheus.py)",
    ".venv/bin/pip install": "fetches packages (tests/ops/test_locks.py)",
    ".venv/bin/python -m ops.screenshots": "fetches packages (tests/ops/test_screenshots.py)",
}
"""How lines begin that can't be carried out here, and why; in brackets, what tries them instead."""
LANGUAGES: Final = {"sh", "toml", "text", "caddy", "nginx"}
"""Of blocks that are for no file. Text is no code; the proxies' configurations are tried in test_proxies.py."""
MOVED: Final = "./albumen up ~/Photographs"
"""Before this line, the folder with the photos has got another name."""
SHOWN: Final = [page for page in PAGES if typed(page)]


def reason(line: str) -> str | None:
    """Why it is not carried out here; None if it is."""
    _, command = words(line)
    return next((why for start, why in ELSEWHERE.items() if " ".join(command).startswith(start)), None)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    own = Home(tmp_path / "home")
    own.furnish()
    yield own
    own.stop()


@pytest.mark.tensorflow
@pytest.mark.workers
async def test_the_commands_work(home: Home) -> None:
    """All of them, by somebody who reads page after page in the order of the index."""
    for page in in_order():
        for line in typed(page):
            if reason(line) is None:
                if line == MOVED:
                    home.moves("Pictures", "Photographs")
                await home.types(line, place(page))
        if MOVED in typed(page):
            home.moves("Photographs", "Pictures")
        if "./albumen password" in typed(page):
            await home.types("./albumen password --remove", place(page))


def in_order() -> list[Path]:
    index = ROOT / "docs/README.md"
    listed = [(index.parent / link.partition("#")[0]).resolve() for link in links(index)]
    return sorted(SHOWN, key=lambda page: listed.index(page) if page in listed else -1)


def test_each_reason_is_needed_and_each_other_test_is_there() -> None:
    lines = [" ".join(words(line)[1]) for page in SHOWN for line in typed(page)]
    assert [start for start in ELSEWHERE if not any(line.startswith(start) for line in lines)] == []
    named = [path for why in ELSEWHERE.values() for path in re.findall(r"tests/[\w/]+\.py", why)]
    assert [path for path in named if not (ROOT / path).is_file()] == []


def of_the_checkout() -> set[str]:
    """Commands of `./albumen` that an installed `albumen` doesn't have."""
    return set(re.findall(r"^    (\w+)\) ", (ROOT / "ops/help.sh").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", SHOWN, ids=place)
def test_the_command_line_takes_every_command(page: Path) -> None:
    """Those that can't be carried out here as well."""
    wrong = []
    for line in typed(page):
        command = of_albumen(line)
        if command is None or command[0] in of_the_checkout():
            continue
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            try:
                parser().parse_args(command)
            except SystemExit:
                wrong.append(f"{line}: {said.getvalue()}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_commands_within_the_text_are_ones_that_there_are(page: Path) -> None:
    """Their names, and the options of each."""
    choices = _commands()
    wrong = []
    for one in code(page):
        match = re.match(r"(?:\./)?albumen ([a-z]+)", one)
        if match is None or match[1] in of_the_checkout():
            continue
        known = set(choices[match[1]].options()) if match[1] in choices else None
        options = set(re.findall(r"(?<!\S)\[?(--[a-z0-9-]+)", one))
        if known is None or not options <= known:
            wrong.append(one)
    assert wrong == []


def _commands() -> dict[str, Parser]:
    (choices,) = [action.choices for action in parser()._actions if isinstance(action.choices, dict)]
    return choices


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_block_says_what_it_is(page: Path) -> None:
    """So that none goes untried. Blocks for a file are carried out by test_howtos.py."""
    assert {one.language for one in blocks(page) if not one.title} <= LANGUAGES


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(one.language == "toml" for one in blocks(page))], ids=place
)
def test_every_example_of_settings_can_be_used(tmp_path: Path, page: Path) -> None:
    for block in blocks(page):
        if block.language == "toml":
            (tmp_path / "albumen.toml").write_text(block.text)
            from_environment({}, tmp_path)
