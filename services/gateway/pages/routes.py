"""All HTTP routes: each module in this folder exports its ROUTES, so a new page needs no entry anywhere."""

import importlib
import pkgutil

from litestar.types import ControllerRouterHandler

from services.gateway import pages

ROUTES: list[ControllerRouterHandler] = [
    route
    for module in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}.")
    if module.name != __name__
    for route in getattr(importlib.import_module(module.name), "ROUTES", ())
]
