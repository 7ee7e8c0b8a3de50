"""The readers of all sidecar formats, looked up in the table: nothing else names one."""

from functools import cache
from importlib import import_module

from services.gateway.sidecars.contract import Sidecar
from services.knowledge.formats import Kind
from services.knowledge.sidecars import DIALECTS, SIDECARS
from services.knowledge.suffixes import by_name


@cache
def reader(kind: str) -> Sidecar:
    """Of a kind in the table."""
    sidecar: Sidecar = import_module(f"{__package__}.{kind}").SIDECAR
    return sidecar


def kind_of(name: str) -> str:
    """Of a file, by its name alone; empty if it isn't a sidecar."""
    row = by_name(name)
    return row.name if row and row.kind is Kind.SIDECAR else ""


@cache
def alternatives(kind: str) -> tuple[str, ...]:
    """The kind and those of the same suffix, in the order in which to try their readers."""
    suffix = next(row.suffix for row in SIDECARS if row.kind == kind)
    return (kind, *(row.kind for row in DIALECTS if row.suffix == suffix))


def base(name: str) -> str:
    """A sidecar's name without its suffix."""
    return name[: name.rindex(".")]
