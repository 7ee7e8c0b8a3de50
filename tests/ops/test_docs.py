"""The docs are complete: they list every setting, command, search term, key and metric, and none that was removed."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest
from babel.messages.pofile import read_po

from services.cli.arguments import parser
from services.domain.registry import COMMANDS, EVENTS
from services.gateway.health.condition import CODES
from services.gateway.metrics.catalogue import METRICS
from services.gateway.search.grammar import KEYS
from services.gateway.search.states import OWNED, STATES
from services.kernel import settings
from services.kernel.settings import Settings
from tests.support.documents import PAGES, labels, place
from tests.support.stack import stack
from tests.web.test_keys import table

ROOT: Final = Path(__file__).resolve().parents[2]
REFERENCE: Final = (ROOT / "docs/reference.md").read_text("utf-8")
STEPS: Final = [page for page in PAGES if page.name == "tutorial.md" or page.parent.name == "how-to"]
GRAFANAS: Final = {"Dashboards", "New"}
CAPS: Final = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "Esc": "Escape"}


def section(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each table row."""
    for line in text.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_every_setting() -> None:
    listed = set(re.findall(r"`(ALBUMEN_\w+)`", section(REFERENCE, "Settings")))
    assert listed == set(re.findall(r"ALBUMEN_\w+", Path(settings.__file__).read_text("utf-8"))) - {
        "ALBUMEN_"
    }


def test_the_default_of_each_setting() -> None:
    expected = {
        variable: _default(field.default)
        for variable, field in zip(settings._KINDS, msgspec.structs.fields(Settings), strict=True)
        if field.required is False
    }
    listed: dict[str, str] = {}
    for names, defaults, _ in rows(section(REFERENCE, "Settings")):
        variables = re.findall(r"`(ALBUMEN_\w+)`", names)
        values = [one.partition(":")[0].strip("`") for one in defaults.split(", ")]
        listed |= dict(zip(variables, values * len(variables) if len(values) == 1 else values, strict=False))
    assert {variable: listed[variable] for variable in expected} == expected


def _default(value: object) -> str:
    """As the table has it: nothing for none, 0 and 1 for no and yes."""
    if isinstance(value, bool):
        return str(int(value))
    return "" if value in (None, ()) else str(value)


def test_every_term_of_the_search() -> None:
    table = list(rows(section(REFERENCE, "Searching")))
    assert set(re.findall(r"`(?:[^`]*\s)?([a-z]+):", " ".join(map(" ".join, table)))) == set(KEYS)
    of = {row[0]: set(re.findall(r"`([a-z-]+)`", row[1])) for row in table}
    assert of["`is:`"] == set(STATES)
    assert of["`has:`"] == set(OWNED)


def test_every_command_of_the_shell() -> None:
    text = section(REFERENCE, "Commands of the shell")
    (actions,) = [one for one in parser()._actions if isinstance(one, argparse._SubParsersAction)]
    missing = [name for name in actions.choices if not re.search(rf"`(\./albumen )?{name}\b", text)]
    assert missing == []


def test_every_command_over_http_with_its_fields() -> None:
    listed = {}
    for names, fields, _ in rows(section(REFERENCE, "Commands over HTTP")):
        for name in re.findall(r"`([a-z-]+)`", names):
            optional = set(re.findall(r"\[`(\w+)`\]", fields))
            listed[name] = (set(re.findall(r"`(\w+)`", fields)) - optional, optional)
    expected = {}
    for command in COMMANDS.values():
        infos = msgspec.structs.fields(command)
        required = {field.encode_name for field in infos if field.required}
        expected[command.NAME] = (required, {field.encode_name for field in infos} - required)
    assert listed == expected


def test_every_key() -> None:
    listed = {CAPS.get(key, key) for key in re.findall(r"<kbd>(.+?)</kbd>", section(REFERENCE, "Keys"))}
    pressed = {key.rpartition("+")[2] or key for keys in table().values() for key in keys}
    assert pressed - listed == set()
    assert listed - pressed == {"Alt", "Ctrl", "Shift"}


def test_every_condition() -> None:
    listed = [
        re.findall(r"`(\w+)`", row[0])[0] for row in rows(section(REFERENCE, "Conditions")) if "`" in row[0]
    ]
    assert tuple(listed) == CODES


async def test_every_metric(tmp_path: Path) -> None:
    async with stack(Settings(data=tmp_path, previews=tmp_path / "previews", workers=1)) as running:
        await running.client.get("/")
        text = (await running.client.get("/metrics")).text
    shown = set(re.findall(r"^# TYPE (albumen_\w+)", text, re.MULTILINE))
    expected = {name for name in shown if not name.endswith("_created")} | {"albumen_requests_error_total"}
    told = {
        re.findall(r"`(\w+)`", row[0])[0]: row[1]
        for row in rows(section(REFERENCE, "Metrics"))
        if "`" in row[0]
    }
    assert set(told) == expected | set(METRICS), "errors come later"
    for metric in METRICS.values():
        labels = f" ({', '.join(f'`{label}`' for label in metric.labels)})" if metric.labels else ""
        assert told[metric.name] == metric.meaning + labels


def test_every_event_with_its_fields() -> None:
    expected = []
    for name, event in sorted(EVENTS.items()):
        fields = [(field.encode_name, field.required) for field in msgspec.structs.fields(event)]
        words = ", ".join(f"`{one}`" if required else f"[`{one}`]" for one, required in fields)
        expected.append([f"`{name}`", str(event.VERSION), words])
    assert [row for row in rows(section(REFERENCE, "Events")) if "`" in row[0]] == expected


def test_each_decision_has_a_number_of_its_own() -> None:
    """The name of its file and its title say it; none is missing."""
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [path.name[:5] for path in files] == [f"{number:04}-" for number in range(1, len(files) + 1)]
    for number, path in enumerate(files, 1):
        assert path.read_text("utf-8").startswith(f"# {number}. "), path.name


@pytest.mark.parametrize("page", STEPS, ids=place)
def test_buttons_that_steps_name_are_there(page: Path) -> None:
    with (ROOT / "web/locale/de.po").open("rb") as file:
        ids = [(one.id,) if isinstance(one.id, str) else one.id for one in read_po(file)]
    assert labels(page) - {text for texts in ids for text in texts} - GRAFANAS == set()
