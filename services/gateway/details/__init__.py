"""What else is known of photos, one module for each idea: its DETAIL is shown by the API and found by searches.

A module here is found by being here, so a new one stands in no list.
"""

import importlib
import json
import pkgutil
from typing import Any, Final

from services.gateway.details.detail import Detail

DETAILS: Final[tuple[Detail, ...]] = tuple(
    module.DETAIL
    for found in pkgutil.iter_modules(__path__, f"{__name__}.")
    if hasattr(module := importlib.import_module(found.name), "DETAIL")
)
STATES: Final = {detail.name: detail.sql for detail in DETAILS if detail.kind == "state"}
NUMBERS: Final = {detail.name: detail.sql for detail in DETAILS if detail.kind == "number"}
JSON: Final = "json_object({})".format(", ".join(f"'{detail.name}', ({detail.sql})" for detail in DETAILS))
"""All of them, as one expression."""


def details_of(row: str) -> dict[str, Any]:
    """`row`: what JSON came to. States are true or false, numbers None where nothing is known."""
    values = json.loads(row)
    return {name: bool(value) if name in STATES else value for name, value in values.items()}
