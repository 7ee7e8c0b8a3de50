"""Small JPEGs beside films and RAW files, named after them."""

from typing import Final

from services.gateway.sidecars.contract import Sidecar

SIDECAR: Final = Sidecar(read=None)
