"""Further facts about photos, one module each: its DETAIL is shown by the API and can be searched for.

Modules are discovered, so a new one need not be listed anywhere.
"""

import importlib
import json
import pkgutil
from typing import Any, Final

from services.gateway.details.detail import Detail

DETAILS: Final[tuple[Detail, ...]] = tuple(
    module.DETAIL
    for info in pkgutil.iter_modules(__path__, f"{__name__}.")
    if hasattr(module := importlib.import_module(info.name), "DETAIL")
)
STATES: Final = {detail.name: detail.sql for detail in DETAILS if detail.kind == "state"}
NUMBERS: Final = {detail.name: detail.sql for detail in DETAILS if detail.kind == "number"}
JSON: Final = "json_object({})".format(", ".join(f"'{detail.name}', ({detail.sql})" for detail in DETAILS))
"""All details, as one SQL expression."""


def details_of(row: str) -> dict[str, Any]:
    """`row`: the value of JSON. States are true or false; numbers are None if unknown."""
    values = json.loads(row)
    return {name: bool(value) if name in STATES else value for name, value in values.items()}
