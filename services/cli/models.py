"""`albumen models`: what there is, and fetching, adding, activating and comparing."""

import argparse
import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from services.cli.alone import on_gateway
from services.cli.errors import Unsuccessful, Unusable
from services.cli.fetch import fetch
from services.cli.service import keep_native_words
from services.gateway.queries.compare import Comparison, comparison
from services.gateway.queries.models import Model, models
from services.gateway.tables.pool import Views
from services.inference import examine
from services.inference.catalog import APPLICATIONS
from services.inference.installed import MANIFEST, NAME, Installed, ModelRefused, find, found
from services.inference.registry import MODELS, UnknownModel
from services.inference.staging import install
from services.kernel.settings import Settings

_COLUMNS: Final = ("id", "status", "active", "classified", "failed", "unclassified")
RESERVED: Final = frozenset({"rules", "sidecar", "user", "model", "learned", *MODELS, *APPLICATIONS})
"""Ids that mean something else."""
KNOWN_S: Final = 30.0
"""In which a classifier that was just started tells of a model that is there."""
_AGAIN_S: Final = 0.2

_console: Final = Console()


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    _ACTIONS[arguments.action](settings, arguments)


def _list(settings: Settings, arguments: argparse.Namespace) -> None:
    known = {model.id: msgspec.structs.asdict(model) for model in asyncio.run(_known(settings))}
    here = {one.model_id: one for one in found(settings.models)}
    names = {
        **{one.model_id: one.name for one in MODELS.values()},
        **{one.model_id: one.name for one in here.values()},
        **{one.model_id: one.name for one in APPLICATIONS.values()},
    }
    rows: list[dict[str, Any]] = []
    for model_id in dict.fromkeys((*MODELS, *here, *known, *APPLICATIONS)):
        row = known.get(model_id, {"id": model_id, "name": names.get(model_id, model_id)})
        rows.append(row | {"status": _status(model_id, here)})
    if arguments.json:
        _print_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in _COLUMNS))
    _console.print(table, markup=False)


def _status(model_id: str, here: dict[str, Installed]) -> str:
    if model_id in MODELS:
        return "embedded"
    if model_id in here:
        return "fetched" if model_id in APPLICATIONS else "added"
    if model_id in APPLICATIONS:
        return f"{APPLICATIONS[model_id].megabytes} MB to fetch"
    return ""


async def _known(settings: Settings) -> list[Model]:
    views = await Views.open(settings)
    try:
        return await models(views)
    finally:
        await views.close()


def _fetch(settings: Settings, arguments: argparse.Namespace) -> None:
    said = fetch(settings, arguments.name, arguments.source)
    print(f"{said} Use it with: albumen models activate {arguments.name.lower()}")


def _add(settings: Settings, arguments: argparse.Namespace) -> None:
    source: Path = arguments.file
    name = arguments.name or source.stem
    model_id = "-".join(name.lower().split())
    if not NAME.fullmatch(model_id) or model_id in RESERVED:
        raise Unusable(f"“{name}” can't be the name of a model: choose another with --name.")
    if (settings.models / model_id / MANIFEST).exists():
        there = settings.models / model_id
        raise Unusable(
            f"There is a model called {model_id} already: choose another --name, or remove {there}."
        )
    saved = source.is_dir() and (source / "saved_model.pb").exists()
    if not saved and not (source.is_file() and source.suffix.lower() == ".keras"):
        raise Unusable(f"{source} is neither a .keras file nor the folder of a SavedModel.")
    told: list[str] = []

    def examined(copy: Path) -> Installed:
        one, said = examine.examine(
            copy, model_id, name, labels, arguments.size, arguments.background, arguments.range
        )
        told.extend(said)
        return one

    keep_native_words(settings.run / "tensorflow.log")
    try:
        labels = [] if str(arguments.labels) == examine.IMAGENET else examine.labels_of(arguments.labels)
        install(settings.models, model_id, source, examined, "network" if saved else "network.keras")
    except ModelRefused as error:
        raise Unsuccessful(f"{source.name} was not taken in. {error}") from error
    except OSError as error:
        raise Unsuccessful(f"{settings.models} can't be written ({error.strerror or error}).") from error
    print("\n".join([f"{name} is there.", *told, f"Use it with: albumen models activate {model_id}"]))


def _activate(settings: Settings, arguments: argparse.Namespace) -> None:
    model_id = arguments.name.lower()
    try:
        find(settings.models, model_id)
        here = True
    except UnknownModel:
        here = False
    on_gateway(settings, lambda url: _activated(url, model_id, here))
    print(f"Categories now come from {model_id}. To classify with it: albumen classify --model {model_id}")


async def _activated(url: str, model_id: str, here: bool) -> None:
    """`here`: it is on this disk, so a classifier will soon tell of it."""
    until = time.monotonic() + (KNOWN_S if here else 0)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60.0) as client:
        while True:
            answer = await client.post("/commands/activate-model", json={"model_id": model_id})
            if answer.status_code != 404 or time.monotonic() > until:
                break
            await asyncio.sleep(_AGAIN_S)
    if answer.is_error:
        raise Unusable(str(answer.json().get("detail", f"Albumen answered {answer.status_code}.")))


def _compare(settings: Settings, arguments: argparse.Namespace) -> None:
    said = asyncio.run(_compared(settings, arguments.a.lower(), arguments.b.lower()))
    if arguments.json:
        _print_json(said)
        return
    if not said.photos:
        raise Unsuccessful(f"No photo was classified by both {said.a} and {said.b} yet.")
    print(f"{said.photos} photos looked at by both; they agree on {said.same / said.photos:.1%}.")
    names = [group.name for group in said.groups]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    print(f"By group: a row is what {said.a} says, a column what {said.b} says.")
    table = Table("", "", *numbers, box=None, pad_edge=False)
    for number, name, row in zip(numbers, names, said.matrix, strict=True):
        table.add_row(number, name, *(str(count or "") for count in row))
    _console.print(table, markup=False)


async def _compared(settings: Settings, a: str, b: str) -> Comparison:
    views = await Views.open(settings)
    try:
        known = {model.id for model in await models(views)}
        if missing := [model for model in (a, b) if model not in known]:
            raise Unusable(
                f"There is no model called “{missing[0]}”. Choose two of: {', '.join(sorted(known))}."
            )
        return await comparison(views, a, b)
    finally:
        await views.close()


_ACTIONS: Final[dict[str | None, Callable[[Settings, argparse.Namespace], None]]] = {
    None: _list,
    "fetch": _fetch,
    "add": _add,
    "activate": _activate,
    "compare": _compare,
}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _print_json(value: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
