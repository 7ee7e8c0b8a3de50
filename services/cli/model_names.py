"""The ids of models that a person adds."""

from typing import Final

from services.cli.errors import Unusable
from services.inference.catalog import APPLICATIONS
from services.inference.installed import MANIFEST, SAFE_NAME
from services.inference.registry import EMBEDDED
from services.kernel.settings import Settings

RESERVED: Final = frozenset({"rules", "sidecar", "user", "model", "learned", *EMBEDDED, *APPLICATIONS})
"""Ids with another meaning."""


def id_of(settings: Settings, name: str, option: str) -> str:
    """Raises Unusable if no new model can be called so. `option`: how to say another name."""
    model_id = "-".join(name.lower().split())
    if not SAFE_NAME.fullmatch(model_id) or model_id in RESERVED:
        raise Unusable(f"“{name}” can't be the name of a model: choose another{option}.")
    there = settings.models / model_id
    if (there / MANIFEST).exists():
        raise Unusable(
            f"There is a model called {model_id} already: choose another{option or ' name'}, or remove {there}."
        )
    return model_id
