"""`albumen models`: lists, fetches, adds, activates and compares classifiers."""

import argparse
import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from services.cli.alone import on_gateway
from services.cli.client import connected
from services.cli.errors import Unsuccessful, Unusable
from services.cli.fetch import fetch
from services.cli.fetch_words import fetch_words, is_words
from services.cli.instance import Address
from services.cli.listings import from_tables
from services.cli.model_names import id_of
from services.cli.output import print_json, print_table
from services.cli.service import keep_native_words
from services.gateway.queries.compare import Comparison, comparison
from services.gateway.queries.models import models
from services.gateway.tables.pool import Views
from services.inference import examine
from services.inference.catalog import APPLICATIONS
from services.inference.installed import Installed, ModelRefused, find, found
from services.inference.registry import EMBEDDED, MODELS, UnknownModel
from services.inference.staging import install
from services.kernel.settings import Settings
from services.knowledge.feedback import ENOUGH

_COLUMNS: Final = ("id", "status", "active", "classified", "failed", "unclassified")
KNOWN_S: Final = 30.0
"""Time for a classifier that has just started to announce its models."""
_AGAIN_S: Final = 0.2


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    _ACTIONS[arguments.action](settings, arguments)


def _list(settings: Settings, arguments: argparse.Namespace) -> None:
    listed = {model.id: msgspec.structs.asdict(model) for model in from_tables(settings, models)}
    here = {one.model_id: one for one in found(settings.models)}
    names = {
        **{one.model_id: one.name for one in EMBEDDED.values()},
        **{one.model_id: one.name for one in here.values()},
        **{one.model_id: one.name for one in APPLICATIONS.values()},
    }
    rows: list[dict[str, Any]] = []
    for model_id in dict.fromkeys((*EMBEDDED, *here, *listed, *APPLICATIONS)):
        row = listed.get(model_id, {"id": model_id, "name": names.get(model_id, model_id)})
        rows.append(row | {"status": _status(model_id, here)})
    if arguments.json:
        print_json(rows)
    else:
        cells = ([_cell(row.get(column)) for column in _COLUMNS] for row in rows)
        print_table(_COLUMNS, cells, no_wrap=True)


def _status(model_id: str, here: dict[str, Installed]) -> str:
    if model_id in EMBEDDED:
        return "embedded"
    if model_id in here:
        return "fetched" if model_id in APPLICATIONS else "added"
    if model_id in APPLICATIONS:
        return f"{APPLICATIONS[model_id].megabytes} MB to fetch"
    return ""


def _fetch(settings: Settings, arguments: argparse.Namespace) -> None:
    source: str | None = arguments.source
    if source is not None and is_words(source):
        keep_native_words(settings)
        outcome = fetch_words(settings, arguments.name, source, arguments.sha256)
        print(f"{outcome} Once it has seen your photos, searches in your own words find them.")
        return
    if arguments.sha256 is not None:
        raise Unusable("--sha256 is for words models: Keras pins the digests of its networks.")
    outcome = fetch(settings, arguments.name, Path(source) if source is not None else None)
    print(f"{outcome} Use it with: albumen models activate {arguments.name.lower()}")


def _add(settings: Settings, arguments: argparse.Namespace) -> None:
    source: Path = arguments.file
    name = arguments.name or source.stem
    model_id = id_of(settings, name, " with --name")
    saved = source.is_dir() and (source / "saved_model.pb").exists()
    if not saved and not (source.is_file() and source.suffix.lower() == ".keras"):
        raise Unusable(f"{source} is neither a .keras file nor the folder of a SavedModel.")
    remarks: list[str] = []

    def examined(copy: Path) -> Installed:
        model, lines = examine.examine(
            copy, model_id, name, labels, arguments.size, arguments.background, arguments.range
        )
        remarks.extend(lines)
        return model

    keep_native_words(settings)
    try:
        labels = [] if str(arguments.labels) == examine.IMAGENET else examine.labels_of(arguments.labels)
        install(settings.models, model_id, source, examined, "network" if saved else "network.keras")
    except ModelRefused as error:
        raise Unsuccessful(f"{source.name} was not added. {error}") from error
    except OSError as error:
        raise Unsuccessful(f"{settings.models} can't be written to ({error.strerror or error}).") from error
    print("\n".join([f"{name} was added.", *remarks, f"Use it with: albumen models activate {model_id}"]))


def _activate(settings: Settings, arguments: argparse.Namespace) -> None:
    model_id = arguments.name.lower()
    try:
        find(settings.models, model_id)
        here = True
    except UnknownModel:
        here = False
    when = "now" if arguments.now else "classified"
    if on_gateway(settings, lambda address: _activated(address, model_id, when, here)):
        print(
            f"{model_id} classifies your photos first; then categories come from it. "
            "`albumen status` shows how far it is; `--now` doesn’t wait."
        )
    else:
        print(
            f"Categories now come from {model_id}. To classify with it: albumen classify --model {model_id}"
        )


async def _activated(address: Address, model_id: str, when: str, here: bool) -> bool:
    """Whether it classifies first. `here`: it is on this disk, so a classifier will announce it soon."""
    until = time.monotonic() + (KNOWN_S if here else 0)
    async with connected(address) as client:
        while True:
            answer = await client.post("/commands/activate-model", json={"model_id": model_id, "when": when})
            if answer.status_code != 404 or time.monotonic() > until:
                break
            await asyncio.sleep(_AGAIN_S)
        if answer.is_error:
            raise Unusable(str(answer.json().get("detail", f"Albumen answered {answer.status_code}.")))
        status = (await client.get(answer.json()["status_url"])).json()["status"]
        return status in ("running", "paused")


def _compare(settings: Settings, arguments: argparse.Namespace) -> None:
    result = from_tables(settings, lambda views: _compared(views, arguments.a.lower(), arguments.b.lower()))
    if arguments.json:
        print_json(result)
        return
    if not result.photos:
        raise Unsuccessful(f"No photo has been classified by both {result.a} and {result.b} yet.")
    share = f"{result.same / result.photos:.1%}" if result.photos >= ENOUGH else str(result.same)
    print(f"Both have classified {result.photos} photos and agree on {share}.")
    print(f"By group, with {result.a} in rows and {result.b} in columns:")
    numbers = [str(number) for number in range(1, len(result.groups) + 1)]
    rows = (
        (number, group.name, *(str(count or "") for count in counts))
        for number, group, counts in zip(numbers, result.groups, result.matrix, strict=True)
    )
    print_table(("", "", *numbers), rows)


async def _compared(views: Views, a: str, b: str) -> Comparison:
    ids = {model.id for model in await models(views) if model.kind == "classes"}
    missing = [model for model in (a, b) if model not in ids]
    if missing and missing[0] in (*MODELS, *APPLICATIONS):
        raise Unsuccessful(f"{missing[0]} has classified no photo yet: albumen classify --model {missing[0]}")
    if missing:
        raise Unusable(
            f"There is no model called “{missing[0]}”. Choose two of: {', '.join(sorted(ids or MODELS))}."
        )
    return await comparison(views, a, b)


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
